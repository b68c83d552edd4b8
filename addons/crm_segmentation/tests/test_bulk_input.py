import time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .bulk_common import BulkCommon


@tagged("post_install", "-at_install")
class TestBulkInput(BulkCommon):
    """What is wrong is told at once, with what there is instead; the rest goes through."""

    def _assert_refused(self, pattern, operation="owner", vals=None, **more):
        with self.assertRaisesRegex(UserError, pattern):
            self._bulk(operation, vals, **more)

    def test_operation(self):
        self._assert_refused("no bulk operation “delete” for .*owner", "delete")
        self._assert_refused("no bulk operation “team” for Contact", "team", {"team_id": 1})
        self._assert_refused("no bulk operations on “res.users”", model="res.users")

    def test_which_records(self):
        """Left out, it would mean everybody."""
        vals = {"operation": "owner", "vals": {"user_id": self.sales_manager.id}}
        for domain in ({}, {"domain": False}, {"domain": ""}):
            with self.assertRaisesRegex(UserError, "Say which records"):
                self.env["crm.bulk.operation"].create({**vals, **domain})
        for domain in ("[]", []):
            self.assertTrue(self.env["crm.bulk.operation"].create({**vals, "domain": domain}))

    def test_values(self):
        self._assert_refused("needs a value: user_id or user_ids", vals={})
        self._assert_refused("“colour” is no value.*It takes: user_id", vals={"colour": 1})
        self._assert_refused("User 999999999: does not exist", vals={"user_id": 999999999})
        self._assert_refused("User nobody: does not exist", vals={"user_id": "nobody"})
        self._assert_refused("no mode .*add, remove", "tag", {"tag_ids": [], "mode": "x"})
        self._assert_refused("“tomorrow” is no date", "activity", {"date_deadline": "tomorrow"})

    def test_shapes(self):
        """What a program sends by mistake is told, not broken off with an error of Python."""
        for vals in ("{'user_id': 7}", ["user_id", 7], 7, True):
            self._assert_refused("names with what they get.*{'user_id': 7}", vals=vals)
        for value in ({"id": 7}, [[7]], [{"id": 7}]):
            self._assert_refused("does not fit “user_ids”", vals={"user_ids": value})
            self._assert_refused("does not fit “function”", "list_field", {"function": value})
        for value in (True, ["test_company"], 1.5):
            self._assert_refused("no such type", "type", {"crm_type_id": value})
        self._assert_refused("does not fit “lang”", "list_field", {"lang": ["en_US"]})
        self._assert_refused("fit “name”", "list_field", {"name": False}, records=self.deals)
        two = self.contacts[:2].ids
        relation_type = self.env["crm.relation.type"].search([], limit=1)
        for type_ids, partner_ids, key in (
            (relation_type.id, two, "partner_id"),
            (relation_type.id, [], "partner_id"),
            ([], two[0], "type_id"),
        ):
            vals = {"type_id": type_ids, "partner_id": partner_ids}
            self._assert_refused(f"does not fit “{key}”", "relation", vals)
        teams = self.env["crm.team"].search([], limit=2).ids
        self._assert_refused(
            "fit “team_id”", "team", {"team_id": [*teams, *teams]}, records=self.deals
        )

    def test_number_of_values(self):
        """A million are refused before any of them is looked up."""
        started = time.monotonic()
        self._assert_refused("1000 values at most", vals={"user_ids": list(range(10**6))})
        self.assertLess(time.monotonic() - started, 3)

    def test_codes_of_types(self):
        self._assert_refused("no such type.*test_company", "type", {"crm_type_id": "no_such"})
        self._assert_refused("no such type.*test_company", "type", {"crm_type_id": "test_deal"})
        self._assert_refused("“deal_type_id” is no value", "type", {"deal_type_id": "test_deal"})
        self.type_company.active = False
        self._assert_refused("is archived", "type", {"crm_type_id": "test_company"})

    def test_domain(self):
        vals = {"user_id": self.south.id}
        for domain in (
            "[('name', '=', 'x'",
            "[('no_such_field', '=', 1)]",
            "__import__('os').system('true')",
            "[('name', 'nope', 1)]",
            "{}",
            "5",
            "[('id', 'in', ['a'])]",
            "['|', ('id', '=', 1), ('create_uid.partner_id.id', '=', 'a')]",
            "[('create_date', '>', 'yesterday evening')]",
        ):
            with self.subTest(domain=domain):
                self._assert_refused("filter of the bulk operation", vals=vals, domain=domain)

    def test_cascade(self):
        vals = {"user_id": self.south.id}
        self._assert_refused("cannot take these along: pets", vals=vals, cascade=["pets"])
        for cascade in (["pets", 7], 7, {"pets": True}, [None]):
            self._assert_refused("cannot take these along", vals=vals, cascade=cascade)
        self._assert_refused(
            "take these along: persons.* take: nothing",
            "type",
            {"crm_type_id": "test_company"},
            cascade=["persons"],
        )
        bulk = self._bulk("owner", vals, cascade="persons, deals")
        self.assertEqual(bulk.cascade, ["persons", "deals"])
        self.assertEqual(self._bulk("owner", vals, self.deals, cascade=True).cascade[0], "persons")

    def test_dead_ids_are_rows(self):
        dead = self.env["res.partner"].create({"name": "Dead"})
        records = self.contacts + dead
        dead.unlink()
        answer = self._bulk("owner", {"user_id": self.south.id}, records).action_apply()
        self.assertEqual((answer["changed"], answer["refused"]), (6, 1))
        self.assertEqual(answer["rows"][0]["id"], dead.id)
        self.assertIn("does not exist", answer["rows"][0]["reason"])

    def test_archived_ids_are_rows(self):
        self.contacts[0].active = False
        answer = self._bulk("owner", {"user_id": self.south.id}).action_preview()
        self.assertEqual(answer["rows"][0]["reason"], "It is archived.")

    def test_nothing_matches(self):
        bulk = self._bulk("owner", {"user_id": self.south.id}, domain=[("id", "=", 0)])
        answer = bulk.action_apply()
        self.assertEqual((answer["total"], answer["state"]), (0, "done"))
        with self.assertRaisesRegex(UserError, "no such record"):
            bulk.action_undo()

    def test_broken_filter_of_an_undo(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_apply()
        with self.assertRaisesRegex(UserError, "cannot be read"):
            bulk.action_undo(domain="[('no_such_field', '=', 1)]")
        self.assertEqual(bulk.action_undo()["undone"], 6)

    def test_user_deleted_after_the_draft(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        self.south.unlink()
        with self.assertRaisesRegex(UserError, "does not exist"):
            bulk.action_apply()
        self.assertEqual(bulk.state, "draft")

    def test_answers_are_plain_data(self):
        def check(value):
            if isinstance(value, dict):
                self.assertTrue(all(isinstance(key, str) for key in value))
                for one in value.values():
                    check(one)
            elif isinstance(value, list):
                for one in value:
                    check(one)
            else:
                self.assertIsInstance(value, (str, int))

        dead = self.env["res.partner"].create({"name": "Dead"})
        records = self.contacts + dead
        dead.unlink()
        bulk = self._bulk("owner", {"user_id": self.south.id}, records)
        for answer in (bulk.action_preview(), bulk.action_apply(), bulk.action_undo()):
            check(answer)
