# pylint: disable=consider-merging-classes-inherited
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

#: As many contacts with a name make a longer list of ids than a second look-up takes.
MANY = 5000


class ResPartner(models.Model):
    """A contact with its relations, seen from its side."""

    _inherit = "res.partner"

    relation_left_ids = fields.One2many(
        "crm.relation",
        "left_partner_id",
        "Relations as First Side",
        groups="base.group_user",
        technical=True,
    )
    relation_right_ids = fields.One2many(
        "crm.relation",
        "right_partner_id",
        "Relations as Second Side",
        groups="base.group_user",
        technical=True,
    )
    relation_count = fields.Integer(
        "Relations", compute="_compute_card_facts", groups="base.group_user"
    )
    related_partner_ids = fields.Many2many(
        "res.partner",
        string="Related To",
        compute="_compute_related_partner_ids",
        search="_search_related_partner_ids",
        groups="base.group_user",
        help="Contacts with a relation that goes on, of whatever type and side.",
    )
    relation_search = fields.Char(
        "Relation",
        compute="_compute_relation_search",
        search="_search_relation_search",
        groups="base.group_user",
        export_string_translation=False,
    )

    @api.depends("relation_left_ids", "relation_right_ids")
    @api.depends_context("uid")
    def _compute_related_partner_ids(self):
        for partner in self:
            left, right = partner.relation_left_ids, partner.relation_right_ids
            partner.related_partner_ids = (
                left.filtered("is_current").right_partner_id
                | right.filtered("is_current").left_partner_id
            )

    @api.model
    def _search_related_partner_ids(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator == "in" and not any(value):
            return ~Domain("id", "in", self._get_related_sql(Domain.TRUE))
        name = "id" if operator in ("in", "any") else "display_name"
        if operator == "any":
            return Domain("id", "in", self._get_related_sql(Domain(value)))
        return Domain("id", "in", self._get_related_sql(Domain(name, operator, value)))

    def _compute_relation_search(self):
        self.relation_search = False

    @api.model
    def _search_relation_search(self, operator, value):
        """Search as it reads on the contact: "Headquarters: Northern", role and name in part.

        Without a colon, the words are a role or a name.
        """
        if operator not in ("like", "ilike", "=", "=like", "=ilike", "in"):
            return NotImplemented
        texts = value if operator == "in" else [value]
        found = []
        for text in filter(None, texts):
            role, colon, name = (part.strip() for part in str(text).partition(":"))
            if colon:
                named = self._get_named(name) if name else Domain.TRUE
                found.append(self._get_related_sql(named, role))
            else:
                found.append(self._get_related_sql(self._get_named(role)))
                found.append(self._get_related_sql(Domain.TRUE, role))
        return Domain.OR(Domain("id", "in", sql) for sql in found)

    @api.model
    def _get_named(self, name):
        """Contacts by a part of their name: looked up once, for that walks through all of them,
        and the search for their relations has two sides."""
        domain = Domain("display_name", "ilike", name)
        found = self.with_context(active_test=False)._search(domain, limit=MANY).get_result_ids()
        return domain if len(found) == MANY else Domain("id", "in", found)

    @api.model
    def _get_related_sql(self, others, role=None):
        """Whoever has a relation that goes on with one of the others, as a subquery.

        Two searches by an index, one per side, put together: with an OR between two subqueries
        PostgreSQL would walk through all contacts instead. The rights on relations are looked up
        where no other side is asked for: else both sides are searched with the user's own.

        :param others: domain of the contacts on the other side
        :param role: what the other is, in part, e.g. ``Headquarters``
        """
        Relation = self.env["crm.relation"]
        Relation.check_access("read")
        terms = []
        for own, other in (
            ("left_partner_id", "right_partner_id"),
            ("right_partner_id", "left_partner_id"),
        ):
            domain = Relation._get_current_domain() & Domain(own, "!=", False)
            of_all = Domain(others).is_true()
            if not of_all:
                domain &= Domain(other, "any", others)
            if role:
                name = "inverse_name" if other == "right_partner_id" else "name"
                named = Domain(f"type_id.{name}", "ilike", role)
                # The same on both sides: there is one name only.
                twofold = Domain("type_id.is_symmetric", "=", True)
                domain &= named | (twofold & Domain("type_id.name", "ilike", role))
            found = Relation._search(domain, bypass_access=not of_all)
            terms.append(found.select(SQL.identifier(Relation._table, own)))
        Relation.flush_model()
        return SQL("(%s UNION ALL %s)", *terms)

    def add_relation(
        self,
        relation_type,
        partner_ids=(),
        lead_ids=(),
        inverse=False,
        date_from=None,
        date_to=None,
        note=None,
    ):
        """Relate each of these contacts to each of the others; what is there already stays.

        Two queries to see what is there, then one insert in batches.

        :param relation_type: code of a ``crm.relation.type``, or the name of one of its sides
        :param partner_ids: ids of contacts on the other side
        :param lead_ids: ids of deals on the other side
        :param inverse: these contacts are the second side, the others the first
        :param date_from: first day, ``YYYY-MM-DD``
        :param date_to: last day
        :param note: free text
        :return: ``{"added": 3, "unchanged": 1}``
        :rtype: dict
        :raises UserError: unknown type (the message lists the codes) or contact
        :raises ValidationError: the type does not fit a side, a circle, itself
        """
        Relation = self.env["crm.relation"]
        found = self.env["crm.relation.type"]._get_by_code(relation_type)
        shared = {
            "type_id": found.id,
            "date_from": fields.Date.to_date(date_from),
            "date_to": fields.Date.to_date(date_to),
            "note": note or False,
        }
        wanted = []
        for left, right, lead in self._get_sides(partner_ids, lead_ids, inverse):
            sides = {"left_partner_id": left, "right_partner_id": right, "right_lead_id": lead}
            wanted.append(Relation._order_sides(shared | sides))
        there = self._find_relations(found, wanted, shared["date_from"])
        new = [
            vals
            for vals in wanted
            if (vals["left_partner_id"], vals["right_partner_id"], vals["right_lead_id"])
            not in there
        ]
        Relation.create(new)
        return {"added": len(new), "unchanged": len(wanted) - len(new)}

    def remove_relation(
        self, relation_type, partner_ids=(), lead_ids=(), inverse=False, date_to=None
    ):
        """Remove the relations of these contacts with the others, or end them.

        :param relation_type: as in ``add_relation``
        :param partner_ids: ids of contacts on the other side
        :param lead_ids: ids of deals on the other side
        :param inverse: these contacts are the second side
        :param date_to: end them on this day instead of removing them
        :return: ``{"removed": 2}`` or ``{"ended": 2}``
        :rtype: dict
        """
        found = self.env["crm.relation.type"]._get_by_code(relation_type)
        Relation = self.env["crm.relation"]
        wanted = [
            Relation._order_sides(
                {
                    "type_id": found.id,
                    "left_partner_id": left,
                    "right_partner_id": right,
                    "right_lead_id": lead,
                }
            )
            for left, right, lead in self._get_sides(partner_ids, lead_ids, inverse)
        ]
        there = self._find_relations(found, wanted)
        relations = Relation.union(*there.values())
        if date_to:
            day = fields.Date.to_date(date_to)
            relations = relations.filtered(lambda r: not r.date_to or r.date_to > day)
            relations.date_to = day
            return {"ended": len(relations)}
        count = len(relations)
        relations.unlink()
        return {"removed": count}

    def get_relations(self, current_only=False):
        """List the relations of one contact from its side: one query and the names.

        :param current_only: leave out what has ended or not begun
        :return: one dict per relation: ``id``, ``type`` (code), ``role`` (what the other is to
            this contact), ``own_role``, ``model``, ``other_id``, ``other_name``, ``date_from``,
            ``date_to``, ``note``, ``is_current``
        :rtype: list
        """
        self.ensure_one()
        self.check_access("read")
        sides = Domain("left_partner_id", "=", self.id) | Domain("right_partner_id", "=", self.id)
        return self.env["crm.relation"]._get_seen_from(self, sides, current_only)

    @api.model
    def _get_sides(self, partner_ids, lead_ids, inverse):
        """Yield (left contact, right contact, deal) of each wanted pair.

        :raises UserError: a contact or deal that does not exist, or nobody at all
        """
        for model_name, given in (("res.partner", partner_ids), ("crm.lead", lead_ids)):
            wrong = set(given) - set(self.env[model_name].browse(given).exists().ids)
            if wrong:
                raise UserError(
                    self.env._(
                        "No relation was added: there is no %(model)s with the id %(wrong)s.",
                        model=self.env["ir.model"]._get(model_name).sudo().name,
                        wrong=", ".join(map(str, sorted(wrong))),
                    )
                )
        if not partner_ids and not lead_ids:
            raise UserError(self.env._("Say to which contacts or deals the relation is."))
        for own in self.ids:
            for other in partner_ids:
                yield (other, own, False) if inverse else (own, other, False)
            for lead in lead_ids:
                yield own, False, lead

    @api.model
    def _find_relations(self, relation_type, wanted, day=None):
        """Find the wanted pairs that are there: sides → relations.

        :param day: only those that hold on this day or later; None for all of them
        """
        Relation = self.env["crm.relation"]
        domain = Domain("type_id", "=", relation_type.id) & Domain(
            "left_partner_id", "in", [vals["left_partner_id"] for vals in wanted]
        )
        domain &= Domain(
            "right_partner_id",
            "in",
            [v["right_partner_id"] for v in wanted if v["right_partner_id"]],
        ) | Domain(
            "right_lead_id", "in", [v["right_lead_id"] for v in wanted if v["right_lead_id"]]
        )
        pairs = {(v["left_partner_id"], v["right_partner_id"], v["right_lead_id"]) for v in wanted}
        there = {}
        for relation in Relation.search(domain):
            sides = (
                relation.left_partner_id.id,
                relation.right_partner_id.id,
                relation.right_lead_id.id,
            )
            over = day and relation.date_to and relation.date_to < day
            if sides in pairs and not over:
                there[sides] = there.get(sides, Relation) | relation
        return there
