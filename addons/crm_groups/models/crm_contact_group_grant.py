from odoo import api, fields, models


class CrmContactGroupGrant(models.Model):
    """Who may see and edit the contacts of a protected group."""

    _name = "crm.contact.group.grant"
    _inherit = "crm.shared.mixin"
    _description = "Access to a Contact Group"
    _order = "group_id, id"
    _shared_by = "group_id"

    group_id = fields.Many2one(
        comodel_name="crm.contact.group", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        domain=[("share", "=", False)],
        ondelete="cascade",
        index="btree_not_null",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        ondelete="cascade",
        index="btree_not_null",
        help="All members of the team and its leader, as they are at any time.",
    )
    include_subgroups = fields.Boolean(default=True)

    _one_of_both = models.Constraint(
        "CHECK((user_id IS NULL) <> (team_id IS NULL))",
        "Access is granted to a user or to a sales team: choose one of both.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        grants = super().create(vals_list)
        self.env["crm.contact.access.scope"]._refresh_all_users()
        return grants

    def write(self, vals):
        result = super().write(vals)
        self.env["crm.contact.access.scope"]._refresh_all_users()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["crm.contact.access.scope"]._refresh_all_users()
        return result
