from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Date
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestReport(LeadAssignCommon):
    """Load against capacity, and how long leads wait.

    | role               | load and time: own | own team's | others' | other company's |
    | salesperson        | yes                | no         | no      | no              |
    | leader of the team | yes                | yes        | no      | no              |
    | sales manager      | yes                | yes        | yes     | no              |
    | portal, public     | no                 | no         | no      | no              |
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        cls.leader = new_test_user(
            cls.env, "lead_assign_leader", "base.group_user,sales_team.group_sale_salesman"
        )
        cls.team = cls._create_team(
            "Led", members=[(cls.user_1, "[]", 60), (cls.user_2, "[]", 30)], user_id=cls.leader.id
        )
        cls.other_team = cls._create_team("Not led", members=[(cls.user_2, "[]", 30)])
        cls.company = cls.env["res.company"].create({"name": "Other company"})
        cls.other_user = new_test_user(
            cls.env,
            "lead_assign_other",
            "base.group_user,sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.other_company_team = cls._create_team(
            "Other company", members=[(cls.other_user, "[]", 30)], company_id=cls.company.id
        )

    def _rows(self, user):
        rows = self.env["crm.assignment.report"].with_user(user).search([])
        return {(row.sudo().team_id.name, row.sudo().user_id) for row in rows}

    def _row(self, user, team=None):
        self.env.invalidate_all()
        return self.env["crm.assignment.report"].search(
            [("user_id", "=", user.id), ("team_id", "=", (team or self.team).id)]
        )

    # -- figures -------------------------------------------------------------------

    def test_load_and_capacity(self):
        leads = self._create_leads(self.us, self.us, self.us, team_id=self.team.id)
        leads.user_id = self.user_1
        leads[0].action_set_won()
        leads[1].action_set_lost()
        row = self._row(self.user_1)
        self.assertEqual((row.capacity, row.received, row.open_leads), (60, 3, 1))
        self.assertAlmostEqual(row.load_rate, 5)

    def test_old_leads_are_load_but_not_received(self):
        lead = self._create_leads(self.us, team_id=self.team.id)
        lead.user_id = self.user_1
        lead.date_open -= timedelta(days=40)
        row = self._row(self.user_1)
        self.assertEqual((row.received, row.open_leads), (0, 1))

    def test_burst_while_it_lasts(self):
        member = self.team.crm_team_member_ids[0]
        member.assignment_burst_max = 120
        member.assignment_burst_until = Date.today()
        self.assertEqual(self._row(self.user_1).capacity, 120)
        member.assignment_burst_until = Date.today() - timedelta(days=1)
        self.assertEqual(self._row(self.user_1).capacity, 60)

    def test_who_has_left_is_not_shown(self):
        self.user_1.active = False
        self.assertFalse(self._row(self.user_1))
        self.team.crm_team_member_ids.filtered(lambda m: m.user_id == self.user_2).active = False
        self.assertFalse(self._row(self.user_2))
        self.other_team.active = False
        self.assertFalse(self._row(self.user_2, self.other_team))

    def test_due_now_is_the_members(self):
        member = self.team.crm_team_member_ids.filtered(lambda m: m.user_id == self.user_1)
        self.assertEqual(self._row(self.user_1).assignment_credit, member.assignment_credit)

    def test_grouped_and_measured(self):
        groups = self.env["crm.assignment.report"]._read_group(
            [("team_id", "=", self.team.id)], ["team_id"], ["capacity:sum", "load_rate:avg"]
        )
        self.assertEqual(groups[0][:2], (self.team, 90))

    def test_card_opens_the_members_rules(self):
        action = self._row(self.user_1).action_open_member()
        member = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((member.user_id, member.crm_team_id), (self.user_1, self.team))

    # -- time to first owner -------------------------------------------------------

    def _assign(self, leads):
        self.env["crm.assignment.run"].with_user(self.manager)._run_assignment(
            self.team.with_user(self.manager), "manual", force_quota=True, lead_ids=leads.ids
        )
        self.env.flush_all()
        self.env.invalidate_all()

    def _age(self, leads, hours):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = create_date - interval '1 hour' * %s"
            " WHERE id = ANY(%s)",
            (hours, leads.ids),
        )
        self.env.invalidate_all()

    def test_hours_from_creation_to_the_first_owner(self):
        leads = self._create_leads(self.us, self.us)
        self._age(leads[0], 5)
        self._age(leads[1], 1)
        self._assign(leads)
        rows = self.env["crm.assignment.speed"].search([("lead_id", "in", leads.ids)])
        self.assertEqual(len(rows), 2)
        self.assertAlmostEqual(sum(rows.mapped("hours")), 6, places=1)
        count, hours = self.env["crm.assignment.speed"]._get_average(30, 0)
        self.assertGreaterEqual(count, 2)
        self.assertGreater(hours, 0)

    def test_only_the_first_owner_counts(self):
        lead = self._create_leads(self.us)
        self._assign(lead)
        lead.user_id = False
        self._assign(lead)
        self.assertEqual(
            self.env["crm.assignment.speed"].search_count([("lead_id", "=", lead.id)]), 1
        )

    def test_what_was_undone_does_not_count(self):
        lead = self._create_leads(self.us)
        self._assign(lead)
        lead.assignment_decision_ids.run_id.action_undo()
        self.assertFalse(self.env["crm.assignment.speed"].search([("lead_id", "=", lead.id)]))

    def test_a_preview_does_not_count_until_applied(self):
        lead = self._create_leads(self.us)
        run = self.team.action_preview_assignment()
        Speed = self.env["crm.assignment.speed"]
        self.assertFalse(Speed.search([("lead_id", "=", lead.id)]))
        run.action_apply()
        self.assertTrue(Speed.search([("lead_id", "=", lead.id)]))

    # -- overview ------------------------------------------------------------------

    def test_overview(self):
        self.team.assignment_domain = "[('country_id.code', '=', 'US')]"
        (self.other_team | self.other_company_team).action_archive()
        nobody, given = self._create_leads(self.fr, self.us)
        self._assign(given)
        overview = self.env["crm.assignment.report"].with_user(self.manager).get_overview()
        self.assertEqual(
            overview["unassigned"],
            [{"code": "no_team", "label": "No team's filter matches", "count": 1}],
        )
        self.assertGreaterEqual(overview["assigned"], 1)
        self.assertIsNot(overview["hours"], False)
        self.assertTrue(overview["fairness"])
        self.assertTrue(overview["fairness_text"])
        self.assertEqual(nobody.unassigned_reason, "no_team")

    def test_overview_of_nothing(self):
        self.env["crm.assignment.run"].search([]).unlink()
        self.env["crm.lead"].search([]).action_archive()
        overview = self.env["crm.assignment.report"].get_overview()
        self.assertEqual(overview["unassigned"], [])
        self.assertIs(overview["hours"], False)
        self.assertIs(overview["fairness_text"], False)

    # -- access --------------------------------------------------------------------

    def test_salesperson_sees_the_own_load(self):
        self.assertEqual(self._rows(self.user_1), {("Led", self.user_1)})
        self.assertEqual(self._rows(self.user_2), {("Led", self.user_2), ("Not led", self.user_2)})

    def test_leader_sees_the_own_team(self):
        self.assertEqual(self._rows(self.leader), {("Led", self.user_1), ("Led", self.user_2)})

    def test_manager_sees_all_of_the_company(self):
        rows = self._rows(self.manager)
        self.assertTrue({("Led", self.user_1), ("Not led", self.user_2)} <= rows)
        self.assertNotIn(("Other company", self.other_user), rows)

    def test_other_company_sees_its_own(self):
        self.assertEqual(self._rows(self.other_user), {("Other company", self.other_user)})

    def test_time_follows_the_same_rules(self):
        lead = self._create_leads(self.us)
        self._assign(lead)
        owner = lead.user_id
        other = (self.user_1 | self.user_2) - owner
        Speed = self.env["crm.assignment.speed"]
        domain = [("lead_id", "=", lead.id)]
        for user, seen in (
            (owner, 1),
            (other, 0),
            (self.leader, 1),
            (self.manager, 1),
            (self.other_user, 0),
        ):
            self.assertEqual(Speed.with_user(user).search_count(domain), seen, user.login)

    def test_portal_and_public_see_nothing(self):
        for groups in ("base.group_portal", "base.group_public"):
            user = new_test_user(self.env, f"lead_report_{groups[-6:]}", groups)
            for model in ("crm.assignment.report", "crm.assignment.speed"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["crm.assignment.report"].with_user(user).get_overview()

    def test_nobody_writes(self):
        row = self._row(self.user_1)
        for values in ({"capacity": 1}, {"received": 1}):
            with self.assertRaises(AccessError):
                row.with_user(self.manager).write(values)
