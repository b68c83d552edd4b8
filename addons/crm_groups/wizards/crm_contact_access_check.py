from odoo import api, fields, models
from odoo.fields import Command, Domain

REASONS = [
    ("open", "Open: no group protects the contact"),
    ("internal", "Contact of a colleague"),
    ("see_all", "Sees the contacts of all groups"),
    ("salesperson", "Salesperson of the contact or its company"),
    ("grant", "Access granted by a group"),
    ("company", "Works in other companies than the group's"),
    ("document", "Salesperson of a document"),
    ("manual", "Let in by hand"),
    ("readonly", "Read-only, as everybody"),
    ("none", "Cannot see it"),
]


class CrmContactAccessCheck(models.TransientModel):
    """Who can see a contact and why, and what a user does not see."""

    _name = "crm.contact.access.check"
    _description = "Access Check"

    partner_id = fields.Many2one(comodel_name="res.partner", string="Contact", ondelete="cascade")
    user_id = fields.Many2one(
        comodel_name="res.users", domain=[("share", "=", False)], ondelete="cascade"
    )
    group_ids = fields.Many2many(
        comodel_name="crm.contact.group", string="Protected By", compute="_compute_line_ids"
    )
    line_ids = fields.One2many(
        comodel_name="crm.contact.access.check.line",
        inverse_name="check_id",
        compute="_compute_line_ids",
    )
    hidden_count = fields.Integer(
        string="Contacts Hidden from the User", compute="_compute_hidden_count"
    )

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Access Check")

    @api.depends("partner_id")
    def _compute_line_ids(self):
        users = self.env["res.users"].search([("share", "=", False)])
        for check in self:
            # sudo: the check is the managers'; scopes are read for them.
            check.group_ids = check.partner_id.sudo().access_scope_id.group_ids
            lines = check.partner_id.get_access_reasons() if check.partner_id else []
            seeing = {line["user_id"] for line in lines}
            if check.partner_id:
                lines += [
                    {"user_id": user.id, "reason": "none", "write": False, "detail": ""}
                    for user in users
                    if user.id not in seeing
                ]
            check.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "user_id": line["user_id"],
                        "reason": line["reason"],
                        "detail": line["detail"],
                        "can_write": line["write"],
                    }
                )
                for line in lines
            ]

    @api.depends("user_id")
    def _compute_hidden_count(self):
        for check in self:
            check.hidden_count = (
                self.env["res.partner"].search_count(check._get_hidden_domain())
                if check.user_id
                else 0
            )

    def _get_hidden_domain(self):
        """Return the contacts that the manager sees and the user does not."""
        self.ensure_one()
        user = self.user_id._origin
        rule = self.env["ir.rule"].with_user(user)._compute_domain("res.partner", "read")
        # sudo: only what the rule asks of the user is filled in; nothing is searched as such.
        rule = rule.optimize_full(self.env["res.partner"].with_user(user).sudo())
        return Domain("access_scope_id", "!=", False) & ~rule

    def action_open_hidden(self):
        """Open the contacts that the user does not see."""
        self.ensure_one()
        # sudo: ids found with the rule of the other user; the list opens with the reader's rights.
        hidden = self.env["res.partner"].search(self._get_hidden_domain())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hidden from %s", self.user_id.name),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": [("id", "in", hidden.ids)],
        }


class CrmContactAccessCheckLine(models.TransientModel):
    """One user and one reason."""

    _name = "crm.contact.access.check.line"
    _description = "Access of a User"

    check_id = fields.Many2one(
        comodel_name="crm.contact.access.check", ondelete="cascade", index=True
    )
    user_id = fields.Many2one(comodel_name="res.users", ondelete="cascade")
    reason = fields.Selection(selection=REASONS, string="Why")
    detail = fields.Char(string="Through")
    can_write = fields.Boolean(string="Can Edit")
