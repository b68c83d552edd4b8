from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import CrmGroupsCommon

MODEL_LOGGER = "odoo.addons.crm_groups.models.crm_contact_group_build"


@tagged("post_install", "-at_install")
class TestCron(CrmGroupsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("crm_groups.ir_cron_rebuild_smart_groups")

    def _run(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()

    def _break(self, group):
        self.env.flush_all()
        self.cr.execute(
            "UPDATE crm_contact_group SET domain = %s WHERE id = %s",
            ["[('x_gone', '=', 1)]", group.id],
        )
        group.invalidate_recordset()

    def test_smart_groups_are_rebuilt(self):
        smart = self._create_smart()
        snapshot = self._create_smart("Test snapshot", kind="snapshot")
        self._run()
        self.assertEqual(smart.member_count, 3)
        self.assertEqual(snapshot.member_count, 0)
        self.north.ref = False
        self._run()
        self.assertEqual(smart.member_count, 2)

    def test_waiting_groups(self):
        smart = self._create_smart()
        clean = self._create_smart("Test clean")
        clean.action_rebuild()
        self.assertEqual((smart.build_state, clean.build_state), ("waiting", "clean"))
        with self.enter_registry_test_mode():
            self.env.ref("crm_groups.ir_cron_rebuild_waiting_groups").method_direct_trigger()
        self.assertEqual((smart.build_state, smart.member_count), ("clean", 3))
        self.assertEqual((smart.last_entered, smart.last_left), (3, 0))
        smart.domain = "[('ref', '=', 'other')]"
        self.assertEqual(smart.build_state, "waiting")
        triggers = self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", self.env.ref("crm_groups.ir_cron_rebuild_waiting_groups").id)]
        )
        self.assertTrue(triggers)

    def test_killed_half_way(self):
        """A group left as building by a killed run is rebuilt by the next one."""
        smart = self._create_smart()
        smart.build_state = "building"
        with self.enter_registry_test_mode():
            self.env.ref("crm_groups.ir_cron_rebuild_waiting_groups").method_direct_trigger()
        self.assertEqual((smart.build_state, smart.member_count), ("clean", 3))

    def test_one_broken_group_stops_no_other(self):
        broken = self._create_smart("Test broken")
        broken.action_rebuild()
        smart = self._create_smart()
        self._break(broken)
        with self.assertLogs(MODEL_LOGGER, "ERROR") as logs:
            self._run()
        self.assertIn(str(broken.id), logs.output[0])
        self.assertIn("x_gone", broken.last_error)
        self.assertEqual(broken.build_state, "failed")
        self.assertEqual(broken.member_count, 3, "A broken rule empties nothing")
        self.assertEqual(smart.member_count, 3)
        broken.domain = str(self.rule)
        self._run()
        self.assertFalse(broken.last_error)

    def test_memberships_end(self):
        smart = self._create_smart()
        with freeze_time("2026-03-01 12:00:00"):
            self.dealers.add_contacts(self.north.ids, until="2026-03-31")
            self.dealers.add_contacts(self.south.ids)
            smart.add_contacts((self.north + self.east).ids, until="2026-03-31")
        with freeze_time("2026-03-31 12:00:00"):
            self._run()
        self._assert_member(self.dealers, self.north, "in")
        with freeze_time("2026-04-01 12:00:00"):
            self._run()
        self._assert_member(self.dealers, self.north, "past", "manual")
        self._assert_member(self.dealers, self.south, "in")
        self._assert_member(smart, self.east, "past", "manual")
        self._assert_member(smart, self.north, "in", "rule")

    def test_after_the_end_the_rule_decides_at_once(self):
        smart = self._create_smart()
        with freeze_time("2026-03-01 12:00:00"):
            smart.action_rebuild()
            smart.add_contacts(self.north.ids, until="2026-03-31")
        with freeze_time("2026-04-01 12:00:00"):
            self.Member._end_overdue()
        self._assert_member(smart, self.north, "in", "rule")

    def test_last_day_ends_where_the_group_is(self):
        company = self.env["res.company"].create({"name": "Test California"})
        company.partner_id.tz = "America/Los_Angeles"
        self.env["res.company"].search([], order="id", limit=1).partner_id.tz = "Asia/Tokyo"
        west = self._create_group("Test west", company_id=company.id)
        for group in (west, self.dealers):
            group.add_contacts(self.north.ids)
            group.member_ids.write({"date_from": "2026-03-01", "date_to": "2026-03-31"})
        with freeze_time("2026-03-31 14:59:00"):  # a minute to midnight in Tokyo
            self._run()
        self._assert_member(self.dealers, self.north, "in")
        with freeze_time("2026-03-31 15:01:00"):
            self._run()
        self._assert_member(self.dealers, self.north, "past")
        with freeze_time("2026-04-01 06:59:00"):  # a minute to midnight in Los Angeles
            self._run()
        self._assert_member(west, self.north, "in")
        with freeze_time("2026-04-01 07:01:00"):
            self._run()
        self._assert_member(west, self.north, "past")

    def test_a_run_out_of_time_is_continued(self):
        done, rest = self._create_smart("Test done"), self._create_smart("Test rest")
        done.action_rebuild()
        rest.last_build = "2026-01-01 00:00:00"
        domain = self.Group._get_rebuild_domain()
        self.assertEqual(self.Group.search(domain) & (done + rest), done + rest)
        progress = self.env["ir.cron.progress"].create({"cron_id": self.cron.id, "remaining": 1})
        Group = self.Group.with_context(cron_id=self.cron.id)
        self.assertEqual(self.Group.search(Group._get_rebuild_domain()) & (done + rest), rest)
        Group = Group.with_context(ir_cron_progress_id=progress.id)
        domain = Group._get_rebuild_domain()
        self.assertEqual(self.Group.search(domain) & (done + rest), done + rest)

    @mute_logger(MODEL_LOGGER)
    def test_error_is_shown_once_repaired(self):
        broken = self._create_smart()
        self._break(broken)
        broken._rebuild_or_note_error()
        self.assertTrue(broken.last_error)
        broken.domain = str(self.rule)
        broken.action_rebuild()
        self.assertFalse(broken.last_error)
