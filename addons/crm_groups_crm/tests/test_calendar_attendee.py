from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import BaseCommon
from odoo.addons.crm_groups.tests.document_access import SECRETS


@tagged("post_install", "-at_install")
class TestCalendarAttendee(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(cls.env, "groups_employee", "base.group_user")
        cls.secret = cls.env["res.partner"].create(SECRETS)
        cls.open = cls.env["res.partner"].create({"name": "Open", "phone": "+32 2 290 34 90"})
        cls.group = cls.env["crm.contact.group"].create({"name": "VIP", "access": "hidden"})
        cls.group.add_contacts(cls.secret.ids)
        cls.meeting = cls.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": "2030-01-01 10:00:00",
                "stop": "2030-01-01 11:00:00",
                "partner_ids": (cls.secret + cls.open).ids,
                "user_id": cls.employee.id,
            }
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    def test_of_a_hidden_contact_the_name_only(self):
        attendees = self.env["calendar.attendee"].with_user(self.employee)
        rows = attendees.search_read([("event_id", "=", self.meeting.id)], ["email", "phone"])
        told = {row["id"]: (row["email"], row["phone"]) for row in rows}
        for attendee in self.meeting.attendee_ids:
            hidden = attendee.partner_id == self.secret
            wanted = (False, False) if hidden else (self.open.email, self.open.phone)
            self.assertEqual(told[attendee.id], wanted)
        self.assertEqual(
            self.meeting.attendee_ids.filtered(lambda a: a.partner_id == self.secret).email,
            SECRETS["email"],
        )

    def test_the_description_says_nothing_of_it(self):
        values = {"start": "2030-01-01 10:00:00", "stop": "2030-01-01 11:00:00"}
        for contact, told in ((self.secret, False), (self.open, True)):
            meeting = self.env["calendar.event"].create(
                {"name": "Visit", "partner_ids": contact.ids, **values}
            )
            with self.subTest(contact=contact.name):
                self.assertEqual(contact.phone in (meeting.description or ""), told)

    def test_is_not_found_by_what_is_hidden(self):
        attendees = self.env["calendar.attendee"].with_user(self.employee)
        for name, hidden, shown in (
            ("phone", "470", "290"),
            ("email", "secret@", None),
        ):
            self.assertFalse(attendees.search([(name, "like", hidden)]))
            self.assertTrue(attendees.sudo().search([(name, "like", hidden)]))
            if shown:
                self.assertTrue(attendees.search([(name, "like", shown)]))

    def test_hidden_contacts_are_invited_and_told(self):
        def count():
            return self.env["mail.notification"].search_count(
                [("res_partner_id", "=", self.secret.id)]
            )

        before = count()
        self.meeting.with_user(self.employee).write(
            {"start": "2030-01-02 10:00:00", "stop": "2030-01-02 11:00:00"}
        )
        self.env.flush_all()
        self.assertGreater(count(), before)
