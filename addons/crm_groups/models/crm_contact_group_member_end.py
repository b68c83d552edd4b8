# pylint: disable=consider-merging-classes-inherited
from odoo import api, fields, models
from odoo.fields import Domain


class CrmContactGroupMember(models.Model):
    """Memberships end with their last day, where the group is at home."""

    _inherit = "crm.contact.group.member"

    @api.model
    def _end_overdue(self):
        """Make past what had an end, so that in a smart group the rule decides again.

        The last day is over at midnight where the group's company is, not where the scheduled
        action runs. Two queries for each day that it is somewhere now: two or three.
        """
        # sudo: the groups of all companies end theirs, whoever asks.
        companies = self.env["res.company"].sudo().search([], order="id")
        shared = companies[:1]  # as rules of shared groups do
        for today, ids in self._get_days(companies).items():
            own = Domain("group_id.company_id", "in", ids)
            if shared.id in ids:
                own |= Domain("group_id.company_id", "=", False)
            overdue = Domain("state", "=", "in") & Domain("date_to", "<", today) & own
            self.search(overdue).write({"state": "past"})

    @api.model
    def _get_days(self, companies):
        """Return {date: ids of the companies where it is that day now}."""
        days = {}
        for company in companies:
            there = self.with_context(tz=company.partner_id.tz or "UTC")
            days.setdefault(fields.Date.context_today(there), []).append(company.id)
        return days
