from itertools import product

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestMerge(CrmGroupsCommon):
    def _merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"]._merge((source + target).ids, target)
        self.env.invalidate_all()

    def test_memberships_move(self):
        self.dealers.add_contacts((self.north + self.south).ids)
        self.vips.add_contacts(self.south.ids, reason="Stays")
        self._merge(self.south, self.north)
        self.assertEqual(self.north.contact_group_ids, self.dealers + self.vips)
        self.assertEqual(self._get_member(self.vips, self.north).reason, "Stays")
        self._assert_in_step(self.dealers + self.vips)

    def test_exclusion_by_hand_wins_over_the_rule(self):
        smart = self._create_smart()
        smart.exclude_contacts(self.south.ids)
        smart.action_rebuild()
        self._merge(self.south, self.north)
        self._assert_member(smart, self.north, "excluded")
        self.assertNotIn(smart, self.north.contact_group_ids)

    def test_price_access_and_card_are_those_of_the_groups_afterwards(self):
        """Core keeps the values of the one that stays: those of his groups before the merge."""
        pricelist = self.env["product.pricelist"].create({"name": "Test merged"})
        settings = {
            "pricelist_id": pricelist.id,
            "access": "hidden",
            "member_properties_definition": [
                {"name": "bonus", "string": "Bonus", "type": "integer"}
            ],
        }
        other = self._create_group("Test other", sequence=99, **settings)
        stays = self.Partner.create({"name": "Test person who stays"})
        other.add_contacts(stays.ids)
        self.dealers.write(settings)
        self.dealers.add_contacts(self.person.ids)
        self._merge(self.person, stays)
        self.assertEqual(stays.contact_group_ids, self.dealers + other)
        self.assertEqual(stays.price_group_id, self.dealers)
        self.assertEqual(stays.access_scope_id.group_ids, self.dealers + other)
        self.assertEqual(stays.card_id.group_ids, self.dealers + other)

    def test_who_was_let_in_stays_in(self):
        self._create_users()
        self.dealers.access = "hidden"
        self.dealers.add_contacts((self.north + self.south).ids)
        Allowance = self.env["crm.contact.allowance"]
        Allowance.create(
            [
                {"partner_id": self.north.id, "user_id": self.user_sales.id},
                {"partner_id": self.south.id, "user_id": self.user_sales.id},
                {"partner_id": self.south.id, "user_id": self.user_contacts.id},
            ]
        )
        self._merge(self.south, self.north)
        let_in = self.north.allowance_ids.user_id
        self.assertEqual(let_in, self.user_sales + self.user_contacts)
        for user in let_in:
            self.assertTrue(self.north.with_user(user).has_access("read"))

    def test_fields_of_the_groups(self):
        self.dealers.member_properties_definition = [
            {"name": "contract", "string": "Contract number", "type": "char"},
            {"name": "budget", "string": "Limit", "type": "integer"},
        ]
        self.dealers.add_contacts(self.south.ids)
        self.south.group_properties = {"contract": "K-123", "budget": 9}
        self._merge(self.south, self.north)
        self.assertEqual(self.north.group_properties["contract"], "K-123")
        shown = self.north.read(["group_properties"])[0]["group_properties"]
        self.assertEqual([row.get("value") for row in shown], ["K-123", 9])

    def test_what_differs_in_the_fields_of_the_groups_is_told(self):
        self.dealers.member_properties_definition = [
            {"name": "contract", "string": "Contract number", "type": "char"},
            {"name": "bonus", "string": "Bonus", "type": "integer"},
        ]
        self.dealers.add_contacts((self.north + self.south).ids)
        self.north.group_properties = {"contract": "K-1"}
        self.south.group_properties = {"contract": "K-123", "bonus": 4}
        self._merge(self.south, self.north)
        self.assertEqual(dict(self.north.group_properties), {"contract": "K-1", "bonus": 4})
        told = "".join(self.north.message_ids.mapped("body"))
        self.assertIn("Contract number: K-123", told)
        self.assertNotIn("Bonus", told)

    def test_a_field_of_another_meaning_is_told(self):
        """Of two groups with a field of one name and two types, a contact has the first one's."""
        self.dealers.member_properties_definition = [
            {"name": "level", "string": "Level", "type": "integer"}
        ]
        other = self._create_group(
            "Test other",
            sequence=99,
            member_properties_definition=[{"name": "level", "string": "Level", "type": "char"}],
        )
        self.dealers.add_contacts(self.north.ids)
        other.add_contacts(self.south.ids)
        self.north.group_properties = {"level": 0}
        self.south.group_properties = {"level": "high"}
        self._merge(self.south, self.north)
        self.assertFalse(dict(self.north.group_properties).get("level"))
        self.assertIn("Level: high", "".join(self.north.message_ids.mapped("body")))


