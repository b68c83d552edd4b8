from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestGroup(CrmGroupsCommon):
    def test_complete_name(self):
        self.assertEqual(
            self.vips.complete_name, "Test customers / Test dealers / Test VIP dealers"
        )
        self.assertEqual(self.vips.display_name, self.vips.complete_name)
        self.customers.name = "Test clients"
        self.assertEqual(self.vips.complete_name, "Test clients / Test dealers / Test VIP dealers")

    def test_complete_name_is_translated(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customers.with_context(lang="fr_FR").name = "Clients de test"
        self.assertEqual(
            self.dealers.with_context(lang="fr_FR").complete_name, "Clients de test / Test dealers"
        )
        self.assertEqual(self.dealers.complete_name, "Test customers / Test dealers")

    def test_name_search(self):
        for text in ("T-DEAL", "Test dealers", "Test customers / Test dealers"):
            with self.subTest(text=text):
                found = [group_id for group_id, _name in self.Group.name_search(text, operator="=")]
                self.assertEqual(found, self.dealers.ids)
        found = self.Group.search([("complete_name", "ilike", "test dealers")])
        self.assertEqual(found, self.dealers + self.vips)
        found = self.Group.search([("complete_name", "not ilike", "test")])
        self.assertFalse(found & (self.customers + self.dealers))
        self.assertFalse(self.Group.search([("complete_name", "=", "No such group")]))

    def test_name_create(self):
        group_id, name = self.Group.name_create("Test typed")
        self.assertEqual(name, "Test typed")
        self.assertEqual(self.Group.browse(group_id).kind, "manual")

    def test_order_follows_the_tree(self):
        first = self._create_group("Test zebra", parent_id=self.customers.id, sequence=1)
        second = self._create_group("Test dealers east", parent_id=self.customers.id)
        tree = self.customers + self.dealers + self.vips + first + second
        self.assertEqual(
            self.Group.search([("id", "in", tree.ids)]),
            self.customers + first + self.dealers + self.vips + second,
        )
        first.sequence = 50
        self.assertEqual(self.Group.search([("id", "in", tree.ids)])[-1], first)

    def test_move_to_another_parent(self):
        top = self._create_group("Test top")
        self.dealers.parent_id = top
        self.assertEqual(self.vips.complete_name, "Test top / Test dealers / Test VIP dealers")
        self.assertEqual(
            self.Group.search([("id", "child_of", top.ids)]), top + self.dealers + self.vips
        )

    def test_cycle_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Test customers cannot be moved below"):
            self.customers.parent_id = self.vips
        with self.assertRaisesRegex(ValidationError, "cannot be moved below"):
            self.customers.write({"parent_id": self.customers.id})
        self.assertFalse(self.customers.parent_id)

    def test_deep_tree(self):
        group = self.customers
        for level in range(300):
            group = self._create_group(f"L{level}", parent_id=group.id)
        self.customers.name = "Test root"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(group.complete_name.startswith("Test root / L0 / L1"))
        self.assertEqual(group.complete_name.count(" / "), 300)

    def test_code_is_unique_per_company(self):
        company = self.env["res.company"].create({"name": "Test Code Company"})
        self._create_group("Test elsewhere", code="T-DEAL", company_id=company.id)
        self._create_group("Test no code")
        self._create_group("Test no code either")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self._create_group("Test twice", code="T-DEAL")

    def test_copy(self):
        copy = self.dealers.copy()
        self.assertEqual(copy.name, "Test dealers (copy)")
        self.assertFalse(copy.code)
        self.assertFalse(copy.member_ids)

    def test_delete(self):
        self.vips.add_contacts(self.north.ids)
        with self.assertRaisesRegex(UserError, "others hang below them.*Test VIP dealers"):
            self.dealers.unlink()
        (self.dealers + self.vips).unlink()
        self.north.invalidate_recordset()
        self.assertFalse(self.north.contact_group_ids)
        self.assertTrue(self.north.exists())

    def test_archive_keeps_members(self):
        self.dealers.add_contacts(self.north.ids)
        self.dealers.action_archive()
        self.assertFalse(self.north.contact_group_ids)
        self.assertEqual(self._get_member(self.dealers, self.north).state, "in")
        self.dealers.action_unarchive()
        self.assertEqual(self.north.contact_group_ids, self.dealers)

    def test_counts(self):
        self.dealers.add_contacts((self.north + self.south).ids)
        self.vips.add_contacts((self.north + self.east).ids)
        self.vips.exclude_contacts(self.person.ids)
        self.assertEqual(self.vips.member_count, 2)
        self.assertEqual(self.dealers.member_count, 2)
        self.assertEqual(self.dealers.total_member_count, 3, "North counts once")
        self.assertEqual((self.customers.member_count, self.customers.total_member_count), (0, 3))
        self.east.action_archive()
        self.env.invalidate_all()
        self.assertEqual(self.customers.total_member_count, 2)
        self.vips.action_archive()
        self.env.invalidate_all()
        self.assertEqual(self.customers.total_member_count, 2)
        self.assertEqual(self.vips.member_count, 1)

    def test_counts_of_a_new_group(self):
        self.assertEqual(self.Group.new({"name": "Test new"}).member_count, 0)

    def test_open_contacts(self):
        self.dealers.add_contacts(self.north.ids)
        self.vips.add_contacts(self.south.ids)
        action = self.dealers.action_open_contacts()
        self.assertEqual(self.Partner.search(action["domain"]), self.north)
        action = self.dealers.with_context(with_subgroups=True).action_open_contacts()
        self.assertEqual(self.Partner.search(action["domain"]), self.north + self.south)
        created = self.Partner.with_context(**action["context"]).create({"name": "Test new dealer"})
        self.assertEqual(created.contact_group_ids, self.dealers)
        self._assert_member(self.dealers, created, "in", "manual")

    def test_open_members(self):
        self.dealers.exclude_contacts(self.north.ids)
        action = self.dealers.action_open_members()
        self.assertEqual(self.Member.search(action["domain"]).partner_id, self.north)

    def test_form(self):
        with Form(self.Group) as form:
            form.name = "Test by form"
            form.parent_id = self.dealers
            with form.manual_member_ids.new() as line:
                line.partner_id = self.north
        group = form.record
        self.assertEqual(group.complete_name, "Test customers / Test dealers / Test by form")
        self._assert_member(group, self.north, "in", "manual")

    def test_applies_to_must_fit_the_members(self):
        self.dealers.add_contacts(self.person.ids)
        with self.assertRaisesRegex(
            ValidationError, "Test dealers is for companies only.*Test Person"
        ):
            self.dealers.applies_to = "company"

    def test_company_must_fit_the_members(self):
        company = self.env["res.company"].create({"name": "Test Other Company"})
        self.north.company_id = self.company
        self.customers.add_contacts((self.north + self.south).ids)
        with self.assertRaisesRegex(ValidationError, "Test Other Company.*Test North Ltd"):
            self.customers.company_id = company

    def test_company_of_the_parent(self):
        company = self.env["res.company"].create({"name": "Test Other Company"})
        group = self._create_group("Test theirs", company_id=company.id)
        with self.assertRaises(UserError):
            self.customers.parent_id = group
        group.parent_id = self.customers
