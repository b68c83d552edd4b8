from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.crm_access.domains import read_domain

from ..models.crm_contact_group import SAMPLE_SIZE


class CrmContactGroupBulk(models.TransientModel):
    """Contacts of a list put into groups or taken out at once: first a dry run, then the change."""

    _name = "crm.contact.group.bulk"
    _description = "Change Contact Groups"

    kind = fields.Selection(
        selection=[
            ("add", "Add to a group"),
            ("remove", "Remove from a group"),
            ("move", "Move to another group"),
            ("exclude", "Keep out of a group"),
        ],
        string="What to Do",
        default="add",
        required=True,
    )
    group_id = fields.Many2one(comodel_name="crm.contact.group", required=True, ondelete="cascade")
    target_group_id = fields.Many2one(comodel_name="crm.contact.group", ondelete="cascade")
    reason = fields.Char(help="Kept on each membership.")
    until = fields.Date(help="Last day in the group; the memberships end by themselves.")
    selected_ids = fields.Json(default=lambda self: self.env.context.get("active_ids") or [])
    list_domain = fields.Char(default=lambda self: str(self.env.context.get("active_domain") or []))
    selected_count = fields.Integer(compute="_compute_counts")
    matching_count = fields.Integer(compute="_compute_counts")
    all_matching = fields.Boolean(string="All contacts that match the filter")

    changed_count = fields.Integer(string="Will Change", compute="_compute_dry_run")
    unchanged_count = fields.Integer(string="Are So Already", compute="_compute_dry_run")
    refused_count = fields.Integer(string="Not Possible", compute="_compute_dry_run")
    refused_reason = fields.Char(compute="_compute_dry_run")
    changed_names = fields.Char(compute="_compute_dry_run")

    @api.depends("selected_ids", "list_domain")
    def _compute_counts(self):
        for wizard in self:
            wizard.selected_count = len(wizard.selected_ids or [])
            wizard.matching_count = self.env["res.partner"].search_count(wizard._get_list_domain())

    def _get_list_domain(self):
        self.ensure_one()
        try:
            return read_domain(self.list_domain)
        except ValueError:
            return Domain("id", "in", self.selected_ids or [])

    def _get_contacts(self):
        """Return the contacts the user may read, of the selection or of all that match."""
        Partner = self.env["res.partner"]
        if self.all_matching:
            return Partner.search(self._get_list_domain())
        return Partner.search(
            [("id", "in", self.selected_ids or []), ("active", "in", [True, False])]
        )

    @api.depends("kind", "group_id", "target_group_id", "all_matching", "reason", "until")
    @api.depends_context("lang")
    def _compute_dry_run(self):
        for wizard in self:
            plan = wizard._make_plan()
            wizard.changed_count = len(plan["changed"])
            wizard.unchanged_count = len(plan["unchanged"])
            wizard.refused_count = len(plan["refused"])
            wizard.refused_reason = plan["reason"]
            names = plan["changed"][:SAMPLE_SIZE].mapped("display_name")
            more = len(plan["changed"]) > SAMPLE_SIZE
            wizard.changed_names = ", ".join(names) + (" …" if more else "")

    def _make_plan(self):
        """Find out what would change; a fixed number of queries for any number of contacts.

        :return: recordsets ``changed``, ``unchanged``, ``refused``, and the ``reason`` of the last
        """
        contacts = self._get_contacts()
        none = contacts.browse()
        plan = {"changed": none, "unchanged": none, "refused": none, "reason": False}
        group, entered = self.group_id, self.target_group_id if self.kind == "move" else None
        if not group or self.kind == "move" and (not entered or entered == group):
            return plan
        if self.kind in ("add", "move"):
            fitting, plan["reason"] = self._split_fitting(entered or group, contacts)
            plan["refused"] = contacts - fitting
            contacts = fitting
        members = self.env["crm.contact.group.member"]._find(
            [(group.id, contact_id) for contact_id in contacts.ids]
        )
        now_in = members.filtered(lambda m: m.state == "in")
        if self.kind == "add":
            again = self.reason or self.until
            settled = now_in.filtered(lambda m: m.source != "rule" and not again)
            plan["unchanged"] = settled.partner_id
        elif self.kind == "exclude":
            plan["unchanged"] = members.filtered(
                lambda m: m.state == "excluded" and not self.reason
            ).partner_id
        else:
            plan["unchanged"] = contacts - now_in.partner_id
        plan["unchanged"] &= contacts
        plan["changed"] = contacts - plan["unchanged"]
        return plan

    @api.model
    def _split_fitting(self, group, contacts):
        """Return the contacts that the group takes, and why it refuses the others."""
        fitting = contacts
        reasons = []
        if group.applies_to != "both":
            fitting = fitting.filtered(lambda p: p.is_company == (group.applies_to == "company"))
            label = self.env["crm.contact.group.member"]._get_kind_label(group)
            reasons.append(self.env._("the group is for %s", label))
        if group.company_id:
            domain = group.company_id._get_served_domain(fitting)
            fitting = fitting.with_context(active_test=False).filtered_domain(domain)
            reasons.append(self.env._("the group belongs to %s", group.company_id.name))
        return fitting, ", ".join(reasons) if len(fitting) < len(contacts) else False

    def action_apply(self):
        """Do what the dry run says; the rest is left as it is. Answers with a way to undo it."""
        self.ensure_one()
        changed = self._make_plan()["changed"]
        if not changed:
            raise UserError(self.env._("None of these contacts would change."))
        operation = self.env["crm.contact.group.operation"]._perform(
            self.kind,
            changed.ids,
            self.group_id,
            target=self.target_group_id if self.kind == "move" else None,
            reason=self.reason or None,
            until=self.until or None,
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Done"),
            "res_model": "crm.contact.group.operation",
            "res_id": operation.id,
            "views": [
                (self.env.ref("crm_groups.crm_contact_group_operation_view_form_done").id, "form")
            ],
            "target": "new",
        }
