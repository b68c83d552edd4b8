from odoo import api, fields, models


class CrmLadderStepMove(models.TransientModel):
    """Asks to which step deals are moved, and why."""

    _name = "crm.ladder.step.move"
    _description = "Move on the Ladder"

    lead_ids = fields.Many2many(
        "crm.lead", string="Deals", default=lambda self: self.env.context.get("active_ids")
    )
    lead_count = fields.Integer("Number of Deals", compute="_compute_lead_count")
    step_id = fields.Many2one(
        "crm.ladder.of.recognition",
        string="To the Step",
        required=True,
        compute="_compute_step_id",
        store=True,
        readonly=False,
        ondelete="cascade",
    )
    entry_criterion = fields.Text(related="step_id.entry_criterion")
    reason = fields.Text("Why", help="What did the prospect say or do?")

    @api.depends("lead_ids")
    def _compute_lead_count(self):
        for wizard in self:
            wizard.lead_count = len(wizard.lead_ids)

    @api.depends("lead_ids")
    def _compute_step_id(self):
        """Propose the next step up when the deals stand on the same one."""
        for wizard in self:
            steps = wizard.lead_ids.ladder_step_id
            if not steps:
                wizard.step_id = steps.search([], limit=1)
            elif len(steps) == 1:
                wizard.step_id = steps._get_next_step() or steps
            else:
                wizard.step_id = False

    def action_move(self):
        """Move the deals; their history says who did it and why."""
        self.ensure_one()
        self.lead_ids.move_on_ladder(self.step_id.id, self.reason)
        return {"type": "ir.actions.act_window_close"}
