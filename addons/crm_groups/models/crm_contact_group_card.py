# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from ast import literal_eval

from odoo import api, fields, models, tools
from odoo.fields import Domain

CARD_FIELDS = {
    "member_properties_definition",
    "hidden_part_ids",
    "required_part_ids",
    "first_part_ids",
}


class CrmContactGroup(models.Model):
    """The card, the list and the filter that contacts of the group are shown with."""

    _inherit = "crm.contact.group"

    member_properties_definition = fields.PropertiesDefinition(
        string="Fields of Its Contacts",
        help="Subgroups take these fields over. Who leaves the group keeps the values.",
    )
    # Odoo edits a definition through a record that uses it: here the group itself.
    card_owner_id = fields.Many2one(
        comodel_name="crm.contact.group", compute="_compute_card_owner_id"
    )
    card_properties = fields.Properties(
        string="Fields on the Card", definition="card_owner_id.member_properties_definition"
    )
    hidden_part_ids = fields.Many2many(
        comodel_name="crm.contact.card.part",
        relation="crm_contact_group_hidden_part_rel",
        string="Hide on the Card",
    )
    required_part_ids = fields.Many2many(
        comodel_name="crm.contact.card.part",
        relation="crm_contact_group_required_part_rel",
        string="Require on the Card",
        domain=[("is_page", "=", False)],
    )
    first_part_ids = fields.Many2many(
        comodel_name="crm.contact.card.part",
        relation="crm_contact_group_first_part_rel",
        string="First on the Card",
        help="Fields that stand at the top of the card, and pages that come before the others, of "
        "which the first is open.",
    )
    contacts_view = fields.Selection(
        selection=[("list", "List"), ("kanban", "Kanban")],
        string="Open Contacts As",
        default="list",
        required=True,
    )
    filter_id = fields.Many2one(
        comodel_name="ir.filters",
        string="With the Filter",
        domain=[("model_id", "=", "res.partner")],
        ondelete="set null",
        help="A favourite saved in the contacts list: its filter and grouping apply.",
    )
    column_ids = fields.Many2many(
        comodel_name="ir.model.fields",
        relation="crm_contact_group_column_rel",
        string="Columns",
        domain=[
            ("model", "=", "res.partner"),
            ("ttype", "not in", ("binary", "html", "one2many", "properties", "json")),
        ],
        help="Shown in the list of the group's contacts besides the name; as usual if empty.",
        # Others may not read Odoo's fields; without this they could not open a group at all.
        groups="sales_team.group_sale_manager",
    )

    def _compute_card_owner_id(self):
        for group in self:
            group.card_owner_id = group._origin

    @api.model
    @tools.ormcache()
    def _get_card_sources(self):
        """Return (group id, id of a group whose card settings it has) pairs; cached."""
        groups = self._search_for_cache()
        with_card = {
            group.id
            for group in groups
            if group.member_properties_definition
            or group.hidden_part_ids
            or group.required_part_ids
            or group.first_part_ids
        }
        return tuple(
            (group.id, node.id)
            for group in groups
            for node in group._get_lineage()
            if node.id in with_card
        )

    def _refresh_cards(self):
        """Bring cards and contacts in step after a change of groups."""
        self.env.flush_all()
        self.env.registry.clear_cache()
        # sudo: cards are the system's; who may change groups has been asked before.
        cards = self.env["crm.contact.card"].sudo().search([])
        cards._refresh()
        if cards or self._get_card_sources():
            self.env["res.partner"]._refresh_cards()

    def write(self, vals):
        result = super().write(vals)
        if CARD_FIELDS & set(vals) or {"parent_id", "active"} & set(vals):
            self._refresh_cards()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        if any(CARD_FIELDS & set(vals) for vals in vals_list):
            groups._refresh_cards()
        return groups

    def action_open_contacts(self):
        """Open the contacts of the group in its own view, filter and columns."""
        action = super().action_open_contacts()
        if self.contacts_view == "kanban":
            action["views"] = sorted(action["views"], key=lambda view: view[1] != "kanban")
        else:
            action["views"] = sorted(action["views"], key=lambda view: view[1] != "list")
        action["view_mode"] = ",".join(view[1] for view in action["views"])
        context = action["context"]
        # sudo: the favourite may be another user's; the manager has chosen it for the group.
        favourite = self.sudo().filter_id
        if favourite:
            action["domain"] = list(Domain(action["domain"]) & Domain(favourite._get_eval_domain()))
            group_by = literal_eval(favourite.context or "{}").get("group_by")
            if group_by:
                context["group_by"] = group_by
        # sudo: names of fields only.
        columns = self.sudo().column_ids
        if columns:
            context["contact_group_columns"] = ",".join(columns.mapped("name"))
        return action
