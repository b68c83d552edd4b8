from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import OPERATIONS
from .duplicate_common import DuplicateCommon


@tagged("post_install", "-at_install")
class TestDuplicateMerge(DuplicateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls._partner("Merge One", email="merge@dup.example", city="Rome")
        cls.two = cls._partner(
            "Merge One SpA", email="merge@dup.example", city="Roma", phone="+3912345678"
        )
        cls.three = cls._partner("Merge Two", email="merge@dup.example", ref="R3")
        cls.lead = cls._create_lead(partner_id=cls.two.id)
        cls._search()
        cls.group = cls._group_of(cls.one)

    def test_side_by_side(self):
        data = self.group.with_user(self.merger).get_comparison()
        self.assertEqual(data["keep_id"], self.one.id)
        self.assertTrue(data["can_merge"])
        self.assertEqual(
            [m["name"] for m in data["members"]], ["Merge One", "Merge One SpA", "Merge Two"]
        )
        rows = {row["label"]: row for row in data["rows"]}
        self.assertEqual(rows["City"]["values"], ["Rome", "Roma", ""])
        self.assertTrue(rows["City"]["differs"])
        self.assertFalse(rows["Email"]["differs"])
        self.assertEqual(data["reasons"][0]["value"], "merge@dup.example")
        self.assertFalse(self.group.with_user(self.sales_manager).get_comparison()["can_merge"])

    def test_merge(self):
        result = self.group.with_user(self.merger).action_merge()
        self.assertEqual(result, {"merged": 2, "kept": self.one.ids})
        self.env.invalidate_all()
        self.assertFalse((self.two + self.three).exists())
        self.assertEqual(self.lead.partner_id, self.one)
        self.assertEqual((self.one.phone, self.one.ref), ("+3912345678", "R3"))
        self.assertFalse(self.group.exists())

    def test_merge_some_into_a_chosen_one(self):
        self.group.with_user(self.merger).action_merge(
            keep_id=self.two.id, partner_ids=(self.one + self.two).ids
        )
        self.env.invalidate_all()
        self.assertFalse(self.one.exists())
        self.assertEqual(self.two.name, "Merge One SpA")
        self.assertEqual(self.group.member_ids.partner_id, self.two + self.three)

    def test_record_of_what_was_merged(self):
        merged_id = self.two.id
        self.group.with_user(self.merger).action_merge(partner_ids=(self.one + self.two).ids)
        record = self.env["crm.duplicate.merge"].search([("old_id", "=", merged_id)])
        self.assertEqual((record.name, record.partner_id), ("Merge One SpA", self.one))
        self.assertEqual(record.create_uid, self.merger)
        self.assertEqual(record.held["city"], "Roma")
        self.assertEqual(record.held["email"], "merge@dup.example")
        self.assertNotIn("image_1920", record.held)
        self.assertIn("City: Roma", record.held_text)
        self.assertIn("E-mail merge@dup.example", record.reason)

    def test_record_of_a_merge_from_elsewhere(self):
        source = self._partner("From Odoo's wizard", category_id=[Command.create({"name": "Tag"})])
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (source + self.three).ids, self.three
        )
        record = self.env["crm.duplicate.merge"].search([("partner_id", "=", self.three.id)])
        self.assertEqual(record.name, "From Odoo's wizard")
        self.assertEqual(record.held["category_id"][0]["name"], "Tag")

    def test_more_than_odoo_takes_at_once(self):
        more = [self._partner(f"More {n}", email="many@dup.example") for n in range(6)]
        self._search()
        result = self._group_of(more[0]).with_user(self.merger).action_merge()
        self.assertEqual(result["merged"], 5)

    def test_not_duplicates(self):
        group = self.group.with_user(self.merger)
        self.assertEqual(group.action_not_duplicates(self.three.ids), {"remembered": 2})
        self.assertEqual(self.group.member_ids.partner_id, self.one + self.two)
        self._search()
        self.assertFalse(self._group_of(self.three))
        self.assertEqual(group.action_not_duplicates(), {"remembered": 1})
        self.assertFalse(self.group.exists())
        self._search()
        self.assertFalse(self._group_of(self.one))
        # Taken back: proposed again.
        mine = self.env["crm.duplicate.exclusion"].with_user(self.merger)
        mine.search(
            [("partner_a_id", "=", self.one.id), ("partner_b_id", "=", self.two.id)]
        ).unlink()
        self._search()
        self.assertEqual(self._group_of(self.one).member_ids.partner_id, self.one + self.two)

    def test_who_was_told_apart_stays_so_after_a_merge(self):
        self.group.action_not_duplicates(self.three.ids)
        other = self._partner("Other")
        self.env["base.partner.merge.automatic.wizard"]._merge((self.three + other).ids, other)
        pairs = self.env["crm.duplicate.exclusion"].search([("partner_b_id", "=", other.id)])
        self.assertEqual(pairs.partner_a_id, self.one + self.two)

    def test_logins(self):
        new_test_user(self.env, "seg_dup_portal", "base.group_portal", partner_id=self.two.id)
        with self.assertRaisesRegex(UserError, "seg_dup_portal"):
            self.group.with_user(self.merger).action_merge()
        self.env.invalidate_all()
        # Whoever has the login stays, and an administrator may.
        self.assertEqual(self.group.get_comparison()["keep_id"], self.two.id)

    def test_wrong_choice(self):
        group = self.group.with_user(self.merger)
        with self.assertRaisesRegex(UserError, "at least two"):
            group.action_merge(partner_ids=self.one.ids)
        with self.assertRaisesRegex(UserError, "must be one of"):
            group.action_merge(keep_id=self.sales_manager.partner_id.id)


