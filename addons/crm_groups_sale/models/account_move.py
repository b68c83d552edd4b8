from odoo import api, models

from ..addresses import leave_out_unseen


class AccountMove(models.Model):
    """An invoice, onto which no delivery address comes that a group hides from who makes it."""

    _inherit = "account.move"

    @api.depends("partner_id")
    def _compute_partner_shipping_id(self):
        result = super()._compute_partner_shipping_id()
        leave_out_unseen(self, "partner_shipping_id")
        return result
