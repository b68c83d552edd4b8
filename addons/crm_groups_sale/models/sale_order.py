from odoo import api, models


class SaleOrder(models.Model):
    """A quotation, whose salesperson has to work with its customer."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._allow_contact_access()
        return orders

    def write(self, vals):
        if "user_id" in vals:
            self._allow_contact_access(user_id=vals["user_id"])
        result = super().write(vals)
        if {"user_id", "partner_id"} & set(vals):
            self._allow_contact_access()
        return result

    def _allow_contact_access(self, user_id=None):
        """Let the salespersons see protected customers; one statement for all orders."""
        if self.env["crm.contact.group"]._get_restricting_groups():
            self.env["crm.contact.allowance"]._allow_salespersons(self, user_id=user_id)
