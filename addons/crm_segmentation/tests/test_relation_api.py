from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .relation_common import RelationCommon


@tagged("post_install", "-at_install")
class TestRelationApi(RelationCommon):
    def test_add_and_remove(self):
        added = (self.north + self.west).add_relation("T_BRANCH", self.south.ids, note="Import")
        self.assertEqual(added, {"added": 2, "unchanged": 0})
        added = self.north.add_relation("t_branch", self.south.ids)
        self.assertEqual(added, {"added": 0, "unchanged": 1})
        self.assertEqual(self.south.relation_count, 2)
        self.assertEqual(self.north.remove_relation("t_branch", self.south.ids), {"removed": 1})
        self.assertEqual(self.north.remove_relation("t_branch", self.south.ids), {"removed": 0})

    def test_inverse_and_symmetric(self):
        self.south.add_relation("THeadquarters", self.north.ids, inverse=True)
        [row] = self.south.get_relations()
        self.assertEqual(row["role"], "TBranch")
        self.west.add_relation("t_rival", self.north.ids)
        self.assertEqual(
            self.north.add_relation("t_rival", self.west.ids), {"added": 0, "unchanged": 1}
        )
        self.assertEqual(self.west.remove_relation("t_rival", self.north.ids), {"removed": 1})

    def test_deals(self):
        self.jane.add_relation("t_decider", lead_ids=self.deal.ids)
        self.assertEqual(self.deal.relation_ids.left_partner_id, self.jane)
        self.assertEqual(
            self.jane.remove_relation("t_decider", lead_ids=self.deal.ids), {"removed": 1}
        )

    def test_end(self):
        self.north.add_relation("t_branch", self.south.ids, date_from="2020-01-01")
        ended = self.north.remove_relation("t_branch", self.south.ids, date_to="2024-06-30")
        self.assertEqual(ended, {"ended": 1})
        self.assertEqual(self.north.get_relations()[0]["date_to"], "2024-06-30")
        # A new period after the old one.
        added = self.north.add_relation("t_branch", self.south.ids, date_from="2025-01-01")
        self.assertEqual(added, {"added": 1, "unchanged": 0})

    def test_clear_messages(self):
        with self.assertRaisesRegex(UserError, "no relation type “nonsense”.*t_branch"):
            self.north.add_relation("nonsense", self.south.ids)
        with self.assertRaisesRegex(UserError, "987654321"):
            self.north.add_relation("t_branch", [987654321])
        with self.assertRaisesRegex(UserError, "to which"):
            self.north.add_relation("t_branch")
        with self.assertRaisesRegex(ValidationError, "itself"):
            self.north.add_relation("t_branch", self.north.ids)

    def test_cost_does_not_grow(self):
        people = self.env["res.partner"].create([{"name": f"Person {n}"} for n in range(51)])
        self.env.flush_all()
        counts = []
        quiet = people.with_context(tracking_disable=True)
        for part in (quiet[:1], quiet[1:]):
            before = self.env.cr.sql_log_count
            part.add_relation("t_adviser", self.north.ids)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)

    def test_form_costs_one_query(self):
        self._relate(self.adviser, self.jane, self.north)

        def read(fields):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            # The web client says the time zone; else it is read from the user's contact.
            # Alone, as a form opens it: not with those that were made together with it.
            card = self.env["res.partner"].browse(self.north.id).with_user(self.salesman)
            card.with_context(tz="UTC").web_read(fields)
            return self.env.cr.sql_log_count - before

        card = {"name": {}, "user_id": {}}
        read({**card, "relation_count": {}})
        self.assertLessEqual(read({**card, "relation_count": {}}), read(card) + 1)

    def test_dialog(self):
        wizard = Form(self.env["crm.relation.add"].with_context(default_partner_id=self.south.id))
        wizard.role = f"{self.branch.id}:left"
        self.assertEqual(wizard.other_kind, "company")
        wizard.other_partner_ids = self.north + self.west
        wizard.save().action_add()
        self.assertEqual({row["role"] for row in self.south.get_relations()}, {"TBranch"})
        self.assertEqual(self.south.relation_count, 2)

    def test_dialog_of_a_deal(self):
        wizard = self.env["crm.relation.add"].create(
            {
                "lead_id": self.deal.id,
                "role": f"{self.decider.id}:left",
                "other_partner_ids": [Command.set(self.jane.ids)],
            }
        )
        wizard.action_add()
        self.assertEqual(self.deal.relation_count, 1)
        wizard.role = "0:left"
        with self.assertRaises(UserError):
            wizard.action_add()

    def test_merge_of_deals(self):
        self._relate(self.decider, self.jane, self.deal)
        other = self.env["crm.lead"].create({"name": "Second Deal", "type": "opportunity"})
        self._relate(self.decider, self.jane, other)
        self._relate(self.decider, self.mark, other)
        (self.deal + other).merge_opportunity(auto_unlink=True)
        kept = (self.deal + other).exists()
        self.assertEqual(kept.relation_ids.left_partner_id, self.jane + self.mark)
        self.assertEqual(len(kept.relation_ids), 2)


@tagged("post_install", "-at_install")
class TestRelationMerge(RelationCommon):
    def _merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"]._merge((source + target).ids, target)
        self.env.invalidate_all()

    def test_relations_move(self):
        self._relate(self.adviser, self.jane, self.south)
        self._relate(self.rival, self.south, self.west, note="Kept")
        self._merge(self.south, self.north)
        self.assertEqual(
            {(row["role"], row["other_name"]) for row in self.north.get_relations()},
            {("TAdviser", "Jane Related"), ("TRival", "Relation West")},
        )
        relation = self.west.relation_left_ids | self.west.relation_right_ids
        self.assertLess(relation.left_partner_id.id, relation.right_partner_id.id)

    def test_doubles_and_itself_go(self):
        self._relate(self.adviser, self.jane, self.north, note="Mine")
        self._relate(self.adviser, self.jane, self.south, note="Theirs")
        self._relate(self.rival, self.north, self.west)
        self._relate(self.rival, self.south, self.west)
        self._relate(self.adviser, self.north, self.south)
        self._merge(self.south, self.north)
        rows = self.north.get_relations()
        self.assertEqual(len(rows), 2)
        self.assertIn("Mine", {row["note"] for row in rows})

    def test_circles_are_cut(self):
        first = self._relate(self.branch, self.north, self.south)
        self._relate(self.branch, self.south, self.west)
        self._merge(self.west, self.north)
        self.assertEqual(self.north.relation_left_ids, first)
        self.assertFalse(self.north.relation_right_ids)
