from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_access.days import get_start_of_day
from odoo.addons.crm_access.domains import find_fault, read_filter

from .crm_marketing_list import check_domain


class CrmCommunicationGoal(models.Model):
    """How many prospects are to be moved from one step to another, and how many were."""

    _name = "crm.communication.goal"
    _inherit = ["crm.directorate.mixin", "crm.filter.mixin"]
    _description = "Communication Goal"
    _order = "date_to desc, name, id"
    _filters = {"audience_domain": "crm.lead"}

    name = fields.Char(required=True, index="trigram")
    audience_domain = fields.Char(
        "Audience",
        default="[]",
        help="Only deals that match this filter count, as far as its author may see them.",
    )
    audience_user_id = fields.Many2one(
        "res.users",
        string="Audience Set By",
        readonly=True,
        copy=False,
        default=lambda self: self.env.uid,
    )
    audience_fault = fields.Char(
        "What Is Wrong",
        compute="_compute_audience_fault",
        help="Why the audience cannot be used: no deal counts until it is mended.",
    )
    pain_id = fields.Many2one(
        "crm.pain", index="btree_not_null", check_company=True, ondelete="restrict"
    )
    from_step_id = fields.Many2one(
        "crm.ladder.of.recognition",
        required=True,
        index=True,
        ondelete="restrict",
    )
    to_step_id = fields.Many2one(
        "crm.ladder.of.recognition", required=True, index=True, ondelete="restrict"
    )
    message_id = fields.Many2one(
        "crm.marketing.message",
        string="Marketing Message",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    channel_id = fields.Many2one("crm.content.channel", index="btree_not_null", ondelete="restrict")
    date_from = fields.Date(required=True, default=lambda self: self._default_period()[0])
    date_to = fields.Date(required=True, default=lambda self: self._default_period()[1])
    target = fields.Integer(required=True, default=10, help="So many prospects are to move up.")
    reached = fields.Integer(
        compute="_compute_reached",
        help="Prospects who left the first step upwards and came to the last step, or above it, "
        "within the period.",
    )
    credited = fields.Integer(
        "After Our Content",
        compute="_compute_reached",
        help="Of these, those whose move followed a content (of the message, if one is named).",
    )
    progress = fields.Float("Reached (%)", compute="_compute_reached")
    state = fields.Selection(
        [("planned", "Planned"), ("running", "Running"), ("met", "Met"), ("missed", "Missed")],
        compute="_compute_reached",
    )

    _target_positive = models.Constraint(
        "CHECK (target > 0)", "The target of a communication goal must be greater than zero."
    )
    _period = models.Constraint(
        "CHECK (date_to >= date_from)", "A communication goal cannot end before it begins."
    )

    @api.model
    def _default_period(self):
        today = fields.Date.context_today(self)
        return fields.Date.start_of(today, "quarter"), fields.Date.end_of(today, "quarter")

    @api.depends(
        "audience_domain", "pain_id", "from_step_id", "to_step_id", "message_id",
        "date_from", "date_to", "target", "directorate_id",
    )  # fmt: skip
    def _compute_reached(self):
        """Count from the ladder moves: one query for all goals, one more for each different
        audience among them, and two for the time zones of their companies."""
        counts = self._count_reached()
        for goal in self:
            today = goal._get_company()._get_today()
            goal.reached, goal.credited, _leads = counts.get(goal._origin.id, (0, 0, ()))
            goal.progress = 100.0 * goal.reached / goal.target if goal.target else 0.0
            if goal.target and goal.reached >= goal.target:
                goal.state = "met"
            elif goal.date_to and goal.date_to < today:
                goal.state = "missed"
            elif goal.date_from and goal.date_from > today:
                goal.state = "planned"
            else:
                goal.state = "running"

    @api.depends("audience_domain")
    @api.depends_context("lang")
    def _compute_audience_fault(self):
        """Say what is wrong with an audience that was stored once; no query."""
        for goal in self:
            goal.audience_fault = find_fault(self.env["crm.lead"], goal.audience_domain)

    def _count_reached(self):
        """Count the deals of each goal.

        A deal counts when within the period it left the first step, or one below it, for one above
        it, and came to the last step or above it.

        :return: {goal id: (reached, credited, ids of the deals)}
        """
        if not self.ids:
            return {}
        for model_name in (self._name, "crm.ladder.move", "crm.lead", "crm.content.sending"):
            self.env[model_name].flush_model()
        goals = self._origin.filtered(lambda goal: goal.date_from and goal.date_to)
        if not goals:
            return {}
        audience = [
            SQL("(g.id = ANY(%s) AND l.id IN %s)", alike.ids, alike._get_audience_query())
            for alike in goals.grouped(
                lambda goal: (
                    goal.audience_domain or "[]",
                    goal.audience_user_id,
                    goal._get_company()._get_tz(),
                )
            ).values()
        ]
        periods = SQL(", ").join(
            SQL("(%s, %s::timestamp, %s::timestamp)", goal.id, *goal._get_period())
            for goal in goals
        )
        # Straight from the tables: a goal says the same number to all of its readers. Which deals
        # count is limited by directorate and company, and by what the author of a filter may see.
        rows = self.env.execute_query(
            SQL(
                """
                WITH periods (goal, begins, ends) AS (VALUES %(periods)s), steps AS (
                    SELECT id, row_number() OVER (ORDER BY sequence, id) AS rank
                      FROM crm_ladder_of_recognition
                ), reached AS (
                    SELECT g.id AS goal, l.id AS lead,
                           bool_or(s.id IS NOT NULL AND (g.message_id IS NULL
                                   OR s.marketing_message_id = g.message_id)) AS credited
                      FROM crm_communication_goal g
                      JOIN steps first ON first.id = g.from_step_id
                      JOIN steps last ON last.id = g.to_step_id
                      JOIN periods ON periods.goal = g.id
                      JOIN crm_ladder_move m
                        ON m.date >= periods.begins AND m.date < periods.ends
                       AND m.direction = 'up'
                      JOIN steps old ON old.id = m.from_step_id
                      JOIN steps new ON new.id = m.to_step_id
                      JOIN crm_lead l ON l.id = m.lead_id
                      LEFT JOIN crm_content_sending s ON s.id = m.sending_id
                     WHERE new.rank > first.rank
                       AND (g.directorate_id IS NULL OR l.directorate_id = g.directorate_id)
                       AND (g.company_id IS NULL OR l.company_id IS NULL
                            OR l.company_id IN (
                            SELECT branch.id FROM res_company branch
                              JOIN res_company own ON own.id = g.company_id
                             WHERE branch.parent_path LIKE own.parent_path || '%%'))
                       AND (g.pain_id IS NULL OR EXISTS (
                            SELECT 1 FROM crm_lead_pain_rel r
                             WHERE r.lead_id = l.id AND r.pain_id = g.pain_id))
                       AND (%(audience)s)
                     GROUP BY g.id, l.id, first.rank, last.rank
                    HAVING min(old.rank) <= first.rank AND max(new.rank) >= last.rank
                )
                SELECT goal, count(*), count(*) FILTER (WHERE credited), array_agg(lead)
                  FROM reached GROUP BY goal
                """,
                periods=periods,
                audience=SQL(" OR ").join(audience),
            )
        )
        return {goal: (reached, credited, leads) for goal, reached, credited, leads in rows}

    @api.model
    def _get_seen(self, lead_ids):
        """Return those of these deals that the user may see."""
        leads = self.env["crm.lead"].with_context(active_test=False)
        if not leads.has_access("read"):
            return []
        return leads.search([("id", "in", list(lead_ids))], order="id").ids

    def _get_company(self):
        """Return the company whose days the goal goes by: its own, else the oldest."""
        # sudo: of the company only
        return self.sudo().company_id or self.env["res.company"]._get_oldest()

    def _get_period(self):
        """Return in UTC when the first day of the goal begins and the last one ends."""
        tz = self._get_company()._get_tz()
        after = fields.Date.add(self.date_to, days=1)
        return get_start_of_day(self.date_from, tz), get_start_of_day(after, tz)

    def _get_audience_query(self):
        """Find the deals of an audience, with the rights of whoever set the filter."""
        goal = self[:1]
        if goal.audience_fault:
            return SQL("(NULL)")
        domain = read_filter(self.env["crm.lead"], goal.audience_domain)
        if domain.is_true():
            return SQL("(SELECT id FROM crm_lead)")
        leads = self.env["crm.lead"].with_user(goal.audience_user_id or self.env.user)
        try:
            companies = leads.env.user.company_ids.ids
            leads = leads.with_context(
                active_test=False,
                allowed_company_ids=companies,
                tz=goal._get_company()._get_tz(),
            )
            return leads._search(domain).subselect()
        except (AccessError, ValueError, TypeError):
            # The author may not read deals, or a field, any more: nobody counts until it is set
            # anew.
            return SQL("(NULL)")

    @api.constrains("audience_domain")
    def _check_audience_domain(self):
        check_domain(self, "audience_domain", "crm.lead")

    @api.constrains("from_step_id", "to_step_id")
    def _check_steps(self):
        for goal in self:
            first, last = goal.from_step_id, goal.to_step_id
            if (last.sequence, last.id) <= (first.sequence, first.id):
                raise ValidationError(
                    self.env._(
                        "“%(goal)s”: the step “%(last)s” is not above “%(first)s”. A goal leads up "
                        "the ladder.",
                        goal=goal.name,
                        first=first.name,
                        last=last.name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "audience_domain" in vals:
            # Whose rights an audience is searched with is nobody's to choose.
            self._as_system().audience_user_id = self.env.uid
        return result

    def action_view_moves(self):
        """Open the moves up of the deals that this goal counts, as far as the user may see them."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_marketing_ladder.crm_ladder_move_action"
        )
        begins, ends = map(fields.Datetime.to_string, self._get_period())
        _reached, _credited, leads = self._count_reached().get(self.id, (0, 0, ()))
        domain = (
            Domain("date", ">=", begins)
            & Domain("date", "<", ends)
            & Domain("direction", "=", "up")
            & Domain("lead_id", "in", self._get_seen(leads))
        )
        action["domain"] = list(domain)
        action["context"] = {}
        return action
