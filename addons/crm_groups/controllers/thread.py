from odoo import http
from odoo.http import request
from odoo.tools import email_normalize

from odoo.addons.mail.controllers import thread


class ThreadController(thread.ThreadController):
    """What the chatter asks about addresses."""

    @http.route()
    def mail_thread_partner_from_email(self, thread_model, thread_id, emails):
        """Answer for hidden contacts with what was asked and their number, and nothing else."""
        by_address = {email_normalize(email): email for email in emails}
        hidden = request.env["res.partner"]._find_hidden(by_address)
        rest = [email for address, email in by_address.items() if address not in hidden]
        partners = super().mail_thread_partner_from_email(thread_model, thread_id, rest)
        return partners + [
            {"id": partner.id, "name": by_address[address], "email": by_address[address]}
            for address, partner in hidden.items()
        ]
