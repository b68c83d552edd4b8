from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..engine import codes
from ..shell.run_texts import RunTexts, get_problem_lines, get_settings_texts


class CrmAssignmentRun(models.Model):
    """What the screens of a run show beside its counts."""

    _inherit = "crm.assignment.run"

    # Of several runs the average tells something, the sum does not.
    fairness_gini = fields.Float(aggregator="avg")
    fairness_spread = fields.Float(aggregator="avg")
    duration = fields.Float(aggregator="avg")
    decision_count = fields.Integer(string="Decisions", compute="_compute_decision_count")
    nobody_count = fields.Integer(
        string="Nobody Gets", compute="_compute_nobody_count", help="Leads left without an owner."
    )
    words = fields.Html(string="In Words", compute="_compute_texts", sanitize=False)
    people = fields.Html(string="Result per Person", compute="_compute_texts", sanitize=False)
    nobody = fields.Html(string="Leads Nobody Gets", compute="_compute_texts", sanitize=False)
    problem_text = fields.Text(string="Filters Left Out", compute="_compute_texts")
    fairness_text = fields.Char(string="Fairness", compute="_compute_fairness_text")
    settings_text = fields.Text(string="Settings of the Run", compute="_compute_settings_text")

    def _compute_decision_count(self):
        groups = self.env["crm.assignment.decision"]._read_group(
            [("run_id", "in", self.ids)], ["run_id"], ["__count"]
        )
        counts = {run.id: count for run, count in groups}
        for run in self:
            run.decision_count = counts.get(run.id, 0)

    @api.depends("allocated_count", "unassigned_count")
    def _compute_nobody_count(self):
        for run in self:
            run.nobody_count = run.allocated_count + run.unassigned_count

    @api.depends("state")
    @api.depends_context("tz", "lang")
    def _compute_name(self):
        """As the run's, save that a preview is called one."""
        result = super()._compute_name()
        for run in self.filtered(lambda run: run.state in ("preview", "discarded")):
            when = fields.Datetime.context_timestamp(run, run.date_start)
            run.name = self.env._("Preview %s", when.strftime("%Y-%m-%d %H:%M"))
        return result

    @api.depends("state", "problems", "merged_count", "team_ids")
    @api.depends_context("uid", "lang")
    def _compute_texts(self):
        """For the form, one run at a time; see :class:`..shell.run_texts.RunTexts`."""
        for run in self:
            texts = RunTexts(run)
            run.words = texts.get_words()
            run.people = texts.get_people()
            run.nobody = texts.get_nobody()
            run.problem_text = "\n".join(get_problem_lines(run))

    @api.depends("settings")
    @api.depends_context("lang")
    def _compute_settings_text(self):
        """The settings under the names they have on the settings screen."""
        texts = get_settings_texts(self.env)
        for run in self:
            settings = run.settings or {}
            run.settings_text = "\n".join(
                f"{text}: {self._format_setting(settings[name])}"
                for name, text in texts.items()
                if name in settings
            )

    @api.model
    def _format_setting(self, value):
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        return formatLang(self.env, value, digits=0 if value == int(value) else 1)

    @api.depends("fairness_spread", "assigned_count")
    @api.depends_context("lang")
    def _compute_fairness_text(self):
        for run in self:
            run.fairness_text = run._get_fairness_word()

    def _get_fairness_word(self):
        """The spread in a word, so that nobody has to know the figure."""
        self.ensure_one()
        for limit, text in (
            (0.1, self.env._("Very even")),
            (0.35, self.env._("Even")),
            (1.0, self.env._("Uneven")),
        ):
            if self.fairness_spread <= limit:
                return text
        return self.env._("Very uneven")

    def _get_form_action(self):
        """Not another time what is on the screen already."""
        if self.env.context.get("assignment_run_form"):
            return True
        return super()._get_form_action()

    def action_preview_all(self):
        """A preview of all teams one may assign for, opened.

        :raises UserError: for who may not assign leads
        """
        teams = self.env["crm.team"]._get_assignable_teams()
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            teams = teams.filtered(lambda team: team.user_id == self.env.user)
        return teams.action_open_preview()

    def action_view_decisions(self):
        """The decisions of the run, person by person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lead_assign.crm_assignment_decision_action"
        )
        return {
            **action,
            "domain": [("run_id", "=", self.id)],
            "context": {"search_default_group_user": 1},
        }

    def action_view_nobody(self):
        """The leads that nobody gets, reason by reason."""
        action = self.action_view_decisions()
        action["domain"] = [
            *action["domain"],
            ("outcome", "in", (codes.UNASSIGNED, codes.ALLOCATED)),
            ("user_id", "=", False),
        ]
        action["name"] = self.env._("Leads Nobody Gets")
        return {**action, "context": {"search_default_group_reason": 1}}
