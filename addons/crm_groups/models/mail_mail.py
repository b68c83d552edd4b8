from odoo import api, models
from odoo.api import SUPERUSER_ID


class MailMail(models.Model):
    """A mail that goes out, named by the subject of its message."""

    _inherit = "mail.mail"

    @api.depends_context("uid", "su")
    def _compute_display_name(self):
        """Tell the subject to who may read the message; see that of messages."""
        result = super()._compute_display_name()
        if self.env.su and self.env.uid != SUPERUSER_ID:
            mine = self.mail_message_id.sudo(False).with_context(prefetch_fields=False)
            if mine._must_ask_for_contacts():
                unseen = (mine - mine._filtered_access("read")).ids
                told = self.filtered(lambda mail: mail.mail_message_id.id in unseen)
                told.display_name = False
        return result
