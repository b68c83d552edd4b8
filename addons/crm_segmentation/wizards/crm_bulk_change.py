from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.crm_access.domains import read_domain

from ..bulk import get_change_class, get_changes
from ..models.crm_bulk_operation import CASCADES

#: As many ids Odoo's list hands over at most; more are "all that match".
GIVEN = 20_000


class CrmBulkChange(models.TransientModel):
    """What is to become of the records of a list; the dry run follows."""

    _name = "crm.bulk.change"
    _description = "Change in Bulk"

    model = fields.Char(default=lambda self: self.env.context.get("active_model"), required=True)
    selected_ids = fields.Json(default=lambda self: self.env.context.get("active_ids") or [])
    list_domain = fields.Char(default=lambda self: str(self.env.context.get("active_domain") or []))
    with_archived = fields.Boolean(
        default=lambda self: self.env.context.get("active_test") is False
    )
    selected_count = fields.Integer(compute="_compute_counts")
    matching_count = fields.Integer(compute="_compute_counts")
    all_matching = fields.Boolean(
        string="All that the list's filter finds", default=lambda self: self._default_all_matching()
    )
    contact_operation = fields.Selection(
        selection=lambda self: self._selection_operation("res.partner"),
        string="What to Do with Contacts",
        default="owner",
    )
    lead_operation = fields.Selection(
        selection=lambda self: self._selection_operation("crm.lead"),
        string="What to Do with Leads",
        default="owner",
    )
    operation = fields.Char(compute="_compute_operation")
    mode = fields.Selection(
        [("add", "Add"), ("remove", "Remove"), ("move", "Move")], string="How", default="add"
    )

    # The new values; which of them counts says the operation.
    is_empty = fields.Boolean(string="Leave Empty", help="The records get no value instead.")
    user_ids = fields.Many2many("res.users", string="Users")
    team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="cascade")
    crm_type_id = fields.Many2one("crm.type", string="CRM Type", ondelete="cascade")
    category_ids = fields.Many2many("res.partner.category", string="Contact Tags")
    tag_ids = fields.Many2many("crm.tag", string="Lead Tags")
    group_model = fields.Char(default="crm.contact.group")
    group_id = fields.Many2oneReference(model_field="group_model")
    target_group_id = fields.Many2oneReference(string="To the Group", model_field="group_model")
    relation_model = fields.Char(default="crm.relation.type")
    relation_type_id = fields.Many2oneReference(string="Relation", model_field="relation_model")
    relation_partner_id = fields.Many2one("res.partner", string="With", ondelete="cascade")
    choice_id = fields.Many2one(
        "crm.bulk.change.choice",
        string="List Field",
        ondelete="cascade",
        domain="[('model', '=', model), ('create_uid', '=', uid)]",
    )
    choice_needs_text = fields.Boolean(related="choice_id.needs_text")
    text = fields.Char(string="Value")
    take_back = fields.Boolean(string="Take Back from the Archive")
    activity_type_id = fields.Many2one("mail.activity.type", ondelete="cascade")
    summary = fields.Char()
    date_deadline = fields.Date(string="Due Date", default=fields.Date.context_today)

    also_persons = fields.Boolean(string="Their persons")
    also_deals = fields.Boolean(string="Their open deals")
    also_activities = fields.Boolean(string="Planned activities")
    may_persons = fields.Boolean(compute="_compute_operation")
    may_deals = fields.Boolean(compute="_compute_operation")
    may_activities = fields.Boolean(compute="_compute_operation")
    cascade_own = fields.Boolean(
        string="Leave what other people have",
        help="Takes along only what has the same owner as the contact or deal, or none.",
    )
    reason = fields.Char(help="Told in the history of each record and to the new owner.")

    @api.model
    def _selection_operation(self, model_name):
        return [(cls.code, cls.get_label(self.env)) for cls in get_changes(self.env, model_name)]

    @api.model
    def _default_all_matching(self):
        return len(self.env.context.get("active_ids") or []) >= GIVEN

    @api.model
    def default_get(self, fields):
        self.env["crm.bulk.change.choice"]._make_choices(self.env.context.get("active_model"))
        return super().default_get(fields)

    @api.depends("selected_ids", "list_domain", "model")
    def _compute_counts(self):
        for wizard in self:
            wizard.selected_count = len(wizard.selected_ids or [])
            records = self.env[wizard.model].with_context(active_test=not wizard.with_archived)
            wizard.matching_count = records.search_count(wizard._get_list_domain())

    @api.depends("model", "contact_operation", "lead_operation")
    def _compute_operation(self):
        for wizard in self:
            is_lead = wizard.model == "crm.lead"
            wizard.operation = wizard.lead_operation if is_lead else wizard.contact_operation
            possible = ()
            if wizard.operation:
                possible = get_change_class(self.env, wizard.operation, wizard.model).cascades
            wizard.may_persons = "persons" in possible and not is_lead
            wizard.may_deals = "deals" in possible and not is_lead
            wizard.may_activities = "activities" in possible

    def _get_list_domain(self):
        self.ensure_one()
        try:
            return read_domain(self.list_domain)
        except ValueError:
            return Domain("id", "in", self.selected_ids or [])

    def action_preview(self):
        """Make the bulk operation and open its dry run.

        :return: the action that shows it
        :raises UserError: when a value is missing
        """
        self.ensure_one()
        possible = {
            "persons": self.may_persons and self.also_persons,
            "deals": self.may_deals and self.also_deals,
            "activities": self.may_activities and self.also_activities,
        }
        domain = [("id", "in", self.selected_ids or [])]
        bulk = self.env["crm.bulk.operation"].create(
            {
                "model": self.model,
                "domain": repr(list(self._get_list_domain())) if self.all_matching else domain,
                # What was ticked was seen, archived or not.
                "with_archived": self.with_archived or not self.all_matching,
                "operation": self.operation,
                "vals": self._get_vals(),
                "cascade": [code for code in CASCADES if possible[code]],
                "cascade_own": self.cascade_own,
                "reason": self.reason,
            }
        )
        bulk.action_preview()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dry Run"),
            "res_model": bulk._name,
            "res_id": bulk.id,
            "views": [(False, "form")],
        }

    def _get_vals(self):
        return getattr(self, f"_get_{self.operation}_vals")()

    def _require(self, value, label):
        if not value and not self.is_empty:
            raise UserError(self.env._("Choose a value: %s.", label))
        return value

    def _get_owner_vals(self):
        self._require(self.user_ids, self.env._("New Owner"))
        return {"user_ids": [] if self.is_empty else self.user_ids.ids}

    def _get_team_vals(self):
        team = self._require(self.team_id, self.env._("Sales Team"))
        return {"team_id": not self.is_empty and team.id}

    def _get_type_vals(self):
        crm_type = self._require(self.crm_type_id, self.env._("Type"))
        field = "deal_type_id" if self.model == "crm.lead" else "crm_type_id"
        return {field: not self.is_empty and crm_type.id}

    def _get_tag_vals(self):
        tags = self.tag_ids if self.model == "crm.lead" else self.category_ids
        self.is_empty = False
        return {"mode": self.mode, "tag_ids": self._require(tags, self.env._("Tags")).ids}

    def _get_group_vals(self):
        self.is_empty = False
        vals = {"mode": self.mode, "group_id": self._require(self.group_id, self.env._("Group"))}
        if self.mode == "move":
            target = self._require(self.target_group_id, self.env._("To the Group"))
            vals["target_group_id"] = target
        return vals

    def _get_relation_vals(self):
        self.is_empty = False
        relation_type = self._require(self.relation_type_id, self.env._("Relation"))
        partner = self._require(self.relation_partner_id, self.env._("With"))
        return {"mode": self.mode, "type_id": relation_type, "partner_id": partner.id}

    def _get_list_field_vals(self):
        self.is_empty = False
        choice = self._require(self.choice_id, self.env._("List Field"))
        return {choice.field: self.text if choice.needs_text else choice.value}

    def _get_watch_vals(self):
        users = self.user_ids or self.env.user
        return {"mode": self.mode, "user_ids": users.ids}

    def _get_archive_vals(self):
        return {"active": self.take_back}

    def _get_activity_vals(self):
        return {
            "activity_type_id": self.activity_type_id.id,
            "summary": self.summary,
            "date_deadline": fields.Date.to_string(self.date_deadline),
            "user_id": self.user_ids[:1].id,
        }
