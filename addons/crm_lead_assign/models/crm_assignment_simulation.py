from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.crm_access.texts import tell_count

from ..engine.fairness import within_teams
from ..labels import TEXTS
from ..shell.simulation import Simulation

#: A replay of more days says nothing more and costs days × members.
MAX_DAYS = 366
#: Days after which a what-if that nobody keeps is deleted.
KEEP_DAYS = 90


class CrmAssignmentSimulation(models.Model):
    """What if: leads of a period given out again, with members as they might be.

    Leads are never touched. The engine is that of the assignment; see
    :class:`..shell.simulation.Simulation` for what is replayed.
    """

    _name = "crm.assignment.simulation"
    _description = "Lead Assignment What-If"
    _order = "id desc"

    name = fields.Char(required=True, default=lambda self: self.env._("What if"))
    keep = fields.Boolean(help="Others are deleted after three months.")
    state = fields.Selection(
        [("draft", "To be run"), ("done", "Run")], default="draft", readonly=True, copy=False
    )
    user_id = fields.Many2one(
        "res.users", string="Made by", readonly=True, default=lambda self: self.env.user
    )
    team_ids = fields.Many2many(
        "crm.team",
        "crm_assignment_simulation_crm_team_rel",
        "simulation_id",
        "team_id",
        string="Sales Teams",
        required=True,
        default=lambda self: self._default_team_ids(),
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        help="Set when all teams are of one company.",
    )
    date_from = fields.Date(
        string="Leads Created from",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=30),
    )
    date_to = fields.Date(
        string="to",
        required=True,
        default=fields.Date.context_today,
    )
    date_replay = fields.Date(
        string="As if They Came from",
        help="The first day of the replay, for time off to come: last week's leads as if they "
        "came next week. Empty: the days on which they did come.",
    )
    lead_teams = fields.Selection(
        [("keep", "Leads keep their team"), ("anew", "Teams are chosen anew")],
        string="Team of a Lead",
        default="keep",
        required=True,
        help="Leads without a team are given one in any case.",
    )
    line_ids = fields.One2many(
        "crm.assignment.simulation.line",
        "simulation_id",
        string="Members",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        copy=True,
    )
    result_ids = fields.One2many("crm.assignment.simulation.result", "simulation_id", readonly=True)
    lead_count = fields.Integer(string="Leads", readonly=True, copy=False)
    assigned_count = fields.Integer(string="Would Have an Owner", readonly=True, copy=False)
    unassigned_count = fields.Integer(string="Would Have Nobody", readonly=True, copy=False)
    actual_count = fields.Integer(string="Have an Owner", readonly=True, copy=False)
    wait_days = fields.Float(
        string="Days to an Owner", readonly=True, copy=False, digits=(8, 1),
        help="On average, as simulated.",
    )  # fmt: skip
    fairness_gini = fields.Float(string="Gini", readonly=True, copy=False, digits=(4, 3))
    fairness_spread = fields.Float(string="Max–min Share", readonly=True, copy=False, digits=(4, 3))
    actual_gini = fields.Float(readonly=True, copy=False, digits=(4, 3))
    actual_spread = fields.Float(
        string="Actual Max–min Share", readonly=True, copy=False, digits=(4, 3)
    )
    reasons = fields.Json(readonly=True, copy=False, help="Leads nobody would have, by reason.")
    problems = fields.Json(readonly=True, copy=False, help="Filters that could not be searched.")
    summary = fields.Html(compute="_compute_summary", sanitize=False)

    @api.model
    def _default_team_ids(self):
        """Teams in the schedule; a leader's own ones."""
        teams = self.env["crm.team"]._get_assignable_teams()
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            teams = teams.filtered(lambda team: team.user_id == self.env.user)
        return teams.filtered(lambda team: not team.assignment_optout)

    @api.depends("team_ids.company_id")
    def _compute_company_id(self):
        for simulation in self:
            companies = simulation.team_ids.company_id
            simulation.company_id = companies.id if len(companies) == 1 else False

    @api.depends("team_ids")
    def _compute_line_ids(self):
        """The members of the teams, as they are; what was changed already stays."""
        Line = self.env["crm.assignment.simulation.line"]
        for simulation in self:
            teams = simulation.team_ids._origin
            gone = simulation.line_ids.filtered(lambda line: line.team_id._origin not in teams)  # noqa: B023
            known = simulation.line_ids.team_id._origin
            commands = [fields.Command.unlink(line.id) for line in gone]
            commands += [
                fields.Command.create(Line._get_values_of(member))
                for member in (teams - known).crm_team_member_ids
            ]
            simulation.line_ids = commands

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for simulation in self:
            days = (simulation.date_to - simulation.date_from).days + 1
            if not 0 < days <= MAX_DAYS:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the last day can't be before the first, nor more than "
                        "%(days)s days after it.",
                        name=simulation.name,
                        days=MAX_DAYS,
                    )
                )

    # -- running -------------------------------------------------------------------

    def action_simulate(self):
        """Give the period's leads out again in memory and keep what came of it.

        Leads, teams and members stay as they are. Cost: see
        :class:`..shell.simulation.Simulation`.

        :raises UserError: for who may not assign leads of these teams; without members
        """
        for simulation in self:
            simulation.check_access("write")
            teams = simulation.team_ids._check_may_assign()
            if not simulation.line_ids:
                raise UserError(self.env._("%s has no members to give leads to.", simulation.name))
            simulation._run(teams)
        return True

    def _run(self, teams):
        process = Simulation(self, teams)
        result, actual, leads = process.execute()
        self._write_lines(result, actual)
        self._write_results(result, actual)
        lines = self.line_ids.filtered(lambda line: not line.paused)
        simulated = within_teams(
            (line.team_id.id, line.simulated_count, line.assignment_max) for line in lines
        )
        received = within_teams(
            (line.team_id.id, line.actual_count, line.assignment_max_now) for line in self.line_ids
        )
        errors = process.facts.matches.errors
        # sudo: results are written by the simulation alone.
        self.sudo().write(
            {
                "state": "done",
                "lead_count": leads,
                "assigned_count": result.assigned,
                "unassigned_count": leads - result.assigned,
                "actual_count": sum(actual.values()),
                "wait_days": result.waited / result.assigned if result.assigned else 0,
                "reasons": [[code, count] for code, count in result.reasons.most_common()],
                "problems": sorted(set(errors.values())) or False,
                "fairness_gini": simulated[0],
                "fairness_spread": simulated[1],
                "actual_gini": received[0],
                "actual_spread": received[1],
            }
        )

    def _write_lines(self, result, actual):
        for team, lines in self.line_ids.grouped("team_id").items():
            able = lines.filtered(lambda line: not line.paused)
            room = sum(able.mapped("assignment_max"))
            given = sum(result.received[team.id, line.user_id.id] for line in lines)
            for line in lines:
                got = result.received[team.id, line.user_id.id]
                due = given * line.assignment_max / room if room and not line.paused else 0
                line.sudo().write(  # sudo: see _run
                    {
                        "simulated_count": got,
                        "actual_count": actual[team.id, line.user_id.id],
                        "due_share": got / due if due else 0,
                    }
                )

    def _write_results(self, result, actual):
        # sudo: see _run
        own = self.sudo()
        own.result_ids.unlink()
        owners = sorted(set(result.received) | set(actual))
        known = set(self.env["res.users"].sudo().browse({u for _t, u in owners}).exists().ids)
        self.env["crm.assignment.simulation.result"].sudo().create(
            [
                {
                    "simulation_id": self.id,
                    "team_id": team_id or False,
                    "user_id": user_id,
                    "kind": kind,
                    "lead_count": counts[team_id, user_id],
                }
                for team_id, user_id in owners
                if user_id in known
                for kind, counts in (("actual", actual), ("simulated", result.received))
            ]
        )

    @api.depends("state", "line_ids.simulated_count", "reasons")
    @api.depends_context("lang")
    def _compute_summary(self):
        for simulation in self:
            simulation.summary = simulation.state == "done" and simulation._get_summary()

    def _get_summary(self):
        """What came out, in words."""
        texts = TEXTS["reason"](self.env)
        lines = [
            tell_count(
                self.lead_count,
                self.env._(
                    "Of 1 lead, %(assigned)s would have an owner, %(days)s; in fact "
                    "%(actual)s have one."
                ),
                self.env._(
                    "Of %(leads)s leads, %(assigned)s would have an owner, %(days)s; in "
                    "fact %(actual)s have one."
                ),
                leads=self.lead_count,
                assigned=self.assigned_count,
                days=self.env._("after %s days on average", f"{self.wait_days:.1f}")
                if self.wait_days >= 0.05
                else self.env._("on the day they came"),
                actual=self.actual_count,
            )
        ]
        if self.reasons:
            reasons = ", ".join(
                f"{count} × {texts.get(code, code).lower()}" for code, count in self.reasons
            )
            lines.append(
                self.env._(
                    "Nobody would have %(count)s: %(reasons)s.",
                    count=self.unassigned_count,
                    reasons=reasons,
                )
            )
        changed = [
            f"{line.user_id.sudo().name} {line.actual_count} → {line.simulated_count}"
            for line in self.line_ids.sorted(lambda line: -abs(line.difference))
            if line.difference
        ]
        if changed:
            lines.append(self.env._("Leads per person: %s.", "; ".join(changed[:10])))
        lines.append(self._get_fairness_text())
        for error in self.problems or ():
            lines.append(self.env._("A filter could not be used: %s", error))
        return Markup("<ul>%s</ul>") % Markup().join(Markup("<li>%s</li>") % line for line in lines)

    def _get_fairness_text(self):
        before, after = self.actual_gini, self.fairness_gini
        if abs(before - after) < 0.005:
            return self.env._("Leads would be spread as evenly within the teams as they are.")
        text = (
            self.env._("Leads would be spread more evenly within the teams than they are")
            if after < before
            else self.env._("Leads would be spread less evenly within the teams than they are")
        )
        return text + self.env._(
            " (Gini %(after)s, in fact %(before)s; 0 is even).",
            after=f"{after:.2f}",
            before=f"{before:.2f}",
        )

    # -- screens -------------------------------------------------------------------

    def action_view_results(self):
        """Simulated and actual leads side by side."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lead_assign.crm_assignment_simulation_result_action"
        )
        return {**action, "domain": [("simulation_id", "in", self.ids)]}

    @api.autovacuum
    def _gc_simulations(self):
        """Delete what nobody keeps, after three months."""
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search([("keep", "=", False), ("write_date", "<", limit)]).unlink()
