import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ..engine import codes
from ..labels import get_labels
from ..shell.check import RuleCheck
from ..shell.filters import get_filter_error, get_search_error
from ..shell.handover import find_idle, get_options
from ..shell.rule_texts import get_team_leads_texts, get_team_words

_logger = logging.getLogger(__name__)

CRON = "crm.ir_cron_crm_lead_assign"
#: How many days Odoo's own schedule looks back, unless told otherwise.
NATIVE_DAYS = 7
#: What a run has done, if anything.
GIVEN_COUNTS = ("assigned_count", "allocated_count", "merged_count")


class CrmTeam(models.Model):
    """A sales team: which leads it takes and how it chooses among its members."""

    _name = "crm.team"
    _inherit = ["crm.team", "crm.filter.mixin"]
    _filters = {"assignment_domain": "crm.lead", "assignment_load_domain": "crm.lead"}

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
    assignment_mode = fields.Selection(
        [("shared", "Shared with other teams"), ("exclusive", "All leads that match")],
        string="Takes",
        default="shared",
        required=True,
        help="Shared: leads that match several teams are shared out by capacity, as Odoo "
        "does. All leads that match: this team comes before those that share; among several "
        "such teams the order of the teams decides.",
    )
    assignment_territory_ids = fields.Many2many(
        "crm.territory",
        "crm_team_crm_territory_rel",
        "team_id",
        "territory_id",
        string="Territories",
        check_company=True,
        help="Only leads from these territories, besides the filter. Of several teams, the one "
        "with the most specific territory gets the lead.",
    )
    assignment_method = fields.Selection(
        selection=lambda self: get_labels(self.env, "rule", codes.METHODS),
        string="Choose the Salesperson by",
        default=codes.ROUND_ROBIN,
        required=True,
        help="Next in turn: in proportion to the capacities after every single lead. Least "
        "load: who has least open leads for the capacity. Best win rate: who won most leads "
        "of the kind, with some leads in turn so that everybody can show it.",
    )
    assignment_load_domain = fields.Char(
        string="What Counts as Load",
        default="[('won_status', '=', 'pending')]",
        help="Leads and opportunities that count as load where the least loaded person is chosen.",
    )
    assignment_win_rate_by = fields.Selection(
        [
            ("country_id", "Country"),
            ("state_id", "State"),
            ("source_id", "Source"),
            ("medium_id", "Medium"),
            ("campaign_id", "Campaign"),
            ("lang_id", "Language"),
        ],
        string="Win Rates by",
        help="What kinds of leads are told apart by. Empty: one win rate for all.",
    )
    assignment_exploration = fields.Integer(
        string="Given in Turn Anyway (%)",
        default=20,
        help="This part of the leads goes by turn, so that the win rate of everybody stays known.",
    )
    assignment_customer_first = fields.Boolean(
        string="Customer's Own Salesperson First",
        default=True,
        help="A lead of a customer who has a salesperson goes to that person, where a member.",
    )
    assignment_repeat_first = fields.Boolean(
        string="Same Person for Repeat Enquiries",
        default=True,
        help="A lead from a contact or address that somebody has served before goes to the "
        "same person, where a member.",
    )
    assignment_availability = fields.Selection(
        [("any", "Working hours don't matter"), ("within", "At work within")],
        string="Availability",
        default="within",
        required=True,
        help="Working hours, time off and public holidays are those of Odoo's calendars.",
    )
    assignment_available_hours = fields.Integer(
        string="Hours",
        default=72,
        help="Who is not at work at any time in these hours gets nothing. 0: at work now.",
    )
    assignment_fallback_user_id = fields.Many2one(
        "res.users",
        string="Fallback",
        domain="[('share', '=', False)]",
        check_company=False,
        help="Gets what no member's filter lets through.",
    )
    assignment_fallback_when_full = fields.Boolean(
        string="Also when Capacity is Used Up",
        help="The fallback also gets what would have to wait for capacity.",
    )
    assignment_reassign_hours = fields.Float(
        string="Hand Over after (Working Hours)",
        help="A lead its owner has not worked on for so many of the owner's working hours "
        "goes to somebody else. 0: never.",
    )
    assignment_reassign_max = fields.Integer(
        string="Hand over at most", default=2, help="How often one lead is handed over."
    )
    assignment_position_date = fields.Datetime(copy=False, readonly=True, technical=True)
    assignment_rule_text = fields.Char(
        string="Takes These Leads",
        compute="_compute_assignment_rule_text",
        help="The team's filter and territories in words.",
    )
    assignment_words = fields.Html(
        string="In Words",
        compute="_compute_assignment_rule_text",
        sanitize=False,
        help="What happens to a lead in this team, step by step.",
    )

    _check_assignment_numbers = models.Constraint(
        "CHECK(coalesce(assignment_exploration, 0) BETWEEN 0 AND 100"
        " AND coalesce(assignment_available_hours, 0) >= 0"
        " AND coalesce(assignment_reassign_hours, 0) >= 0"
        " AND coalesce(assignment_reassign_max, 0) >= 0)",
        "Hours and limits of an assignment can't be negative; a share is between 0 and 100 %.",
    )

    # -- computed ------------------------------------------------------------------

    @api.depends("assignment_domain")
    @api.depends_context("lang")
    def _compute_assignment_filter_error(self):
        Lead = self.env["crm.lead"]
        for team in self:
            team.assignment_filter_error = get_filter_error(Lead, team.assignment_domain)

    @api.depends(
        "assignment_domain",
        "assignment_territory_ids.complete_name",
        "assignment_mode",
        "assignment_method",
        "assignment_win_rate_by",
        "assignment_exploration",
        "assignment_customer_first",
        "assignment_repeat_first",
        "assignment_availability",
        "assignment_available_hours",
        "assignment_fallback_user_id",
        "assignment_fallback_when_full",
        "assignment_reassign_hours",
        "assignment_reassign_max",
        "crm_team_member_ids",
    )
    @api.depends_context("uid", "lang")
    def _compute_assignment_rule_text(self):
        """Cost: a fixed number of queries, whatever the number of teams."""
        texts = get_team_leads_texts(self)
        for team in self:
            team.assignment_rule_text = texts[team]
            team.assignment_words = get_team_words(team, texts[team])

    def _compute_assignment_next_run(self):
        # sudo: scheduled actions are for administrators; a team's leader may know when.
        cron = self.env.ref(CRON, raise_if_not_found=False)
        cron = cron and cron.sudo()
        next_run = cron.nextcall if cron and cron.active else False
        for team in self:
            team.assignment_next_run = not team.assignment_optout and next_run

    # -- constraints ---------------------------------------------------------------

    @api.constrains("assignment_domain")
    def _constrains_assignment_domain(self):
        """As Odoo's, saying what is wrong and where; a search that takes too long is refused."""
        for team in self:
            team._check_filter("assignment_domain")

    @api.constrains("assignment_load_domain")
    def _constrains_assignment_load_domain(self):
        for team in self:
            team._check_filter("assignment_load_domain")

    def _check_filter(self, name):
        error = get_search_error(self.env["crm.lead"], self[name])
        if error:
            raise ValidationError(
                self.env._(
                    "%(field)s of team %(team)s can't be used: %(error)s",
                    field=self._fields[name]._description_string(self.env),
                    team=self.name,
                    error=error,
                )
            )

    @api.constrains("assignment_fallback_user_id", "company_id")
    def _check_fallback_company(self):
        for team in self:
            user = team.assignment_fallback_user_id
            if user and team.company_id and team.company_id not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "The fallback %(user)s of team %(team)s does not work for %(company)s.",
                        user=user.name,
                        team=team.name,
                        company=team.company_id.name,
                    )
                )

    # -- who may change rules ------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        ruled = [
            team.id for team, vals in zip(teams, vals_list, strict=True) if self._has_rules(vals)
        ]
        teams.browse(ruled)._check_may_rule()
        return teams

    def write(self, vals):
        # Before, and after: a team that is shared from now on. Its leader runs the rules, and
        # without the team they give out nothing.
        if self._has_rules(vals) or {"user_id", "active"} & vals.keys():
            self._check_may_rule()
        result = super().write(vals)
        if "company_id" in vals:
            self.filtered("assignment_territory_ids")._check_may_rule()
        return result

    @api.model
    def _has_rules(self, vals):
        return any(name.startswith("assignment_") for name in vals)

    def _check_may_rule(self):
        """Refuse rules of a team that companies share to whoever works in some of them only.

        The schedule gives out the leads of all companies by these rules, and the leader runs and
        undoes them.

        :raises AccessError: that names the team and the way out
        """
        if self.env.su:
            return
        shared = self.filtered(lambda team: not team.company_id)
        if shared and not self.env.user._works_in_all_companies():
            raise AccessError(
                self.env._(
                    "All companies share the team %(team)s: by its rules leads of all of them are "
                    "given out, and you do not work in all. Choose a company for the team, or ask "
                    "somebody who works in all companies.",
                    team=shared[0].name,
                )
            )

    # -- running -------------------------------------------------------------------

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
    def _cron_assign_leads(self, force_quota=False, creation_delta_days=NATIVE_DAYS):
        """As Odoo's, for leads of any age: natively those older than seven days that have
        no team yet are passed over without a word.

        :param creation_delta_days: Odoo's default stands for :meth:`_get_schedule_days`
        """
        if creation_delta_days == NATIVE_DAYS:
            creation_delta_days = self._get_schedule_days()
        return super()._cron_assign_leads(
            force_quota=force_quota, creation_delta_days=creation_delta_days
        )

    def action_assign_leads(self):
        """As Odoo's; where nothing was given out, the notice is no success and says why.

        :raises UserError: for who may not assign
        :return: the notice
        """
        action = super().action_assign_leads()
        run = self.env["crm.assignment.run"].search(
            [("user_id", "=", self.env.uid), ("team_ids", "in", self.ids)],
            order="id desc",
            limit=1,
        )
        if run and not any(run[name] for name in GIVEN_COUNTS):
            action["params"].update(
                type="warning",
                title=self.env._("No Lead Was Assigned"),
                message=" ".join([*self._get_filter_problems(), html2plaintext(run.words)]),
            )
        return action

    def _action_assign_leads(self, force_quota=False, creation_delta_days=NATIVE_DAYS):
        """As Odoo's, by our engine; the return value is Odoo's.

        Not ``super()``: Odoo's two steps decide, write and commit lead by lead, so that no
        smaller hook could make them fair, explained or fast. Cost: see
        :class:`..shell.process.AssignmentProcess`.
        """
        teams = self._check_may_assign()
        run, teams_data, members_data = self.env["crm.assignment.run"]._run_assignment(
            teams,
            self.env.context.get("crm_assignment_trigger")
            or ("manual" if force_quota else "scheduled"),
            force_quota=force_quota,
            creation_delta_days=creation_delta_days,
        )
        _logger.info("Lead assignment %s: %s", run.id, run._get_summary())
        return teams_data, members_data

    def _check_may_assign(self):
        """Who may give out leads: as in Odoo, and a team's leader in the own team.

        :return: the teams, as the user who may write their leads
        :raises UserError: for everybody else
        """
        if self.env.is_system() or self.env.user.has_group("sales_team.group_sale_manager"):
            return self
        if self and all(team.sudo().user_id == self.env.user for team in self):
            # sudo: leads go to members, whose leads the leader may not be allowed to see.
            return self.sudo()
        raise UserError(
            self.env._(
                "Lead/Opportunities automatic assignment is limited to managers or "
                "administrators, and to leaders for their own team"
            )
        )

    def _action_assign_leads_logs(self, teams_data, members_data):
        """As Odoo's, and which teams were left out for their filter."""
        logs = super()._action_assign_leads_logs(teams_data, members_data)
        return self._get_filter_problems() + logs

    def _get_filter_problems(self):
        return [
            self.env._(
                "The filter of %(team)s can't be used: %(error)s.",
                team=team.name,
                error=team.assignment_filter_error,
            )
            for team in self.filtered("assignment_filter_error")
        ]

    def _get_lead_to_assign_domain(self):
        """As Odoo's, without won leads: they need nobody any more."""
        return [*super()._get_lead_to_assign_domain(), ("won_status", "!=", "won")]

    @api.model
    def _get_reach_domain(self):
        """Leads that may be given out: for a leader, who does so as superuser, those of the
        companies that he works in. A team may be shared by others; see :meth:`_check_may_assign`.
        """
        if not self.env.su or self.env.uid == SUPERUSER_ID:
            return Domain.TRUE
        return Domain("company_id", "in", [*self.env.user.company_ids.ids, False])

    def _store_positions(self, positions):
        """Keep whose turn it was: ``{member: position}``. Cost: two statements."""
        self.ensure_one()
        # The transaction's, as in the leads' dates: cut off to seconds, the run's own leads
        # would look as if given by hand after it.
        now = self.env.cr.now()
        members = self.env["crm.team.member"].browse(positions).exists()
        for member in members:
            member._as_system().write(
                {
                    "assignment_position": positions[member.id],
                    "assignment_position_date": now,
                }
            )
        self._as_system().assignment_position_date = now

    # -- preview -------------------------------------------------------------------

    def action_preview_assignment(self):
        """What an assignment would do now, without doing it.

        The same engine on the same leads, with everybody's capacity of this moment; nothing
        but the run and its decisions is written. Probabilities are those of now: Odoo may
        estimate them anew when a lead gets its team.

        :return: the ``crm.assignment.run``, state ``preview``
        :raises UserError: for who may not assign leads
        """
        teams = self._check_may_assign()
        return self.env["crm.assignment.run"]._preview_assignment(teams, creation_delta_days=0)

    def action_preview_handover(self):
        """Which idle leads would be handed over now, and to whom; nothing is done.

        :return: the ``crm.assignment.run``, state ``preview``; apply it to hand them over
        :raises UserError: for who may not assign leads
        """
        teams = self._check_may_assign()
        idle = [
            row
            for row in find_idle(teams.sudo(), fields.Datetime.now())
            if row.handovers < teams.browse(row.team_id).assignment_reassign_max
        ]
        idle = teams._filter_within_reach(idle)
        options = get_options(idle) if idle else {"lead_ids": []}
        return self.env["crm.assignment.run"]._preview_assignment(teams, "inaction", **options)

    def _filter_within_reach(self, idle):
        leads = self.env["crm.lead"].with_context(active_test=False)
        within = Domain("id", "in", [row.lead_id for row in idle]) & self._get_reach_domain()
        ids = set(leads.search(within).ids)
        return [row for row in idle if row.lead_id in ids]

    def action_open_handover_preview(self):
        """The preview of hand-overs, opened."""
        return self.action_preview_handover()._get_form_action()

    def action_open_preview(self):
        """The preview, opened."""
        return self.action_preview_assignment()._get_form_action()

    # -- health --------------------------------------------------------------------

    def get_assignment_checks(self, days=30):
        """What is wrong with the rules: filters, members, leads nobody or several are for.

        Nothing is written. Cost: see :class:`..shell.check.RuleCheck`.

        :param days: leads without and with several teams are counted over so many days
        :return: list of dicts: ``severity`` (``error``, ``warning``, ``info``), ``kind``
            (code), ``team_id``, ``member_id``, ``territory_id``, ``user_id`` (ids or
            ``False``), ``text``, ``mend`` (in the user's language), ``figure`` (number),
            ``lead_ids``; the gravest first. For all teams when called on none
        :raises UserError: for who may not assign leads
        """
        teams = self.env["crm.team"]._get_assignable_teams()
        manager = self.env.is_system() or self.env.user.has_group("sales_team.group_sale_manager")
        own = self or (
            teams if manager else teams.filtered(lambda team: team.user_id == self.env.user)
        )
        if not own and not manager:
            own = self.env["crm.team"]._check_may_assign()
        # sudo for a leader: leads match other teams' rules too; rows are about own teams.
        asked = own._check_may_assign() if own else teams
        check = RuleCheck(
            (teams | own).with_env(asked.env), own, everything=manager and not self, days=days
        )
        return check.execute()

    def action_check_assignment(self):
        """The health of the rules on a screen: see :meth:`get_assignment_checks`.

        :return: action that lists the rows
        """
        rows = self.env["crm.assignment.check"]._create_rows(self.get_assignment_checks())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lead_assign.crm_assignment_check_action"
        )
        return {**action, "domain": [("id", "in", rows.ids)]}

    def _get_assignment_company(self):
        """Return the company whose day is "today" for the team: its own, else the oldest."""
        # sudo: of the company only.
        return self.sudo().company_id or self.env["res.company"].sudo()._get_oldest()

    def _get_assignment_tz(self):
        """Return the name of the time zone of the days in the filters of the team."""
        return self._get_assignment_company()._get_tz()

    @api.model
    def _get_assignable_teams(self):
        """Teams that take leads or opportunities: those a run is about.

        No archived ones, even where the caller looks at archived records, as automation rules do.
        """
        return self.with_context(active_test=True).search(
            ["|", ("use_leads", "=", True), ("use_opportunities", "=", True)]
        )
