from odoo import api, fields, models


class CrmContactGroupClosing(models.TransientModel):
    """Archiving or deleting a group: first what becomes of members, prices and access."""

    _name = "crm.contact.group.closing"
    _description = "Close a Contact Group"

    group_id = fields.Many2one(
        comodel_name="crm.contact.group", required=True, ondelete="cascade", readonly=True
    )
    effects = fields.Text(compute="_compute_effects")

    @api.depends("group_id")
    def _compute_effects(self):
        for wizard in self:
            wizard.effects = "\n".join(wizard.group_id._describe_closing())

    def action_archive_group(self):
        """Archive the group; its members come back with it."""
        self.group_id.action_archive()
        return self._open_groups()

    def action_delete_group(self):
        """Delete the group with its memberships and their history, for good."""
        group = self.group_id
        self.unlink()
        group.unlink()
        return self._open_groups()

    @api.model
    def _open_groups(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_groups.crm_contact_group_action"
        )
        action["target"] = "main"
        return action
