from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine import unassigned


class CrmLead(models.Model):
    """A lead that can say why nobody has it yet."""

    _inherit = "crm.lead"

    unassigned_reason = fields.Selection(
        selection="_selection_unassigned_reason",
        compute="_compute_unassigned_reason",
        search="_search_unassigned_reason",
        help="What stands between this lead and an owner: the first thing to mend.",
    )

    @api.model
    def _selection_unassigned_reason(self):
        # Only the literal texts are translated, so that they reach the .pot file.
        return [
            (unassigned.NO_TEAM, self.env._("No team's filter matches")),
            (unassigned.TEAM_SKIPPED, self.env._("Team is left out of the schedule")),
            (unassigned.TEAM_NO_CAPACITY, self.env._("Team has no capacity")),
            (unassigned.TOO_OLD, self.env._("Too old for the schedule: assign from the team")),
            (unassigned.NO_MEMBER, self.env._("No member's filter matches")),
            (unassigned.CAPACITY_USED, self.env._("Today's capacity is used up")),
            (unassigned.RELEASED, self.env._("Released by its last owner: assign by hand")),
            (unassigned.WAITING, self.env._("Waiting for the next run")),
        ]

    @api.depends("user_id", "team_id", "active", "won_status", "type", "country_id")
    def _compute_unassigned_reason(self):
        """Empty for leads that have an owner or are closed.

        Cost: one search for each distinct filter of teams and members, one
        aggregation for the loads; none for each lead.
        """
        open_leads = self.filtered(
            lambda lead: not lead.user_id and lead.active and lead.won_status != "won"
        )
        (self - open_leads).unassigned_reason = False
        if not open_leads:
            return
        # sudo: a salesperson may ask why; the teams' filters and loads are the managers'.
        teams = (
            self.env["crm.team"]
            .sudo()
            .search(["|", ("use_leads", "=", True), ("use_opportunities", "=", True)])
        )
        facts = teams._get_unassigned_team_facts(open_leads._origin.sudo())
        days = teams._get_schedule_days()
        oldest = days and fields.Datetime.now() - timedelta(days=days)
        for lead in open_leads:
            lead.unassigned_reason = unassigned.reason_for(
                unassigned.Lead(
                    id=lead._origin.id,
                    team_id=lead.team_id.id,
                    too_old=bool(oldest and lead.create_date and lead.create_date < oldest),
                    released=bool(lead.date_open),
                ),
                facts,
            )

    def _assign_userless_lead_in_team(self, creation_source):
        """Incoming leads the schedule would never give out go to the team's leader.

        Odoo leaves all of them to the schedule once rule-based assignment is on. A
        team that is left out of it, or has no capacity, keeps what it had before.
        """
        super()._assign_userless_lead_in_team(creation_source)
        if not self._is_rule_based_assignment_activated():
            return
        left = self.filtered(
            lambda lead: (
                not lead.user_id
                and lead.team_id
                and (lead.team_id.assignment_optout or not lead.team_id.assignment_max)
            )
        )
        to_leader = left.with_context(crm_lead_assign_to_leader=True)
        super(CrmLead, to_leader)._assign_userless_lead_in_team(creation_source)

    @api.model
    def _is_rule_based_assignment_activated(self):
        if self.env.context.get("crm_lead_assign_to_leader"):
            return False
        return super()._is_rule_based_assignment_activated()

    @api.model
    def _get_unassigned_domain(self):
        """Open leads and opportunities that nobody owns."""
        return Domain("user_id", "=", False) & Domain("won_status", "=", "pending")

    def _search_unassigned_reason(self, operator, value):
        if operator != "in":
            return NotImplemented
        leads = self.search_fetch(self._get_unassigned_domain(), ["user_id", "team_id"])
        found = leads.filtered(lambda lead: lead.unassigned_reason in value)
        domain = Domain("id", "in", found.ids)
        if False in value:
            domain |= ~self._get_unassigned_domain()
        return domain

    @api.model
    @api.readonly
    def get_unassigned_summary(self):
        """How many open leads have no owner, by reason, most frequent first.

        Only leads the user may see are counted.

        :return: list of ``[reason as shown to the user, number of leads]``
        """
        labels = dict(self._selection_unassigned_reason())
        leads = self.search(self._get_unassigned_domain())
        counts = Counter(leads.mapped("unassigned_reason"))
        return [[labels[code], count] for code, count in counts.most_common()]
