from odoo.tools import SQL

from odoo.addons.crm_bulk_history.history import (
    BULK,
    insert_notes,
    insert_tracking_values,
    remove_followers,
)
from odoo.addons.mail.tests.common import MailCommon

MESSAGE = ("body", "author_id", "email_from", "message_type", "subtype_id", "is_internal")
VALUE = (
    "field_id",
    "old_value_char",
    "new_value_char",
    "old_value_integer",
    "new_value_integer",
    "old_value_float",
    "new_value_float",
)


class TestHistory(MailCommon):
    """The rows are Odoo's own, by a number of statements that does not grow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.native, cls.ours, *cls.more = cls.env["res.partner"].create(
            [{"name": f"History {number}", "email": "old@example.com"} for number in range(12)]
        )

    def setUp(self):
        super().setUp()
        self.flush_tracking()

    def _rows(self, record, values, names):
        message = record.message_ids.sudo()[0]
        rows = message.tracking_value_ids if values else message
        return [[row[name] for name in names] for row in rows]

    def _track(self, records):
        """Change the e-mail, told in bulk."""
        records.with_context(**BULK).write({"email": "new@example.com"})
        self.env.flush_all()
        field = self.env["ir.model.fields"]._get("res.partner", "email")
        values = {
            "field_id": field.id,
            "old_value_char": "old@example.com",
            "new_value_char": "new@example.com",
        }
        messages = insert_notes(records, "")
        insert_tracking_values(self.env, [(message, values) for message in messages.values()])

    def test_tracked_change_as_odoo_writes_it(self):
        self.native.email = "new@example.com"
        self.flush_tracking()
        before = len(self.ours.message_ids)
        self._track(self.ours)
        self.assertEqual(len(self.ours.message_ids), before + 1)
        self.assertEqual(self._rows(self.ours, True, VALUE), self._rows(self.native, True, VALUE))
        self.assertEqual(
            self._rows(self.ours, False, MESSAGE), self._rows(self.native, False, MESSAGE)
        )

    def test_notes_of_their_own(self):
        insert_notes(
            self.native + self.ours, {self.native.id: "<p>A</p>", self.ours.id: "<p>B</p>"}
        )
        self.assertEqual(self.native.message_ids[0].body, "<p>A</p>")
        self.assertEqual(self.ours.message_ids[0].body, "<p>B</p>")
        self.assertEqual(insert_notes(self.ours.browse(), "x"), {})

    def test_zero_is_a_value(self):
        field = self.env["ir.model.fields"]._get("res.partner", "color")
        [message] = insert_notes(self.ours, "").values()
        insert_tracking_values(
            self.env,
            [
                (
                    message,
                    {"field_id": field.id, "old_value_float": 0.0, "new_value_float": 2.5},
                ),
            ],
        )
        self.env.cr.execute(
            "SELECT old_value_float, new_value_float, new_value_char FROM mail_tracking_value"
            " WHERE mail_message_id = %s",
            [message],
        )
        self.assertEqual(self.env.cr.fetchall(), [(0.0, 2.5, None)])

    def test_cost(self):
        few, many = self.more[0], self.env["res.partner"].concat(*self.more[1:])
        self._track(few)  # warm
        counts = []
        for records in (few, many):
            records.with_context(tracking_disable=True).write({"email": "old@example.com"})
            self.env.flush_all()
            before = self.cr.sql_log_count
            messages = insert_notes(records, "")
            insert_tracking_values(
                self.env,
                [
                    (message, {"field_id": 1, "new_value_char": "x"})
                    for message in messages.values()
                ],
            )
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_followers(self):
        """The same rows as Odoo's, and who follows already is left alone."""
        user = self.user_employee.partner_id
        subtypes = self.env.ref("mail.mt_comment") + self.env.ref("mail.mt_note")
        Followers = self.env["mail.followers"]
        given = {user.id: subtypes.ids}
        Followers._insert_followers("res.partner", self.native.ids, user.ids, subtypes=given)
        self.ours.message_subscribe(user.ids, self.env.ref("mail.mt_comment").ids)
        both = self.ours + self.more[0]
        Followers.with_context(**BULK)._insert_followers(
            "res.partner", both.ids, user.ids, subtypes=given
        )
        for record, expected in ((self.ours, 1), (self.more[0], 2)):
            [follower] = record.message_follower_ids.filtered(lambda f: f.partner_id == user)
            self.assertEqual(len(follower.subtype_ids), expected)
        native = self.native.message_follower_ids.filtered(lambda f: f.partner_id == user)
        self.assertEqual(native.subtype_ids, subtypes)

    def test_followers_go(self):
        """The pairs that are named, and no other."""
        users = (self.user_employee + self.user_admin).partner_id
        both = self.ours + self.native
        for record in both:
            record.message_subscribe(users.ids)
        self.assertEqual(self.ours.message_partner_ids & users, users)
        remove_followers(both, [(self.ours.id, users[0].id), (self.native.id, users[1].id)])
        self.assertEqual(self.ours.message_partner_ids & users, users[1])
        self.assertEqual(self.native.message_partner_ids & users, users[0])
        remove_followers(both, [])

    def test_plans_follow_a_growing_table(self):
        """Checks of foreign keys do not read the whole table for each row."""
        Followers = self.env["mail.followers"].with_context(**BULK)
        records = self.env["res.partner"].create([{"name": "Plan"} for _number in range(400)])
        subtype = self.env.ref("mail.mt_comment")

        def count_read(user):
            self.env.cr.execute(
                "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = %s",
                ["mail_followers"],
            )
            before = self.env.cr.fetchone()[0]
            subtypes = {user.partner_id.id: subtype.ids}
            Followers._insert_followers(
                "res.partner", records.ids, user.partner_id.ids, subtypes=subtypes
            )
            self.env.cr.execute(
                "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = %s",
                ["mail_followers"],
            )
            return self.env.cr.fetchone()[0] - before

        # As PostgreSQL plans while the table is nearly empty.
        for way in ("indexscan", "indexonlyscan", "bitmapscan"):
            self.env.cr.execute(SQL("SET LOCAL %s = off", SQL.identifier(f"enable_{way}")))
        self.assertGreater(count_read(self.user_employee), 400)
        for way in ("indexscan", "indexonlyscan", "bitmapscan"):
            self.env.cr.execute(SQL("SET LOCAL %s = on", SQL.identifier(f"enable_{way}")))
        self.assertLess(count_read(self.user_admin), 400)
