from odoo.tests import tagged, warmup

from ..models.crm_owner_change import OwnerReason
from .owner_common import OwnerCommon


@tagged("post_install", "-at_install", "crm_performance")
class TestOwnerPerformance(OwnerCommon):
    """What owners cost: a fixed number of queries, whatever the number of contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contacts = cls.partners.create([{"name": f"Contact {n}"} for n in range(200)])
        cls.contacts.user_id = cls.anna
        cls.env.flush_all()

    def _count_queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    @warmup
    def test_history_of_a_write(self):
        """One INSERT and one UPDATE, for one contact as for two hundred."""
        for contacts in (self.contacts[0], self.contacts):
            contacts._set_owner(self.anna, "hand")
            rows = [(contact.id, self.anna.id, self.ben.id) for contact in contacts]
            self.env.flush_all()
            with self.assertQueryCount(2):
                contacts._note_owner_changes(rows, OwnerReason("hand"))

    @warmup
    def test_take(self):
        self.contacts.user_id = False
        self._set("take_limit", "1000")
        one = self._count_queries(self.contacts[0].with_user(self.anna).take_ownership)
        many = self._count_queries(self.contacts[1:150].with_user(self.anna).take_ownership)
        self.assertLessEqual(many, one + 3)

    @warmup
    def test_release_and_undo(self):
        self._age(self.contacts, 100)
        operation = self.env["crm.owner.operation"]._plan_release(30, 0)
        operation.state = "running"
        one = self._count_queries(lambda: operation._apply_lines(1))
        many = self._count_queries(lambda: operation._apply_lines(150))
        self.assertLessEqual(many, one + 4)
        self.assertEqual(len(self.contacts.filtered("user_id")), 49)
        operation.write({"state": "undoing", "undo_user_id": self.env.uid})
        undo = self._count_queries(lambda: operation._undo_lines(150))
        self.assertLessEqual(undo, one + 6)

    @warmup
    def test_handover_with_activities_and_undo(self):
        self.contacts.user_id = False
        counts = []
        for contacts in (self.contacts[:5], self.contacts[5:10], self.contacts[10:110]):
            contacts.user_id = self.anna
            for contact in contacts:
                contact.activity_schedule("mail.mail_activity_data_call", user_id=self.anna.id)
            wizard = self.env["crm.owner.handover"].create(
                {"from_user_ids": self.anna.ids, "new_user_id": self.ben.id}
            )
            self.assertEqual(wizard.activity_count, len(contacts))
            apply = self._count_queries(wizard.action_apply)
            operation = self.env["crm.owner.operation"].search([], limit=1)
            counts.append((apply, self._count_queries(operation.action_undo)))
            contacts.activity_ids.unlink()
            contacts.user_id = False
        for few, many in zip(counts[1], counts[2], strict=True):
            self.assertLessEqual(many, few + 5)

    @warmup
    def test_creation(self):
        partners = self.env["res.partner"].with_user(self.anna)
        partners = partners.with_context(tracking_disable=True)
        one = self._count_queries(lambda: partners.create({"name": "One"}))
        many = self._count_queries(lambda: partners.create([{"name": f"N {n}"} for n in range(50)]))
        self.assertLessEqual(many, one + 3)

    @warmup
    def test_form_costs_at_most_five_queries_more(self):
        contact = self.contacts[0].with_user(self.anna)
        plain = {"complete_name": {}, "email": {}, "user_id": {"fields": {"display_name": {}}}}
        ours = {
            **plain,
            "owner_since": {},
            "owner_reason": {},
            "is_free_contact": {},
            "free_since": {},
            "free_reason": {},
            "former_owner_id": {"fields": {"display_name": {}}},
            "keep_owner": {},
            "release_notice_date": {},
            "release_on": {},
            "owner_required": {},
            "owner_to_persons": {},
            "is_watching": {},
            "watcher_names": {},
        }
        for record in (contact, self.company.with_user(self.anna)):
            record.sudo().message_subscribe(self.ben.partner_id.ids)
            record.sudo().user_id = self.anna
            without = self._count_queries(lambda r=record: r.web_read(plain))
            within = self._count_queries(lambda r=record: r.web_read(ours))
            self.assertLessEqual(within, without + 5)

    @warmup
    def test_lists(self):
        partners = self.env["res.partner"].with_user(self.anna)
        plain = {"complete_name": {}, "email": {}, "phone": {}, "city": {}}
        self.contacts._set_owner(self.env["res.users"], "inactive")
        without = self._count_queries(lambda: partners.web_search_read([], plain, limit=80))
        free = {
            **plain,
            "former_owner_id": {"fields": {"display_name": {}}},
            "free_since": {},
            "free_reason": {},
        }
        within = self._count_queries(
            lambda: partners.web_search_read([("is_free_contact", "=", True)], free, limit=80)
        )
        self.assertLessEqual(within, without + 5)
