from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestPartner(CrmGroupsCommon):
    def test_persons_are_found_by_the_groups_of_their_company(self):
        person, other = self.Partner.create(
            [
                {"name": "Test person", "parent_id": self.north.id},
                {"name": "Test other", "parent_id": self.east.id},
            ]
        )
        self.vips.add_contacts(self.north.ids)
        self.dealers.add_contacts((self.south + other).ids)
        contacts = self.north + self.south + self.east + person + other
        followers = self.north + person
        dealers = self.dealers.ids
        for condition, expected in [
            (("in", self.vips.ids), followers),
            (("=", self.vips.id), followers),
            (("ilike", "VIP dealers"), followers),
            (("child_of", dealers), followers + self.south + other),
            (("in", dealers), self.south + other),
            (("not in", dealers), followers + self.east),
            (("=", False), self.east),
            (("!=", False), contacts - self.east),
            (("in", [*dealers, False]), self.south + other + self.east),
            (("any", [("code", "=", self.dealers.code)]), self.south + other),
        ]:
            with self.subTest(condition=condition):
                domain = [("id", "in", contacts.ids), ("all_contact_group_ids", *condition)]
                self.assertEqual(self.Partner.search(domain).sorted("id"), expected.sorted("id"))
                self.assertEqual(
                    contacts.filtered_domain(domain).sorted("id"), expected.sorted("id")
                )
        self.assertEqual(person.all_contact_group_ids, self.vips)
        self.assertEqual(other.all_contact_group_ids, self.dealers)

    def test_search(self):
        self.dealers.add_contacts(self.north.ids)
        self.vips.add_contacts(self.south.ids)
        contacts = self.north + self.south + self.east
        for domain, expected in [
            ([("contact_group_ids", "=", "Test dealers")], self.north),
            ([("contact_group_ids", "=", "T-DEAL")], self.north),
            ([("contact_group_ids", "=", self.dealers.id)], self.north),
            ([("contact_group_ids", "in", self.dealers.ids)], self.north),
            ([("contact_group_ids", "child_of", self.dealers.id)], self.north + self.south),
            ([("contact_group_ids", "child_of", "T-DEAL")], self.north + self.south),
            ([("contact_group_ids", "ilike", "vip dealers")], self.south),
            ([("contact_group_ids", "=", False)], self.east),
            ([("contact_group_ids", "!=", False)], self.north + self.south),
            ([("contact_group_ids", "not in", self.dealers.ids)], self.south + self.east),
            ([("contact_group_ids.user_id", "=", False)], contacts),
        ]:
            with self.subTest(domain=domain):
                found = self.Partner.search([("id", "in", contacts.ids), *domain])
                if domain[0][0] == "contact_group_ids":
                    self.assertEqual(found, expected)

    def test_group_by(self):
        self.dealers.add_contacts((self.north + self.south).ids)
        self.vips.add_contacts(self.south.ids)
        groups = self.Partner._read_group(
            [("id", "in", (self.north + self.south + self.east).ids)],
            ["contact_group_ids"],
            ["__count"],
        )
        counts = {group.id: count for group, count in groups}
        self.assertEqual(counts, {self.dealers.id: 2, self.vips.id: 1, False: 1})

    def test_write_on_the_contact(self):
        self.north.contact_group_ids = [Command.link(self.dealers.id)]
        self._assert_member(self.dealers, self.north, "in", "manual")
        self.north.contact_group_ids = [Command.set(self.vips.ids)]
        self._assert_member(self.dealers, self.north, "past")
        self._assert_member(self.vips, self.north, "in", "manual")
        self.north.contact_group_ids = False
        self._assert_member(self.vips, self.north, "past")

    def test_write_on_many(self):
        contacts = self.north + self.south + self.east
        contacts.write({"contact_group_ids": [Command.link(self.dealers.id)]})
        self.assertEqual(self.dealers.member_ids.partner_id, contacts)
        contacts.write({"contact_group_ids": [Command.unlink(self.dealers.id)]})
        self.assertEqual(set(self.dealers.member_ids.mapped("state")), {"past"})
        self._assert_in_step(self.dealers)

    def test_create_with_groups(self):
        contact = self.Partner.create(
            {"name": "Test new", "contact_group_ids": [Command.set(self.dealers.ids)]}
        )
        self._assert_member(self.dealers, contact, "in", "manual")

    def test_smart_group_on_the_contact(self):
        smart = self._create_smart()
        smart.action_rebuild()
        self.north.contact_group_ids = [Command.unlink(smart.id)]
        self._assert_member(smart, self.north, "excluded", "manual")
        self.east.contact_group_ids = [Command.link(smart.id)]
        smart.action_rebuild()
        self._assert_member(smart, self.north, "excluded")
        self._assert_member(smart, self.east, "in", "manual")

    def test_form(self):
        user = new_test_user(
            self.env,
            "crm_groups_form",
            "sales_team.group_sale_salesman,base.group_partner_manager",
        )
        with Form(self.north.with_user(user)) as form:
            form.contact_group_ids.add(self.dealers)
        self._assert_member(self.dealers, self.north, "in", "manual")
        self.assertEqual(self._get_member(self.dealers, self.north).user_id, user)

    def test_import(self):
        result = self.Partner.with_context(import_file=True).load(
            ["name", "contact_group_ids"],
            [["Test import 1", "T-DEAL,Test VIP dealers"], ["Test import 2", "T-DEAL"]],
        )
        self.assertFalse(result["messages"])
        contacts = self.Partner.browse(result["ids"])
        self.assertEqual(contacts[0].contact_group_ids, self.dealers + self.vips)
        self.assertEqual(contacts[1].contact_group_ids, self.dealers)
        self._assert_member(self.dealers, contacts[1], "in", "import")

    def test_import_of_an_unknown_group(self):
        result = self.Partner.load(
            ["name", "contact_group_ids"], [["Test import", "No such group"]]
        )
        self.assertFalse(result["ids"])
        self.assertIn("No such group", result["messages"][0]["message"])

    def test_export(self):
        self.dealers.add_contacts(self.north.ids)
        rows = self.north.export_data(["contact_group_ids"])["datas"]
        self.assertEqual(rows, [["Test customers / Test dealers"]])

    def test_copy(self):
        smart = self._create_smart()
        smart.action_rebuild()
        self.dealers.add_contacts(self.north.ids)
        copy = self.north.copy({"ref": False})
        self.assertEqual(copy.contact_group_ids, self.dealers)
        self.assertFalse(self._get_member(smart, copy), "The rule judges the copy for itself")
        self._assert_member(self.dealers, copy, "in", "manual")
        copy = self.north.copy({"ref": False, "contact_group_ids": [Command.set(self.vips.ids)]})
        self.assertEqual(copy.contact_group_ids, self.vips)
