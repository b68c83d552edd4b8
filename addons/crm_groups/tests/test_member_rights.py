from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestMemberRights(CrmGroupsCommon):
    """What a salesperson of one company may do where another company's records are about."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Group = cls.env["crm.contact.group"]
        cls.Member = cls.env["crm.contact.group.member"]
        cls.company_b = cls.env["res.company"].create({"name": "Company B"})
        cls.seller = new_test_user(
            cls.env,
            "groups_rights_seller",
            "base.group_user,base.group_partner_manager,sales_team.group_sale_salesman",
        )
        cls.shared = cls.Group.create({"name": "Shared"})
        cls.group_b = cls.Group.create({"name": "Of B", "company_id": cls.company_b.id})
        cls.of_all, cls.of_b = cls.env["res.partner"].create(
            [
                {"name": "Contact of all"},
                {"name": "SECRET CONTACT OF B", "company_id": cls.company_b.id},
            ]
        )

    def _hide_other_companies(self):
        """Odoo's own switch: contacts are not shared between companies."""
        self.env.ref("base.res_partner_rule").active = True

    def test_a_row_cannot_be_moved_out_of_ones_reach(self):
        self._hide_other_companies()
        self.shared.add_contacts(self.of_all.ids)
        row = self.shared.member_ids.with_user(self.seller)
        with self.assertRaises(AccessError):
            row.write({"partner_id": self.of_b.id})
        with self.assertRaises(AccessError):
            row.write({"group_id": self.group_b.id})

    def test_errors_do_not_name_what_one_may_not_read(self):
        self._hide_other_companies()
        companies_only = self.Group.create({"name": "Companies", "applies_to": "company"})
        with self.assertRaises(AccessError) as caught:
            self.Member.with_user(self.seller).create(
                {"group_id": companies_only.id, "partner_id": self.of_b.id}
            )
        self.assertNotIn("SECRET", str(caught.exception))

    def test_preview_counts_only_what_one_may_read(self):
        self._hide_other_companies()
        companies = self.env["res.company"].search([])
        manager = new_test_user(
            self.env,
            "groups_rights_manager",
            "base.group_user,sales_team.group_sale_manager",
            company_ids=[Command.set(companies.ids)],
        )
        rule = "[('name', '=like', 'SECRET CONTACT%')]"
        self.assertEqual(self.shared.preview_rule(rule)["matching"], 1)
        self.assertEqual(self.shared.with_user(manager).preview_rule(rule)["matching"], 0)

    def test_who_decided_cannot_be_forged(self):
        admin = self.env.ref("base.user_admin")
        Member = self.Member.with_user(self.seller)
        values = {"group_id": self.shared.id, "partner_id": self.of_all.id}
        forged = {"source": "rule", "user_id": admin.id, "restricts": True}
        for name, value in forged.items():
            with self.subTest(field=name), self.assertRaisesRegex(AccessError, name):
                Member.create({**values, name: value})
        row = Member.with_context(default_source="rule", default_user_id=admin.id).create(values)
        self.assertEqual(row.source, "manual")
        self.assertEqual(row.user_id, self.seller)
        for name, value in forged.items():
            with self.subTest(field=name), self.assertRaisesRegex(AccessError, name):
                row.write({name: value})

    def test_contacts_of_another_company_that_are_shared_are_worked_with(self):
        """Odoo shares contacts between companies unless told otherwise."""
        self.env.ref("base.res_partner_rule").active = False
        group = self.shared.with_user(self.seller)
        contact = self.of_b.with_user(self.seller)
        self.shared.add_contacts(self.of_b.ids)
        self.assertEqual(group.add_contacts(contact.ids)["unchanged"], 1)
        self.assertEqual(contact.copy().contact_group_ids, group)
        contact.contact_group_ids = False
        self.assertFalse(contact.contact_group_ids)
        group.add_contacts(contact.ids)
        self.assertEqual(group.remove_contacts(contact.ids)["removed"], 1)
        self.assertFalse(self.of_b.contact_group_ids)

    def test_leaving_before_the_first_day(self):
        tomorrow = fields.Date.today() + timedelta(days=1)
        for leave in ("remove_contacts", "exclude_contacts"):
            self.shared.add_contacts(self.of_all.ids)
            self.shared.member_ids.date_from = tomorrow
            getattr(self.shared, leave)(self.of_all.ids)
            self.assertEqual(self.shared.member_ids.date_to, tomorrow)
            self.shared.member_ids.unlink()

    def test_a_past_membership_opened_again_stays_open(self):
        self.shared.add_contacts(self.of_all.ids)
        row = self.shared.member_ids
        row.write({"state": "past", "date_from": date(2020, 1, 1), "date_to": date(2020, 3, 1)})
        row.state = "in"
        self.Member._end_overdue()
        self.assertEqual(row.state, "in")

    def test_what_a_rule_brought_must_fit_once_the_rule_is_gone(self):
        group = self.Group.create(
            {
                "name": "Smart",
                "kind": "smart",
                "domain": "[('name', '=', 'SECRET CONTACT OF B')]",
            }
        )
        group.action_rebuild()
        self.assertEqual(group.member_count, 1)
        group.kind = "manual"
        with self.assertRaises(ValidationError):
            group.company_id = self.env.company

    def test_a_contact_that_changes_leaves_groups_not_for_it(self):
        group_a = self.Group.create({"name": "Of A", "company_id": self.env.company.id})
        persons = self.Group.create({"name": "Persons", "applies_to": "person"})
        for group in (group_a, persons, self.shared):
            group.add_contacts(self.of_all.ids)
        self.of_all.company_id = self.company_b
        self.assertEqual(self.of_all.contact_group_ids, persons + self.shared)
        self.of_all.is_company = True
        self.assertEqual(self.of_all.contact_group_ids, self.shared)
        self.assertEqual(group_a.member_ids.state, "past")
