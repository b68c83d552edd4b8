# pylint: disable=consider-merging-classes-inherited
from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_relation_access import SIDES


class CrmRelation(models.Model):
    """What becomes of relations when two parties turn out to be one."""

    _inherit = "crm.relation"

    def _move_parties(self, field_names, sources, target):
        """Give the sides of the relations of some records to another; leave each relation once.

        A constant number of queries. Called as superuser.

        :param field_names: the sides that hold such records
        :param sources: records that go
        :param target: record that stays
        """
        wanted, doubled = self._plan_parties(field_names, sources, target)
        doubled.with_context(tracking_disable=True).unlink()
        self._write_sides(wanted)

    def _plan_parties(self, field_names, sources, target):
        """Say what ``_move_parties`` does.

        :return: (relation id, its sides) of those that stay, and those that go
        :rtype: tuple
        """
        everyone = (sources | target).ids
        moved = self.search(Domain.OR(Domain(name, "in", everyone) for name in field_names))
        wanted, doubled = {}, self.browse()
        # What the record that stays has already goes before what comes to it.
        for relation in moved.sorted(lambda r: (any(r[n] in sources for n in field_names), r.id)):
            ids = {name: relation[name].id for name in SIDES}
            for name in field_names:
                if relation[name] in sources:
                    ids[name] = target.id
            ids = self._order_sides(ids | {"type_id": relation.type_id.id})
            key = (*(ids[name] for name in (*SIDES, "type_id")), relation.date_from)
            if ids["left_partner_id"] == ids["right_partner_id"] or key in wanted:
                doubled |= relation
            else:
                wanted[key] = (relation.id, ids)
        return list(wanted.values()), doubled

    def _write_sides(self, rows):
        """Write the sides of many relations in one statement, past the checks: what clashes by
        dates after a merge is kept, for nobody can say which of two is right."""
        if not rows:
            return
        self.flush_model()
        values = SQL(", ").join(
            SQL(
                "(%s, %s, %s::integer, %s::integer)",
                relation_id,
                ids["left_partner_id"],
                ids["right_partner_id"] or None,
                ids["right_lead_id"] or None,
            )
            for relation_id, ids in rows
        )
        self.env.cr.execute(
            SQL(
                "UPDATE crm_relation SET left_partner_id = v.l, right_partner_id = v.r, "
                "right_lead_id = v.d FROM (VALUES %s) AS v (id, l, r, d) "
                "WHERE crm_relation.id = v.id",
                values,
            )
        )
        self.invalidate_model()

    def _merge_partners(self, sources, target):
        """Move relations of merged contacts, without doubles, itself, or circles.

        :param sources: contacts that go
        :param target: contact that stays
        """
        self._move_parties(["left_partner_id", "right_partner_id"], sources, target)
        today = fields.Date.context_today(self)
        touching = self.search(
            [
                ("type_id.is_hierarchical", "=", True),
                "|",
                ("left_partner_id", "=", target.id),
                ("right_partner_id", "=", target.id),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", today),
            ],
            order="id desc",
        )
        # The youngest first: the older ones are then the hierarchy again.
        for relation in touching:
            relation._find_circles().unlink()
