from odoo.tests import tagged

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestOutOfReach(LeadAssignCommon):
    """Who saves a lead that the assignment gives to a colleague is told who got it and why."""

    def _save(self, lead):
        """Save the lead as a form does, with a rule that assigns whatever is saved."""
        lead.web_save({"name": "Saved"}, {})
        lead.sudo().action_assign()
        return lead.sudo(False)._tell_out_of_reach()

    def test_assigned_while_it_is_saved(self):
        self._create_team("North", members=[(self.user_2, "[]", 30)])
        lead = self._create_leads(self.us).with_user(self.user_1)
        told = self._save(lead)
        self.assertEqual(lead.sudo().user_id, self.user_2)
        self.assertFalse(lead.has_access("read"))
        summary = lead.sudo().get_assignment_explanation()["summary"]
        for text in ("Saved", self.user_2.name, summary):
            self.assertIn(text, told)

    def test_given_away_by_hand_since(self):
        """What the assignment once decided is no reason for what somebody has chosen since."""
        self._create_team("North", members=[(self.user_1, "[]", 30)])
        lead = self._create_leads(self.us)
        lead.action_assign()
        self.assertEqual(lead.user_id, self.user_1)
        summary = lead.get_assignment_explanation()["summary"]
        [answer] = lead.with_user(self.user_1).web_save({"user_id": self.user_2.id}, {"name": {}})
        self.assertIn(self.user_2.name, answer["out_of_reach"])
        self.assertNotIn(summary, answer["out_of_reach"])
