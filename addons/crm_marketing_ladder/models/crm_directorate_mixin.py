from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.crm_access.names import get_told_name


class CrmDirectorateMixin(models.AbstractModel):
    """What belongs to a sales directorate and is edited by its members.

    The directorate is one of the user's own: the first one is filled in, and any other one than
    theirs is refused.
    """

    _name = "crm.directorate.mixin"
    _inherit = ["crm.directorate.product.mixin", "crm.readonly.mixin"]
    _description = "Record of a Sales Directorate"
    _check_company_auto = True
    # As Odoo has it for what companies keep: the branches of a company use it, too.
    _check_company_domain = models.check_company_domain_parent_of

    active = fields.Boolean(default=True)
    directorate_id = fields.Many2one(
        default=lambda self: self._default_directorate_id(),
        help="Its members may edit this record. A record without a directorate is common to all "
        "and is edited by CRM administrators only.",
    )
    company_id = fields.Many2one(related="directorate_id.company_id", store=True, index=True)

    @api.model
    def _default_directorate_id(self):
        return self.env["crm.sales.directorate"]._get_user_directorates()[:1]

    @api.model_create_multi
    def create(self, vals_list):
        # Read once for the batch; as a default it is searched for each record.
        default = self.default_get(["directorate_id"]).get("directorate_id", False)
        for vals in vals_list:
            vals.setdefault("directorate_id", default)
        self._check_own_directorate("create", vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if "directorate_id" in vals:
            self._check_own_directorate("write", [{"name": self[:1].name, **vals}])
        return super().write(vals)

    def _check_own_directorate(self, operation, vals_list):
        """Refuse a directorate that is not the user's own, before the record rule does so
        without an explanation.

        It is no constraint, because constraints run as superuser: they cannot tell the user
        from a program that works for all directorates.

        :param operation: "create" or "write"
        :param vals_list: values that hold the directorate
        """
        if self._is_free_of_directorates():
            return
        # Who may not do it at all is told that first.
        self.check_access(operation)
        own = self.env["crm.sales.directorate"]._get_user_directorates()
        for vals in vals_list:
            directorate = own.browse(vals.get("directorate_id") or ())
            if not directorate or directorate not in own:
                raise ValidationError(
                    self._get_own_directorate_error(vals.get("name") or "", directorate, own)
                )

    @api.model
    def _get_own_directorate_error(self, name, directorate, own):
        if not own:
            return self.env._(
                "“%(record)s” cannot be saved: you belong to no sales directorate. Ask a CRM "
                "administrator to add you to one in CRM > Marketing Ladder > Sales Directorates.",
                record=name,
            )
        if not directorate:
            return self.env._(
                "“%(record)s” needs a sales directorate. Yours: %(own)s. Only a CRM administrator "
                "keeps records without one.",
                record=name,
                own=", ".join(own.mapped("display_name")),
            )
        return self.env._(
            "“%(record)s” cannot belong to the sales directorate “%(directorate)s”: you are not a "
            "member of it. Choose one of yours: %(own)s.",
            record=name,
            # As superuser whether it is there; its name only to who may read it.
            directorate=get_told_name(directorate.sudo().exists()),
            own=", ".join(own.mapped("display_name")),
        )

    def _get_readonly_reason(self):
        """Say whose it is: members change what is of their directorates."""
        reason = super()._get_readonly_reason()
        # As superuser: that it is one's own is asked; its name only by who may read it.
        directorate = self.sudo().directorate_id
        if not directorate:
            own = self.env._("It is common to all sales directorates: CRM administrators edit it.")
        elif self.env.user not in directorate.member_ids:
            own = self.env._(
                "It belongs to the sales directorate “%s”, and you are not a member of it.",
                get_told_name(directorate),
            )
        else:
            own = ""
        return " ".join(filter(None, [reason, own]))

    def _count_uses(self, model_name, field_name, count_field):
        """Count the records of a model that name these, in one query."""
        groups = self.env[model_name]._read_group(
            [(field_name, "in", self.ids)], [field_name], ["__count"]
        )
        counts = {record.id: count for record, count in groups}
        for record in self:
            record[count_field] = counts.get(record._origin.id, 0)

    def _action_view_uses(self, xml_id, field_name, default_field=None):
        """Open the records that name this one; a new one names it from the start."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        default_field = default_field or field_name
        many = self.env[action["res_model"]]._fields[default_field].type == "many2many"
        action["domain"] = [(field_name, "in", self.ids)]
        action["context"] = {
            f"default_{default_field}": self.ids if many else self.id,
            "default_directorate_id": self.directorate_id.id,
        }
        return action
