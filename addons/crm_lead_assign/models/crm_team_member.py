from odoo import api, fields, models

from ..engine.unassigned import Member
from .assignment_filter import get_filter_error


class CrmTeamMember(models.Model):
    """A salesperson in a team, with own filters and capacity (Odoo's fields)."""

    _inherit = "crm.team.member"

    assignment_filter_error = fields.Char(
        string="Filter Problem",
        compute="_compute_assignment_filter_error",
        help="Why the member's filters can't be used. The member gets no leads until they are "
        "mended; the others do.",
    )

    @api.depends("assignment_domain", "assignment_domain_preferred")
    def _compute_assignment_filter_error(self):
        Lead = self.env["crm.lead"]
        for member in self:
            member.assignment_filter_error = get_filter_error(
                Lead, member.assignment_domain, member.assignment_domain_preferred
            )

    def _get_assignment_quota(self, force_quota=False):
        """As Odoo's, and nothing for who can't receive.

        Natively an archived user goes on getting leads, and a filter that can't be used
        ends the run for everybody.
        """
        if not self.user_id.active or self.assignment_filter_error:
            return 0
        return super()._get_assignment_quota(force_quota=force_quota)

    def _get_unassigned_member_facts(self, matches):
        """Members who may receive at all, for :mod:`..engine.unassigned`.

        :param matches: :class:`.crm_team.DomainMatches`
        """
        return tuple(
            Member(
                lead_ids=matches.ids(member.assignment_domain),
                remaining=int(member._get_assignment_quota()),
            )
            for member in self
            if not member.assignment_optout
            and member.assignment_max > 0
            and member.user_id.active
            and not member.assignment_filter_error
        )
