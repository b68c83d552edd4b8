import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine.unassigned import Team
from .assignment_filter import get_filter_error, parse_filter

_logger = logging.getLogger(__name__)

CRON = "crm.ir_cron_crm_lead_assign"


class CrmTeam(models.Model):
    """A sales team; its own assignment filter says which leads it may receive."""

    _inherit = "crm.team"

    assignment_next_run = fields.Datetime(
        string="Next Scheduled Assignment",
        compute="_compute_assignment_next_run",
        help="When the scheduled action next gives out leads. Empty when it is switched "
        "off or leaves this team out.",
    )

    assignment_filter_error = fields.Char(
        string="Filter Problem",
        compute="_compute_assignment_filter_error",
        help="Why the team's filter can't be used. The team gets no leads until it is mended; "
        "the others do.",
    )

    @api.depends("assignment_domain")
    def _compute_assignment_filter_error(self):
        Lead = self.env["crm.lead"]
        for team in self:
            team.assignment_filter_error = get_filter_error(Lead, team.assignment_domain)

    def _compute_assignment_next_run(self):
        # sudo: scheduled actions are for administrators; a team's leader may know when.
        cron = self.env.ref(CRON, raise_if_not_found=False)
        cron = cron and cron.sudo()
        next_run = cron.nextcall if cron and cron.active else False
        for team in self:
            team.assignment_next_run = not team.assignment_optout and next_run

    @api.model
    def _cron_assign_leads(self, force_quota=False, creation_delta_days=0):
        """As Odoo's, for leads of any age: natively those older than seven days that have
        no team yet are passed over without a word."""
        return super()._cron_assign_leads(
            force_quota=force_quota, creation_delta_days=creation_delta_days
        )

    def _action_assign_leads(self, force_quota=False, creation_delta_days=0):
        """As Odoo's, without the teams whose filter can't be used: natively one of them
        ends the run for all."""
        usable = self.filtered(lambda team: not team.assignment_filter_error)
        for team in self - usable:
            _logger.info(
                "Team %s is left out of the assignment: %s", team.id, team.assignment_filter_error
            )
        return super(CrmTeam, usable)._action_assign_leads(
            force_quota=force_quota, creation_delta_days=creation_delta_days
        )

    def _get_lead_to_assign_domain(self):
        """As Odoo's, without won leads: they need nobody any more."""
        return [*super()._get_lead_to_assign_domain(), ("won_status", "!=", "won")]

    def _get_unassigned_team_facts(self, leads):
        """What the assignment would see of ``leads``, for :mod:`..engine.unassigned`.

        One search for each distinct filter of a team or member, none for each lead.

        :return: ``{team id: Team}``
        """
        matches = DomainMatches(leads)
        return {
            team.id: Team(
                lead_ids=matches.ids(team.assignment_domain),
                scheduled=not team.assignment_optout,
                capacity=team.assignment_max,
                members=team.crm_team_member_ids._get_unassigned_member_facts(matches),
            )
            for team in self
        }


class DomainMatches:
    """Which of some leads a filter lets through; each distinct filter is asked once."""

    def __init__(self, leads):
        self.leads = leads
        self._ids = {}

    def ids(self, *texts):
        """Ids of the leads that pass all ``texts`` (domains as stored; empty: all).

        A filter that can't be read or searched lets nothing through: that is how the
        assignment fares with it.
        """
        key = tuple(text for text in texts if text and text.strip() != "[]")
        if not key:
            return frozenset(self.leads.ids)
        if key not in self._ids:
            self._ids[key] = self._search(key)
        return self._ids[key]

    def _search(self, texts):
        try:
            domain = Domain.AND(map(parse_filter, texts)) & Domain("id", "in", self.leads.ids)
            domain.validate(self.leads)
        except ValueError:
            return frozenset()
        # Archived leads are lost ones: they are not among those asked for.
        return frozenset(self.leads.search(domain, order="id").ids)
