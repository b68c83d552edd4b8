from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .owner_common import OwnerCommon


@tagged("post_install", "-at_install")
class TestOwnerHistory(OwnerCommon):
    def test_by_hand(self):
        contact = self._own(self.anna)
        contact.with_user(self.boss).user_id = self.ben
        change = self._last(contact)
        self.assertEqual(
            (change.old_user_id, change.new_user_id, change.user_id, change.reason),
            (self.anna, self.ben, self.boss, "hand"),
        )
        self.assertEqual(contact.owner_since, change.date)

    def test_no_change_no_history(self):
        contact = self._own(self.anna)
        number = self.changes.search_count([])
        contact.write({"user_id": self.anna.id, "city": "Town"})
        contact.name = "Other"
        self.assertEqual(self.changes.search_count([]), number)

    def test_one_row_per_contact_of_a_batch(self):
        contacts = self._own(self.anna) + self._own(self.ben) + self.free
        number = self.changes.search_count([])
        contacts.user_id = self.ben
        self.assertEqual(self.changes.search_count([]), number + 2)

    def test_reason_of_an_automation(self):
        contact = self._own(self.anna)
        contact.sudo().user_id = self.ben
        self.assertEqual(self._last(contact).reason, "automatic")

    def test_person_added_to_a_company(self):
        self.company.user_id = self.ben
        self.free.with_user(self.anna).parent_id = self.company
        self.assertEqual(self.free.user_id, self.ben)
        self.assertEqual(self._last(self.free).reason, "parent")

    def test_nobody_gives_a_false_reason_from_outside(self):
        contact = self._own(self.anna).with_user(self.boss)
        contact.with_context(crm_owner_reason="inactive").user_id = self.ben
        self.assertEqual(self._last(contact).reason, "hand")
        contact.with_context(crm_owner_reason=["inactive", None]).user_id = self.anna
        self.assertEqual(self._last(contact).reason, "hand")

    def test_free_says_why_since_when_and_whose_it_was(self):
        contact = self._own(self.anna)
        contact._set_owner(self.env["res.users"], "inactive")
        self.assertEqual(contact.free_reason, "inactive")
        self.assertEqual(contact.former_owner_id, self.anna)
        self.assertEqual(contact.free_since, self._last(contact).date)
        self.assertIn(contact, self.env["res.partner"].search([("is_free_contact", "=", True)]))
        self.assertTrue(contact.is_free_contact)
        contact.user_id = self.ben
        self.assertFalse(contact.free_since or contact.free_reason or contact.former_owner_id)
        self.assertFalse(contact.is_free_contact)

    def test_history_goes_with_the_contact_and_outlives_the_user(self):
        contact = self._own(self.anna)
        contact.user_id = self.ben
        change = self._last(contact)
        self.env.flush_all()
        gone = self.anna.id
        self.env.cr.execute("DELETE FROM res_users WHERE id = %s", [gone])
        self.env.invalidate_all()
        self.assertTrue(change.exists())
        self.assertFalse(change.old_user_id)
        contact.unlink()
        self.assertFalse(change.exists())

    def test_merge_keeps_the_history_of_both(self):
        one, two = self._own(self.anna, email="m@e.com"), self._own(self.ben, email="m@e.com")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((one + two).ids, one)
        changes = self.changes.search([("partner_id", "=", one.id)])
        self.assertEqual(changes.new_user_id, self.anna + self.ben)

    def test_history_of_contacts_out_of_reach(self):
        contact = self._own(self.anna)
        contact.company_id = self.company_b
        change = self._last(contact)
        for user in (self.anna, self.boss, self.users_by_role["internal"]):
            changes = self.changes.with_user(user)
            self.assertNotIn(change, changes.search([]))
            self.assertFalse(
                changes._read_group([("partner_id", "=", contact.id)], [], ["__count"])[0][0]
            )
            with self.assertRaises(AccessError):
                change.with_user(user).read(["reason"])
        self.anna.company_ids = [Command.link(self.company_b.id)]
        both = change.with_user(self.anna).with_context(
            allowed_company_ids=self.anna.company_ids.ids
        )
        self.assertEqual(both.reason, "automatic")

    def test_nobody_writes_history(self):
        change = self._last(self._own(self.anna))
        for user in (self.anna, self.boss):
            with self.assertRaises(AccessError):
                change.with_user(user).reason = "take"
            with self.assertRaises(AccessError):
                change.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.changes.with_user(user).create(
                    {"partner_id": self.free.id, "reason": "take", "date": "2026-01-01"}
                )

    def test_portal_and_public_see_no_owner_data(self):
        change = self._last(self._own(self.anna))
        for role in ("portal", "public"):
            user = self.users_by_role[role]
            with self.assertRaises(AccessError):
                change.with_user(user).read(["reason"])
            fields_seen = self.env["res.partner"].with_user(user).fields_get()
            for name in ("free_reason", "former_owner_id", "owner_reason", "watcher_ids"):
                self.assertNotIn(name, fields_seen)
            with self.assertRaises(AccessError):
                self.free.with_user(user).take_ownership()
            with self.assertRaises(AccessError):
                self.env["crm.owner.operation"].with_user(user).action_preview_release()

    def test_line_in_the_chatter_says_the_change_and_why(self):
        contacts = self.env(context={})["res.partner"].create(
            [{"name": "T1", "user_id": self.anna.id}, {"name": "T2"}]
        )
        self.env.cr.precommit.run()
        contacts.message_ids.unlink()
        contacts._set_owner(self.ben, "take")
        self.env.cr.precommit.run()
        for contact, old in zip(contacts, (self.anna, self.env["res.users"]), strict=True):
            message = contact.message_ids
            self.assertEqual(len(message), 1)
            self.assertIn("Taken from the free contacts", message.body)
            value = message.sudo().tracking_value_ids
            self.assertEqual(
                (value.field_id.name, value.old_value_char or "", value.new_value_char),
                ("user_id", old.display_name or "", self.ben.display_name),
            )
            self.assertEqual(
                (value.old_value_integer, value.new_value_integer), (old.id or 0, self.ben.id)
            )
        self.assertIn(self.ben.partner_id, contacts[0].message_partner_ids)
        contacts._set_owner(self.ben, "take")
        self.assertEqual(len(contacts.message_ids), 2, "no change, no line")

    def test_plain_write_is_tracked_by_odoo(self):
        contact = self.env(context={})["res.partner"].create({"name": "T1"})
        self.env.cr.precommit.run()
        contact.user_id = self.ben
        self.env.cr.precommit.run()
        value = contact.message_ids.sudo().tracking_value_ids
        self.assertEqual(
            value.filtered(lambda v: v.field_id.name == "user_id").mapped("new_value_integer"),
            self.ben.ids,
        )

    def test_explanation(self):
        owned, released, old = self._own(self.anna), self._own(self.anna), self.free
        released._set_owner(self.env["res.users"], "inactive")
        self._set("release_notice_days", "5")
        self.env.cr.execute(
            "UPDATE res_partner SET release_notice_date = '2026-05-01' WHERE id = %s", [owned.id]
        )
        owned.invalidate_recordset()
        lines = (owned + released + old).with_user(self.boss).get_owner_explanation()
        self.assertEqual([line["id"] for line in lines], (owned + released + old).ids)
        self.assertEqual((lines[0]["owner"], lines[0]["is_free"]), (self.anna.name, False))
        self.assertEqual(str(lines[0]["free_on"]), "2026-05-06")
        self.assertEqual(lines[1]["reason_label"], "Released: no activity")
        self.assertEqual(
            (lines[1]["former_owner"], lines[1]["owner"], lines[1]["is_free"]),
            (self.anna.name, False, True),
        )
        self.assertEqual((lines[2]["reason"], lines[2]["since"]), (False, False))
        owned.company_id = self.company_b
        with self.assertRaises(AccessError):
            owned.with_user(self.boss).get_owner_explanation()
