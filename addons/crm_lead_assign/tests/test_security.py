from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from odoo.addons.crm_access.tests.shared import OutsiderCases, SharedCases

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestSecurity(LeadAssignCommon):
    """The addon opens nothing: reasons follow the leads one may see.

    | role                | reason of own team's lead | others' leads | rules (write) |
    | salesperson         | yes                       | no            | no            |
    | sales manager       | yes                       | yes           | yes           |
    | portal, public      | no                        | no            | no            |
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._create_team("Americas", members=[(cls.user_1, "[]", 30)])
        cls.lead = cls._create_leads(cls.ca, team_id=cls.team.id)

    def test_salesperson_reads_the_reason_without_reading_the_rules(self):
        lead = self.lead.with_user(self.user_1)
        self.assertEqual(lead.unassigned_reason, "waiting")

    def test_salesperson_may_not_write_rules(self):
        with self.assertRaises(AccessError):
            self.team.with_user(self.user_1).assignment_domain = "[]"
        with self.assertRaises(AccessError):
            self.team.crm_team_member_ids.with_user(self.user_1).assignment_max = 900

    def test_manager_may_write_rules(self):
        self.team.with_user(self.manager).assignment_domain = "[('priority', '=', '2')]"
        self.assertEqual(self.lead.with_user(self.manager).unassigned_reason, "waiting")

    def test_portal_and_public_see_nothing(self):
        for groups in ("base.group_portal", "base.group_public"):
            user = new_test_user(self.env, f"lead_assign_{groups[-6:]}", groups)
            with self.assertRaises(AccessError):
                self.lead.with_user(user).read(["unassigned_reason"])
            with self.assertRaises(AccessError):
                self.env["crm.lead"].with_user(user).get_unassigned_summary()

    def test_other_companys_leads_are_not_counted(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self._create_leads(self.ca, company_id=other.id, team_id=False)
        counted = self.env["crm.lead"].with_user(self.manager).get_unassigned_summary()
        self.assertEqual(sum(count for _reason, count in counted), 1)
        self.manager.company_ids = [Command.link(other.id)]
        both = self.env["crm.lead"].with_user(self.manager)
        counted = both.with_context(
            allowed_company_ids=[self.env.company.id, other.id]
        ).get_unassigned_summary()
        self.assertEqual(sum(count for _reason, count in counted), 2)


@tagged("post_install", "-at_install")
class TestCompanies(OutsiderCases, SharedCases, LeadAssignCommon):
    """A manager of one company neither reads nor rules over another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Company B"})
        cls.everywhere = new_test_user(
            cls.env,
            "lead_assign_everywhere",
            "base.group_user,sales_team.group_sale_manager",
            company_ids=[Command.set(cls.env["res.company"].search([]).ids)],
        )
        cls.manager_b = new_test_user(
            cls.env,
            "lead_assign_b",
            "base.group_user,sales_team.group_sale_manager",
            company_id=cls.company_b.id,
            company_ids=[Command.set(cls.company_b.ids)],
        )
        cls.shared = cls._create_team("Shared", members=[(cls.user_1, "[]", 30)])
        cls.lead = cls._create_leads(cls.ca, name="SECRET", company_id=cls.env.company.id)

    def test_outsiders_read_no_field_of_ours(self):
        users = [
            new_test_user(self.env, f"lead_assign_out_{group}", f"base.group_{group}")
            for group in ("portal", "public")
        ]
        self._assert_outsiders_read_nothing(users, "crm_lead_assign")

    def test_shared_lists(self):
        cases = {
            "crm.territory": (
                self.env["crm.territory"].create({"name": "Shared"}),
                {"name": "Changed"},
            ),
            "crm.shared.mailbox": (
                self.env["crm.shared.mailbox"].create({"name": "test-shared"}),
                {"note": "Changed"},
            ),
        }
        self.assertEqual(set(cases), self._get_shared_models("crm_lead_assign"))
        for record, vals in cases.values():
            self._assert_changed_by_those_of_all(record, vals, self.manager, self.everywhere)

    def test_territory_of_a_company(self):
        mine = self.env["crm.territory"].with_user(self.manager_b).create({"name": "Mine"})
        self.assertEqual(mine.company_id, self.company_b)
        self.assertFalse(mine.with_user(self.manager).has_access("read"))
        with self.assertRaises(UserError):
            self.shared.assignment_territory_ids = mine.sudo()

    def test_rules_of_a_shared_team(self):
        for vals in (
            {"assignment_domain": "[('priority', '=', '2')]"},
            {"assignment_fallback_user_id": self.manager_b.id},
            {"assignment_mode": "exclusive"},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "All companies"):
                self.shared.with_user(self.manager_b).write(vals)
        self.shared.with_user(self.everywhere).assignment_mode = "exclusive"
        self.shared.with_user(self.manager_b).name = "A name rules nothing"

    def test_filter_of_a_member_of_a_shared_team(self):
        """It is a part of the rules by which the schedule gives out the leads of all."""
        member = self.shared.crm_team_member_ids
        values = {"assignment_domain": "[('priority', '=', '2')]"}
        with self.assertRaisesRegex(AccessError, "All companies"):
            member.with_user(self.manager_b).write(values)
        with self.assertRaisesRegex(AccessError, "All companies"), self.cr.savepoint():
            member.with_user(self.manager_b).create(
                {"crm_team_id": self.shared.id, "user_id": self.manager_b.id, **values}
            )
        member.with_user(self.manager_b).assignment_max = 60
        member.with_user(self.everywhere).write(values)
        own = self._create_team("Own", members=[(self.user_2, "[]", 30)])
        own.company_id = self.env.company
        own.crm_team_member_ids.with_user(self.manager).write(values)

    def test_companies_are_compared_whatever_the_context_says(self):
        partner = self.env["res.partner"].create({"name": "B", "company_id": self.company_b.id})
        lead = self._create_leads(
            self.ca, company_id=self.env.company.id, user_id=self.manager.id
        ).with_user(self.manager)
        for context in ({}, {"crm_lead_assign_bulk": True}, {"crm_lead_assign_bulk": 1}):
            with self.subTest(context=context), self.assertRaises(UserError):
                lead.with_context(**context).write({"partner_id": partner.id})

    def test_leader_of_a_shared_team(self):
        """Who leads it gives out leads as superuser: of his own companies only."""
        leader = new_test_user(
            self.env,
            "lead_assign_leader_b",
            "base.group_user,sales_team.group_sale_salesman",
            company_id=self.company_b.id,
            company_ids=[Command.set(self.company_b.ids)],
        )
        self.shared.user_id = leader
        self.user_1.company_ids += self.company_b
        theirs = self._create_leads(self.ca, company_id=self.company_b.id)
        run = self.shared.with_user(leader).action_preview_assignment()
        self.assertEqual(run.sudo().decision_ids.lead_id, theirs)

    def _preview(self):
        return self.shared.with_user(self.manager).action_preview_assignment()

    def test_decisions_about_leads_of_another_company(self):
        run = self._preview()
        decision = run.sudo().decision_ids
        self.assertEqual(decision.lead_id, self.lead)
        self.assertTrue(decision.with_user(self.manager).has_access("read"))
        self.assertFalse(decision.with_user(self.manager_b).has_access("read"))
        for method in ("action_apply", "action_discard"):
            with self.subTest(method=method), self.assertRaisesRegex(AccessError, "may not see"):
                getattr(run.with_user(self.manager_b), method)()
        self.assertFalse(self.lead.user_id)
        run.with_user(self.manager).action_apply()
        self.assertEqual(self.lead.user_id, self.user_1)
        with self.assertRaisesRegex(AccessError, "may not see"):
            run.with_user(self.manager_b).action_undo()

    def test_run_over_several_companies(self):
        team_a = self._create_team("A", company_id=self.env.company.id)
        team_b = self._create_team("B", company_id=self.company_b.id)
        run = (team_a + team_b).with_user(self.everywhere).action_preview_assignment().sudo()
        self.assertFalse(run.company_id)
        for user in (self.manager, self.manager_b):
            self.assertFalse(run.with_user(user).has_access("read"))
        self.assertTrue(run.with_user(self.everywhere).has_access("read"))
