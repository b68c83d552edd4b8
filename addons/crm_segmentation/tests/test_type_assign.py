from odoo.tests import new_test_user, tagged

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestTypeAssign(SegmentationCommon):
    """Deal types where leads are assigned and where automation rules act."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("crm.lead.auto.assignment", True)
        cls.env["crm.team"].search([]).assignment_optout = True
        cls.other_type = cls._create_type("deal", "test_other")
        cls.people = {}
        cls.teams = {}
        for crm_type in (cls.type_deal, cls.other_type):
            user = new_test_user(
                cls.env, f"seg_{crm_type.code}", groups="sales_team.group_sale_salesman"
            )
            team = cls.env["crm.team"].create(
                {
                    "name": crm_type.name,
                    "user_id": False,
                    "use_leads": True,
                    "assignment_domain": f"[('deal_type_id.code', '=', '{crm_type.code}')]",
                    "crm_team_member_ids": [(0, 0, {"user_id": user.id, "assignment_max": 300})],
                }
            )
            cls.people[crm_type], cls.teams[crm_type] = user, team
        cls.leads = {
            crm_type: cls.env["crm.lead"].create(
                [
                    {
                        "name": f"{crm_type.code} {n}",
                        "type": "lead",
                        "user_id": False,
                        "team_id": False,
                        "deal_type_id": crm_type.id,
                        "probability": 50,
                    }
                    for n in range(3)
                ]
            )
            for crm_type in cls.teams
        }
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = create_date - interval '2 days' WHERE id = ANY(%s)",
            [[lead.id for leads in cls.leads.values() for lead in leads]],
        )
        cls.env.invalidate_all()

    def _assert_by_type(self):
        for crm_type, leads in self.leads.items():
            self.assertEqual(leads.user_id, self.people[crm_type])
            self.assertEqual(leads.team_id, self.teams[crm_type])

    def _all_teams(self):
        return self.env["crm.team"].union(*self.teams.values())

    def test_domain_of_a_team_without_any_other_addon(self):
        """What Odoo's own assignment does with the domain."""
        for leads in self.leads.values():
            self.assertEqual(
                self.env["crm.lead"].search([("deal_type_id.code", "=", leads.deal_type_id.code)]),
                leads,
            )
        if "crm.assignment.run" not in self.env:
            self._all_teams()._action_assign_leads()
            self._assert_by_type()

    def test_domain_with_the_assignment_addon(self):
        if "crm.assignment.run" not in self.env:
            self.skipTest("crm_lead_assign is not installed")
        from odoo.addons.crm_lead_assign.tests.common import in_one_transaction

        run_ids = self._all_teams().action_preview_assignment()
        runs = self.env["crm.assignment.run"]
        run = runs.browse(run_ids) if isinstance(run_ids, (int, list)) else run_ids
        if isinstance(run_ids, dict):
            run = runs.browse(run_ids["res_id"])
        with in_one_transaction():
            run.action_apply()
        self._assert_by_type()

    def test_types_with_a_team_alone_leave_the_person_to_assignment(self):
        self.type_deal.team_id = self.teams[self.type_deal]
        lead = self.env["crm.lead"].create({"name": "New", "deal_type_id": self.type_deal.id})
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.team_id, self.teams[self.type_deal])
        lead.user_id = self.people[self.other_type]  # whoever assigns it has the last word
        self.assertEqual(lead.user_id, self.people[self.other_type])

    def test_automation_rule_on_the_type(self):
        if "base.automation" not in self.env:
            self.skipTest("base_automation is not installed")
        field = self.env["ir.model.fields"]._get("crm.lead", "deal_type_id")
        tag = self.env["crm.tag"].create({"name": "By rule"})
        self.env["base.automation"].create(
            {
                "name": "Tenders get a tag",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "trigger": "on_create_or_write",
                "trigger_field_ids": [(6, 0, field.ids)],
                "filter_domain": f"[('deal_type_id', '=', {self.type_deal.id})]",
                "action_server_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Tag",
                            "model_id": self.env["ir.model"]._get_id("crm.lead"),
                            "state": "code",
                            "code": f"record.write({{'tag_ids': [(4, {tag.id})]}})",
                        },
                    )
                ],
            }
        )
        lead = self._create_lead()
        self.assertNotIn(tag, lead.tag_ids)
        lead.deal_type_id = self.type_deal
        self.assertIn(tag, lead.tag_ids)
