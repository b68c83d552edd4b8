from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.crm_access.tests.shared import BranchCases

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestBranches(BranchCases, LadderCommon):
    """Directorates, lists and contents of a parent company serve its branches."""

    served = {
        "crm.sales.directorate": {"name": "Branch case"},
        "crm.pain": "_get_values",
        "crm.differentiator": "_get_values",
        "crm.marketing.message": "_get_values",
        "crm.communication.goal": "_get_goal_values",
        "crm.marketing.list": "_get_values",
        "crm.content": "_get_values",
        "crm.content.task": "_get_task_values",
        "crm.content.publication": "_get_publication_values",
        "crm.content.limit": "_get_limit_values",
    }
    own = ("crm.ladder.move", "crm.content.sending")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_branch()
        # A read-only administrator sees all directorates: companies alone are the matter here.
        cls.user = cls._create_branch_user(
            "ladder_branch", "sales_team.group_sale_manager,crm_marketing_ladder.group_read_admin"
        )
        cls.count = 0

    def _directorate(self, company):
        type(self).count += 1
        return self.env["crm.sales.directorate"].create(
            {"name": f"Branch case {self.count}", "company_id": company.id}
        )

    def _get_values(self, company):
        return {"name": "Branch case", "directorate_id": self._directorate(company).id}

    def _get_goal_values(self, company):
        steps = {"from_step_id": self.steps[0].id, "to_step_id": self.steps[1].id}
        return {**self._get_values(company), **steps}

    def _get_task_values(self, company):
        content = self.env["crm.content"].create(self._get_values(company))
        return {"name": "Branch case", "content_id": content.id}

    def _get_publication_values(self, company):
        task = self.env["crm.content.task"].create(self._get_task_values(company))
        return {"task_id": task.id}

    def _get_limit_values(self, company):
        directorate = self._directorate(company)
        return {"state": "backlog", "limit": 3, "directorate_id": directorate.id}

    def test_what_a_company_keeps_its_branches_see(self):
        self._assert_serves_branches("crm_marketing_ladder", self.user)

    def test_it_is_the_parents_to_change(self):
        directorate = self._directorate(self.parent_company)
        admin = self._create_branch_user("ladder_branch_admin", "crm_marketing_ladder.group_admin")
        self._assert_is_the_parents_to_change(directorate, {"name": "Ours"}, admin)

    def test_deals_and_customers_of_a_branch(self):
        directorate = self._directorate(self.parent_company)
        pain = self._create_pain(directorate)
        for company, fits in (
            (self.parent_company, True),
            (self.branch, True),
            (self.twig, True),
            (self.stranger, False),
        ):
            vals = {"directorate_id": directorate.id, "company_id": company.id}
            with self.subTest(company=company.name):
                if fits:
                    deal = self._create_lead(**vals, pain_ids=pain.ids, team_id=False)
                    self.assertEqual(deal.directorate_id, directorate)
                    partner = self.env["res.partner"].create({"name": "Case", **vals})
                    self.assertEqual(partner.directorate_id, directorate)
                    continue
                with self.assertRaises(ValidationError), self.cr.savepoint():
                    self._create_lead(**vals, team_id=False)
                with self.assertRaises(ValidationError), self.cr.savepoint():
                    self.env["res.partner"].create({"name": "Case", **vals})
