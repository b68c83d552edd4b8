import json

from odoo.tests import tagged

from ..hooks import ENABLED, STATE, post_init_hook, pre_init_hook, uninstall_hook
from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestHooks(LeadAssignCommon):
    """Installing switches the schedule on and moves nobody's leads."""

    def setUp(self):
        super().setUp()
        self.params = self.env["ir.config_parameter"]
        self.params.search([("key", "=", STATE)]).unlink()
        self.team = self._create_team("Of before", members=[(self.user_1, "[]", 30)])

    def _install(self):
        pre_init_hook(self.env)
        post_init_hook(self.env)

    def test_switched_on_and_teams_of_before_left_out(self):
        self.params.set_param(ENABLED, False)
        self.cron.active = False
        self._install()
        self.assertTrue(self.params.get_param(ENABLED))
        self.assertTrue(self.cron.active)
        self.assertTrue(self.team.assignment_optout)
        self.assertEqual(self.env["crm.team"]._get_schedule_days(), 0)

    def test_a_schedule_in_use_goes_on(self):
        self.params.set_param(ENABLED, True)
        self.cron.active = True
        self._install()
        self.assertFalse(self.team.assignment_optout)
        self.assertTrue(self.cron.active)
        self.assertEqual(self.env["crm.team"]._get_schedule_days(), 7)

    def test_uninstall_puts_back_what_it_found(self):
        self.params.set_param(ENABLED, False)
        self.cron.active = False
        skipped = self._create_team("Skipped by its leader", assignment_optout=True)
        self._install()
        uninstall_hook(self.env)
        self.assertFalse(self.params.get_param(ENABLED))
        self.assertFalse(self.cron.active)
        self.assertFalse(self.team.assignment_optout)
        self.assertTrue(skipped.assignment_optout)
        self.assertFalse(self.params.search([("key", "=", STATE)]))

    def test_uninstall_after_a_team_was_deleted(self):
        self.params.set_param(ENABLED, False)
        self._install()
        self.assertIn(self.team.id, json.loads(self.params.get_param(STATE))["team_ids"])
        self.team.unlink()
        uninstall_hook(self.env)
        self.assertFalse(self.params.search([("key", "=", STATE)]))
