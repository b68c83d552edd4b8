from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .relation_common import RelationCommon


@tagged("post_install", "-at_install")
class TestRelation(RelationCommon):
    def test_read_from_both_sides(self):
        self._relate(self.branch, self.north, self.south, note="Since the merger")
        [row] = self.north.get_relations()
        self.assertEqual(
            (row["role"], row["own_role"], row["other_name"], row["note"]),
            ("THeadquarters", "TBranch", "Relation South", "Since the merger"),
        )
        [row] = self.south.get_relations()
        self.assertEqual((row["role"], row["other_id"]), ("TBranch", self.north.id))
        self.assertEqual((self.north.relation_count, self.south.relation_count), (1, 1))

    def test_with_a_deal(self):
        self._relate(self.decider, self.jane, self.deal)
        [row] = self.deal.get_relations()
        self.assertEqual((row["role"], row["other_id"]), ("TDecider", self.jane.id))
        [row] = self.jane.get_relations()
        self.assertEqual((row["role"], row["model"]), ("TDecides On", "crm.lead"))
        self.assertEqual(self.deal.relation_count, 1)

    def test_history_of_both(self):
        relation = self._relate(self.branch, self.north, self.south)
        self.assertIn("THeadquarters", self.north.message_ids[0].body)
        self.assertIn("Relation South", self.north.message_ids[0].body)
        self.assertIn("TBranch", self.south.message_ids[0].body)
        relation.date_to = "2030-01-31"
        self.assertIn("2030-01-31", self.south.message_ids[0].body)
        relation.unlink()
        self.assertIn("removed", self.north.message_ids[0].body)

    def test_names_in_the_history_are_text(self):
        self.south.name = "<script>alert(1)</script>"
        self._relate(self.branch, self.north, self.south)
        self.assertNotIn("<script>", self.north.message_ids[0].body)

    def test_not_with_itself(self):
        with self.assertRaisesRegex(ValidationError, "Relation North.*itself"):
            self._relate(self.adviser, self.north, self.north)

    def test_not_twice(self):
        self._relate(self.branch, self.north, self.south)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._relate(self.branch, self.north, self.south)

    def test_symmetric_not_twice_in_reverse(self):
        relation = self._relate(self.rival, self.south, self.north)
        self.assertEqual(relation.left_partner_id, self.north)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._relate(self.rival, self.north, self.south)
        [row] = self.south.get_relations()
        self.assertEqual((row["role"], row["other_name"]), ("TRival", "Relation North"))

    def test_symmetric_keeps_its_order_when_changed(self):
        relation = self._relate(self.rival, self.south, self.west)
        relation.write({"right_partner_id": self.north.id})
        self.assertEqual(
            relation.left_partner_id + relation.right_partner_id, self.north + self.south
        )

    def test_another_period_but_no_overlap(self):
        self._relate(
            self.branch, self.north, self.south, date_from="2020-01-01", date_to="2020-12-31"
        )
        self._relate(self.branch, self.north, self.south, date_from="2022-01-01")
        with self.assertRaisesRegex(ValidationError, "for the same time"):
            self._relate(
                self.branch, self.north, self.south, date_from="2020-12-31", date_to="2021-01-05"
            )

    def test_one_at_a_time(self):
        self.branch.is_single = True
        old = self._relate(self.branch, self.north, self.south)
        with self.assertRaises(ValidationError) as caught:
            self._relate(self.branch, self.north, self.west, date_from="2025-01-01")
        self.assertIn("is there for the same time", str(caught.exception))
        old.date_to = "2025-12-31"
        self._relate(self.branch, self.north, self.west, date_from="2026-01-01")

    def test_no_circle(self):
        self._relate(self.branch, self.north, self.south)
        self._relate(self.branch, self.south, self.west)
        with self.assertRaisesRegex(ValidationError, "circle"):
            self._relate(self.branch, self.west, self.north)
        # Of a type without the rule, one may.
        self._relate(self.adviser, self.north, self.south)
        self._relate(self.adviser, self.south, self.north)

    def test_no_circle_within_one_batch(self):
        sides = [(self.north, self.south), (self.south, self.west), (self.west, self.north)]
        with self.assertRaisesRegex(ValidationError, "circle"):
            self.env["crm.relation"].create(
                [
                    {
                        "type_id": self.branch.id,
                        "left_partner_id": left.id,
                        "right_partner_id": right.id,
                    }
                    for left, right in sides
                ]
            )

    def test_kinds(self):
        with self.assertRaisesRegex(ValidationError, "Jane Related.*TBranch.*Company"):
            self._relate(self.branch, self.jane, self.north)
        with self.assertRaisesRegex(ValidationError, "Relation North.*TDecider"):
            self._relate(self.decider, self.north, self.deal)
        with self.assertRaisesRegex(ValidationError, "Related Deal"):
            self._relate(self.adviser, self.jane, self.deal)

    def test_dates_in_order(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self._relate(
                self.branch, self.north, self.south, date_from="2026-02-01", date_to="2026-01-01"
            )

    @freeze_time("2026-05-01")
    def test_current(self):
        over = self._relate(self.branch, self.north, self.south, date_to="2026-04-30")
        goes_on = self._relate(self.branch, self.north, self.west, date_to="2026-05-01")
        both = over + goes_on
        self.assertEqual(both.filtered("is_current"), goes_on)
        Relation = self.env["crm.relation"]
        domain = [("id", "in", both.ids)]
        self.assertEqual(Relation.search([*domain, ("is_current", "=", True)]), goes_on)
        self.assertEqual(Relation.search([*domain, ("is_current", "=", False)]), over)
        self.assertEqual([row["is_current"] for row in self.north.get_relations()], [True, False])
        self.assertEqual(len(self.north.get_relations(current_only=True)), 1)

    def test_search_by_role_and_name(self):
        self._relate(self.branch, self.north, self.south)
        self._relate(self.rival, self.north, self.west)
        self._relate(self.adviser, self.jane, self.south)
        Partner = self.env["res.partner"]

        def find(text):
            return Partner.search([("relation_search", "ilike", text)])

        self.assertEqual(find("theadquarters: relation south"), self.north)
        self.assertEqual(find("TBranch: North"), self.south)
        self.assertEqual(find("trival: relation north"), self.west)
        self.assertEqual(find("trival: relation west"), self.north)
        self.assertFalse(find("trival: relation south"))
        self.assertEqual(find("TAdviser"), self.south)
        # Role and name of one relation, not of two.
        self.assertFalse(find("THeadquarters: Relation West"))

    def test_search_related(self):
        self._relate(self.branch, self.north, self.south)
        self._relate(self.rival, self.south, self.west)
        Partner = self.env["res.partner"]
        both = self.north + self.west
        self.assertEqual(
            Partner.search([("related_partner_ids", "in", self.south.ids)]).sorted("id"), both
        )
        self.assertEqual(
            Partner.search([("related_partner_ids", "ilike", "Relation South")]).sorted("id"), both
        )
        self.assertEqual(self.south.related_partner_ids.sorted("id"), both)
        without = Partner.search(
            [("related_partner_ids", "not in", self.south.ids), ("name", "like", "Relation")]
        )
        self.assertNotIn(self.north, without)
        self.assertIn(self.south, without)

    def test_network(self):
        self._relate(self.branch, self.north, self.south)
        self._relate(self.branch, self.south, self.west)
        self._relate(self.decider, self.jane, self.deal)
        self._relate(self.adviser, self.jane, self.west)
        Relation = self.env["crm.relation"]
        network = Relation.get_network("res.partner", self.north.id, 2)
        self.assertEqual(
            {node["name"]: node["level"] for node in network["nodes"]},
            {"Relation North": 0, "Relation South": 1, "Relation West": 2},
        )
        network = Relation.get_network("crm.lead", self.deal.id, 3)
        self.assertEqual(
            [node["name"] for node in network["nodes"]],
            ["Related Deal", "Jane Related", "Relation West", "Relation South"],
        )
        self.assertEqual(len(network["links"]), 3)

    def test_network_of_a_hub(self):
        people = self.env["res.partner"].create([{"name": f"Hub {n}"} for n in range(80)])
        people.add_relation("t_adviser", self.north.ids)
        network = self.env["crm.relation"].get_network("res.partner", self.north.id)
        self.assertEqual((len(network["nodes"]), network["left_out"]), (60, 21))

    def test_types(self):
        self.assertEqual(self.branch.display_name, "TBranch – THeadquarters")
        self.assertEqual(self.rival.display_name, "TRival")
        with Form(self.env["crm.relation.type"]) as form:
            form.name = "New One"
            form.inverse_name = "Other One"
        self.assertEqual(form.record.code, "new_one")
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._create_relation_type("T_Branch", "Again", "Again")
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self._create_relation_type("half", "Half", False)

    def test_type_in_use(self):
        self._relate(self.branch, self.north, self.south)
        with self.assertRaisesRegex(UserError, "used by 1 relation:"):
            self.branch.unlink()
        with self.assertRaisesRegex(UserError, "used by 1 relation:"):
            self.branch.left_kind = "contact"
        self.branch.left_kind = "any"
        self.branch.active = False
        self.assertTrue(self.north.get_relations())

    def test_roles_that_fit(self):
        Type = self.env["crm.relation.type"]
        labels = {role["label"] for role in Type.get_roles("contact")}
        self.assertLessEqual({"TAdviser", "TAdvised", "TDecides On"}, labels)
        self.assertFalse({"TBranch", "TRival", "TDecider"} & labels)
        labels = {role["label"] for role in Type.get_roles("deal")}
        self.assertIn("TDecider", labels)
        self.assertNotIn("TAdviser", labels)
        labels = [role["label"] for role in Type.get_roles("company")]
        self.assertEqual(labels.count("TRival"), 1)

    def test_import_by_code_or_name(self):
        header = ["type_id", "left_partner_id/.id", "right_partner_id/.id", "note"]
        rows = [
            ["t_branch", str(self.north.id), str(self.south.id), "By code"],
            ["TAdviser", str(self.jane.id), str(self.south.id), "By name"],
        ]
        result = self.env["crm.relation"].load(header, rows)
        self.assertFalse(result["messages"])
        self.assertEqual(
            self.env["crm.relation"].browse(result["ids"]).type_id, self.branch + self.adviser
        )
        wrong = [["nonsense", str(self.north.id), str(self.west.id), ""]]
        result = self.env["crm.relation"].load(header, wrong)
        self.assertIn("nonsense", result["messages"][0]["message"])
        self.assertIn("t_branch", result["messages"][0]["message"])


@tagged("post_install", "-at_install")
class TestRelationImport(RelationCommon):
    """What is wrong is told with its row; the other rows are in."""

    def _load(self, rows, **context):
        header = ["type_id", "left_partner_id/.id", "right_partner_id/.id", "date_from", "date_to"]
        rows = [[*map(str, row), *[""] * (5 - len(row))] for row in rows]
        return self.env["crm.relation"].with_context(**context).load(header, rows)

    def test_by_name_without_a_query_for_each(self):
        """Names, e-mails and references are looked up together; who is meant by two is told."""
        self.jane.ref = "REF-JANE"
        twins = self.env["res.partner"].create([{"name": "Twin"}, {"name": "Twin"}])
        people = self.env["res.partner"].create([{"name": f"Named {n}"} for n in range(30)])
        deal = self.env["crm.lead"].create({"name": "Named deal"})
        header = ["type_id", "left_partner_id", "right_partner_id", "right_lead_id"]
        rows = [["t_adviser", person.name, self.south.name, ""] for person in people]
        rows.append(["t_adviser", "REF-JANE", "Twin", ""])
        rows.append(["t_decider", self.jane.name, "", deal.name])
        rows.append(["t_adviser", "Nobody at all", self.south.name, ""])
        load = self.env["crm.relation"].load
        counts = []
        for part in (rows[:2], rows[2:30]):
            before = self.cr.sql_log_count
            self.assertFalse(load(header, part)["messages"])
            counts.append(self.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 10)
        result = load(header, rows[30:])
        relations = self.env["crm.relation"].browse(result["ids"])
        self.assertEqual(relations.left_partner_id, self.jane)
        self.assertIn(relations[0].right_partner_id, twins)
        self.assertEqual(relations[1].right_lead_id, deal)
        told = [(message["type"], message["record"]) for message in result["messages"]]
        self.assertIn(("warning", 0), told)
        self.assertIn(("error", 2), told)

    def _get_bad_rows(self):
        north, south, west = self.north.id, self.south.id, self.west.id
        return {
            3: (["nonsense", north, west], "nonsense.*t_branch"),
            4: (["t_adviser", 999999999, west], "999999999"),
            10: (["t_adviser", north, north], "Relation North.*itself"),
            11: (["t_branch", self.jane.id, north], "Jane Related.*TBranch.*Company"),
            20: (["t_branch", west, north], "circle"),
            21: (["t_branch", north, south], "already"),
            22: (["t_rival", south, north], "already"),
            30: (["t_adviser", north, west, "2026-02-01", "2026-01-01"], "end before it begins"),
            31: (["t_adviser", north, west, "tomorrow"], "tomorrow"),
        }

    def _get_rows(self, bad):
        good = self.env["res.partner"].create([{"name": f"Row {n}"} for n in range(300)])
        rows = [["t_adviser", partner.id, self.north.id] for partner in good]
        rows[0] = ["t_branch", self.north.id, self.south.id]
        rows[1] = ["t_branch", self.south.id, self.west.id]
        rows[2] = ["t_rival", self.north.id, self.south.id]
        for number, (row, _pattern) in bad.items():
            rows[number] = row
        return rows

    @mute_logger("odoo.sql_db")
    def test_the_other_rows_are_in(self):
        bad = self._get_bad_rows()
        result = self._load(self._get_rows(bad))
        self.assertEqual(len(result["ids"]), 300 - len(bad))
        self.assertEqual(len(self.env["crm.relation"].browse(result["ids"]).exists()), 291)
        messages = {message["record"]: message for message in result["messages"]}
        self.assertEqual(sorted(messages), sorted(bad))
        self.assertEqual(len(result["messages"]), len(bad))
        for number, (_row, pattern) in bad.items():
            self.assertEqual(messages[number]["type"], "error")
            self.assertEqual(messages[number]["rows"], {"from": number, "to": number})
            self.assertRegex(messages[number]["message"], pattern)
        self.assertEqual(self.north.relation_count, 291 - 1)

    @mute_logger("odoo.sql_db")
    def test_all_or_none_where_it_is_asked_for(self):
        rows = self._get_rows(self._get_bad_rows())
        for context in ({"crm_import_all_or_none": True}, {"import_file": True}):
            result = self._load(rows, **context)
            self.assertFalse(result["ids"])
        self.assertFalse(self.north.relation_count)

    def test_nothing_is_wrong(self):
        result = self._load(self._get_rows({}))
        self.assertEqual((len(result["ids"]), result["messages"]), (300, []))

    def test_the_type_is_looked_up_once(self):
        """Beside the two queries per row with which Odoo asks whether the ids exist."""
        rows = self._get_rows({})
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self._load(rows)
        self.assertLess(self.env.cr.sql_log_count - before, 2 * len(rows) + 100)

    @mute_logger("odoo.sql_db")
    def test_everything_is_wrong(self):
        result = self._load([["nonsense", 1, 1], ["t_adviser", self.north.id, self.north.id]])
        self.assertEqual(result["ids"], [])
        self.assertEqual({message["record"] for message in result["messages"]}, {0, 1})
