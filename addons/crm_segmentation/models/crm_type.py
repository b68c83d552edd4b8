from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.crm_access.names import get_told_name
from odoo.addons.crm_access.texts import tell_count

CONTACT = "contact"
COMPANY = "company"
DEAL = "deal"


class CrmType(models.Model):
    """One value of a type dictionary: what a person, a company or a deal is."""

    _name = "crm.type"
    _inherit = ["crm.shared.mixin", "crm.code.mixin"]
    _description = "CRM Type"
    _order = "kind, sequence, name, id"
    _rec_names_search = ["name", "code"]
    _code_within = ("kind",)
    _code_stem = "type"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index="trigram",
        help="Stable name for imports and integrations. It stays the same when the name is "
        "changed or translated. Left empty, it is made from the name.",
    )
    kind = fields.Selection(
        [(CONTACT, "Contact"), (COMPANY, "Company"), (DEAL, "Deal")],
        required=True,
        help="What the type is for: a person, a company, or a lead or opportunity.",
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    is_default = fields.Boolean(
        "Default",
        help="New records of this kind get this type when no other is chosen. "
        "The default of a company goes before the shared one.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Leave empty to share the type between all companies.",
    )
    description = fields.Text(
        translate=True, help="When to choose this type, for the people who choose."
    )
    merged_into_id = fields.Many2one(
        "crm.type",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="This type was merged into another one. Imports may go on using its code.",
    )
    usage_count = fields.Integer(compute="_compute_usage_count", string="Used By")

    _kind_code_uniq = models.UniqueIndex(
        "(kind, lower(code))",
        "Another type of this kind already has this code. Upper and lower case count as the same, "
        "and archived types and types of other companies keep their codes.",
    )
    _default_uniq = models.UniqueIndex(
        "(kind, COALESCE(company_id, 0)) WHERE is_default AND active",
        "Another type of this kind is the default already. Take the mark off that one first.",
    )
    _code_filled = models.Constraint(
        "CHECK (btrim(code) = code AND code <> '')",
        "The code of a type must not be empty, nor begin or end with a blank.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_usage_count(self):
        counts = {}
        for model_name, field_name in self._get_user_fields().items():
            model = self.env[model_name]
            # Someone who works with contacts only has no access to leads.
            if not model.has_access("read"):
                continue
            groups = model.with_context(active_test=False)._read_group(
                [(field_name, "in", self.ids)], [field_name], ["__count"]
            )
            for crm_type, count in groups:
                counts[crm_type.id] = counts.get(crm_type.id, 0) + count
        for crm_type in self:
            crm_type.usage_count = counts.get(crm_type.id, 0)

    @api.constrains("company_id")
    def _check_company_id(self):
        for crm_type in self.filtered("company_id"):
            elsewhere = crm_type._count_usage(
                ~Domain("company_id", "child_of", crm_type.company_id.ids)
            )
            if elsewhere:
                raise ValidationError(
                    self.env._(
                        "The type “%(type)s” cannot belong to %(company)s alone: %(usage)s of "
                        "other companies, or shared between companies, use it.",
                        type=crm_type.display_name,
                        company=crm_type.company_id.display_name,
                        usage=self._format_usage(elsewhere),
                    )
                )

    @api.model
    def _search_display_name(self, operator, value):
        """Let the caller say which kinds it means, so that an import finds a code or a name
        in the right dictionary when two dictionaries have the same one."""
        domain = super()._search_display_name(operator, value)
        kinds = self.env.context.get("crm_type_kinds")
        return Domain(domain) & Domain("kind", "in", kinds) if kinds else domain

    def write(self, vals):
        if "kind" in vals:
            self._check_kind_change(vals["kind"])
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for crm_type, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("name"):
                vals["name"] = self.env._("%s (copy)", crm_type.name)
            vals["is_default"] = bool((default or {}).get("is_default"))
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for crm_type in self:
            usage = crm_type._count_usage()
            if usage:
                raise UserError(
                    self.env._(
                        "The type “%(type)s” cannot be deleted: used by %(usage)s. Archive it "
                        "instead; those records keep it and nobody can choose it any more.",
                        type=crm_type.display_name,
                        usage=self._format_usage(usage),
                    )
                )

    def action_view_records(self):
        """Open the contacts or deals that have this type."""
        self.ensure_one()
        if self.kind == DEAL:
            action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_opportunities")
            field_name = "deal_type_id"
        else:
            action = self.env["ir.actions.act_window"]._for_xml_id("contacts.action_contacts")
            field_name = "crm_type_id"
        action.update(
            display_name=self.display_name,
            domain=[(field_name, "=", self.id)],
            context={
                "active_test": False,
                f"default_{field_name}": self.id,
                "default_is_company": self.kind == COMPANY,
            },
        )
        return action

    @api.model
    def _get_user_fields(self):
        """Which field of which model holds a type. An addon that puts a type on another model
        adds it here, so that the guards on deletion and on change see it.

        :return: model name → field name
        :rtype: dict
        """
        return {"res.partner": "crm_type_id", "crm.lead": "deal_type_id"}

    @api.model
    def _get_defaults(self, kinds):
        """Read the default types of some kinds at once.

        :param kinds: kinds to read
        :return: (kind, company id or False) → type
        :rtype: dict
        """
        types = self.search_fetch(
            [("kind", "in", kinds), ("is_default", "=", True)], ["kind", "company_id"]
        )
        return {(crm_type.kind, crm_type.company_id.id): crm_type for crm_type in types}

    @api.model
    def _pick_default(self, defaults, kind, company):
        """Choose a company's own default before its parent's, and that before the shared one.

        :param defaults: what `_get_defaults` returned
        :param kind: kind of the record
        :param company: company of the record, possibly empty
        """
        # sudo: of the tree of companies; a branch goes by its own default, then its parent's.
        line = company.sudo().parent_ids.sorted("parent_path", reverse=True)
        found = (defaults[kind, id_] for id_ in [*line.ids, False] if (kind, id_) in defaults)
        return next(found, self.browse())

    def _fits(self, kind, company):
        """Say whether a record of this kind and company may have this type."""
        self.ensure_one()
        return self.kind == kind and self.company_id._serves(company)

    def _check_kind_change(self, kind):
        for crm_type in self.filtered(lambda t: t.kind != kind):
            usage = crm_type._count_usage()
            if usage:
                raise UserError(
                    self.env._(
                        "The kind of the type “%(type)s” cannot be changed: used by %(usage)s. "
                        "Make a new type of the other kind.",
                        type=crm_type.display_name,
                        usage=self._format_usage(usage),
                    )
                )

    def _count_usage(self, domain=()):
        """Count the records that have this type, archived ones too.

        :param domain: narrows the records
        :return: model name → count, without zeros
        :rtype: dict
        """
        self.ensure_one()
        counts = {}
        for model_name, field_name in self._get_user_fields().items():
            # As superuser: a record the user may not see is still in use.
            model = self.env[model_name].sudo().with_context(active_test=False)
            count = model.search_count(Domain(domain) & Domain(field_name, "=", self.id))
            if count:
                counts[model_name] = count
        return counts

    @api.model
    def _format_usage(self, counts):
        labels = {
            "res.partner": tell_count(
                counts.get("res.partner"),
                self.env._("1 contact or company"),
                self.env._("%s contacts or companies"),
            ),
            "crm.lead": tell_count(
                counts.get("crm.lead"),
                self.env._("1 lead or deal"),
                self.env._("%s leads or deals"),
            ),
        }
        return ", ".join(
            labels.get(model_name, f"{count} {model_name}") for model_name, count in counts.items()
        )

    def _get_kind_error(self, record, field_name, kind):
        """Explain why a record cannot have this type.

        :param record: the record that has the type
        :param field_name: its field that holds the type
        :param kind: the kind that the record needs
        """
        self.ensure_one()
        labels = dict(self._fields["kind"]._description_selection(self.env))
        # With the user's rights, which a constraint is run without: codes of other companies
        # are not for this message.
        own = Domain(self._check_company_domain(self.env.companies))
        fitting = self.sudo(False).search(own & Domain("kind", "=", kind))
        seen = self.sudo(False).has_access("read")
        return self.env._(
            "“%(field)s” of “%(record)s” cannot be “%(type)s” (code %(code)s): that is a type of "
            "kind %(wrong)s, and this record needs one of kind %(right)s. Codes that exist: "
            "%(codes)s.",
            field=record._fields[field_name]._description_string(self.env),
            record=record.display_name,
            type=get_told_name(self),
            code=self.code if seen else "?",
            wrong=labels[self.kind] if seen else "?",
            right=labels[kind],
            codes=", ".join(fitting.mapped("code")) or self.env._("none yet"),
        )
