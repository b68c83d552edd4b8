from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

PARTNER = "res.partner"
LEAD = "crm.lead"


class CrmRelation(models.Model):
    """What one contact is to another contact or to a deal: one row, read from both sides."""

    _name = "crm.relation"
    _inherit = "crm.asked.mixin"
    _description = "Relation"
    # Not by the type: half a million rows would be sorted for each page of the list.
    _order = "id desc"
    _asked = ("left_partner_id", "right_partner_id", "right_lead_id")

    type_id = fields.Many2one(
        "crm.relation.type", "Relation", required=True, index=True, ondelete="restrict"
    )
    left_partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        required=True,
        index=True,
        ondelete="cascade",
        help="The first side of the relation.",
    )
    right_partner_id = fields.Many2one(
        "res.partner",
        "Related Contact",
        index="btree_not_null",
        ondelete="cascade",
        help="The second side of the relation.",
    )
    right_lead_id = fields.Many2one(
        "crm.lead",
        "Deal",
        index="btree_not_null",
        ondelete="cascade",
        help="The second side, when the relation is of a contact with a deal.",
    )
    left_role = fields.Char("Contact Is", compute="_compute_roles")
    right_role = fields.Char("Related Is", compute="_compute_roles")
    right_kind = fields.Selection(related="type_id.right_kind", export_string_translation=False)
    date_from = fields.Date("From")
    date_to = fields.Date("Until", help="The last day of the relation. Empty: it goes on.")
    note = fields.Char()
    is_current = fields.Boolean(
        "Current", compute="_compute_is_current", search="_search_is_current"
    )
    either_partner_id = fields.Many2one(
        "res.partner",
        "Either Side",
        compute="_compute_either_partner_id",
        search="_search_either_partner_id",
        export_string_translation=False,
    )

    _one_second_side = models.Constraint(
        "CHECK (num_nonnulls(right_partner_id, right_lead_id) = 1)",
        "A relation needs a related contact or a deal: one of them, not both.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A relation cannot end before it begins."
    )
    _contacts_uniq = models.UniqueIndex(
        "(type_id, left_partner_id, right_partner_id, COALESCE(date_from, '-infinity'::date))"
        " WHERE right_partner_id IS NOT NULL",
        "These two contacts have this relation already. Change its dates instead.",
    )
    _deal_uniq = models.UniqueIndex(
        "(type_id, left_partner_id, right_lead_id, COALESCE(date_from, '-infinity'::date))"
        " WHERE right_lead_id IS NOT NULL",
        "This contact and this deal have this relation already. Change its dates instead.",
    )

    @api.depends("type_id.name", "type_id.inverse_name", "type_id.is_symmetric")
    @api.depends_context("lang")
    def _compute_roles(self):
        for relation in self:
            relation_type = relation.type_id
            relation.left_role = relation_type and relation_type._get_role()
            relation.right_role = relation_type and relation_type._get_role(inverse=True)

    @api.depends("date_from", "date_to")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for relation in self:
            begun = not relation.date_from or relation.date_from <= today
            relation.is_current = begun and not (relation.date_to and relation.date_to < today)

    @api.model
    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_current_domain() if True in value else ~self._get_current_domain()

    def _compute_either_partner_id(self):
        self.either_partner_id = False

    @api.model
    def _search_either_partner_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return Domain("left_partner_id", operator, value) | Domain(
            "right_partner_id", operator, value
        )

    @api.depends("type_id", "left_partner_id", "right_partner_id", "right_lead_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for relation in self:
            # sudo: of a party that one may not see, the name is shown.
            left, right = relation.sudo().left_partner_id, relation.sudo()._get_right()
            names = [left.display_name, relation.type_id.display_name, right.display_name]
            relation.display_name = " · ".join(filter(None, names))

    @api.model_create_multi
    def create(self, vals_list):
        relations = super().create([self._order_sides(dict(vals)) for vals in vals_list])
        relations._log_in_history("added")
        return relations

    def write(self, vals):
        sides = {"type_id", "left_partner_id", "right_partner_id"}
        if sides & set(vals):
            for relation in self:
                kept = {name: relation[name].id for name in sides}
                ordered = relation._order_sides(kept | vals)
                # What stays is not written: a side that one may not see is no new one.
                changed = {n: v for n, v in ordered.items() if n in vals or v != kept[n]}
                super(CrmRelation, relation).write(changed)
        else:
            super().write(vals)
        if (sides | {"right_lead_id", "date_from", "date_to", "note"}) & set(vals):
            self._log_in_history("changed")
        return True

    def unlink(self):
        self._log_in_history("removed")
        return super().unlink()

    def action_open_left(self):
        """Open the contact of the first side."""
        return self._get_open_action(self.left_partner_id)

    def action_open_right(self):
        """Open the contact or deal of the second side."""
        return self._get_open_action(self._get_right())

    def _get_open_action(self, party):
        return {
            "type": "ir.actions.act_window",
            "res_model": party._name,
            "res_id": party.id,
            "views": [(False, "form")],
        }

    def _get_right(self):
        self.ensure_one()
        return self.right_lead_id or self.right_partner_id

    @api.model
    def _order_sides(self, vals):
        """Put the sides of a symmetric relation in one order, so that it cannot exist twice.

        The type's form has the rule; the unique index then finds the reversed pair too.
        """
        relation_type = self.env["crm.relation.type"].browse(vals.get("type_id"))
        left, right = vals.get("left_partner_id"), vals.get("right_partner_id")
        if left and right and relation_type.sudo().is_symmetric and left > right:
            vals.update(left_partner_id=right, right_partner_id=left)
        return vals

    @api.model
    def _get_current_domain(self):
        today = fields.Date.context_today(self)
        begun = Domain("date_from", "=", False) | Domain("date_from", "<=", today)
        return begun & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))

    @api.model
    def _count_by_party(self, field_names, party_ids):
        """Count the visible relations of many contacts, or of many deals. One query.

        :param field_names: the sides that count
        :return: party id → count
        :rtype: dict
        """
        return dict(self.env.execute_query(self._select_counts(field_names, party_ids)))

    @api.model
    def _select_counts(self, field_names, party_ids):
        """Return the query of ``_count_by_party``: columns party and count.

        :rtype: SQL
        """
        domain = Domain.OR(Domain(name, "in", party_ids) for name in field_names)
        self.flush_model(field_names)
        query = self._search(domain & self._get_current_domain())
        sides = [SQL.identifier(self._table, name) for name in field_names]
        return SQL(
            "SELECT party, count(*) FROM (%s) AS sides WHERE party IN %s GROUP BY party",
            query.select(SQL("unnest(ARRAY[%s]) AS party", SQL(", ").join(sides))),
            tuple(party_ids) or (0,),
        )
