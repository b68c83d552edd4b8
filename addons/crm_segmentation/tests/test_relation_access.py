from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import OPERATIONS
from .relation_common import RelationCommon

#: Who may do what with types and relations, between contacts that everybody sees.
#   role                  types                        relations
RIGHTS = {
    "public": ((False, False, False, False), (False, False, False, False)),
    "portal": ((False, False, False, False), (False, False, False, False)),
    "internal": ((True, False, False, False), (True, False, False, False)),
    "salesman": ((True, False, False, False), (True, True, True, True)),
    "all_leads": ((True, False, False, False), (True, True, True, True)),
    "sales_manager": ((True, True, True, True), (True, True, True, True)),
}


@tagged("post_install", "-at_install")
class TestRelationAccess(RelationCommon):
    def _perform(self, user, record, operation, vals, new):
        mine = record.with_user(user)
        if operation == "read":
            mine.read([next(iter(vals))])
        elif operation == "write":
            mine.write(vals)
        elif operation == "create":
            mine.create(new(user))
        else:
            record.create(new(user)).with_user(user).unlink()

    def _check_matrix(self, record, column, vals, new):
        for role, rights in RIGHTS.items():
            user = self.users_by_role[role]
            for operation, allowed in zip(OPERATIONS, rights[column], strict=True):
                with self.subTest(role=role, operation=operation), self.cr.savepoint() as point:
                    self.env.invalidate_all()
                    if allowed:
                        self._perform(user, record, operation, vals, new)
                    else:
                        with self.assertRaises(AccessError):
                            self._perform(user, record, operation, vals, new)
                    self.env.flush_all()
                    point.rollback()

    def test_types(self):
        def new(user):
            return {"name": "New", "inverse_name": "Inverse", "code": f"new_{user.id}"}

        self._check_matrix(self.branch, 0, {"name": "Changed"}, new)

    def test_relations(self):
        relation = self._relate(self.adviser, self.jane, self.north)

        def new(_user):
            return {
                "type_id": self.adviser.id,
                "left_partner_id": self.mark.id,
                "right_partner_id": self.north.id,
            }

        self._check_matrix(relation, 1, {"note": "Changed"}, new)

    def test_of_a_hidden_contact_the_name_only(self):
        self.west.company_id = self.company_b
        relation = self._relate(self.branch, self.north, self.west)
        self._relate(self.branch, self.west, self.south)
        north = self.north.with_user(self.salesman)
        [row] = north.get_relations()
        self.assertEqual(
            (row["other_name"], row["other_id"], row["is_visible"]),
            ("Relation West", False, False),
        )
        network = (
            self.env["crm.relation"]
            .with_user(self.salesman)
            .get_network("res.partner", self.north.id, 3)
        )
        hidden = [node for node in network["nodes"] if not node["id"]]
        self.assertEqual([node["name"] for node in hidden], ["Relation West"])
        # Nothing behind the hidden one is looked up.
        self.assertEqual(len(network["nodes"]), 2)
        self.assertFalse(
            relation.with_user(self.salesman)
            .web_read({"right_partner_id": {"fields": {"display_name": {}}}})[0]["right_partner_id"]
            .get("email")
        )

    def test_between_hidden_contacts_nothing(self):
        (self.west + self.south).company_id = self.company_b
        relation = self._relate(self.branch, self.south, self.west)
        mine = relation.with_user(self.salesman)
        self.assertFalse(mine.search([("id", "=", relation.id)]))
        self.assertEqual(mine.search_count([("id", "=", relation.id)]), 0)
        self.assertFalse(mine._read_group([("id", "=", relation.id)], ["type_id"], ["__count"]))
        for operation in ("read", "write", "unlink"):
            self.assertFalse(mine.has_access(operation))
        with self.assertRaises(AccessError):
            mine.read(["note"])
        self.salesman.company_ids = [Command.link(self.company_b.id)]
        both = mine.with_context(allowed_company_ids=self.salesman.company_ids.ids)
        self.assertTrue(both.search([("id", "=", relation.id)]))

    def test_nobody_is_tied_to_whom_one_does_not_see(self):
        self.west.company_id = self.company_b
        north = self.north.with_user(self.salesman)
        with self.assertRaises(AccessError):
            north.add_relation("t_branch", self.west.ids)
        relation = self._relate(self.branch, self.north, self.south).with_user(self.salesman)
        with self.assertRaises(AccessError):
            relation.right_partner_id = self.west

    def test_rights_are_asked_before_what_is_wrong_is_named(self):
        """Odoo runs constraints first, as superuser: they would name whom one does not see."""
        self.west.company_id = self.company_b
        self._relate(self.branch, self.north, self.west)
        relations = self.env["crm.relation"].with_user(self.salesman)
        north, west, jane = self.north.id, self.west.id, self.jane.id
        for relation_type, left, right in (
            (self.adviser, west, west),  # with itself
            (self.branch, west, jane),  # wrong kind
            (self.branch, jane, west),
            (self.branch, north, west),  # there already
            (self.branch, west, north),  # a circle
        ):
            with (
                self.subTest(type=relation_type.name, left=left, right=right),
                self.assertRaises(AccessError) as caught,
                self.cr.savepoint(),
            ):
                relations.create(
                    {
                        "type_id": relation_type.id,
                        "left_partner_id": left,
                        "right_partner_id": right,
                    }
                )
            self.assertNotIn("West", str(caught.exception))
        mine = self._relate(self.adviser, self.jane, self.north).with_user(self.salesman)
        with self.assertRaises(AccessError) as caught:
            mine.write({"type_id": self.branch.id, "right_partner_id": west})
        self.assertNotIn("West", str(caught.exception))

    def test_a_side_that_stays_is_no_new_one(self):
        self.west.company_id = self.company_b
        relation = self._relate(self.adviser, self.north, self.west).with_user(self.salesman)
        other = self._create_relation_type("t_other", "TOther", "TOtherwise")
        relation.type_id = other
        self.assertEqual(relation.type_id, other)

    def test_searching_finds_nothing_over_hidden_relations(self):
        (self.west + self.south).company_id = self.company_b
        self._relate(self.adviser, self.jane, self.west)
        self._relate(self.adviser, self.south, self.west)
        Partner = self.env["res.partner"].with_user(self.salesman)
        found = Partner.search([("relation_search", "ilike", "TAdvised: West")])
        # By the name, which one may know; never by what one may not see.
        self.assertFalse(found - self.jane)
        for value in (
            [("related_partner_ids", "in", self.west.ids)],
            [("related_partner_ids", "any", [("id", "in", self.west.ids)])],
            [("related_partner_ids", "ilike", "Relation West")],
        ):
            self.assertFalse(Partner.search(value))
            self.assertIn(self.jane, self.env["res.partner"].search(value))

    def test_deals_of_others(self):
        self.deal.user_id = self.sales_manager
        self._relate(self.decider, self.jane, self.deal)
        [row] = self.jane.with_user(self.salesman).get_relations()
        self.assertEqual((row["other_name"], row["other_id"]), ("Related Deal", False))
        with self.assertRaises(AccessError):
            self.env["crm.relation"].with_user(self.salesman).get_network("crm.lead", self.deal.id)
        [row] = self.jane.with_user(self.users_by_role["internal"]).get_relations()
        self.assertFalse(row["is_visible"])

    def test_fields_are_not_for_customers(self):
        portal = self.users_by_role["portal"]
        partner = portal.partner_id.with_user(portal)
        self.assertFalse(
            {"relation_count", "relation_left_ids", "related_partner_ids"}
            & set(partner.fields_get())
        )
        with self.assertRaises(AccessError):
            partner.get_relations()

    def test_history_names_what_all_see(self):
        """All who read one side read its history; a name in it would tell of the other."""
        other = self.env["res.company"].create({"name": "Another"})
        theirs = self.env["res.partner"].create({"name": "Secret", "company_id": other.id})
        for party, told in ((self.mark, True), (theirs, False)):
            self._relate(self.adviser, party, self.north, note=f"note of {party.name}")
            body = self.north.message_ids[:1].body
            with self.subTest(party=party.name):
                self.assertEqual(party.name in body, told)
                self.assertEqual("note of" in body, told)
                self.assertIn("Relation added", body)
