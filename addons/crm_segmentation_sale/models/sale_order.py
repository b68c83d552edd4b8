from odoo import api, models


class SaleOrder(models.Model):
    """What is ordered moves the customer's segments and scores."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        self.env["crm.segment"]._follow("sale.order", orders.ids)
        return orders

    def write(self, vals):
        # The customer it leaves has one order less.
        before = self.sudo().partner_id.ids if "partner_id" in vals else []  # sudo: ids only
        result = super().write(vals)
        Segment = self.env["crm.segment"]
        Segment._follow("sale.order", self.ids, vals)
        if before:
            Segment._follow("res.partner", before, {"parent_id"})
        return result
