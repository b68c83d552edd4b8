from odoo.tests import tagged

from odoo.addons.crm_access.tests.shared import BranchCases

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestBranches(BranchCases, LeadAssignCommon):
    """Territories of a parent company serve the teams of its branches."""

    served = {"crm.territory": {"name": "Branch case"}}
    own = (
        "crm.assignment.decision",
        "crm.assignment.report",
        "crm.assignment.run",
        "crm.assignment.simulation",
        "crm.assignment.speed",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_branch()
        cls.user = cls._create_branch_user("assign_branch", "sales_team.group_sale_manager")

    def test_what_a_company_keeps_its_branches_see(self):
        self._assert_serves_branches("crm_lead_assign", self.user)

    def test_a_team_of_a_branch_has_a_territory_of_its_parent(self):
        territory = self.env["crm.territory"].create(
            {"name": "West", "company_id": self.parent_company.id}
        )
        self._assert_is_the_parents_to_change(territory, {"name": "East"}, self.user)
        team = self._create_team("Branch", company_id=self.branch.id)
        team.assignment_territory_ids = territory
        self.assertEqual(team.assignment_territory_ids, territory)
