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
    def _get_schedule_days(self):
        """How many days the scheduled run looks back for leads without a team; 0: all.

        The system parameter ``crm_lead_assign.schedule_days``. Where the schedule was in
        use before the addon it is Odoo's seven, so that the first run after the install
        does not give out years of leads at once.
        """
        # sudo: system parameters are for administrators; this one is no secret.
        params = self.env["ir.config_parameter"].sudo()
        return int(params.get_param("crm_lead_assign.schedule_days") or 0)

    @api.model
    def _cron_assign_leads(self, force_quota=False, creation_delta_days=None):
        """As Odoo's, for leads of any age: natively those older than seven days that have
        no team yet are passed over without a word."""
        if creation_delta_days is None:
            creation_delta_days = self._get_schedule_days()
        return super()._cron_assign_leads(
            force_quota=force_quota, creation_delta_days=creation_delta_days
        )

    def _action_assign_leads(self, force_quota=False, creation_delta_days=7):
        """As Odoo's, without the teams that can give a lead to nobody.

        Natively one filter that can't be used ends the run for all, and a team whose
        members are archived users takes leads that no other team may have then.
        """
        usable = self.filtered(
            lambda team: not team.assignment_filter_error and team._get_receiving_members()
        )
        for team in (self - usable).filtered("assignment_filter_error"):
            _logger.info(
                "Team %s is left out of the assignment: %s", team.id, team.assignment_filter_error
            )
        return super(CrmTeam, usable)._action_assign_leads(
            force_quota=force_quota, creation_delta_days=creation_delta_days
        )

    def _action_assign_leads_logs(self, teams_data, members_data):
        """As Odoo's, and which teams were left out for their filter."""
        logs = super()._action_assign_leads_logs(teams_data, members_data)
        problems = [
            self.env._(
                "The filter of %(team)s can't be used: %(error)s.",
                team=team.name,
                error=team.assignment_filter_error,
            )
            for team in self.filtered("assignment_filter_error")
        ]
        return problems + logs

    def _get_receiving_members(self):
        """The members who may receive leads at all."""
        return self.crm_team_member_ids.filtered(
            lambda member: member.assignment_max > 0 and member.user_id.active
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
                capacity=sum(team._get_receiving_members().mapped("assignment_max")),
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
        except Exception:  # as in get_filter_error, which shows what is wrong
            return frozenset()
        # Archived leads are lost ones: they are not among those asked for.
        return frozenset(self.leads.search(domain, order="id").ids)
