from odoo import api, fields, models

from .crm_owner_activity import KINDS


class CrmOwnerOperationLine(models.Model):
    """One contact or deal of a release or handover: from whom, to whom, and what became of it."""

    _name = "crm.owner.operation.line"
    _inherit = "crm.record.visibility"
    _description = "Contact of a Release or Handover"
    _order = "operation_id desc, release_on, old_user_id, id"
    # Written by one INSERT for all contacts.
    _log_access = False

    operation_id = fields.Many2one(
        "crm.owner.operation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, index=True, ondelete="cascade"
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Deal", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    old_user_id = fields.Many2one(
        "res.users", string="From", readonly=True, index="btree_not_null", ondelete="set null"
    )
    new_user_id = fields.Many2one(
        "res.users", string="To", readonly=True, index="btree_not_null", ondelete="set null"
    )
    activity_ids = fields.Json(
        "Planned Activities", readonly=True, help="Ids of the activities that go along."
    )
    old_team_id = fields.Many2one("crm.team", readonly=True, ondelete="set null")
    state = fields.Selection(
        [
            ("later", "Later"),
            ("planned", "To Do"),
            ("done", "Done"),
            ("skipped", "Left Alone"),
            ("failed", "Failed"),
            ("undone", "Undone"),
            ("kept", "Not Undone"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    why = fields.Selection(
        [
            ("changed", "Changed since"),
            ("exempt", "Never to be released"),
            ("active", "Activity since"),
            ("same", "Has this owner already"),
            ("company", "The new owner does not work in its company"),
            ("right", "You may not edit it"),
            ("left", "The former owner is archived"),
            ("error", "Odoo refused it"),
        ],
        string="Why Not",
        readonly=True,
    )
    message = fields.Char(readonly=True, help="What Odoo said when it refused the change.")
    idle_since = fields.Datetime(string="Last Activity", readonly=True)
    activity_kind = fields.Selection(KINDS, string="What It Was", readonly=True)
    idle_days = fields.Integer(string="Days Idle", readonly=True, aggregator="avg")
    release_on = fields.Date(string="Free On", readonly=True)

    @api.depends("partner_id", "lead_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (line.lead_id or line.partner_id).display_name
