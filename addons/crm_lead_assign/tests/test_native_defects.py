from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestNativeDefects(LeadAssignCommon):
    """What goes wrong in Odoo 19.0's own run, each confirmed by running it there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._create_team(
            "Team", members=[(cls.user_1, "[]", 300), (cls.user_2, "[]", 300)]
        )
        cls.member_1, cls.member_2 = cls.team.crm_team_member_ids

    def _break_filter(self, record, field_name):
        """As left by an addon that took its field along: no save checks it any more."""
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {record._table} SET {field_name} = %s WHERE id = %s",
            ("[('field_that_is_gone', '=', 1)]", record.id),
        )
        record.invalidate_recordset()

    def test_archived_user_gets_no_leads(self):
        self.user_1.active = False
        leads = self._create_leads(*[self.us] * 4)
        self._run_schedule()
        self.assertEqual(leads.user_id, self.user_2)

    def test_archived_user_gets_no_leads_by_the_button(self):
        self.user_1.active = False
        leads = self._create_leads(*[self.us] * 4)
        self.team.action_assign_leads()
        self.assertEqual(leads.user_id, self.user_2)

    def test_lead_older_than_seven_days_is_given_out(self):
        lead = self._create_leads(self.us)
        self.env.flush_all()
        old = fields.Datetime.now() - timedelta(days=30)
        self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", (old, lead.id))
        lead.invalidate_recordset()
        self._run_schedule()
        self.assertTrue(lead.user_id)

    def test_days_the_schedule_looks_back_can_be_set(self):
        self.env["ir.config_parameter"].set_param("crm_lead_assign.schedule_days", 7)
        lead = self._create_leads(self.us)
        self.env.flush_all()
        old = fields.Datetime.now() - timedelta(days=30)
        self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", (old, lead.id))
        lead.invalidate_recordset()
        self._run_schedule()
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.unassigned_reason, "too_old")

    def test_team_of_archived_users_takes_no_leads(self):
        """They would be stuck there: no other team may have them then."""
        (self.user_1 | self.user_2).active = False
        lead = self._create_leads(self.us)
        self.assertEqual(lead.unassigned_reason, "team_no_capacity")
        self._run_schedule()
        self.assertFalse(lead.team_id)

    def test_the_button_tells_of_a_broken_filter(self):
        self._break_filter(self.team, "assignment_domain")
        message = self.team.action_assign_leads()["params"]["message"]
        self.assertIn("field_that_is_gone", message)

    def test_filter_that_breaks_in_another_way(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_team SET assignment_domain = %s WHERE id = %s",
            ("[('country_id', 'any', 5)]", self.team.id),
        )
        self.team.invalidate_recordset()
        self.assertTrue(self.team.assignment_filter_error)
        self.assertTrue(self._create_leads(self.us).unassigned_reason)

    def test_won_lead_stays_as_it_is(self):
        lead = self._create_leads(self.us, team_id=self.team.id)
        lead.action_set_won()
        self._run_schedule()
        self.assertFalse(lead.user_id)

    def test_one_broken_team_filter_stops_its_team_only(self):
        broken = self._create_team("Broken", members=[(self.manager, "[]", 300)])
        self._break_filter(broken, "assignment_domain")
        leads = self._create_leads(*[self.us] * 4)
        self._run_schedule()
        self.assertEqual(leads.team_id, self.team)
        self.assertEqual(leads.user_id, self.user_1 | self.user_2)
        self.assertIn("field_that_is_gone", broken.assignment_filter_error)

    def test_one_broken_member_filter_stops_its_member_only(self):
        for field_name in ("assignment_domain", "assignment_domain_preferred"):
            self._break_filter(self.member_1, field_name)
            leads = self._create_leads(*[self.us] * 4)
            self._run_schedule()
            self.assertEqual(leads.user_id, self.user_2, field_name)
            self.assertIn("field_that_is_gone", self.member_1.assignment_filter_error)

    def test_a_mended_filter_has_no_problem(self):
        self._break_filter(self.team, "assignment_domain")
        self.assertTrue(self.team.assignment_filter_error)
        self.team.assignment_domain = "[('country_id.code', '=', 'US')]"
        self.assertFalse(self.team.assignment_filter_error)
