# pylint: disable=consider-merging-classes-inherited
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class CrmContactGroupMember(models.Model):
    """Memberships end with their last day, where the group is at home."""

    _inherit = "crm.contact.group.member"

    @api.model
    def _end_overdue(self):
        """Make past what had an end, so that in a smart group the rule decides again.

        The last day is over at midnight by the time zone of the group, as "today" in its rule,
        and not where the scheduled action runs. Two queries for each day that it is somewhere
        now, three at most, and some for the time zones.
        """
        for today, ids in self._get_days().items():
            overdue = Domain("state", "=", "in") & Domain("date_to", "<", today)
            self.search(overdue & Domain("group_id", "in", ids)).write({"state": "past"})

    @api.model
    def _get_days(self):
        """Return {date: ids of the groups where it is that day now}, of those with an end."""
        # Nowhere it is later than tomorrow in UTC.
        latest = fields.Date.today() + timedelta(days=1)
        ending = Domain("state", "=", "in") & Domain("date_to", "<", latest)
        # sudo: of all groups, whoever asks: their time zones.
        rows = self._read_group(ending, ["group_id"])
        groups = self.env["crm.contact.group"].sudo().union(*(group for [group] in rows))
        days = {}
        for group, tz in groups._map_tz().items():
            today = fields.Date.context_today(self.with_context(tz=tz))
            days.setdefault(today, []).append(group.id)
        return days
