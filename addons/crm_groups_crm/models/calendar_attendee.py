from odoo import api, fields, models
from odoo.fields import Domain


class CalendarAttendee(models.Model):
    """Attendees of meetings: their e-mail and phone for who may see the contact.

    Everybody reads a meeting that is not private, and Odoo reads what it shows of its attendees as
    superuser. The name stays: whoever made the meeting put it there.
    """

    _inherit = "calendar.attendee"

    email = fields.Char(
        related=None, compute="_compute_reach", search="_search_email", compute_sudo=False
    )
    phone = fields.Char(
        related=None, compute="_compute_reach", search="_search_phone", compute_sudo=False
    )

    @api.depends("partner_id.email", "partner_id.phone")
    @api.depends_context("uid")
    def _compute_reach(self):
        unseen = self._get_unseen_contacts(self.partner_id.ids) if not self.env.su else ()
        for attendee in self:
            # sudo: as Odoo does, for contacts that are not hidden from the user.
            partner = attendee.sudo().partner_id if attendee.partner_id not in unseen else None
            attendee.email = partner and partner.email
            attendee.phone = partner and partner.phone

    @api.model
    def _search_email(self, operator, value):
        return Domain("partner_id.email", operator, value)

    @api.model
    def _search_phone(self, operator, value):
        return Domain("partner_id.phone", operator, value)

    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        # sudo: attendees are told of the meeting, whoever of its organizers changes it.
        attendees = self.sudo()
        return super(CalendarAttendee, attendees)._notify_attendees(
            mail_template, notify_author=notify_author, force_send=force_send
        )
