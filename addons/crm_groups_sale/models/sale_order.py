from odoo import api, models


class SaleOrder(models.Model):
    """A quotation, whose salesperson has to work with its customer."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._allow_contact_access()
        orders._follow_customers()
        return orders

    def write(self, vals):
        if "user_id" in vals:
            self._allow_contact_access(user_id=vals["user_id"])
        # sudo: a customer may be hidden from who works on the document.
        before = self.sudo().partner_id if "partner_id" in vals else None
        result = super().write(vals)
        if {"user_id", "partner_id"} & set(vals):
            self._allow_contact_access()
        if {"state", "partner_id", "date_order"} & set(vals):
            self._follow_customers(before)
        return result

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

    def _allow_contact_access(self, user_id=None):
        """Let the salespersons see protected customers; one statement for all orders."""
        if self.env["crm.contact.group"]._get_restricting_groups():
            self.env["crm.contact.allowance"]._allow_salespersons(self, user_id=user_id)
