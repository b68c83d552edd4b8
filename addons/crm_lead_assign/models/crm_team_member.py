from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import capacity
from ..shell.availability import Availability
from ..shell.capacities import Capacities
from ..shell.filters import get_filter_error, get_search_error
from ..shell.rule_texts import get_member_leads_texts
from ..shell.settings import AssignmentSettings

#: The member's part of what the schedule goes by.
FILTERS = {"assignment_domain", "assignment_domain_preferred"}


class CrmTeamMember(models.Model):
    """A salesperson in a team, with own filters and capacity (Odoo's fields)."""

    _name = "crm.team.member"
    _inherit = ["crm.team.member", "crm.filter.mixin"]
    _filters = {"assignment_domain": "crm.lead", "assignment_domain_preferred": "crm.lead"}

    assignment_filter_error = fields.Char(
        string="Filter Problem",
        compute="_compute_assignment_filter_error",
        help="Why the member's filters can't be used. The member gets no leads until they are "
        "mended; the others do.",
    )
    assignment_lang_ids = fields.Many2many(
        "res.lang",
        "crm_team_member_res_lang_rel",
        "member_id",
        "lang_id",
        string="Languages",
        context={"active_test": False},
        help="Languages the person works in. A lead in another language, or from a country "
        "with other languages, goes to somebody else. Empty: every lead.",
    )
    assignment_open_max = fields.Integer(
        string="Maximum Open Leads",
        help="Nothing new while the person has as many open leads, over all teams. 0: no limit.",
    )
    assignment_burst_max = fields.Integer(
        string="Burst Capacity (30 days)",
        help="Capacity while a campaign lasts, in place of the usual one.",
    )
    assignment_burst_until = fields.Date(
        string="Burst Until", help="Last day of the burst; then the usual capacity holds again."
    )
    assignment_notify = fields.Selection(
        [("none", "No notification"), ("digest", "One message for a run"), ("each", "Each lead")],
        string="Notify",
        default="none",
        required=True,
        help="What the person is told when leads are assigned.",
    )
    assignment_position = fields.Float(
        string="Position in Rotation",
        digits=False,
        copy=False,
        readonly=True,
        help="Leads received for the capacity; the lowest is next in turn.",
        technical=True,
    )
    assignment_position_date = fields.Datetime(copy=False, readonly=True, technical=True)
    assignment_credit = fields.Float(
        string="Leads Due Now",
        compute="_compute_assignment_credit",
        digits=(16, 2),
        help="How many leads the person may get now: capacity of the last days that was not used.",
    )

    assignment_rule_text = fields.Char(
        string="May Receive",
        compute="_compute_assignment_rule_text",
        help="The member's filters and languages in words.",
    )
    assignment_user_max = fields.Integer(
        related="user_id.assignment_max", string="Capacity over all Teams (30 days)"
    )

    _check_capacities = models.Constraint(
        "CHECK(assignment_max >= 0 AND coalesce(assignment_open_max, 0) >= 0"
        " AND coalesce(assignment_burst_max, 0) >= 0)",
        "A capacity can't be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        ruled = [
            member.id
            for member, vals in zip(members, vals_list, strict=True)
            if any(vals.get(name) for name in FILTERS)
        ]
        members.browse(ruled).crm_team_id._check_may_rule()
        return members

    def write(self, vals):
        if FILTERS & vals.keys():
            self.crm_team_id._check_may_rule()
        elif any(name.startswith("assignment_") or name == "active" for name in vals):
            self._get_members_of_other_companies().crm_team_id._check_may_rule()
        return super().write(vals)

    def _get_members_of_other_companies(self):
        """Return the members who work in no company of the user: not his to steer."""
        # sudo: of the companies that members work in, whether one is the user's own.
        companies = self.env.user.sudo().company_ids
        return self.filtered(lambda member: not member.sudo().user_id.company_ids & companies)

    @api.depends("assignment_domain", "assignment_domain_preferred")
    @api.depends_context("lang")
    def _compute_assignment_filter_error(self):
        Lead = self.env["crm.lead"]
        for member in self:
            member.assignment_filter_error = get_filter_error(
                Lead, member.assignment_domain, member.assignment_domain_preferred
            )

    @api.depends("assignment_domain", "assignment_domain_preferred", "assignment_lang_ids")
    @api.depends_context("uid", "lang")
    def _compute_assignment_rule_text(self):
        """Cost: a fixed number of queries, whatever the number of members."""
        texts = get_member_leads_texts(self)
        for member in self:
            member.assignment_rule_text = texts[member]

    @api.constrains("assignment_domain")
    def _constrains_assignment_domain(self):
        """As Odoo's, saying what is wrong and where; a search that takes too long is refused."""
        for member in self:
            member._check_filter("assignment_domain")

    @api.constrains("assignment_domain_preferred")
    def _constrains_assignment_domain_preferred(self):
        for member in self:
            member._check_filter("assignment_domain_preferred")

    def _check_filter(self, name):
        error = get_search_error(self.env["crm.lead"], self[name])
        if error:
            raise ValidationError(
                self.env._(
                    "%(field)s of %(user)s in team %(team)s can't be used: %(error)s",
                    field=self._fields[name]._description_string(self.env),
                    user=self.user_id.name,
                    team=self.crm_team_id.name,
                    error=error,
                )
            )

    @api.depends("assignment_max", "user_id", "crm_team_id", "lead_day_count")
    def _compute_assignment_credit(self):
        """Cost: a fixed number of queries, whatever the number of members."""
        credits = self._get_assignment_credits()
        for member in self:
            member.assignment_credit = credits.get(member.id, 0.0)

    def _get_assignment_credits(self):
        """``{member: leads due now}``, fractions and debts included."""
        stored = self.filtered(lambda member: isinstance(member.id, int))
        # sudo: who may see the members may see what they are due; time off is not shown.
        members = stored.sudo()
        availability = Availability(members.user_id, fields.Datetime.now())
        settings = AssignmentSettings.load(self.env)
        capacities = Capacities(members, availability, settings)
        return {
            member.id: capacities.of_member(member, today=member.lead_day_count)
            for member in members
        }

    def _get_assignment_quota(self, force_quota=False):
        """The leads to be given out to the member now; negative when there were too many.

        Unlike Odoo's, small capacities add up (10 in 30 days is one every three days) and
        what was not used is carried over. Who can't receive at all gets nothing.
        """
        self.ensure_one()
        if not self.user_id.active or self.assignment_filter_error:
            return 0
        if force_quota:
            return capacity.first_day(self.assignment_max)
        return capacity.whole(self._get_assignment_credits().get(self.id, 0.0))
