from odoo.tests import tagged

from odoo.addons.crm_access.tests.readonly import ReadonlyCases

from .common import LadderCommon

VIEWS = {
    "crm.pain": "crm_pain_view_form",
    "crm.differentiator": "crm_differentiator_view_form",
    "crm.marketing.message": "crm_marketing_message_view_form",
    "crm.content": "crm_content_view_form",
    "crm.communication.goal": "crm_communication_goal_view_form",
    "crm.marketing.list": "crm_marketing_list_view_form",
}


@tagged("post_install", "-at_install")
class TestReadonlyForms(ReadonlyCases, LadderCommon):
    """What one may read and not change looks so, and says why."""

    def test_what_is_common_to_all_directorates(self):
        mixin = self.env.registry["crm.directorate.mixin"]
        names = {
            name
            for name, model in self.env.items()
            if isinstance(model, mixin) and not model._abstract
        }
        self.assertEqual(names, set(VIEWS))
        for name, view in VIEWS.items():
            values = {"name": "Common", "directorate_id": False}
            values |= self._get_required(name)
            record = self.env[name].create(values)
            with self.subTest(model=name):
                self._assert_form_says_why(
                    record,
                    f"crm_marketing_ladder.{view}",
                    self.users_by_role["marketeer"],
                    self.admin,
                    "read this, but not change it. It is common to all sales directorates",
                )
                record.directorate_id = self.directorate_own
                self.env.invalidate_all()
                mine = record.with_user(self.users_by_role["marketeer"])
                self.assertFalse(mine.readonly_reason)

    def _get_required(self, name):
        if name == "crm.communication.goal":
            return {"from_step_id": self.steps[0].id, "to_step_id": self.steps[1].id}
        return {}

    def test_work_on_what_is_common(self):
        content = self.env["crm.content"].create({"name": "Common", "directorate_id": False})
        task = self._create_task(content, user_id=self.admin.id)
        publication = self.env["crm.content.publication"].create(
            {"task_id": task.id, "user_id": self.admin.id}
        )
        for record, view in (
            (task, "crm_content_task_view_form"),
            (publication, "crm_content_publication_view_form"),
        ):
            with self.subTest(model=record._name):
                self._assert_form_says_why(
                    record,
                    f"crm_marketing_ladder.{view}",
                    self.users_by_role["marketeer"],
                    self.admin,
                    "read this, but not change it",
                )

    def test_deals_that_a_marketeer_who_sells_reads(self):
        """He reads those of his directorate, and changes his own."""
        user = self._create_user(
            "selling_marketeer",
            "sales_team.group_sale_salesman",
            "crm_marketing_ladder.group_marketeer",
        )
        self.directorate_own.user_ids += user
        boss = self._create_user("deal_boss", "sales_team.group_sale_manager")
        deal = self._create_lead(user_id=boss.id, directorate_id=self.directorate_own.id)
        self._assert_form_says_why(
            deal, "crm.crm_lead_view_form", user, boss, "read this, but not change it"
        )
        deal.user_id = user
        self.env.invalidate_all()
        self.assertFalse(deal.with_user(user).readonly_reason)
