from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.crm_access.texts import tell_count


class CrmContactGroupTags(models.TransientModel):
    """Groups made of Odoo's contact tags, or tags of groups; what was there stays as it is."""

    _name = "crm.contact.group.tags"
    _description = "Tags and Groups"

    direction = fields.Selection(
        selection=[("to_groups", "Tags into groups"), ("to_tags", "Groups into tags")],
        default="to_groups",
        required=True,
    )
    category_ids = fields.Many2many(comodel_name="res.partner.category", string="Tags")
    group_ids = fields.Many2many(comodel_name="crm.contact.group", string="Groups")
    parent_id = fields.Many2one(
        comodel_name="crm.contact.group", string="Below the Group", ondelete="cascade"
    )
    follow = fields.Boolean(
        string="Keep in step with the tag",
        help="The groups are filled by a rule on the tag: who gets the tag later enters too.",
    )
    preview = fields.Char(compute="_compute_preview")

    @api.depends("direction", "category_ids", "group_ids")
    @api.depends_context("lang")
    def _compute_preview(self):
        for wizard in self:
            if wizard.direction == "to_groups":
                contacts = self.env["res.partner"].search_count(
                    [("category_id", "in", wizard.category_ids.ids)]
                )
                wizard.preview = self.env._(
                    "%(groups)s with %(contacts)s. The tags stay as they are.",
                    groups=tell_count(
                        len(wizard.category_ids),
                        self.env._("1 group"),
                        self.env._("%s groups"),
                    ),
                    contacts=self._tell_contacts(contacts),
                )
            else:
                contacts = self.env["res.partner"].search_count(
                    [("contact_group_ids", "in", wizard.group_ids.ids)]
                )
                wizard.preview = self.env._(
                    "%(tags)s on %(contacts)s. The groups stay as they are.",
                    tags=tell_count(
                        len(wizard.group_ids), self.env._("1 tag"), self.env._("%s tags")
                    ),
                    contacts=self._tell_contacts(contacts),
                )

    @api.model
    def _tell_contacts(self, count):
        return tell_count(count, self.env._("1 contact"), self.env._("%s contacts"))

    def action_apply(self):
        """Make the groups or the tags, and open what was made."""
        self.ensure_one()
        records = self._make_groups() if self.direction == "to_groups" else self._make_tags()
        if not records:
            raise UserError(self.env._("Choose at least one tag or group."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Made Just Now"),
            "res_model": records._name,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
        }

    def _make_groups(self):
        """Make a group per tag, parents first; a group of that name and place is used again."""
        Group = self.env["crm.contact.group"]
        made = {}
        for category in self.category_ids.sorted(lambda c: (c.parent_path or "", c.id)):
            parent = made.get(category.parent_id) or self.parent_id
            group = Group.search(
                [("name", "=", category.name), ("parent_id", "=", parent.id)], limit=1
            ) or Group.create(
                {"name": category.name, "parent_id": parent.id, "color": category.color}
            )
            made[category] = group
            if self.follow:
                group.write({"kind": "smart", "domain": str([("category_id", "in", category.ids)])})
                group.action_rebuild()
                continue
            contacts = self.env["res.partner"].search([("category_id", "in", category.ids)])
            group.with_context(crm_groups_source="import").add_contacts(
                contacts.ids, reason=self.env._("Tag %s", category.name)
            )
        return Group.union(*made.values())

    def _make_tags(self):
        Category = self.env["res.partner.category"]
        made = {}
        for group in self.group_ids:
            parent = made.get(group.parent_id, Category)
            tag = Category.search(
                [("name", "=", group.name), ("parent_id", "=", parent.id)], limit=1
            ) or Category.create({"name": group.name, "parent_id": parent.id, "color": group.color})
            made[group] = tag
            contacts = self.env["res.partner"].search([("contact_group_ids", "in", group.ids)])
            contacts.write({"category_id": [Command.link(tag.id)]})
        return Category.union(*made.values())
