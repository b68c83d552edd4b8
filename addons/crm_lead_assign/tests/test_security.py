from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import new_test_user

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
