from odoo import api, fields, models


class CrmContactGroupClosing(models.TransientModel):
    """Archiving or deleting groups: first what becomes of members, prices and access."""

    _name = "crm.contact.group.closing"
    _description = "Close a Contact Group"

    group_ids = fields.Many2many(
        comodel_name="crm.contact.group",
        default=lambda self: self.env.context.get("active_ids"),
        required=True,
    )
    effects = fields.Text(compute="_compute_effects")

    @api.depends("group_ids")
    @api.depends_context("lang")
    def _compute_effects(self):
        for wizard in self:
            effects = ["\n".join(group._describe_closing()) for group in wizard.group_ids]
            wizard.effects = "\n\n".join(effects)

    def action_archive_group(self):
        """Archive the groups; their members come back with them."""
        self.group_ids.action_archive()
        return self._get_groups_action()

    def action_delete_group(self):
        """Delete the groups with their memberships and their history, for good."""
        groups = self.group_ids
        self.unlink()
        groups.unlink()
        return self._get_groups_action()

    @api.model
    def _get_groups_action(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_groups.crm_contact_group_action"
        )
        action["target"] = "main"
        return action
