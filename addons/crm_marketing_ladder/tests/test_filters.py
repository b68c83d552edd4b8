"""The conditions of lists and goals mean the same for everybody."""

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_access.tests.filters import FilterCases

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestFilters(FilterCases, LadderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_named()
        role = "sales_team.group_sale_manager"
        cls.english = new_test_user(cls.env, "ladder_english", role)
        cls.russian = new_test_user(cls.env, "ladder_russian", role, lang="ru_RU")
        cls.leads = cls._create_found(
            "crm.lead", "tag_ids", type="opportunity", user_id=False, company_id=False
        )
        cls.contacts = cls._create_found("res.partner", "category_id", is_company=True)
        cls.readers = (cls.english, cls.russian)
        Lists, Goals = cls.env["crm.marketing.list"], cls.env["crm.communication.goal"]
        cls.of_leads = Lists.create({"name": "Leads", "kind": "lead"})
        cls.of_companies = Lists.create({"name": "Companies", "kind": "company"})
        cls.goal = Goals.create(
            {"name": "Goal", "from_step_id": cls.steps[0].id, "to_step_id": cls.steps[2].id}
        )

    def _make(self, record, field):
        def make(env, text):
            record.with_env(env).sudo()[field] = text
            return record

        return make

    def _find_members(self, record, env):
        action = record.action_view_members()
        found = env[action["res_model"]].sudo().search(action["domain"])
        return found.ids

    def _find_audience(self, goal, env):
        rows = env.execute_query(goal.sudo()._get_audience_query())
        return [row[0] for row in rows]

    def test_every_filter(self):
        cases = {
            ("crm.marketing.list", "domain"): (
                (self.of_leads, "tag_ids", self.leads, self._find_members),
                (self.of_companies, "category_id", self.contacts, self._find_members),
            ),
            ("crm.communication.goal", "audience_domain"): (
                (self.goal, "tag_ids", self.leads, self._find_audience),
            ),
        }
        self.assertEqual(set(cases), self._get_stored_filters("crm_marketing_ladder"))
        for (_model, field), rows in cases.items():
            for record, tags, found, search in rows:
                make = self._make(record, field)
                self._assert_same_for_everybody(
                    field, tags, found, make, {"search": search}, self.english, self.readers
                )
                self._assert_refused(make, ValidationError)
