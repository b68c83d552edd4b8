from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .owner_common import OwnerCommon


@tagged("post_install", "-at_install")
class TestOwnerTake(OwnerCommon):
    def _make_free(self, number=1, **vals):
        return self.partners.create([{"name": f"Free {n}", **vals} for n in range(number)])

    def test_take(self):
        result = self.free.with_user(self.anna).take_ownership()
        self.assertEqual(result, {"taken": self.free.ids, "refused": [], "left": False})
        self.assertEqual(self.free.user_id, self.anna)
        self.assertEqual(self._last(self.free).reason, "take")
        message = self.free.with_user(self.ben).take_ownership()["refused"][0]
        self.assertEqual(message["code"], "owned")
        self.assertIn(f"belongs to {self.anna.name} already", message["reason"])

    def test_button_says_who_was_quicker(self):
        self.free.user_id = self.anna
        with self.assertRaisesRegex(UserError, "Free Contact belongs to owner_anna"):
            self.free.with_user(self.ben).action_take()

    def test_limit(self):
        self._set("take_limit", "3")
        free = self._make_free(5).with_user(self.anna)
        result = free[:2].take_ownership()
        self.assertEqual(result["left"], 1)
        result = free[2:].take_ownership()
        self.assertEqual((result["taken"], result["left"]), (free[2].ids, 0))
        self.assertEqual([line["code"] for line in result["refused"]], ["limit", "limit"])
        self.assertIn("limit of 3 contacts a day", result["refused"][0]["reason"])
        with self.assertRaisesRegex(UserError, "come back tomorrow"):
            free[3].action_take()
        free[3].with_user(self.ben).take_ownership()
        self.assertEqual(free[3].user_id, self.ben)

    def test_limit_is_of_a_day(self):
        self._set("take_limit", "1")
        free = self._make_free(3).with_user(self.anna)
        with freeze_time("2026-03-02 10:00:00"):
            self.assertTrue(free[0].take_ownership()["taken"])
            self.assertFalse(free[1].take_ownership()["taken"])
        with freeze_time("2026-03-03 10:00:00"):
            self.assertTrue(free[1].take_ownership()["taken"])

    def test_limit_is_of_the_same_day_for_everybody(self):
        self._set("take_limit", "1")
        free = self._make_free(6).with_user(self.anna)
        with freeze_time("2026-03-02 11:30:00"):
            self.assertTrue(free[0].take_ownership()["taken"])
            for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Tokyo"):
                with self.subTest(zone=zone):
                    self.assertFalse(free[1].with_context(tz=zone).take_ownership()["taken"])
                    self.anna.tz = zone
                    self.assertFalse(free[1].take_ownership()["taken"])

    def test_giving_back_wins_nothing(self):
        self._set("take_limit", "1")
        free = self._make_free(2).with_user(self.anna)
        free[0].take_ownership()
        free[0].action_give_back()
        self.assertEqual(free[0].free_reason, "give_back")
        self.assertFalse(free[1].take_ownership()["taken"])

    def test_limit_holds_by_hand_too(self):
        self._set("take_limit", "1")
        free = self._make_free(3)
        free[0].with_user(self.anna).user_id = self.anna
        with self.assertRaisesRegex(UserError, "limit of 1 contact a day"):
            free[1].with_user(self.anna).user_id = self.anna
        free[1:].with_user(self.boss).user_id = self.boss

    def test_a_colleague_is_no_way_around_the_limit(self):
        self._set("take_limit", "1")
        free = self._make_free(2)
        free[0].with_user(self.anna).user_id = self.ben
        self.assertEqual(self.anna.contacts_taken_count, 1)
        with self.assertRaisesRegex(UserError, "limit of 1 contact a day"):
            free[1].with_user(self.anna).user_id = self.ben

    def test_a_company_is_no_way_around_the_limit(self):
        """A person who is put into a company gets its salesperson."""
        self._set("take_limit", "1")
        mine = self.partners.create(
            {"name": "Mine", "is_company": True, "user_id": self.anna.id}
        ).with_user(self.anna)
        persons = self._make_free(3).with_user(self.anna)
        persons[0].parent_id = mine
        self.assertEqual((persons[0].user_id, self.anna.contacts_taken_count), (self.anna, 1))
        for way, deed in {
            "person": lambda: persons[1].write({"parent_id": mine.id}),
            "form": lambda: persons[1].web_save({"parent_id": mine.id}, {"user_id": {}}),
        }.items():
            with (
                self.subTest(way=way),
                self.assertRaisesRegex(UserError, "limit of 1 contact a day"),
                self.cr.savepoint(),
            ):
                deed()
        persons[2].with_user(self.boss).parent_id = mine
        self.assertEqual(persons[2].user_id, self.anna)

    def test_limit_lowered_below_what_was_taken(self):
        self._set("take_limit", "3")
        free = self._make_free(4).with_user(self.anna)
        free[:3].take_ownership()
        self._set("take_limit", "1")
        result = free[3].take_ownership()
        self.assertEqual((result["taken"], result["left"]), ([], 0))
        self.assertEqual(self.anna.contacts_taken_count, 3)

    def test_what_is_not_free(self):
        self.company.user_id = self.ben
        person = self._make_free(parent_id=self.company.id)
        person.user_id = False
        address = self._make_free(type="delivery")
        archived = self._make_free(active=False)
        ours = self.env.company.partner_id
        ours += self._make_free(parent_id=ours.id)
        everybody = person + address + archived + ours + self.anna.partner_id
        found = self.env["res.partner"].search([("is_free_contact", "=", True)])
        self.assertFalse(everybody & found)
        self.assertFalse(any(everybody.mapped("is_free_contact")))
        result = everybody.with_user(self.anna).take_ownership()
        self.assertFalse(result["taken"])
        codes = {line["id"]: line["code"] for line in result["refused"]}
        self.assertEqual(codes.pop(person.id), "company")
        self.assertIn("company of owner_ben", result["refused"][0]["reason"])
        self.assertLessEqual(set(codes.values()), {"other", "access"})

    def test_not_free_is_the_complement(self):
        partners = self.env["res.partner"].with_context(active_test=False)
        free = partners.search([("is_free_contact", "=", True)])
        other = partners.search([("is_free_contact", "=", False)])
        self.assertFalse(free & other)
        self.assertEqual(free | other, partners.search([]))
        both = partners.search([("is_free_contact", "in", [True, False])])
        self.assertEqual(both, partners.search([]))

    def test_only_sales_takes(self):
        with self.assertRaisesRegex(AccessError, "people who work in Sales"):
            self.free.with_user(self.users_by_role["internal"]).take_ownership()

    def test_contact_of_another_company(self):
        self.free.company_id = self.company_b
        self.assertNotIn(
            self.free,
            self.env["res.partner"].with_user(self.anna).search([("is_free_contact", "=", True)]),
        )
        with self.assertRaises(AccessError):
            self.free.with_user(self.anna).take_ownership()

    def test_give_back(self):
        contact = self._own(self.anna)
        with self.assertRaisesRegex(AccessError, "is not yours"):
            contact.with_user(self.ben).action_give_back()
        contact.with_user(self.boss).action_give_back()
        self.assertFalse(contact.user_id)

    def test_watch(self):
        contact = self.free.with_user(self.users_by_role["internal"])
        contact.action_watch()
        self.assertEqual(contact.watcher_ids, self.users_by_role["internal"])
        self.assertEqual(contact.watcher_names, self.users_by_role["internal"].name)
        self.assertTrue(contact.is_watching)
        self.assertFalse(contact.with_user(self.anna).is_watching)
        watching = contact.search([("message_is_follower", "=", True)])
        self.assertIn(contact, watching)
        found = self.env["res.partner"].search(
            [("watcher_ids", "in", self.users_by_role["internal"].ids)]
        )
        self.assertEqual(found, self.free)
        self.assertIn(self.free, found.search([("watcher_ids", "ilike", "seg_internal")]))
        self.assertIn(self.free, found.search([("watcher_ids", "!=", False)]))
        self.assertNotIn(self.company, found.search([("watcher_ids", "!=", False)]))
        self.assertNotIn(self.free, found.search([("watcher_ids", "=", False)]))
        self.assertIn(self.company, found.search([("watcher_ids", "=", False)]))
        contact.action_unwatch()
        contact.invalidate_recordset()
        self.assertFalse(contact.watcher_ids)

    def test_customers_who_follow_are_no_watchers(self):
        self.free.message_subscribe(self.users_by_role["portal"].partner_id.ids)
        self.assertFalse(self.free.watcher_ids)

    def test_contact_hidden_by_a_group_is_not_in_my_list(self):
        """With crm_groups installed beside it."""
        if "crm.contact.group" not in self.env:
            self.skipTest("crm_groups is not installed")
        group = self.env["crm.contact.group"].create({"name": "Hidden", "access": "hidden"})
        group.add_contacts(self.free.ids)
        partners = self.env["res.partner"].with_user(self.anna)
        self.assertNotIn(self.free, partners.search([("is_free_contact", "=", True)]))
        with self.assertRaises(AccessError):
            self.free.with_user(self.anna).take_ownership()
        change = self.changes
        self.free.user_id = self.ben
        self.assertNotIn(self._last(self.free), change.with_user(self.anna).search([]))
        self.free.user_id = False
        readable = self.env["crm.contact.group"].create({"name": "R", "access": "readonly"})
        other = self._make_free()
        readable.add_contacts(other.ids)
        result = other.with_user(self.anna).take_ownership()
        self.assertEqual([line["code"] for line in result["refused"]], ["access"])
