from odoo import api, models
from odoo.api import SUPERUSER_ID


class MailMessage(models.Model):
    """A message, which names the contact or deal that it is about in its subject."""

    _inherit = "mail.message"

    @api.depends_context("uid", "su")
    def _compute_display_name(self):
        """Tell the subject to who may read the message.

        Odoo tells the name of what a many2one links as superuser, and lets all employees read who
        was told of what: the notices of others, too.
        """
        result = super()._compute_display_name()
        if self.env.su and self.env.uid != SUPERUSER_ID:
            mine = self.sudo(False).with_context(prefetch_fields=False)
            if mine._must_ask_for_contacts():
                (mine - mine._filtered_access("read")).sudo().display_name = False
        return result
