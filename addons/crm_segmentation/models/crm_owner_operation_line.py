from odoo import api, fields, models
from odoo.fields import Domain

from .crm_owner_activity import KINDS


class CrmOwnerOperationLine(models.Model):
    """One contact or deal of a release or handover: from whom, to whom, and what became of it."""

    _name = "crm.owner.operation.line"
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
    def _compute_display_name(self):
        for line in self:
            line.display_name = (line.lead_id or line.partner_id).display_name

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False
    ):
        """Show lines only of contacts and deals that the user may see."""
        if not (self.env.su or bypass_access):
            anything = Domain("id", "!=", False)
            domain = (
                Domain(domain)
                & (Domain("partner_id", "=", False) | Domain("partner_id", "any", anything))
                & (Domain("lead_id", "=", False) | Domain("lead_id", "any", anything))
            )
        return super()._search(
            domain,
            offset,
            limit,
            order,
            active_test=active_test,
            bypass_access=bypass_access,
        )

    def _check_access(self, operation):
        """Forbid lines of contacts and deals that the user may not see."""
        if result := super()._check_access(operation):
            return result
        # sudo: which records these are; whether the user may see them is asked next.
        for records in (self.sudo().partner_id.sudo(False), self.sudo().lead_id.sudo(False)):
            hidden = records - records.with_context(active_test=False)._filtered_access("read")
            if hidden:
                field = "partner_id" if records._name == "res.partner" else "lead_id"
                # sudo: as above.
                lines = self.sudo().filtered(lambda line, f=field, h=hidden: line[f] in h.sudo())
                return lines.sudo(False), lambda h=hidden: h._check_access("read")[1]()
        return None
