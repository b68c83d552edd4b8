from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestMember(CrmGroupsCommon):
    def test_display_name(self):
        self.vips.add_contacts(self.north.ids)
        self.assertEqual(
            self._get_member(self.vips, self.north).display_name,
            "Test North Ltd in Test customers / Test dealers / Test VIP dealers",
        )

    @freeze_time("2026-02-10 12:00:00")
    def test_add(self):
        result = self.dealers.add_contacts(
            (self.north + self.south).ids, reason="Contract", until="2026-03-31"
        )
        self.assertEqual(result, {"added": 2, "updated": 0, "unchanged": 0})
        member = self._get_member(self.dealers, self.north)
        self.assertRecordValues(
            member,
            [
                {
                    "state": "in",
                    "source": "manual",
                    "reason": "Contract",
                    "date_from": fields.Date.to_date("2026-02-10"),
                    "date_to": fields.Date.to_date("2026-03-31"),
                    "user_id": self.env.uid,
                }
            ],
        )
        self._assert_in_step(self.dealers)

    def test_add_again(self):
        self.dealers.add_contacts(self.north.ids)
        result = self.dealers.add_contacts((self.north + self.south + self.south).ids)
        self.assertEqual(result, {"added": 1, "updated": 0, "unchanged": 1})
        result = self.dealers.add_contacts(self.north.ids, reason="Asked for it")
        self.assertEqual(result, {"added": 0, "updated": 1, "unchanged": 0})
        self.assertEqual(self._get_member(self.dealers, self.north).reason, "Asked for it")

    def test_add_to_several_groups(self):
        result = (self.dealers + self.vips).add_contacts(self.north.ids)
        self.assertEqual(result["added"], 2)
        self.assertEqual(self.north.contact_group_ids, self.dealers + self.vips)

    def test_add_source(self):
        self.dealers.with_context(crm_groups_source="api").add_contacts(self.north.ids)
        self._assert_member(self.dealers, self.north, "in", "api")

    def test_add_unknown_contact(self):
        gone = self.Partner.create({"name": "Test gone"})
        gone_id = gone.id
        gone.unlink()
        with self.assertRaisesRegex(UserError, f"do not exist.*{gone_id}"):
            self.dealers.add_contacts([self.north.id, gone_id])
        self.assertFalse(self._get_member(self.dealers, self.north))

    @freeze_time("2026-02-10 12:00:00")
    def test_add_with_an_end_in_the_past(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.dealers.add_contacts(self.north.ids, until="2026-01-31")

    def test_add_the_wrong_kind(self):
        self.dealers.applies_to = "company"
        with self.assertRaisesRegex(ValidationError, "companies only.*Test Person"):
            self.dealers.add_contacts((self.north + self.person).ids)

    def test_one_row_per_group_and_contact(self):
        self.dealers.add_contacts(self.north.ids)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.Member.create({"group_id": self.dealers.id, "partner_id": self.north.id})

    @freeze_time("2026-02-10 12:00:00")
    def test_remove_keeps_the_past(self):
        self.dealers.add_contacts(self.north.ids, until="2026-03-31")
        result = self.dealers.remove_contacts((self.north + self.south).ids)
        self.assertEqual(result, {"removed": 1, "unchanged": 1})
        self._assert_member(self.dealers, self.north, "past", "manual")
        self.assertEqual(
            self._get_member(self.dealers, self.north).date_to, fields.Date.to_date("2026-02-10")
        )
        self.dealers.add_contacts(self.north.ids)
        self._assert_member(self.dealers, self.north, "in")
        self.assertFalse(self._get_member(self.dealers, self.north).date_to)

    def test_exclude(self):
        self.dealers.add_contacts(self.north.ids)
        result = self.dealers.exclude_contacts((self.north + self.south).ids, reason="Unpaid")
        self.assertEqual(result, {"excluded": 2, "unchanged": 0})
        self._assert_member(self.dealers, self.north, "excluded")
        self._assert_member(self.dealers, self.south, "excluded")
        result = self.dealers.exclude_contacts(self.north.ids)
        self.assertEqual(result, {"excluded": 0, "unchanged": 1})
        self.assertEqual(self._get_member(self.dealers, self.north).reason, "Unpaid")
        self.assertEqual(self.dealers.add_contacts(self.north.ids)["added"], 1)

    def test_rows_written_directly(self):
        member = self.Member.create({"group_id": self.dealers.id, "partner_id": self.north.id})
        self.assertEqual(self.north.contact_group_ids, self.dealers)
        member.group_id = self.vips
        self.assertEqual(self.north.contact_group_ids, self.vips)
        member.partner_id = self.south
        self.assertFalse(self.north.contact_group_ids)
        member.reason = "Only a note"
        self.assertEqual(self.south.contact_group_ids, self.vips)
        member.unlink()
        self.assertFalse(self.south.contact_group_ids)
        self._assert_in_step(self.dealers + self.vips)

    def test_deleting_a_contact(self):
        self.dealers.add_contacts(self.north.ids)
        member = self._get_member(self.dealers, self.north)
        self.north.unlink()
        self.assertFalse(member.exists())
        self.assertEqual(self.dealers.member_count, 0)

    def test_contact_of_another_company(self):
        company = self.env["res.company"].create({"name": "Test Other Company"})
        self.north.company_id = company
        self.dealers.add_contacts(self.north.ids)
        group = self._create_group("Test ours", company_id=self.company.id)
        with self.assertRaisesRegex(ValidationError, "Test ours belongs to.*Test North Ltd"):
            group.add_contacts(self.north.ids)

    def test_contact_of_the_parent_company(self):
        branch = self.env["res.company"].create(
            {"name": "Test Branch", "parent_id": self.company.id}
        )
        self.north.company_id = self.company
        group = self._create_group("Test branch", company_id=branch.id)
        self.assertEqual(group.add_contacts(self.north.ids)["added"], 1)


@tagged("post_install", "-at_install")
class TestMemberByCall(HttpCase):
    def test_source_of_a_call_from_outside(self):
        group = self.env["crm.contact.group"].create({"name": "Test called"})
        partner = self.env["res.partner"].create({"name": "Test called"})
        admin = self.env.ref("base.user_admin")
        key = self.env["res.users.apikeys"].with_user(admin)._generate(None, "Test", None)
        answer = self.url_open(
            "/json/2/crm.contact.group/add_contacts",
            json={"ids": group.ids, "partner_ids": partner.ids, "reason": "Web shop"},
            headers={"Authorization": f"Bearer {key}", "X-Odoo-Database": self.env.cr.dbname},
        )
        self.assertEqual(answer.json(), {"added": 1, "updated": 0, "unchanged": 0})
        self.assertRecordValues(
            group.member_ids, [{"source": "api", "reason": "Web shop", "user_id": admin.id}]
        )
