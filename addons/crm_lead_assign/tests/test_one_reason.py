from itertools import product

from odoo.tests import tagged

from ..engine import codes
from ..labels import get_labels
from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestOneReason(LeadAssignCommon):
    """List, form, run and RPC give one reason for one lead, and it is true."""

    def _get_told(self, lead):
        """What the list shows, what the form and RPC tell, what the last run wrote down."""
        self.env.invalidate_all()
        labels = dict(get_labels(self.env, "reason", codes.REASONS))
        why = lead.get_assignment_explanation()
        decision = self.env["crm.assignment.decision"].search(
            [("lead_id", "=", lead.id), ("state", "=", "done")], limit=1
        )
        listed = labels[lead.unassigned_reason]
        self.assertEqual(why["reason_text"], listed)
        self.assertEqual(why["summary"], f"Nobody has it: {listed}")
        self.assertIn([listed, 1], self.env["crm.lead"].get_unassigned_summary())
        return lead.unassigned_reason, decision.reason, why

    def test_what_a_run_found_may_have_passed(self):
        """The last run found no team; now there is one."""
        lead = self._create_leads(self.fr)
        team = self._create_team("A", "[('country_id.code', '=', 'US')]", [(self.user_1, "[]", 30)])
        team.action_assign_leads()
        self.assertEqual(self._get_told(lead)[:2], ("no_team", "no_team"))
        team.assignment_domain = "[]"
        self.assertEqual(self._get_told(lead)[:2], ("waiting", "no_team"))
        team.assignment_optout = True
        self.assertEqual(self._get_told(lead)[0], "team_skipped")

    def test_those_who_were_asked_belong_to_the_reason(self):
        """(is the reason still that of the run, are those told who were asked)."""
        team = self._create_team("A", "[]", [(self.user_1, "[('country_id', '=', 'Canada')]", 30)])
        lead = self._create_leads(self.us, team_id=team.id)
        team.action_assign_leads()
        told = self._get_told(lead)
        self.assertEqual(told[:2], ("no_member", "no_member"))
        self.assertEqual([row["skipped"] for row in told[2]["candidates"]], ["filter"])
        team.crm_team_member_ids.assignment_domain = "[]"
        told = self._get_told(lead)
        self.assertEqual((told[0], told[2]["candidates"]), ("waiting", []))

    def test_a_run_of_some_teams_knows_the_others(self):
        """Whatever state the team is in that matches and has no part in the run."""
        asked = self._create_team("A", "[('name', '=', 'None')]", [(self.user_1, "[]", 30)])
        for matches, is_out, capacity, is_part in product(
            (True, False), (True, False), (30, 0), (True, False)
        ):
            if matches and capacity and is_part:
                continue  # it gets the lead
            other = self._create_team(
                "B",
                "[]" if matches else "[('name', '=', 'None')]",
                [(self.user_2, "[]", capacity)],
                assignment_optout=is_out,
            )
            expected = "no_team"
            if matches:
                expected = "waiting" if capacity else "team_no_capacity"
                expected = "team_skipped" if is_out else expected
            lead = self._create_leads(self.us)
            with self.subTest(matches=matches, is_out=is_out, capacity=capacity, part=is_part):
                (asked | other if is_part else asked).action_assign_leads()
                self.assertFalse(lead.user_id)
                self.assertEqual(self._get_told(lead)[:2], (expected, expected))
            lead.action_archive()
            other.action_archive()

    def test_too_old_for_the_schedule_of_the_others(self):
        self.env["ir.config_parameter"].set_param("crm_lead_assign.schedule_days", "7")
        asked = self._create_team("A", "[('name', '=', 'None')]", [(self.user_1, "[]", 30)])
        self._create_team("B", "[]", [(self.user_2, "[]", 30)])
        old, new = self._create_leads(self.us, self.us)
        self.env.flush_all()
        self.cr.execute(
            "UPDATE crm_lead SET create_date = create_date - interval '8 days' WHERE id = %s",
            (old.id,),
        )
        asked.action_assign_leads()
        self.assertEqual(self._get_told(old)[:2], ("too_old", "too_old"))
        self.assertEqual(self._get_told(new)[:2], ("waiting", "waiting"))

    def test_a_lead_in_a_team_that_gives_nothing(self):
        """Its own team is in the way, whatever other teams would take."""
        self._create_team("B", "[]", [(self.user_2, "[]", 30)])
        own = self._create_team("A", "[]", [(self.user_1, "[]", 30)])
        lead = self._create_leads(self.us, team_id=own.id)
        own.assignment_optout = True
        self.assertEqual(self._get_told(lead)[0], "own_team_skipped")
        own.assignment_optout = False
        self.assertEqual(self._get_told(lead)[0], "waiting")
        own.write({"use_leads": False, "use_opportunities": False})
        self.assertEqual(self._get_told(lead)[0], "own_team_closed")
        own.write({"use_leads": True, "active": False})
        self.assertEqual(self._get_told(lead)[0], "own_team_closed")

    def test_queries_do_not_grow_with_the_leads(self):
        """The facts of other teams are read once, however many leads there are."""
        asked = self._create_team("A", "[('name', '=', 'None')]", [(self.user_1, "[]", 30)])
        self._create_team("B", "[]", [(self.user_2, "[]", 30)])

        def count(leads):
            leads = self._create_leads(*[self.us] * leads)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            asked.action_assign_leads()
            cost = self.cr.sql_log_count - before
            leads.action_archive()
            return cost

        count(1)
        self.assertLessEqual(count(40), count(2) + 2)
