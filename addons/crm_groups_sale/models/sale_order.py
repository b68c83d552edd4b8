from odoo import api, models


class SaleOrder(models.Model):
    """A quotation, whose salesperson has to work with its customer."""

    _name = "sale.order"
    _inherit = ["crm.contact.document.mixin", "sale.order"]

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._follow_customers()
        return orders

    def write(self, vals):
        # sudo: a customer may be hidden from who works on the document.
        before = self.sudo().partner_id if "partner_id" in vals else None
        result = super().write(vals)
        if {"state", "partner_id", "date_order"} & set(vals):
            self._follow_customers(before)
        return result

    @api.depends("partner_id")
    def _compute_partner_shipping_id(self):
        result = super()._compute_partner_shipping_id()
        self._leave_out_unseen("partner_shipping_id")
        return result

    @api.depends("partner_id")
    def _compute_partner_invoice_id(self):
        result = super()._compute_partner_invoice_id()
        self._leave_out_unseen("partner_invoice_id")
        return result

    def _leave_out_unseen(self, name):
        """Take the customer for an address that a group hides from whose deed it is.

        Odoo computes it as superuser, and the quotation shows and prints it.
        """
        Order = self.with_user(self.env.user)
        if not Order._must_ask_for_contacts():
            return
        unseen = set(Order._get_unseen_contacts(set(self[name]._origin.ids)).ids)
        for order in self:
            if order[name]._origin.id in unseen:
                order[name] = order.partner_id

    def _follow_customers(self, before=None):
        """Have rules on orders look at the customers again: one was placed or confirmed."""
        # sudo: a customer may be hidden from who confirms.
        customers = self.sudo().partner_id
        if before:
            customers |= before
        customers |= customers.commercial_partner_id
        self.env["crm.contact.group"]._follow_contacts(
            customers.ids, {"sale_order_ids", "sale_order_count"}
        )
