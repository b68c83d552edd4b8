import logging
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.crm_access.system import Switch

from ..engine import codes
from ..labels import get_labels
from ..shell.facts import AssignmentFacts
from ..shell.handover import hand_over
from ..shell.reasons import explain_leads
from ..shell.writer import CHECKED

_logger = logging.getLogger(__name__)

#: Leads of a team without assignment go to its leader, as in Odoo.
TO_LEADER = Switch("crm_lead_assign_to_leader")
CRON_NEW_LEADS = "crm_lead_assign.ir_cron_assign_new_leads"


class CrmLead(models.Model):
    """A lead that can say why somebody has it, or why nobody has."""

    _inherit = "crm.lead"

    unassigned_reason = fields.Selection(
        selection=lambda self: get_labels(self.env, "reason", codes.REASONS),
        compute="_compute_unassigned_reason",
        search="_search_unassigned_reason",
        help="What stands between this lead and an owner: the first thing to mend.",
    )
    assignment_decision_ids = fields.One2many(
        "crm.assignment.decision", "lead_id", string="Assignment Decisions", readonly=True
    )
    assignment_handover_count = fields.Integer(
        string="Hand-overs",
        readonly=True,
        copy=False,
        help="How often the lead was taken from an owner who did not work on it in time.",
    )

    # The assignment asks for nobody's leads and for who got what when.
    _assignment_waiting_idx = models.Index("(team_id) WHERE user_id IS NULL AND active")
    _assignment_received_idx = models.Index("(user_id, date_open) WHERE date_open IS NOT NULL")

    # -- why nobody ----------------------------------------------------------------

    @api.depends("user_id", "team_id", "active", "won_status", "type", "country_id")
    def _compute_unassigned_reason(self):
        """Empty for leads that have an owner or are closed.

        Cost: that of the facts of a run, see :class:`..shell.facts.AssignmentFacts`; one
        search for each distinct filter, none for each lead.
        """
        open_leads = self.filtered(
            lambda lead: not lead.user_id and lead.active and lead.won_status != "won"
        )
        (self - open_leads).unassigned_reason = False
        if not open_leads:
            return
        # sudo: a salesperson may ask why; the teams' filters and loads are the managers'.
        teams = self.env["crm.team"].sudo()._get_assignable_teams()
        reasons = explain_leads(AssignmentFacts(teams), open_leads._origin.sudo())
        for lead in open_leads:
            lead.unassigned_reason = reasons.get(lead._origin.id, codes.NO_TEAM)

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
        labels = dict(get_labels(self.env, "reason", codes.REASONS))
        counts = self._count_unassigned_reasons()
        return [[labels[code], count] for code, count in counts.most_common()]

    @api.model
    def _count_unassigned_reasons(self):
        """``Counter`` of open leads without an owner by the code of the reason."""
        leads = self.search(self._get_unassigned_domain())
        return Counter(leads.mapped("unassigned_reason"))

    # -- on creation ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """New leads that nobody owns wake the assignment; they are not kept waiting by it."""
        leads = super().create(vals_list)
        if self._is_assignment_on_create() and not all(lead.user_id for lead in leads):
            self.env.ref(CRON_NEW_LEADS).sudo()._trigger()
        return leads

    @api.model
    def _is_assignment_on_create(self):
        # sudo: parameters are for administrators.
        get = self.env["ir.config_parameter"].sudo().get_param
        return bool(get("crm_lead_assign.on_create") and self._is_rule_based_assignment_activated())

    @api.model
    def _cron_assign_new_leads(self):
        """Give out the leads of the last day that nobody has yet (scheduled action, root).

        Woken when leads are created. Idempotent: what is given out is not found again.
        """
        teams = (
            self.env["crm.team"]
            ._get_assignable_teams()
            .filtered_domain([("assignment_optout", "=", False)])
        )
        since = fields.Datetime.now() - timedelta(days=1)
        leads = self.search(self._get_unassigned_domain() & Domain("create_date", ">=", since))
        if leads and teams:
            self.env["crm.assignment.run"]._run_assignment(teams, "creation", lead_ids=leads.ids)

    # -- hand-over -----------------------------------------------------------------

    @api.model
    def _cron_reassign_inactive(self):
        """Hand over leads that their owners have not worked on in time (scheduled action, root).

        For teams in the schedule with a number of hours; see
        :func:`..shell.handover.hand_over`. Idempotent, in chunks, each lead written once;
        a killed process loses the batch it was at.

        :return: ``{"reassigned", "told", "stayed"}``: how many leads
        """
        teams = (
            self.env["crm.team"]
            ._get_assignable_teams()
            .filtered_domain(
                [("assignment_optout", "=", False), ("assignment_reassign_hours", ">", 0)]
            )
        )
        counts = hand_over(teams, fields.Datetime.now())
        if counts.pop("done"):
            self.env["ir.cron"]._commit_progress(remaining=0)
        _logger.info("Hand-over of idle leads: %s", counts)
        return counts

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
        to_leader = TO_LEADER.on(left)
        super(CrmLead, to_leader)._assign_userless_lead_in_team(creation_source)

    @api.model
    def _is_rule_based_assignment_activated(self):
        if TO_LEADER.is_on(self.env):
            return False
        return super()._is_rule_based_assignment_activated()

    def _check_company(self, fnames=None):
        """Not in a run: it gives leads only to who works for their company."""
        if self.env.context.get("crm_lead_assign_bulk") is CHECKED:
            return None
        return super()._check_company(fnames)

    # -- selected leads ------------------------------------------------------------

    def action_assign(self):
        """Assign these leads now, by the rules of all teams (also those not in the schedule).

        As the button on a team: everybody may get a day's leads. Leads that have an owner
        or are closed are left alone.

        :return: notification that says how many were assigned and why others were not
        :raises UserError: for who may not assign leads
        """
        open_leads = self.filtered(
            lambda lead: not lead.user_id and lead.active and lead.won_status == "pending"
        )
        teams = self.env["crm.team"]._get_assignable_teams()
        if not (self.env.is_system() or self.env.user.has_group("sales_team.group_sale_manager")):
            teams = teams.filtered(lambda team: team.sudo().user_id == self.env.user)
            if not teams:
                raise UserError(
                    self.env._("Only sales managers and leaders of a team can assign leads.")
                )
        teams = teams._check_may_assign()
        run, _teams, _members = self.env["crm.assignment.run"]._run_assignment(
            teams, "selection", force_quota=True, lead_ids=open_leads.ids
        )
        return run._get_notification(len(self) - len(open_leads))

    # -- why this person -----------------------------------------------------------

    def _get_out_of_reach_reason(self):
        """Say so where the assignment has chosen the salesperson, as a rule on saving may do."""
        reason = super()._get_out_of_reach_reason()
        # sudo: why the user no longer sees what he has just saved.
        lead = self.sudo()
        explanation = lead.get_assignment_explanation() if lead.user_id else {}
        if explanation.get("outcome") and explanation.get("current"):
            return " ".join(filter(None, [explanation["summary"], reason]))
        return reason

    def get_assignment_explanation(self):
        """Why the lead has its owner, or why it has none.

        :return: dict with ``lead_id``, ``outcome``, ``user``, ``team`` (``{"id", "name"}``
            or ``False``), ``rule``, ``team_rule``, ``reason`` (codes), ``summary`` (one
            line), ``candidates`` (list of ``{"user", "skipped", "text", "score"}``),
            ``teams`` (list of ``{"team", "rule", "text"}``), ``facts``, ``date``, ``run_id``,
            ``current`` (whether the owner is still the one decided on). ``outcome`` is
            ``False`` when no assignment has looked at the lead; the owner was set by hand.
        :raises AccessError: for who may not read the lead
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: who may read the lead may know why; decisions about others are the managers'.
        decision = (
            self.env["crm.assignment.decision"]
            .sudo()
            .search([("lead_id", "=", self.id), ("state", "in", ("done", "kept"))], limit=1)
        )
        return decision._get_explanation(self)
