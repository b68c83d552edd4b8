from odoo.tests import tagged

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestUnassignedReason(LeadAssignCommon):
    """The reason on real leads, and the list and figures made of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._create_team(
            "Americas",
            "[('country_id.code', 'in', ['US', 'CA'])]",
            [(cls.user_1, "[('country_id.code', '=', 'CA')]", 30)],
        )

    def test_owned_won_and_lost_leads_have_no_reason(self):
        owned, won, lost = self._create_leads(self.us, self.us, self.us)
        owned.user_id = self.user_1
        won.action_set_won()
        lost.action_set_lost()
        self.assertEqual((owned | won | lost).mapped("unassigned_reason"), [False] * 3)

    def test_waiting_until_the_schedule_comes(self):
        self.assertEqual(self._create_leads(self.ca).unassigned_reason, "waiting")

    def test_capacity_used_up(self):
        leads = self._create_leads(self.ca, self.ca, team_id=self.team.id)
        leads[0].user_id = self.user_1  # one a day is what 30 in 30 days allow
        self.assertEqual(leads[1].unassigned_reason, "capacity_used")

    def test_archived_user_is_nobody(self):
        self.user_1.active = False
        lead = self._create_leads(self.ca, team_id=self.team.id)
        self.assertEqual(lead.unassigned_reason, "team_no_capacity")

    def test_paused_member_is_nobody(self):
        self.team.crm_team_member_ids.assignment_optout = True
        lead = self._create_leads(self.ca, team_id=self.team.id)
        self.assertEqual(lead.unassigned_reason, "team_no_capacity")

    def test_released_lead(self):
        lead = self._create_leads(self.ca, team_id=self.team.id)
        self.env.flush_all()
        # As an import or another addon may leave it: an opening date, nobody any more.
        self.env.cr.execute(
            "UPDATE crm_lead SET date_open = now() AT TIME ZONE 'UTC' WHERE id = %s", (lead.id,)
        )
        lead.invalidate_recordset()
        self.assertEqual(lead.unassigned_reason, "released")

    def test_a_broken_filter_matches_nothing_and_stops_nothing(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_team SET assignment_domain = %s WHERE id = %s",
            ("[('gone', '=', 1)]", self.team.id),
        )
        self.team.invalidate_recordset()
        self.assertEqual(self._create_leads(self.ca).unassigned_reason, "no_team")

    def test_new_lead_in_a_form(self):
        lead = self.env["crm.lead"].new({"name": "Not saved", "country_id": self.ca.id})
        lead.user_id = False
        self.assertTrue(lead.unassigned_reason)

    def test_search_by_reason(self):
        waiting, nobody = self._create_leads(self.ca, self.fr)
        Lead = self.env["crm.lead"]
        self.assertIn(waiting, Lead.search([("unassigned_reason", "=", "waiting")]))
        self.assertNotIn(nobody, Lead.search([("unassigned_reason", "=", "waiting")]))
        self.assertIn(nobody, Lead.search([("unassigned_reason", "!=", "waiting")]))
        waiting.user_id = self.user_1
        self.assertIn(waiting, Lead.search([("unassigned_reason", "=", False)]))
        self.assertNotIn(waiting, Lead.search([("unassigned_reason", "!=", False)]))

    def test_summary_counts_by_reason(self):
        self._create_leads(self.ca, self.fr, self.fr)
        summary = self.env["crm.lead"].get_unassigned_summary()
        self.assertEqual(
            summary, [["No team's filter matches", 2], ["Waiting for the next run", 1]]
        )
