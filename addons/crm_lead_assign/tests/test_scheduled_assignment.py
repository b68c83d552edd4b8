from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import LeadAssignCommon

TEAM_DOMAIN = "[('country_id', 'in', ['United States', 'Canada'])]"
MEMBER_DOMAIN = "[('country_id', '=', 'Canada')]"


@tagged("post_install", "-at_install")
class TestScheduledAssignment(LeadAssignCommon):
    """Odoo's own domains of team and member, run by Odoo's own scheduled action."""

    def test_team_and_member_get_exactly_their_countries(self):
        team = self._create_team("North America", TEAM_DOMAIN, [(self.user_1, MEMBER_DOMAIN, 300)])
        leads = self._create_leads(self.us, self.ca, self.fr, self.ca, None, self.us)
        self._run_schedule()
        in_team = leads.filtered(lambda lead: lead.team_id == team)
        self.assertEqual(in_team.country_id, self.us | self.ca)
        self.assertEqual(len(in_team), 4)
        owned = leads.filtered("user_id")
        self.assertEqual(owned.mapped("country_id"), self.ca)
        self.assertEqual(owned.user_id, self.user_1)
        self.assertEqual(len(owned), 2)
        self.assertEqual(set(owned.mapped("type")), {"opportunity"})

    def test_what_is_left_is_listed_with_its_reason(self):
        self._create_team("North America", TEAM_DOMAIN, [(self.user_1, MEMBER_DOMAIN, 300)])
        american, _canadian, french = self._create_leads(self.us, self.ca, self.fr)
        self._run_schedule()
        self.assertEqual(american.unassigned_reason, "no_member")
        self.assertEqual(french.unassigned_reason, "no_team")

    def test_second_run_changes_nothing(self):
        self._create_team("North America", TEAM_DOMAIN, [(self.user_1, MEMBER_DOMAIN, 300)])
        leads = self._create_leads(self.us, self.ca, self.fr)
        self._run_schedule()
        before = leads.read(["team_id", "user_id", "date_open"])
        self._run_schedule()
        self.assertEqual(leads.read(["team_id", "user_id", "date_open"]), before)

    def test_team_left_out_of_the_schedule_gets_nothing(self):
        self._create_team("Left out", members=[(self.user_1, "[]", 300)], assignment_optout=True)
        lead = self._create_leads(self.us)
        self._run_schedule()
        self.assertFalse(lead.team_id)
        self.assertEqual(lead.unassigned_reason, "team_skipped")

    def test_domain_with_an_unknown_field_is_refused_on_save(self):
        with self.assertRaises(ValidationError):
            self._create_team("Broken", "[('no_such_field', '=', 1)]")

    def test_domain_that_is_code_is_refused_on_save(self):
        with self.assertRaises(ValidationError):
            self._create_team("Code", "__import__('os').getcwd()")

    def test_next_run_is_the_scheduled_actions(self):
        team = self._create_team("In")
        left_out = self._create_team("Out", assignment_optout=True)
        self.cron.active = True
        self.assertEqual(team.assignment_next_run, self.cron.nextcall)
        self.assertFalse(left_out.assignment_next_run)
        self.cron.active = False
        team.invalidate_recordset(["assignment_next_run"])
        self.assertFalse(team.assignment_next_run)

    def test_incoming_lead_of_a_team_left_out_goes_to_its_leader(self):
        """As before the install; a team in the schedule leaves it to the schedule."""
        self.env["ir.config_parameter"].set_param("crm.lead.auto.assignment", True)
        members = [(self.user_1, "[]", 300)]
        teams = [
            self._create_team("In", members=members, user_id=self.user_2.id),
            self._create_team("Out", user_id=self.user_2.id, assignment_optout=True),
            self._create_team("No capacity", user_id=self.user_2.id),
            self._create_team("No leader", assignment_optout=True),
        ]
        leads = self._create_leads(*[None] * 4)
        for lead, team in zip(leads, teams, strict=True):
            lead.team_id = team
        leads._assign_userless_lead_in_team("incoming email")
        nobody = self.env["res.users"]
        self.assertEqual(
            [lead.user_id for lead in leads], [nobody, self.user_2, self.user_2, nobody]
        )
