from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmDirectorateMixin(models.AbstractModel):
    """What belongs to a sales directorate and may be about one of its products.

    Product, directorate and the user's own directorates narrow each other: in the form by the
    domains below, and on the server by the checks.
    """

    _name = "crm.directorate.mixin"
    _description = "Record of a Sales Directorate"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    product_id = fields.Many2one(
        "product.template",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="A product or service of the sales directorate.",
    )
    directorate_id = fields.Many2one(
        "crm.sales.directorate",
        string="Sales Directorate",
        default=lambda self: self._default_directorate_id(),
        index=True,
        ondelete="restrict",
        help="Its members may edit this record. A record without a directorate is common to all "
        "and is edited by CRM administrators only.",
    )
    company_id = fields.Many2one(related="directorate_id.company_id", store=True, index=True)
    product_domain = fields.Binary(
        compute="_compute_product_domain", export_string_translation=False, exportable=False
    )
    directorate_domain = fields.Binary(
        compute="_compute_directorate_domain", export_string_translation=False, exportable=False
    )

    @api.model
    def _default_directorate_id(self):
        return self.env["crm.sales.directorate"]._get_user_directorates()[:1]

    @api.depends("directorate_id")
    @api.depends_context("uid")
    def _compute_product_domain(self):
        free = self._is_free_of_directorates()
        own = self.env["crm.sales.directorate"]
        if not free and not all(record.directorate_id for record in self):
            own = own._get_user_directorates()
        for record in self:
            if record.directorate_id or not free:
                domain = (record.directorate_id or own)._get_product_domain()
            else:
                domain = Domain.TRUE
            record.product_domain = list(domain)

    @api.depends("product_id")
    @api.depends_context("uid")
    def _compute_directorate_domain(self):
        directorates = self.env["crm.sales.directorate"]
        own = Domain.TRUE
        if not self._is_free_of_directorates():
            own = Domain("member_ids", "in", [self.env.uid])
        for record in self:
            domain = own
            if record.product_id:
                domain &= directorates._get_selling_domain(record.product_id)
            record.directorate_domain = list(domain)

    @api.constrains("directorate_id", "product_id")
    def _check_product_directorate(self):
        # As superuser and with archived ones: whether a directorate sells a product does not
        # depend on what the user sees.
        for directorate, records in self.sudo().grouped("directorate_id").items():
            if not (directorate and records.product_id):
                continue
            products = records.product_id.with_context(active_test=False)
            sold = products.search(
                Domain("id", "in", products.ids) & directorate._get_product_domain()
            )
            for record in records.filtered("product_id"):
                if record.product_id not in sold:
                    raise ValidationError(
                        self.env._(
                            "“%(record)s”: the sales directorate “%(directorate)s” does not sell "
                            "“%(product)s”. Choose another product or directorate, or have a CRM "
                            "administrator add the product, or its category, to the directorate.",
                            record=record.display_name,
                            directorate=directorate.display_name,
                            product=record.product_id.display_name,
                        )
                    )

    @api.onchange("directorate_id")
    def _onchange_directorate_id(self):
        """Drop a product that the newly chosen directorate does not sell."""
        if self.directorate_id and self.product_id:
            product = self.product_id._origin
            if not product.filtered_domain(self.directorate_id._get_product_domain()):
                self.product_id = False

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

    @api.model
    def _is_free_of_directorates(self):
        """Say whether the current user works with the records of all directorates."""
        return self.env.su or self.env.user.has_group("crm_marketing_ladder.group_admin")

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
            # As superuser: the directorate may be out of the user's sight.
            directorate=directorate.sudo().exists().display_name,
            own=", ".join(own.mapped("display_name")),
        )
