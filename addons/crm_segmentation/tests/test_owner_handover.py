from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.base.models import ir_cron

from ..models import crm_owner_operation
from ..wizards import crm_owner_handover
from .owner_common import OwnerCommon


@tagged("post_install", "-at_install")
class TestOwnerHandover(OwnerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cleo = new_test_user(cls.env, "owner_cleo", groups="sales_team.group_sale_salesman")
        cls.contacts = cls.partners.create(
            [{"name": f"C {n}", "user_id": cls.anna.id} for n in range(4)]
        )
        cls.deal = cls._create_lead(partner_id=cls.contacts[0].id, user_id=cls.anna.id)
        cls.won = cls._create_lead(user_id=cls.anna.id)
        cls.won.action_set_won()

    def _wizard(self, user=None, **vals):
        wizards = self.env["crm.owner.handover"].with_user(user or self.boss)
        return wizards.create({"from_user_ids": [(6, 0, self.anna.ids)], **vals})

    def _apply(self, user=None, **vals):
        action = self._wizard(user, **vals).action_apply()
        return self.env["crm.owner.operation"].browse(action["res_id"])

    def test_archiving_asks_who_takes_over(self):
        admin = self.env.ref("base.user_admin")
        action = self.anna.with_user(admin).action_archive()
        self.assertFalse(self.anna.active)
        self.assertEqual(action["res_model"], "crm.owner.handover")
        with Form.from_action(self.env(user=admin), action) as form:
            self.assertEqual((form.contact_count, form.deal_count), (4, 1))
            form.new_user_id = self.ben
        self.assertEqual(self.contacts.user_id, self.anna, "nothing yet")
        form.record.action_apply()
        self.assertEqual(self.contacts.user_id, self.ben)
        self.assertEqual(self.deal.user_id, self.ben)
        self.assertEqual(self.won.user_id, self.anna)

    def test_archiving_without_contacts_asks_nothing(self):
        self.assertFalse(self.cleo.with_user(self.env.ref("base.user_admin")).action_archive())
        self.assertFalse(self.cleo.active)

    def test_archiving_is_never_blocked(self):
        self.anna.with_user(self.env.ref("base.user_admin")).write({"active": False})
        self.assertFalse(self.anna.active)
        self.assertEqual(self.contacts.user_id, self.anna)
        left = [("user_id", "any", [("active", "=", False)]), ("id", "in", self.contacts.ids)]
        self.assertEqual(self.env["res.partner"].search(left), self.contacts)

    def test_to_one(self):
        operation = self._apply(new_user_id=self.ben.id)
        self.assertEqual(self.contacts.user_id, self.ben)
        self.assertEqual((operation.state, operation.done_count), ("done", 5))
        change = self._last(self.contacts[0])
        self.assertEqual((change.reason, change.user_id), ("archived", self.boss))
        message = self.env["mail.message"].search(
            [("partner_ids", "in", self.ben.partner_id.ids)], limit=1
        )
        self.assertEqual(message.subject, "You own 4 more contacts and 1 more deal")

    def test_one_message_instead_of_one_per_contact(self):
        domain = [("partner_ids", "in", self.ben.partner_id.ids)]
        before = self.env["mail.message"].search_count(domain)
        self._apply(new_user_id=self.ben.id)
        self.assertEqual(self.env["mail.message"].search_count(domain), before + 1)

    def test_in_turn_keeps_an_account_together(self):
        company = self._own(self.anna, is_company=True)
        person = self._own(self.anna, parent_id=company.id)
        deal = self._create_lead(partner_id=person.id, user_id=self.anna.id)
        receivers = self.ben + self.cleo
        wizard = self._wizard(mode="turn", new_user_ids=[(6, 0, receivers.ids)])
        preview = wizard.preview()
        self.assertEqual(sum(row["contacts"] for row in preview), 6)
        self.assertEqual({row["user_id"] for row in preview}, set(receivers.ids))
        wizard.action_apply()
        self.assertEqual(company.user_id, person.user_id)
        self.assertEqual(company.user_id, deal.user_id)
        self.assertEqual(self.deal.user_id, self.contacts[0].user_id)
        for row in preview:
            owned = (self.contacts + company + person).filtered(
                lambda p, r=row: p.user_id.id == r["user_id"]
            )
            self.assertEqual(len(owned), row["contacts"], "the preview is what happens")

    def test_free(self):
        operation = self._apply(mode="free")
        self.assertFalse(self.contacts.user_id or self.deal.user_id)
        self.assertEqual(set(self.contacts.mapped("free_reason")), {"archived"})
        self.assertEqual(self.contacts.former_owner_id, self.anna)
        self.assertEqual(operation.action_undo(), {"undone": 5, "skipped": 0, "waiting": 0})

    def _plan(self, record, user=None):
        return record.activity_schedule(
            "mail.mail_activity_data_call", user_id=(user or self.anna).id
        )

    def test_planned_activities_go_along(self):
        others = self._own(self.ben, "Of somebody else")
        mine = self._plan(self.contacts[0]) + self._plan(self.deal)
        of_ben = self._plan(self.contacts[0], self.ben)
        gone = self._plan(others) + self._plan(self.won)
        admin = self.env.ref("base.user_admin")
        self.anna.with_user(admin).action_archive()
        self.assertEqual((mine + of_ben + gone).exists(), mine + of_ben)
        wizard = self._wizard(admin, new_user_id=self.cleo.id)
        self.assertEqual(wizard.activity_count, 2)
        [row] = wizard.preview()
        self.assertEqual(row["activities"], 2)
        notices = [("partner_ids", "in", self.cleo.partner_id.ids)]
        before = self.env["mail.message"].search_count(notices)
        operation = self.env["crm.owner.operation"].browse(wizard.action_apply()["res_id"])
        self.assertEqual(mine.user_id, self.cleo)
        self.assertEqual(of_ben.user_id, self.ben)
        self.assertEqual(self.env["mail.message"].search_count(notices), before + 1)
        # The new owner's own plans stay, and what has been done or passed on meanwhile.
        own = self._plan(self.contacts[0], self.cleo)
        mine[1].user_id = self.ben
        self.assertEqual(operation.action_undo()["undone"], 5)
        self.assertEqual(mine.mapped("user_id"), self.anna + self.ben)
        self.assertEqual(own.user_id, self.cleo)

    def test_planned_activities_of_free_contacts_are_nobodys(self):
        call = self._plan(self.contacts[0])
        operation = self._apply(mode="free")
        self.assertFalse(call.user_id)
        operation.with_user(self.boss).action_undo()
        self.assertEqual(call.user_id, self.anna)

    def test_planned_activities_stay_when_not_wanted(self):
        call = self._plan(self.contacts[0])
        self._apply(new_user_id=self.ben.id, with_activities=False)
        self.assertEqual(call.user_id, self.anna)

    def test_activities_done_meanwhile_stop_nothing(self):
        calls = self._plan(self.contacts[0]) + self._plan(self.contacts[1])
        operation = self._apply(new_user_id=self.ben.id)
        calls[0].action_done()
        calls[1].unlink()
        self.assertEqual(operation.with_user(self.boss).action_undo()["undone"], 5)
        self.assertEqual(self.contacts.user_id, self.anna)

    def test_nobody_keeps_activities_from_outside(self):
        call = self._plan(self.contacts[0])
        call.with_context(crm_owner_leaving=[self.anna.id]).unlink()
        self.assertFalse(call.exists())

    def test_contacts_only(self):
        self._apply(new_user_id=self.ben.id, with_deals=False)
        self.assertEqual(self.contacts.user_id, self.ben)
        self.assertEqual(self.deal.user_id, self.anna)

    def test_undo_skips_what_changed_since(self):
        team = self.deal.team_id
        operation = self._apply(new_user_id=self.ben.id)
        self.contacts[1].user_id = self.cleo
        self.contacts[2].unlink()
        self.anna.active = False
        result = operation.with_user(self.boss).action_undo()
        self.assertEqual(result, {"undone": 3, "skipped": 1, "waiting": 0})
        self.assertEqual(self.contacts[0].user_id, self.anna)
        self.assertEqual(self.contacts[1].user_id, self.cleo)
        self.assertEqual((self.deal.user_id, self.deal.team_id), (self.anna, team))
        with self.assertRaisesRegex(UserError, "undone already"):
            operation.with_user(self.boss).action_undo()

    def test_new_owner_deleted_meanwhile(self):
        operation = self._apply(new_user_id=self.cleo.id, with_deals=False)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM res_users WHERE id = %s", [self.cleo.id])
        self.env.invalidate_all()
        # Contacts and lines both have nobody now: they are as the operation left them.
        self.assertEqual(operation.action_undo(), {"undone": 4, "skipped": 0, "waiting": 0})

    def test_company_the_new_owner_does_not_work_in(self):
        self.contacts[0].company_id = self.company_b
        admin = self.env.ref("base.user_admin")
        wizard = self._wizard(admin, new_user_id=self.ben.id, with_deals=False)
        self.assertEqual(wizard.misfit_count, 1)
        action = wizard.action_apply()
        operation = self.env["crm.owner.operation"].browse(action["res_id"])
        self.assertEqual((operation.done_count, operation.skipped_count), (3, 1))
        self.assertEqual(operation.line_ids.filtered("why").why, "company")
        self.assertEqual(self.contacts[0].user_id, self.anna)

    def test_sales_administrator_hands_over_what_he_sees(self):
        self.contacts[0].company_id = self.company_b
        operation = self._apply(new_user_id=self.ben.id, with_deals=False)
        self.assertEqual(operation.done_count, 3)
        self.assertEqual(self.contacts[0].user_id, self.anna)

    def test_to_himself(self):
        operation = self._apply(new_user_id=self.anna.id)
        self.assertEqual((operation.done_count, operation.skipped_count), (0, 5))
        self.assertEqual(set(operation.line_ids.mapped("why")), {"same"})

    def test_bad_input(self):
        with self.assertRaisesRegex(UserError, "Choose who takes over"):
            self._wizard().action_apply()
        with self.assertRaisesRegex(UserError, "Choose who takes over"):
            self._wizard(mode="turn").action_apply()
        nobody = self.env["crm.owner.handover"].create({"new_user_id": self.ben.id})
        with self.assertRaisesRegex(UserError, "Choose whose"):
            nobody.action_apply()
        wizard = self._wizard(new_user_id=self.anna.id)
        wizard.from_user_ids = self.cleo
        with self.assertRaisesRegex(UserError, "owner_cleo .*has no contacts"):
            wizard.action_apply()

    def test_rights(self):
        for user in (self.anna, self.users_by_role["internal"], self.users_by_role["portal"]):
            with self.assertRaises(AccessError):
                self._wizard(user)
        clerk = new_test_user(self.env, "owner_erp", groups="base.group_erp_manager")
        operation = self._apply(clerk, new_user_id=self.ben.id)
        self.assertEqual(self.contacts.user_id, self.ben)
        self.assertEqual(operation.with_user(clerk).action_undo()["undone"], 5)

    @patch.object(crm_owner_operation, "AT_ONCE", 40)
    @patch.object(crm_owner_handover, "AT_ONCE", 40)
    def test_large_ones_go_on_by_themselves(self):
        contacts = self.partners.create(
            [{"name": f"L {n}", "user_id": self.anna.id} for n in range(41)]
        )
        operation = self._apply(new_user_id=self.ben.id)
        self.assertEqual((operation.state, operation.planned_count), ("running", 46))
        with self.assertRaisesRegex(UserError, "not done yet"):
            operation.action_undo()
        with self.enter_registry_test_mode():
            self.env.ref("crm_segmentation.ir_cron_owner_operations").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((operation.state, operation.done_count), ("done", 46))
        self.assertEqual(contacts.user_id, self.ben)
        self.assertEqual(self._last(contacts[0]).user_id, self.boss)
        result = operation.with_user(self.boss).action_undo()
        self.assertEqual(result, {"undone": 0, "skipped": 0, "waiting": 46})
        self.assertEqual((operation.state, operation.progress), ("undoing", 0))
        with self.assertRaisesRegex(UserError, "undone already"):
            operation.action_undo()
        with self.enter_registry_test_mode():
            self.env.ref("crm_segmentation.ir_cron_owner_operations").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((operation.state, operation.undone_count), ("undone", 46))
        self.assertEqual(contacts.user_id, self.anna)
        self.assertEqual(self._last(contacts[0]).user_id, self.boss)

    @patch.object(crm_owner_operation, "AT_ONCE", 3)
    @patch.object(crm_owner_handover, "AT_ONCE", 3)
    @patch.object(ir_cron, "MIN_TIME_PER_JOB", 0)
    def test_the_last_batch_takes_the_last_of_the_time(self):
        operation = self._apply(new_user_id=self.ben.id)
        cron = self.env.ref("crm_segmentation.ir_cron_owner_operations")
        self.assertEqual(operation.state, "running")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((operation.state, operation.done_count), ("done", 5))
        operation.with_user(self.boss).action_undo()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((operation.state, operation.undone_count), ("undone", 5))

    def test_undo_by_somebody_who_may_not_edit_all(self):
        self.contacts[0].company_id = self.company_b
        admin = self.env.ref("base.user_admin")
        operation = self._apply(admin, mode="free", with_deals=False)
        self.assertEqual(operation.done_count, 4)
        result = operation.with_user(self.boss).action_undo()
        self.assertEqual(result, {"undone": 3, "skipped": 1, "waiting": 0})
        self.assertEqual(operation.line_ids.filtered("why").why, "right")
        self.assertFalse(self.contacts[0].user_id)

    def test_ordered_by_somebody_who_was_deleted(self):
        operation = self._apply(new_user_id=self.ben.id)
        self.assertEqual(operation.state, "done")
        operation.write({"state": "running", "user_id": False})
        operation.line_ids.write({"state": "planned"})
        self.contacts.user_id = self.anna
        operation._apply_lines(100)
        self.assertFalse(operation.line_ids.filtered(lambda line: line.state == "done"))


@tagged("post_install", "-at_install")
class TestOwnerPass(OwnerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.none, cls.other, cls.same = cls.partners.create(
            [{"name": f"P {n}", "parent_id": cls.company.id} for n in range(3)]
        )
        cls.other.user_id = cls.ben
        cls.branch = cls.partners.create(
            {"name": "Branch", "is_company": True, "parent_id": cls.company.id}
        )
        cls.company.user_id = cls.anna
        cls.same.user_id = cls.anna

    def test_nothing_without_being_asked(self):
        self.company.user_id = self.boss
        self.assertEqual(self.other.user_id, self.ben)
        self.assertFalse(self.none.user_id)

    def test_button(self):
        company = self.company.with_user(self.anna)
        with Form.from_action(company.env, company.action_pass_owner_on()) as form:
            self.assertEqual(
                (form.empty_count, form.other_count, form.same_count, form.change_count),
                (1, 1, 1, 2),
            )
            form.only_empty = "empty"
            self.assertEqual(form.change_count, 1)
        form.record.action_apply()
        self.assertEqual((self.none.user_id, self.other.user_id), (self.anna, self.ben))
        self.assertFalse(self.branch.user_id)

    def test_all_and_undo(self):
        operation = self.env["crm.owner.operation"].browse(
            self.company.with_user(self.anna).pass_owner_on()
        )
        self.assertEqual((self.none + self.other).user_id, self.anna)
        self.assertEqual(self._last(self.other).reason, "company")
        self.assertEqual(
            operation.with_user(self.anna).action_undo(), {"undone": 2, "skipped": 0, "waiting": 0}
        )
        self.assertFalse(self.none.user_id)
        self.assertEqual(self.other.user_id, self.ben)
        with self.assertRaises(AccessError):
            operation.with_user(self.ben).action_undo()

    def test_option_when_the_owner_is_changed(self):
        with Form(self.company.with_user(self.boss)) as form:
            form.user_id = self.ben
            form.owner_to_persons = True
        self.assertEqual((self.none + self.other + self.same).user_id, self.ben)
        self.company.invalidate_recordset()
        self.assertFalse(self.company.owner_to_persons)
        self.company.write({"user_id": self.anna.id, "owner_to_persons": True})
        self.assertEqual(self.none.user_id, self.anna)

    def test_nothing_to_do_and_bad_input(self):
        self.company.pass_owner_on()
        self.assertFalse(self.company.pass_owner_on())
        self.company.user_id = False
        with self.assertRaisesRegex(UserError, "Owner Company has no owner"):
            self.company.pass_owner_on()
        with self.assertRaises(AccessError):
            self.company.with_user(self.users_by_role["internal"]).pass_owner_on()