@tagged("post_install", "-at_install")
class TestMergeProtection(CrmGroupsCommon):
    """A merge opens and closes contacts to those who could do it by hand, and to nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()
        cls.users = {
            "contacts": cls.user_contacts,
            "salesperson": cls.user_sales,
            "granted": cls.env["res.users"].create(
                {
                    "name": "crm_groups_granted",
                    "login": "crm_groups_granted",
                    "group_ids": [
                        Command.set(
                            [
                                cls.env.ref("sales_team.group_sale_salesman").id,
                                cls.env.ref("base.group_partner_manager").id,
                            ]
                        )
                    ],
                }
            ),
            "manager": cls.user_manager,
        }
        cls.groups = {
            access: cls._create_group(f"Test {access}", access=access)
            for access in ("readonly", "hidden")
        }
        cls.env["crm.contact.group.grant"].create(
            [
                {"group_id": group.id, "user_id": cls.users["granted"].id}
                for group in cls.groups.values()
            ]
        )
        cls.open = cls._create_group("Test open")

    def _contacts(self):
        return self.Partner.create([{"name": "Stays"}, {"name": "Goes"}])

    def _merge_as(self, user, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        wizard._merge((source + target).ids, target.with_user(user))
        self.env.invalidate_all()

    def _may_by_hand(self, user, group, contact):
        """Whether the user can add a contact to the group; nothing is left of it."""
        savepoint = self.cr.savepoint()
        try:
            group.with_user(user).add_contacts(contact.ids)
        except AccessError:
            return False
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        return True

    def _assert_as_by_hand(self, user, group, may, source, target):
        """The merge is done if ``may``, and else refused with nothing changed."""
        scopes = target.access_scope_id
        if may:
            self._merge_as(user, source, target)
            self.assertFalse(source.exists())
            return
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._merge_as(user, source, target)
        self.env.invalidate_all()
        self.assertTrue(source.exists())
        self.assertEqual(target.access_scope_id, scopes)

    def test_an_open_contact_comes_under_protection(self):
        """Their salesperson neither: he may edit both, and not say who is in the group."""
        cases = product(self.users.items(), self.groups.items(), (False, True))
        for (role, user), (access, group), is_own in cases:
            with self.subTest(role, access=access, is_own=is_own):
                target, source = self._contacts()
                if is_own:
                    (target + source).user_id = user
                may = self._may_by_hand(user, group, target)
                self.assertEqual(may, role in ("granted", "manager"))
                group.add_contacts(source.ids)
                self._assert_as_by_hand(user, group, may, source, target)
                if may:
                    self.assertEqual(target.access_scope_id.group_ids, group)

    def test_a_protected_contact_comes_out_of_protection(self):
        """Who is kept out of the group stays out, and what the other one held would be open."""
        for (role, user), (access, group) in product(self.users.items(), self.groups.items()):
            with self.subTest(role, access=access):
                target, source = self._contacts()
                group.exclude_contacts(target.ids)
                group.add_contacts(source.ids)
                self._assert_as_by_hand(user, group, role in ("granted", "manager"), source, target)

    def test_the_one_that_stays_is_kept_out(self):
        """A row by hand of the other one would take the rule's place, and open the contact."""
        group = self._create_smart(access="readonly")
        self.env["crm.contact.group.grant"].create(
            {"group_id": group.id, "user_id": self.users["granted"].id}
        )
        for role, user in self.users.items():
            with self.subTest(role):
                target, source = self._contacts()
                group.exclude_contacts(source.ids)
                target.ref = "crm-groups-test"
                group.action_rebuild()
                group.action_apply_access()
                self.assertTrue(target.access_scope_id)
                self._assert_as_by_hand(user, group, role in ("granted", "manager"), source, target)

    def test_both_in_the_group(self):
        """Nothing changes: who may edit them may merge them."""
        for role, user in self.users.items():
            with self.subTest(role):
                group = self.groups["readonly"]
                contacts = self._contacts()
                group.add_contacts(contacts.ids)
                may = contacts[0].with_user(user).has_access("write")
                self.assertEqual(may, role in ("granted", "manager"))
                self._assert_as_by_hand(user, group, may, contacts[1], contacts[0])

    def test_merging_a_protected_contact_away_takes_the_right_to_edit_it(self):
        """Its own group or its company's."""
        company = self.Partner.create({"name": "Above", "is_company": True})
        self.groups["readonly"].add_contacts(company.ids)
        for role, user in self.users.items():
            with self.subTest(role):
                above = self.Partner.create({"name": "Open above", "is_company": True})
                target, source = self._contacts()
                target.parent_id, source.parent_id = above, company
                self.assertTrue(source.access_scope_id)
                may = role in ("granted", "manager")
                self._assert_as_by_hand(user, self.groups["readonly"], may, source, target)

    def test_open_groups_ask_for_nothing(self):
        for role, user in self.users.items():
            with self.subTest(role):
                target, source = self._contacts()
                self.open.add_contacts(source.ids)
                self._merge_as(user, source, target)
                self.assertEqual(target.contact_group_ids, self.open)

    def test_who_left_long_ago_hinders_nobody(self):
        target, source = self._contacts()
        group = self.groups["readonly"]
        group.add_contacts(source.ids)
        group.remove_contacts(source.ids)
        self.assertFalse(source.access_scope_id)
        self._merge_as(self.user_sales, source, target)
        self.assertFalse(target.access_scope_id)

    def test_a_rule_waits_for_a_manager_as_before(self):
        group = self._create_smart(access="readonly")
        target, source = self._contacts()
        source.ref = "crm-groups-test"
        group.action_rebuild()
        self.assertFalse(source.access_scope_id)
        self._merge_as(self.user_sales, source, target)
        self.assertFalse(target.access_scope_id)

    def test_the_message_names_group_and_whom_to_ask(self):
        target, source = self._contacts()
        self.groups["readonly"].add_contacts(source.ids)
        source.user_id = self.user_sales
        with self.assertRaisesRegex(AccessError, "Test readonly.*crm_groups_granted"):
            self._merge_as(self.user_sales, source, target)
