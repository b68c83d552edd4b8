from odoo import api, fields, models


class CrmBulkOperationLine(models.Model):
    """One record of a bulk operation: what it was, what it was to be, what came of it."""

    _name = "crm.bulk.operation.line"
    _description = "Record of a Bulk Operation"
    _log_access = False
    _order = "id"

    operation_id = fields.Many2one(
        "crm.bulk.operation", required=True, ondelete="cascade", readonly=True
    )
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", required=True, readonly=True
    )
    origin_id = fields.Integer(
        readonly=True, help="The chosen record that this one was taken along with, or itself."
    )
    state = fields.Selection(
        [
            ("waiting", "Will change"),
            ("unchanged", "Was so already"),
            ("refused", "Not possible"),
            ("done", "Changed"),
            ("undoing", "Being undone"),
            ("undone", "Undone"),
            ("kept", "Not undone"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    before = fields.Json(readonly=True)
    target = fields.Json(readonly=True)
    after = fields.Json(readonly=True)
    notified = fields.Boolean(readonly=True, help="The new owner has been told.")
    record_name = fields.Char(string="Record", compute="_compute_record_name")
    kind = fields.Char(compute="_compute_record_name")

    _operation_state_index = models.Index("(operation_id, state, id)")
    _origin_index = models.Index("(operation_id, origin_id)")

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_record_name(self):
        """Name the records as far as the user may see them."""
        for model_name, lines in self.grouped("res_model").items():
            kind = self.env["ir.model"]._get(model_name).name
            records = self.env[model_name].browse(lines.mapped("res_id")).exists()
            seen = {record.id: record.display_name for record in records._filtered_access("read")}
            there = set(records.ids)
            for line in lines:
                line.kind = kind
                if line.res_id in seen:
                    line.record_name = seen[line.res_id]
                elif line.res_id in there:
                    line.record_name = self.env._("(not visible to you)")
                else:
                    line.record_name = self.env._("(deleted)")

    def action_open_record(self):
        """Open the contact, deal or activity."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
