from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .owner_common import OwnerCommon

APPLY_LOGGER = "odoo.addons.crm_segmentation.models.crm_owner_operation_apply"


class ReleaseCommon(OwnerCommon):
    """Contacts are released after 30 days, announced 5 days before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set("release_days", "30")
        cls._set("release_notice_days", "5")
        cls.cron = cls.env.ref("crm_segmentation.ir_cron_release_contacts")
        cls.operations = cls.env["crm.owner.operation"]

    def _run(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def _idle(self, days=100, user=None, announced=None, **vals):
        contact = self._own(user or self.anna, **vals)
        self._age(contact, days)
        if announced is not None:
            self.env.cr.execute(
                "UPDATE res_partner SET release_notice_date = %s WHERE id = %s",
                [fields.Date.today() - timedelta(days=announced), contact.id],
            )
            contact.invalidate_recordset()
        return contact

    def _is_idle(self, contact):
        query = self.env["crm.owner.activity"]._get_idle_query(30, 5)
        rows = {row["partner_id"]: row for row in self.env.execute_query_dict(query)}
        return rows.get(contact.id)


@tagged("post_install", "-at_install")
class TestOwnerActivity(ReleaseCommon):
    """What counts as activity, and what does not."""

    def test_nothing_since_the_owner_came(self):
        contact = self._idle()
        row = self._is_idle(contact)
        self.assertEqual((row["user_id"], row["kind"]), (self.anna.id, "owned"))
        self.assertEqual(row["release_on"], fields.Date.today() + timedelta(days=5))

    def test_new_owner_has_the_whole_time(self):
        contact = self._idle()
        contact.user_id = self.ben
        self.env.flush_all()
        self.assertFalse(self._is_idle(contact))

    def test_note_of_a_person(self):
        contact = self._idle()
        contact.with_user(self.ben).message_post(body="Called", message_type="comment")
        self.assertFalse(self._is_idle(contact))

    def test_old_note_is_named(self):
        contact = self._idle(50)
        message = contact.with_user(self.ben).message_post(body="C", message_type="comment")
        message.date = fields.Datetime.now() - timedelta(days=40)
        row = self._is_idle(contact)
        self.assertEqual((row["kind"], row["idle_since"]), ("message", message.date))

    def test_what_systems_write_does_not_count(self):
        contact = self._idle()
        contact.message_post(body="By OdooBot", message_type="comment")
        contact._message_log(body="Log")
        contact.with_user(self.ben).message_post(body="N", message_type="notification")
        contact.city = "Changed"
        self.assertTrue(self._is_idle(contact))

    def test_incoming_mail(self):
        contact = self._idle()
        contact.message_post(body="Hi", message_type="email", author_id=contact.id)
        self.assertFalse(self._is_idle(contact))

    def test_activity_planned_and_done(self):
        contact = self._idle()
        activity = contact.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.anna.id, date_deadline="2099-01-01"
        )
        self.assertFalse(self._is_idle(contact))
        activity.date_deadline = fields.Date.today() - timedelta(days=50)
        self.assertTrue(self._is_idle(contact))
        activity.with_user(self.anna).action_feedback("Done")
        self.assertFalse(self._is_idle(contact))

    def test_meeting(self):
        contact = self._idle()
        event = self.env["calendar.event"].create(
            {
                "name": "M",
                "start": fields.Datetime.now() + timedelta(days=9),
                "stop": fields.Datetime.now() + timedelta(days=9, hours=1),
                "partner_ids": [(4, contact.id)],
            }
        )
        self.assertFalse(self._is_idle(contact))
        event.active = False
        self.assertTrue(self._is_idle(contact))

    def test_deal(self):
        contact = self._idle()
        lead = self._create_lead(partner_id=contact.id)
        self.assertFalse(self._is_idle(contact))
        self.env.flush_all()
        past = fields.Datetime.now() - timedelta(days=60)
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_last_stage_update = %s, write_date = %s, "
            "write_uid = %s WHERE id = %s",
            [past, past, past, self.anna.id, lead.id],
        )
        self.env.cr.execute("UPDATE mail_message SET date = %s WHERE model = 'crm.lead'", [past])
        self.assertEqual(self._is_idle(contact)["kind"], "deal")
        lead.invalidate_recordset()
        lead.priority = "2"
        self.assertTrue(self._is_idle(contact), "changed by a system")
        lead.with_user(self.boss).priority = "1"
        self.assertFalse(self._is_idle(contact))

    def test_order(self):
        if "sale.order" not in self.env:
            self.skipTest("sale is not installed")
        contact = self._idle()
        self.env["sale.order"].create({"partner_id": contact.id})
        self.assertFalse(self._is_idle(contact))

    def test_company_and_its_persons_are_one(self):
        company = self._idle(is_company=True)
        person = self._idle(parent_id=company.id)
        other = self._idle(parent_id=company.id, user=self.ben)
        person.with_user(self.anna).message_post(body="C", message_type="comment")
        for contact in company + person + other:
            self.assertFalse(self._is_idle(contact))

    def test_exempt(self):
        self.assertFalse(self._is_idle(self._idle(keep_owner=True)))
        self.ben.keep_contacts = True
        self.assertFalse(self._is_idle(self._idle(user=self.ben)))
        self.anna.partner_id.user_id = self.ben
        self._age(self.anna.partner_id, 100)
        self.ben.keep_contacts = False
        self.assertFalse(self._is_idle(self.anna.partner_id))
        self.assertFalse(self._is_idle(self._idle(active=False)))


@tagged("post_install", "-at_install")
class TestOwnerRelease(ReleaseCommon):
    """Announced, released, previewed, undone."""

    def test_off_by_default(self):
        self._set("release_days", "0")
        contact = self._idle(5000, announced=100)
        self._run()
        self.assertEqual(contact.user_id, self.anna)
        self.assertFalse(contact.release_notice_date)

    def test_announced_then_released(self):
        contacts = self._idle() + self._idle(name="Second") + self._idle(user=self.ben)
        messages = self.env["mail.message"]
        mine = [("partner_ids", "in", self.anna.partner_id.ids), ("subject", "ilike", "free")]
        self._run()
        self.assertEqual(contacts.mapped("release_notice_date"), [fields.Date.today()] * 3)
        self.assertEqual(contacts[0].user_id, self.anna)
        notice = messages.search(mine)
        self.assertEqual(notice.mapped("subject"), ["2 contacts of yours will be free soon"])
        self.assertIn("Second", notice.body)
        self._run()
        self.assertEqual(messages.search(mine), notice, "told twice")
        self.env.cr.execute(
            "UPDATE res_partner SET release_notice_date = %s WHERE id = ANY(%s)",
            [fields.Date.today() - timedelta(days=5), contacts.ids],
        )
        self.env.invalidate_all()
        self._run()
        self.assertFalse(contacts.user_id)
        self.assertEqual(set(contacts.mapped("free_reason")), {"inactive"})
        self.assertEqual(contacts.mapped("former_owner_id"), self.anna + self.ben)
        self.assertEqual(self._last(contacts[0]).reason, "inactive")
        line = self._last(contacts[0]).operation_id.line_ids.filtered(
            lambda line: line.partner_id == contacts[0]
        )
        self.assertEqual((line.state, line.activity_kind), ("done", "owned"))
        self.assertEqual(line.idle_days, 100)
        self.assertIn("2 contacts of yours are free now", messages.search(mine).mapped("subject"))

    def test_nobody_loses_a_contact_the_day_it_is_switched_on(self):
        contact = self._idle(5000)
        self._run()
        self.assertEqual(contact.user_id, self.anna)

    def test_activity_after_the_announcement(self):
        contact = self._idle(announced=20)
        contact.with_user(self.anna).message_post(body="C", message_type="comment")
        self._run()
        self.assertEqual(contact.user_id, self.anna)
        self.assertFalse(contact.release_notice_date)

    def test_without_notice(self):
        self._set("release_notice_days", "0")
        contact, other = self._idle(), self._idle(29)
        self._run()
        self.assertFalse(contact.user_id)
        self.assertEqual(other.user_id, self.anna)

    def test_exactly_on_the_day(self):
        self._set("release_notice_days", "0")
        contact = self._idle(30)
        self._run()
        self.assertFalse(contact.user_id)

    def test_released_though_an_owner_is_required(self):
        self._set("required", "True")
        contact = self._idle(announced=20)
        self._run()
        self.assertFalse(contact.user_id)

    def test_killed_half_way(self):
        """The next run finishes what a killed one left, and leaves alone who is active now."""
        contacts = self._idle(announced=9) + self._idle(announced=9) + self._idle(announced=9)
        operation = self.operations._plan_release(30, 5, only_new=True)
        operation.state = "running"
        self.assertEqual(operation._apply_lines(1), 1)
        self.assertEqual(operation.planned_count, 2)
        left = contacts.filtered("user_id")
        left[0].with_user(self.anna).message_post(body="C", message_type="comment")
        self._run()
        self.assertEqual(operation.state, "done")
        self.assertEqual(contacts.filtered("user_id"), left[0])
        self.assertEqual((operation.done_count, operation.skipped_count), (2, 1))
        self.assertEqual(
            operation.line_ids.filtered(lambda line: line.state == "skipped").why, "active"
        )

    @mute_logger(APPLY_LOGGER)
    def test_one_bad_record_stops_nothing(self):
        contacts = self._idle(announced=9) + self._idle(announced=9) + self._idle(announced=9)
        self.env.flush_all()
        # A database that refuses one row, as a constraint of another addon would.
        self.env.cr.execute(
            f"ALTER TABLE res_partner ADD CONSTRAINT owner_test CHECK "
            f"(id <> {contacts[1].id} OR user_id IS NOT NULL)"
        )
        with mute_logger("odoo.sql_db"):
            self._run()
        self.assertEqual(contacts.filtered("user_id"), contacts[1])
        line = self.operations.search([], limit=1).line_ids.filtered(
            lambda line: line.partner_id == contacts[1]
        )
        self.assertEqual((line.state, line.why), ("failed", "error"))
        self.assertIn("owner_test", line.message)

    def test_changed_while_it_ran(self):
        contacts = self._idle(announced=9) + self._idle(announced=9) + self._idle(announced=9)
        operation = self.operations._plan_release(30, 5)
        operation.state = "running"
        contacts[0].user_id = self.ben
        contacts[1].keep_owner = True
        operation._apply_lines(100)
        whys = {line.partner_id: line.why for line in operation.line_ids}
        self.assertEqual([whys[contact] for contact in contacts], ["changed", "exempt", False])
        self.assertEqual(contacts.mapped("user_id"), self.ben + self.anna)

    def test_preview_changes_nothing_and_says_who_loses_what_when(self):
        due, later = self._idle(announced=9), self._idle(user=self.ben)
        action = self.operations.with_user(self.boss).action_preview_release()
        operation = self.operations.browse(action["res_id"])
        self.assertEqual((due.user_id, later.user_id), (self.anna, self.ben))
        self.assertFalse(later.release_notice_date)
        self.assertEqual((operation.state, operation.days), ("preview", 30))
        lines = {line.partner_id: line for line in operation.line_ids}
        self.assertEqual((lines[due].state, lines[later].state), ("planned", "later"))
        self.assertEqual(lines[later].release_on, fields.Date.today() + timedelta(days=5))
        operation.with_user(self.boss).action_apply()
        self.assertFalse(due.user_id)
        self.assertEqual(later.release_notice_date, fields.Date.today())
        with self.assertRaisesRegex(UserError, "carried out already"):
            operation.with_user(self.boss).action_apply()

    def test_preview_of_other_numbers(self):
        self._set("release_days", "0")
        contact = self._idle(12)
        self._own(self.anna)
        action = self.operations.action_preview_release(days=10, notice_days=2)
        operation = self.operations.browse(action["res_id"])
        self.assertEqual(operation.line_ids.partner_id, contact)
        for numbers in (
            {"days": 5, "notice_days": 5},
            {"days": 5, "notice_days": -1},
            {"days": "x"},
            {"days": 9.5, "notice_days": 1},
        ):
            with self.assertRaisesRegex(UserError, "must be shorter"):
                self.operations.action_preview_release(**numbers)
        with self.assertRaisesRegex(UserError, "No contact"):
            self.operations.action_preview_release(days=9999, notice_days=0)

    def test_preview_carried_out_later_asks_again(self):
        contact, other = self._idle(announced=9), self._idle(announced=9)
        action = self.operations.with_user(self.boss).action_preview_release()
        operation = self.operations.browse(action["res_id"])
        contact.with_user(self.anna).message_post(body="C", message_type="comment")
        operation.with_user(self.boss).action_apply()
        self.assertEqual(contact.user_id, self.anna)
        self.assertFalse(other.user_id)

    def test_preview_shows_only_contacts_one_may_see(self):
        contact, hidden = self._idle(), self._idle(company_id=self.company_b.id)
        action = self.operations.with_user(self.boss).action_preview_release()
        operation = self.operations.browse(action["res_id"])
        self.assertEqual(operation.line_ids.partner_id, contact)
        self._run()
        self.assertTrue(hidden.release_notice_date, "the schedule works for all companies")
        line = self.env["crm.owner.operation.line"].search([("partner_id", "=", hidden.id)])
        lines = line.with_user(self.boss)
        self.assertNotIn(line, lines.search([]))
        query = lines._search([("id", "=", line.id)], bypass_access=True)
        self.assertEqual(list(query), line.ids, "the caller has checked the rights")
        with self.assertRaises(AccessError):
            lines.read(["old_user_id"])

    def test_undo(self):
        contacts = self._idle(announced=9) + self._idle(announced=9, user=self.ben)
        contacts += self._idle(announced=9)
        self._run()
        operation = self._last(contacts[0]).operation_id
        contacts[2].with_user(self.ben).take_ownership()
        result = operation.with_user(self.sales_manager).action_undo()
        self.assertEqual(result, {"undone": 2, "skipped": 1, "waiting": 0})
        self.assertEqual([contact.user_id for contact in contacts], [self.anna, self.ben, self.ben])
        self.assertEqual(self._last(contacts[0]).reason, "undo")
        self.assertFalse(contacts[0].free_reason)
        states = {line.partner_id: (line.state, line.why) for line in operation.line_ids}
        self.assertEqual(states[contacts[2]], ("kept", "changed"))
        with self.assertRaisesRegex(UserError, "undone already"):
            operation.with_user(self.sales_manager).action_undo()
        self.assertFalse(self._is_idle(contacts[0]), "the whole time begins anew")

    def test_undo_when_the_owner_has_left(self):
        contact = self._idle(announced=9)
        self._run()
        self.anna.active = False
        operation = self._last(contact).operation_id
        self.assertEqual(operation.action_undo(), {"undone": 0, "skipped": 1, "waiting": 0})
        self.assertEqual(operation.line_ids.filtered("why").why, "left")
        self.assertFalse(contact.user_id)

    def test_deleted_contact(self):
        contact, other = self._idle(announced=9), self._idle(announced=9)
        self._run()
        operation = self._last(other).operation_id
        contact.unlink()
        self.assertEqual(operation.action_undo(), {"undone": 1, "skipped": 0, "waiting": 0})

    def test_rights(self):
        self._idle(announced=9)
        for user in (self.anna, self.users_by_role["all_leads"]):
            with self.assertRaisesRegex(AccessError, "sales administrator"):
                self.operations.with_user(user).action_preview_release()
        operation = self.operations._plan_release(30, 5)
        self.assertFalse(self.operations.with_user(self.anna).search([]))
        for method in ("action_apply", "action_undo"):
            with self.assertRaises(AccessError):
                getattr(operation.with_user(self.anna), method)()
        with self.assertRaises(AccessError):
            operation.with_user(self.boss).state = "done"
        with self.assertRaises(AccessError):
            operation.with_user(self.boss).unlink()

    def test_settings(self):
        Settings = self.env["res.config.settings"]
        settings = Settings.with_user(self.env.ref("base.user_admin"))
        settings.create({"owner_release_notice_days": 0}).execute()
        self.assertEqual(Settings.create({}).owner_release_notice_days, 0)
        with self.assertRaisesRegex(ValidationError, "must be shorter"):
            Settings.create({"owner_release_days": 5, "owner_release_notice_days": 5})
        with self.assertRaisesRegex(ValidationError, "negative"):
            Settings.create({"owner_take_limit": -1})

    def test_nonsense_in_the_parameter_switches_off(self):
        before = self.operations.search([])
        for text in ("-5", "many", ""):
            self._set("release_days", text)
            self._idle(5000, announced=100)
            self._run()
            self.assertEqual(self.operations.search([]), before)

    def test_old_operations_are_forgotten(self):
        self._idle()
        operation = self.operations._plan_release(30, 5)
        self.operations._gc_operations()
        self.assertTrue(operation.exists())
        self.env.cr.execute(
            "UPDATE crm_owner_operation SET create_date = create_date - interval '2 days'"
        )
        operation.invalidate_recordset()
        self.operations._gc_operations()
        self.assertFalse(operation.exists())
