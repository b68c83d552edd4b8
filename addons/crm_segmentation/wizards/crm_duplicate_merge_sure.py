from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmDuplicateMergeSure(models.TransientModel):
    """Merge all sure duplicates at once: who goes into whom is shown before."""

    _name = "crm.duplicate.merge.sure"
    _description = "Merge Sure Duplicates"

    group_ids = fields.Many2many("crm.duplicate.group", string="Sure Duplicates")
    group_count = fields.Integer("Groups", compute="_compute_counts")
    gone_count = fields.Integer("Contacts That Go", compute="_compute_counts")
    preview = fields.Text(compute="_compute_preview")
    is_understood = fields.Boolean("I know that this cannot be undone")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "group_ids" in fields and not values.get("group_ids"):
            groups = self.env["crm.duplicate.group"].browse(self.env.context.get("active_ids"))
            if not groups:
                groups = groups.search([("state", "!=", "waiting")])
            values["group_ids"] = groups.filtered("is_sure").ids
        return values

    @api.depends("group_ids")
    def _compute_counts(self):
        for wizard in self:
            counts = wizard.group_ids._origin.mapped("member_count")
            wizard.group_count = len(counts)
            wizard.gone_count = sum(counts) - len(counts)

    @api.depends("group_ids")
    @api.depends_context("lang")
    def _compute_preview(self):
        for wizard in self:
            lines, groups = [], wizard.group_ids._origin
            for group in groups[:20]:
                partners = group.member_ids.partner_id
                kept = group._get_kept(partners)
                gone = ", ".join((partners - kept).mapped("display_name"))
                lines.append(
                    self.env._(
                        "%(gone)s → %(kept)s (agree on %(reason)s)",
                        gone=gone,
                        kept=kept.display_name,
                        reason=group.reason,
                    )
                )
            more = len(groups) - 20
            if more > 0:
                lines.append(self.env._("… and %s groups more", more))
            wizard.preview = "\n".join(lines)

    def action_merge(self):
        """Put the groups in line to be merged in the background, and show them."""
        self.ensure_one()
        if not self.is_understood:
            raise UserError(
                self.env._("Confirm that you know: Odoo cannot take a merge of contacts back.")
            )
        self.group_ids.action_queue_merge()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_segmentation.crm_duplicate_group_action"
        )
        action["context"] = {"search_default_waiting": 1}
        return action
