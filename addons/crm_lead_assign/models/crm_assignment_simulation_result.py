from odoo import fields, models


class CrmAssignmentSimulationResult(models.Model):
    """Leads of a person in a what-if, simulated or as they are: for graph and pivot."""

    _name = "crm.assignment.simulation.result"
    _description = "Lead Assignment What-If Result"
    _order = "simulation_id desc, team_id, user_id, kind"

    simulation_id = fields.Many2one(
        "crm.assignment.simulation",
        string="What-If",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, ondelete="cascade")
    kind = fields.Selection(
        [("actual", "Actual"), ("simulated", "Simulated")], required=True, readonly=True
    )
    lead_count = fields.Integer(string="Leads", readonly=True)
