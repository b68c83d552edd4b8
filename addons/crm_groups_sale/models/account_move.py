from odoo import api, fields, models

from ..addresses import leave_out_unseen


class AccountMove(models.Model):
    """An invoice, which tells its customer to who sees him."""

    _inherit = "account.move"

    # Whoever has it opens the customer's page without a login; see the quotation.
    access_token = fields.Char(groups="base.group_system")

    @api.depends("partner_id")
    def _compute_partner_shipping_id(self):
        """Let no delivery address come that a group hides from who makes the invoice."""
        result = super()._compute_partner_shipping_id()
        leave_out_unseen(self, "partner_shipping_id")
        return result

    def _sign_token(self, pid):
        # sudo: the field is for nobody to read; who writes to the customer sends a link.
        return super(AccountMove, self.sudo())._sign_token(pid)

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        # sudo: the link is for who gets the mail; it is told to nobody else.
        return super(AccountMove, self.sudo())._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
