from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..shell.filters import get_search_error


class CrmAssignmentSimulationLine(models.Model):
    """A member as it might be, and what it would get."""

    _name = "crm.assignment.simulation.line"
    _inherit = "crm.filter.mixin"
    _description = "Lead Assignment What-If Member"
    _order = "team_id, id"
    _filters = {"assignment_domain": "crm.lead", "assignment_domain_preferred": "crm.lead"}

    simulation_id = fields.Many2one(
        "crm.assignment.simulation", required=True, index=True, ondelete="cascade"
    )
    team_id = fields.Many2one("crm.team", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        ondelete="cascade",
        domain="[('share', '=', False)]",
        help="Somebody who is no member yet, too.",
    )
    member_id = fields.Many2one(
        "crm.team.member", compute="_compute_member_id", store=True, ondelete="set null"
    )
    assignment_max_now = fields.Integer(
        string="Capacity now", compute="_compute_member_id", store=True
    )
    assignment_max = fields.Integer(string="Capacity (30 days)", default=30, required=True)
    assignment_domain = fields.Char(string="Filter")
    assignment_domain_preferred = fields.Char(string="Preferred Filter")
    paused = fields.Boolean()
    away_from = fields.Date(help="First day without leads. Empty: from the beginning.")
    away_to = fields.Date(help="Last day without leads. Empty: to the end.")
    simulated_count = fields.Integer(string="Simulated", readonly=True, copy=False)
    actual_count = fields.Integer(string="Actual", readonly=True, copy=False)
    difference = fields.Integer(compute="_compute_difference", store=True)
    due_share = fields.Float(
        string="Share of Due",
        readonly=True,
        copy=False,
        help="Leads for what is due by capacity: 100 % is the due share.",
    )

    _member_unique = models.Constraint(
        "UNIQUE(simulation_id, team_id, user_id)",
        "A salesperson can be in a team of a what-if only once.",
    )
    _check_capacity = models.Constraint(
        "CHECK(assignment_max >= 0)", "A capacity can't be negative."
    )

    @api.depends("team_id", "user_id")
    def _compute_member_id(self):
        Member = self.env["crm.team.member"]
        members = Member.search(
            [("crm_team_id", "in", self.team_id.ids), ("user_id", "in", self.user_id.ids)]
        )
        by_key = {(member.crm_team_id.id, member.user_id.id): member for member in members}
        for line in self:
            member = by_key.get((line.team_id._origin.id, line.user_id._origin.id), Member)
            line.member_id = member
            line.assignment_max_now = member.assignment_max

    @api.depends("simulated_count", "actual_count")
    def _compute_difference(self):
        for line in self:
            line.difference = line.simulated_count - line.actual_count

    @api.constrains("assignment_domain", "assignment_domain_preferred")
    def _check_domains(self):
        """As a member's own filter, and only what the user may search."""
        for line in self:
            for name in ("assignment_domain", "assignment_domain_preferred"):
                error = get_search_error(self.env["crm.lead"], line[name])
                if error:
                    raise ValidationError(
                        self.env._(
                            "%(field)s of %(user)s can't be used: %(error)s",
                            field=self._fields[name]._description_string(self.env),
                            user=line.user_id.name,
                            error=error,
                        )
                    )

    @api.constrains("team_id", "simulation_id")
    def _check_team(self):
        for line in self:
            if line.team_id not in line.simulation_id.team_ids:
                raise ValidationError(
                    self.env._(
                        "%(team)s is not one of the teams of %(simulation)s.",
                        team=line.team_id.name,
                        simulation=line.simulation_id.name,
                    )
                )

    @api.constrains("away_from", "away_to")
    def _check_away(self):
        for line in self:
            if line.away_from and line.away_to and line.away_to < line.away_from:
                raise ValidationError(
                    self.env._(
                        "%s: the last day away can't be before the first.", line.user_id.name
                    )
                )

    @api.model
    def _get_values_of(self, member):
        """A line for a member as it is."""
        return {
            "team_id": member.crm_team_id.id,
            "user_id": member.user_id.id,
            "assignment_max": member.assignment_max,
            "assignment_domain": member.assignment_domain,
            "assignment_domain_preferred": member.assignment_domain_preferred,
            "paused": member.assignment_optout,
        }
