from odoo import api, fields, models
from odoo.fields import Command


class CrmContactGroupPriceCheck(models.TransientModel):
    """One product, all groups: what each of them pays, side by side."""

    _name = "crm.contact.group.price.check"
    _description = "Price Check"

    product_id = fields.Many2one(
        comodel_name="product.product",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env["product.product"].search([("sale_ok", "=", True)], limit=1),
    )
    quantity = fields.Float(default=1, required=True)
    line_ids = fields.One2many(
        comodel_name="crm.contact.group.price.check.line",
        inverse_name="check_id",
        compute="_compute_line_ids",
    )

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Price Check")

    @api.onchange("quantity")
    def _onchange_quantity(self):
        if self.quantity > 0:
            return None
        self.quantity = 1
        return {
            "warning": {
                "title": self.env._("Quantity"),
                "message": self.env._("There are prices for quantities above zero only."),
            }
        }

    @api.depends("product_id", "quantity")
    @api.depends_context("company")
    def _compute_line_ids(self):
        """Ask each pricelist once, however many groups have it."""
        groups = self.env["crm.contact.group"].search([])
        for check in self:
            product = check.product_id
            default = self.env["product.pricelist"]._get_country_pricelist_multi([]).get(False)
            default = default or self.env["product.pricelist"]
            prices = {
                pricelist: pricelist._get_product_price(product, check.quantity or 1)
                for pricelist in groups.effective_pricelist_id | default
                if product
            }
            lines = [(groups.browse(), default)]
            lines += [(group, group.effective_pricelist_id or default) for group in groups]
            base = prices.get(default) if default else product.lst_price
            check.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "group_id": group.id,
                        "name": group.complete_name or self.env._("Without group"),
                        "pricelist_id": pricelist.id,
                        "price_group_id": group.price_group_id.id,
                        "currency_id": (pricelist.currency_id or self.env.company.currency_id).id,
                        "price": prices.get(pricelist, product.lst_price),
                        "difference": (prices.get(pricelist, base) / base - 1) if base else 0,
                    }
                )
                for group, pricelist in lines
                if product
            ]


class CrmContactGroupPriceCheckLine(models.TransientModel):
    """What one group pays."""

    _name = "crm.contact.group.price.check.line"
    _description = "Price of a Group"

    check_id = fields.Many2one(
        comodel_name="crm.contact.group.price.check", ondelete="cascade", index=True
    )
    group_id = fields.Many2one(
        comodel_name="crm.contact.group", string="Contact Group", ondelete="cascade"
    )
    name = fields.Char(string="Group")
    pricelist_id = fields.Many2one(comodel_name="product.pricelist", string="Price Level")
    price_group_id = fields.Many2one(comodel_name="crm.contact.group", string="From")
    currency_id = fields.Many2one(comodel_name="res.currency")
    price = fields.Monetary(string="Unit Price")
    difference = fields.Float(string="Against Without Group")
