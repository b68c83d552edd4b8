from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tests.common import new_test_user

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestAssignmentTour(HttpCase, LeadAssignCommon):
    def test_menus_open(self):
        """A sales manager finds the leads nobody has, why, and the rules."""
        self.start_tour("/odoo", "crm_lead_assign_menus", login="admin")

    def test_journey(self):
        """Set-up, preview, apply, why me, undo."""
        self.user_1.name = "Tour person"
        self.env["crm.territory"].create(
            {"name": "Tour land", "country_ids": [Command.set(self.fr.ids)]}
        )
        team = self._create_team(
            "Tour team",
            "[('country_id', '=', 'France')]",
            [(self.user_1, "[]", 30)],
            assignment_availability="any",
        )
        lead = self._create_leads(self.fr, name="Tour lead")
        # The preview is decided on what is set up by then.
        team.assignment_optout = False
        other = self._create_leads(self.us, name="Tour lead for nobody")
        self.start_tour("/odoo", "crm_lead_assign_journey", login="admin")
        self.env.invalidate_all()
        self.assertFalse(lead.user_id)
        self.assertEqual(team.assignment_territory_ids.name, "Tour land")
        run = lead.assignment_decision_ids.run_id
        self.assertEqual(run.mapped("state"), ["undone"])
        self.assertFalse(other.user_id)

    def test_filter_editor(self):
        """What is typed into the code editor is taken, or it is said what is wrong and where."""
        team = self._create_team("Tour team")
        action = self.env.ref("sales_team.crm_team_action_config")
        url = f"/odoo/action-{action.id}/{team.id}?debug=1"
        self.start_tour(url, "crm_lead_assign_filter_editor", login="admin")
        self.assertEqual(
            team.assignment_domain, f"[['country_id', 'in', [{self.us.id}, {self.ca.id}]]]"
        )

    def test_why(self):
        """A salesperson is told why the lead is the own one, and why nobody has another."""
        seller = new_test_user(
            self.env,
            "lead_assign_seller",
            "base.group_user,sales_team.group_sale_salesman",
            password="lead_assign_seller",
        )
        self._create_team(
            "Tour team",
            members=[(seller, "[]", 30), (self.user_2, "[('country_id.code', '=', 'CA')]", 30)],
            assignment_domain="[('country_id.code', 'in', ['US', 'CA'])]",
            assignment_availability="any",
        )
        nobody, mine = self._create_leads(self.fr, self.us)
        (nobody | mine).action_assign()
        self.assertEqual(mine.user_id, seller)
        action = self.env["ir.actions.act_window"].create(
            {
                "name": "Leads of the tour",
                "res_model": "crm.lead",
                "view_mode": "list,form",
                "domain": str([("id", "in", (nobody | mine).ids)]),
            }
        )
        self.start_tour(f"/odoo/action-{action.id}", "crm_lead_assign_why", login=seller.login)
