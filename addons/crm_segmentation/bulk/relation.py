"""Relate records to one contact, or part them, where typed relations are kept."""

from functools import cached_property

from odoo.fields import Domain

from .change import LEAD, Change, register

RELATION = "crm.relation"
#: What is kept of a relation that is taken away, to put it back.
ROW = ("date_from", "date_to", "note")


@register
class RelationChange(Change):
    """``type_id`` by id or code, ``partner_id``: the other contact; ``mode``: add or remove.

    The records are the first side of the relation, with ``inverse`` the second; deals always are
    the second.
    """

    code = "relation"
    sequence = 70
    modes = ("add", "remove")
    keys = ("type_id", "partner_id", "inverse")

    @classmethod
    def is_available(cls, env):
        return RELATION in env

    @classmethod
    def get_label(cls, env):
        return env._("Add or remove a relation")

    def check_values(self):
        self.require("type_id")
        self.require("partner_id")
        self.resolve("relation_type")
        self.resolve("partner")

    @cached_property
    def relation_type(self):
        return self.find_one("crm.relation.type", "type_id", self.vals["type_id"], by="code")

    @cached_property
    def partner(self):
        return self.find_one("res.partner", "partner_id", self.vals["partner_id"])

    @property
    def sides(self):
        """The names of the field of the records, and of the other contact."""
        if self.model == LEAD:
            return "right_lead_id", "left_partner_id"
        if self.vals.get("inverse"):
            return "right_partner_id", "left_partner_id"
        return "left_partner_id", "right_partner_id"

    def describe(self):
        names = (self.relation_type.display_name, self.partner.display_name)
        if self.mode == "add":
            return self.env._(
                "Relation added: %(type)s, %(partner)s", type=names[0], partner=names[1]
            )
        return self.env._(
            "Relation removed: %(type)s, %(partner)s", type=names[0], partner=names[1]
        )

    def get_allowed(self, records):
        # Who may keep relations need not be able to edit the records.
        if self.env[RELATION].has_access("write"):
            return records._filtered_access("read")
        return records.browse()

    def _find_relations(self, records):
        """Return {id of the record: its relations}; symmetric ones are found either way."""
        mine, other = self.sides
        domain = Domain(mine, "in", records.ids) & Domain(other, "=", self.partner.id)
        if self.model != LEAD and self.relation_type.is_symmetric:
            domain |= Domain(other, "in", records.ids) & Domain(mine, "=", self.partner.id)
        relations = self.env[RELATION].search(
            domain & Domain("type_id", "=", self.relation_type.id), order="id"
        )
        found = {record_id: relations.browse() for record_id in records.ids}
        for relation in relations:
            is_mine = relation[other] == self.partner and relation[mine].id in found
            found[relation[mine if is_mine else other].id] += relation
        return found

    def get_states(self, records):
        return {
            record_id: {"rows": [self._get_row(relation) for relation in relations]}
            for record_id, relations in self._find_relations(records).items()
        }

    @staticmethod
    def _get_row(relation):
        return {name: str(relation[name]) if relation[name] else False for name in ROW}

    def get_targets(self, records, states, origins):
        targets = {record_id: {"related": self.mode == "add"} for record_id in records.ids}
        refused = {}
        if self.model != LEAD and self.partner.id in targets:
            refused[self.partner.id] = self.env._("It is the contact itself.")
        return targets, refused

    def is_reached(self, state, target):
        return bool(state["rows"]) == target["related"]

    def apply(self, records, targets):
        if self.mode == "add":
            self._create({record_id: [{}] for record_id in records.ids})
        else:
            self._unlink(records)

    def restore(self, records, befores):
        self._unlink(records)
        self._create({record_id: befores[record_id]["rows"] for record_id in records.ids})

    def _unlink(self, records):
        relations = self.env[RELATION].browse()
        for found in self._find_relations(records).values():
            relations += found
        relations.unlink()

    def _create(self, rows):
        mine, other = self.sides
        self.env[RELATION].create(
            [
                {
                    "type_id": self.relation_type.id,
                    mine: record_id,
                    other: self.partner.id,
                    **row,
                }
                for record_id, parts in rows.items()
                for row in parts
            ]
        )