@tagged("post_install", "-at_install")
class TestDuplicateMergeMany(DuplicateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.duplicate.group"].search([("is_sure", "=", True)]).unlink()
        cls.pairs = []
        for number in range(3):
            vals = {"email": f"sure{number}@dup.example", "city": "Oslo"}
            cls.pairs.append(
                cls._partner(f"Sure {number} AS", **vals) + cls._partner(f"Sure {number}", **vals)
            )
        cls.unsure = cls._partner("Unsure", email="unsure@dup.example") + cls._partner(
            "Not sure", email="unsure@dup.example"
        )
        cls._search()
        cls.groups = cls.env["crm.duplicate.group"].union(
            *(cls._group_of(pair[0]) for pair in cls.pairs)
        )

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_segmentation.ir_cron_merge_duplicates").method_direct_trigger()
        self.env.invalidate_all()

    def _open_wizard(self):
        everything = self.groups + self._group_of(self.unsure[0])
        wizard = self.env["crm.duplicate.merge.sure"].with_user(self.merger)
        return wizard.with_context(active_ids=everything.ids).create({})

    def test_preview(self):
        wizard = self._open_wizard()
        self.assertEqual((wizard.group_count, wizard.gone_count), (3, 3))
        self.assertIn("Sure 0 → Sure 0 AS (agree on E-mail, Name and city)", wizard.preview)
        self.assertNotIn("Unsure", wizard.preview)
        with self.assertRaisesRegex(UserError, "cannot take"):
            wizard.action_merge()

    def test_in_the_background(self):
        wizard = self._open_wizard()
        wizard.is_understood = True
        wizard.action_merge()
        self.assertEqual(set(self.groups.mapped("state")), {"waiting"})
        self._run_cron()
        for pair in self.pairs:
            self.assertEqual(pair.exists(), pair[0])
        self.assertEqual(self.unsure.exists(), self.unsure)
        self.assertFalse(self.groups.exists())

    def test_one_that_fails_stops_nobody(self):
        new_test_user(
            self.env, "seg_dup_login", "base.group_portal", partner_id=self.pairs[1][0].id
        )
        self.groups.with_user(self.merger).action_queue_merge()
        self._run_cron()
        failed = self.groups.exists()
        self.assertEqual(failed, self.groups[1])
        self.assertEqual(failed.state, "failed")
        self.assertIn("seg_dup_login", failed.error)
        self.assertEqual(self.pairs[1].exists(), self.pairs[1])

    def test_who_asked_is_gone(self):
        self.groups.with_user(self.merger).action_queue_merge()
        self.merger.active = False
        self._run_cron()
        self.assertEqual(set(self.groups.mapped("state")), {"failed"})
        self.assertIn("not a user any more", self.groups[0].error)

    def test_many_told_apart_at_once(self):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.groups[0].action_not_duplicates()
        one = self.env.cr.sql_log_count - before
        before = self.env.cr.sql_log_count
        self.groups[1:].action_not_duplicates()
        self.assertLessEqual(self.env.cr.sql_log_count - before, one + 1)
        self.assertFalse(self.groups.exists())

    def test_taken_back_before(self):
        self.groups.with_user(self.merger).action_queue_merge()
        self.groups[0].with_user(self.merger).action_unqueue()
        self._run_cron()
        self.assertEqual(self.pairs[0].exists(), self.pairs[0])

    def _forge(self, group, user, **vals):
        """Write what only the system may, as somebody who found a way."""
        forger = user or self.sales_manager
        group.with_user(forger).sudo().write({"state": "waiting", **vals})
        self._run_cron()
        self.assertEqual(group.state, "failed")

    def test_the_job_takes_on_the_rights_of_nobody_else(self):
        group = self.groups[0]
        admin = self.env.ref("base.user_admin")
        self._forge(group, self.sales_manager, queued_by_id=admin.id)
        self.assertIn("did not ask for the merge", group.error)
        self.assertEqual(self.pairs[0].exists(), self.pairs[0])
        self._forge(self.groups[1], self.sales_manager, queued_by_id=self.sales_manager.id)
        self.assertIn("Contact: Creation", self.groups[1].error)
        self.assertEqual(self.pairs[1].exists(), self.pairs[1])

    def test_the_job_finds_out_whether_it_is_sure(self):
        unsure = self._group_of(self.unsure[0])
        self.assertFalse(unsure.is_sure)
        self._forge(unsure, self.merger, queued_by_id=self.merger.id, is_sure=True)
        self.assertIn("not sure", unsure.error)
        self.assertEqual(self.unsure.exists(), self.unsure)

    def test_the_job_merges_no_login_even_for_an_administrator(self):
        new_test_user(
            self.env, "seg_dup_portal", "base.group_portal", partner_id=self.pairs[0][0].id
        )
        admin = self.env.ref("base.user_admin")
        self.groups[0].with_user(admin).action_queue_merge()
        self._run_cron()
        self.assertEqual(self.pairs[0].exists(), self.pairs[0])
        self.assertIn("seg_dup_portal", self.groups[0].error)

    def test_right_to_merge(self):
        with self.assertRaisesRegex(AccessError, "Contact: Creation"):
            self.groups.with_user(self.sales_manager).action_queue_merge()
        with self.assertRaises(AccessError):
            self.groups[0].with_user(self.salesman).action_merge()


#: Who may do what: read, write, create, unlink.
NONE, READ, ALL = (False,) * 4, (True, False, False, False), (True,) * 4
RIGHTS = {
    #  model                     salesperson  sales administrator
    "crm.duplicate.criterion": (READ, (True, True, False, False)),
    "crm.duplicate.search": (NONE, ALL),
    "crm.duplicate.group": (READ, (True, True, False, False)),
    "crm.duplicate.member": (READ, READ),
    "crm.duplicate.match": (READ, READ),
    "crm.duplicate.exclusion": (READ, (True, False, False, True)),
    "crm.duplicate.merge": (NONE, READ),
}


@tagged("post_install", "-at_install")
class TestDuplicateAccess(DuplicateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._partner("Mine", email="access@dup.example") + cls._partner(
            "Mine too", email="access@dup.example"
        )
        theirs = {"email": "theirs@dup.example", "company_id": cls.company_b.id}
        cls.theirs = cls._partner("Theirs", **theirs) + cls._partner("Theirs too", **theirs)
        cls._search()

    def test_matrix(self):
        for model, (salesperson, administrator) in RIGHTS.items():
            for role, rights in (
                ("public", NONE),
                ("portal", NONE),
                ("internal", NONE),
                ("salesman", salesperson),
                ("sales_manager", administrator),
            ):
                mine = self.env[model].with_user(self.users_by_role[role])
                for operation, allowed in zip(OPERATIONS, rights, strict=True):
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(mine.has_access(operation), allowed)

    def test_other_companies_are_out_of_sight(self):
        for user in (self.salesman, self.merger):
            mine = self.env["crm.duplicate.group"].with_user(user)
            groups = mine.search([])
            self.assertIn(self._group_of(self.mine[0]), groups)
            self.assertNotIn(self._group_of(self.theirs[0]), groups)
            for model in ("crm.duplicate.member", "crm.duplicate.match"):
                rows = self.env[model].with_user(user).search([])
                self.assertNotIn("theirs@dup.example", str(rows.read()))
            with self.assertRaises(AccessError):
                self._group_of(self.theirs[0]).with_user(user).get_comparison()
        with self.assertRaises(AccessError):
            self._group_of(self.theirs[0]).with_user(self.merger).action_merge()

    def test_the_record_of_a_merge_too(self):
        self.env["base.partner.merge.automatic.wizard"]._merge(self.theirs.ids, self.theirs[0])
        merges = self.env["crm.duplicate.merge"]
        self.assertTrue(merges.search([("name", "=", "Theirs too")]))
        self.assertFalse(merges.with_user(self.merger).search([("name", "=", "Theirs too")]))

    def test_search_is_for_administrators(self):
        with self.assertRaises(AccessError):
            self.env["crm.duplicate.search"].with_user(self.salesman).action_start()
