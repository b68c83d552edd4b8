from odoo import models

from ..engine.unassigned import Member


class CrmTeamMember(models.Model):
    """A salesperson in a team, with own filters and capacity (Odoo's fields)."""

    _inherit = "crm.team.member"

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
            if not member.assignment_optout and member.assignment_max > 0
        )
