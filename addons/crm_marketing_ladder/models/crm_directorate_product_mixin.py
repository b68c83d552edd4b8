from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.crm_access.names import get_told_name


class CrmDirectorateProductMixin(models.AbstractModel):
    """What a sales directorate does about one of its products.

    Product and directorate narrow each other: in the form by the domains below, and on the server
    by the check.
    """

    _name = "crm.directorate.product.mixin"
    _description = "Product of a Sales Directorate"

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
        index=True,
        ondelete="restrict",
    )
    product_domain = fields.Binary(
        compute="_compute_product_domain", export_string_translation=False, exportable=False
    )
    directorate_domain = fields.Binary(
        compute="_compute_directorate_domain", export_string_translation=False, exportable=False
    )

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
                            directorate=get_told_name(directorate),
                            product=get_told_name(record.product_id),
                        )
                    )

    @api.onchange("directorate_id")
    def _onchange_directorate_id(self):
        """Drop a product that the newly chosen directorate does not sell."""
        if self.directorate_id and self.product_id:
            product = self.product_id._origin
            if not product.filtered_domain(self.directorate_id._get_product_domain()):
                self.product_id = False

    @api.model
    def _is_free_of_directorates(self):
        """Say whether the current user works with the records of all directorates."""
        return self.env.su or self.env.user.has_group("crm_marketing_ladder.group_admin")
