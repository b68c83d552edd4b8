from odoo import api, models


class CalendarEvent(models.Model):
    """A meeting, whose description is read by all: it tells nothing of hidden contacts."""

    _inherit = "calendar.event"

    @api.model
    def _get_contact_details_description(self, organizer, partners):
        # sudo: of the protection only. Whoever makes the meeting may see them, its readers may not.
        hidden = partners.filtered(
            lambda partner: partner.sudo().access_scope_id.access == "hidden"
        )
        return super()._get_contact_details_description(organizer, partners - hidden)
