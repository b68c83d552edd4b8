from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmBulkUndo(models.TransientModel):
    """Undo a bulk operation, as a whole or for those of its records that match a filter."""

    _name = "crm.bulk.undo"
    _inherit = "crm.filter.mixin"
    _description = "Undo a Bulk Operation"
    _filters = {"domain": "model"}

    operation_id = fields.Many2one("crm.bulk.operation", required=True, ondelete="cascade")
    model = fields.Selection(related="operation_id.model")
    scope = fields.Selection(
        [("all", "All of it"), ("part", "Only for records that match a filter")],
        default="all",
        required=True,
    )
    domain = fields.Char(default="[]")
    count = fields.Integer(compute="_compute_count")

    @api.depends("operation_id", "scope", "domain")
    def _compute_count(self):
        for wizard in self:
            domain = [("operation_id", "=", wizard.operation_id.id), ("state", "=", "done")]
            try:
                if wizard.scope == "part":
                    origins = wizard.operation_id._find_origins(wizard.domain or "[]")
                    domain.append(("origin_id", "in", origins))
            except UserError:
                # A filter that is being written; the button tells what is wrong with it.
                domain.append(("id", "=", 0))
            wizard.count = self.env["crm.bulk.operation.line"].search_count(domain)

    def action_undo(self):
        """Undo (the button); in the background when it takes longer than one waits.

        :raises UserError: when there is nothing to undo
        """
        self.ensure_one()
        limit = self.operation_id._get_parameter("bulk_background", 2000)
        self.operation_id.action_undo(
            domain=self.domain if self.scope == "part" else None, background=self.count > limit
        )
        return {"type": "ir.actions.act_window_close"}
