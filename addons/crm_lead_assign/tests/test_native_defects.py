from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestNativeDefects(LeadAssignCommon):
    """What goes wrong in Odoo 19.0's own run, each confirmed by running it there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._create_team(
            "Team", members=[(cls.user_1, "[]", 300), (cls.user_2, "[]", 300)]
        )
        cls.member_1, cls.member_2 = cls.team.crm_team_member_ids

    def _break_filter(self, record, field_name):
        """As left by an addon that took its field along: no save checks it any more."""
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {record._table} SET {field_name} = %s WHERE id = %s",
            ("[('field_that_is_gone', '=', 1)]", record.id),
        )
        record.invalidate_recordset()

    def test_archived_user_gets_no_leads(self):
        self.user_1.active = False
        leads = self._create_leads(*[self.us] * 4)
        self._run_schedule()
        self.assertEqual(leads.user_id, self.user_2)

    def test_archived_user_gets_no_leads_by_the_button(self):
        self.user_1.active = False
        leads = self._create_leads(*[self.us] * 4)
        self.team.action_assign_leads()
        self.assertEqual(leads.user_id, self.user_2)

    def test_lead_older_than_seven_days_is_given_out(self):
        lead = self._create_leads(self.us)
        self.env.flush_all()
        old = fields.Datetime.now() - timedelta(days=30)
        self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", (old, lead.id))
        lead.invalidate_recordset()
        self._run_schedule()
        self.assertTrue(lead.user_id)

    def test_days_the_schedule_looks_back_can_be_set(self):
        self.env["ir.config_parameter"].set_param("crm_lead_assign.schedule_days", 7)
        lead = self._create_leads(self.us)
        self.env.flush_all()
        old = fields.Datetime.now() - timedelta(days=30)
        self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", (old, lead.id))
        lead.invalidate_recordset()
        self._run_schedule()
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.unassigned_reason, "too_old")

    def test_team_of_archived_users_takes_no_leads(self):
        """They would be stuck there: no other team may have them then."""
        (self.user_1 | self.user_2).active = False
        lead = self._create_leads(self.us)
        self.assertEqual(lead.unassigned_reason, "team_no_capacity")
        self._run_schedule()
        self.assertFalse(lead.team_id)

    def test_the_button_tells_of_a_broken_filter(self):
        self._break_filter(self.team, "assignment_domain")
        message = self.team.action_assign_leads()["params"]["message"]
        self.assertIn("field_that_is_gone", message)

    def test_the_button_is_no_success_where_nothing_was_given(self):
        """(leads, capacity, type of the notice, what it says)."""
        for number, capacity, kind, said in (
            (0, 30, "warning", "There is no lead to give out"),
            (2, 0, "warning", "2 leads get nobody"),
            (2, 30, "success", "2 leads"),
        ):
            with self.subTest(number=number, capacity=capacity):
                self.team.crm_team_member_ids.assignment_max = capacity
                leads = self._create_leads(*[self.us] * number)
                params = self.team.action_assign_leads()["params"]
                self.assertEqual(params["type"], kind)
                self.assertIn(said, params["message"])
                self.assertEqual(params["title"] == "No Lead Was Assigned", kind == "warning")
                leads.unlink()

    def test_filter_that_breaks_in_another_way(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_team SET assignment_domain = %s WHERE id = %s",
            ("[('country_id', 'any', 5)]", self.team.id),
        )
        self.team.invalidate_recordset()
        self.assertTrue(self.team.assignment_filter_error)
        self.assertTrue(self._create_leads(self.us).unassigned_reason)

    def test_won_lead_stays_as_it_is(self):
        lead = self._create_leads(self.us, team_id=self.team.id)
        lead.action_set_won()
        self._run_schedule()
        self.assertFalse(lead.user_id)

    def test_one_broken_team_filter_stops_its_team_only(self):
        broken = self._create_team("Broken", members=[(self.manager, "[]", 300)])
        self._break_filter(broken, "assignment_domain")
        leads = self._create_leads(*[self.us] * 4)
        self._run_schedule()
        self.assertEqual(leads.team_id, self.team)
        self.assertEqual(leads.user_id, self.user_1 | self.user_2)
        self.assertIn("field_that_is_gone", broken.assignment_filter_error)

    def test_one_broken_member_filter_stops_its_member_only(self):
        for field_name in ("assignment_domain", "assignment_domain_preferred"):
            self._break_filter(self.member_1, field_name)
            leads = self._create_leads(*[self.us] * 4)
            self._run_schedule()
            self.assertEqual(leads.user_id, self.user_2, field_name)
            self.assertIn("field_that_is_gone", self.member_1.assignment_filter_error)

    def test_a_mended_filter_has_no_problem(self):
        self._break_filter(self.team, "assignment_domain")
        self.assertTrue(self.team.assignment_filter_error)
        self.team.assignment_domain = "[('country_id.code', '=', 'US')]"
        self.assertFalse(self.team.assignment_filter_error)

    # -- 1: two members with the same preferred filter ------------------------------

    def test_shared_preferred_filter_gives_each_lead_once(self):
        wanted = "[('country_id.code', '=', 'US')]"
        self.team.crm_team_member_ids.assignment_domain_preferred = wanted
        leads = self._create_leads(*[self.us] * 4)
        _teams, members = self.team._action_assign_leads(force_quota=True)
        self.assertEqual([len(data["assigned"]) for data in members.values()], [2, 2])
        self.assertEqual(len(leads.filtered(lambda lead: lead.user_id == self.user_1)), 2)

    # -- 2: capacity below 15 -------------------------------------------------------

    def test_capacity_below_fifteen_is_one_lead_every_so_many_days(self):
        self.member_2.unlink()
        self.member_1.assignment_max = 10
        leads = self._create_leads(*[self.us] * 4)
        given = []
        for _day in range(7):
            self._run_schedule()
            given.append(len(leads.filtered("user_id")))
            self._let_a_day_pass()
        self.assertEqual(given, [1, 1, 1, 2, 2, 2, 3])

    def _let_a_day_pass(self):
        """Everything that has happened happened a day earlier."""
        self.env.flush_all()
        for table, column in (
            ("crm_lead", "date_open"),
            ("crm_team_member", "create_date"),
            ("crm_team_member", "assignment_position_date"),
            ("crm_team", "assignment_position_date"),
        ):
            self.env.cr.execute(f"UPDATE {table} SET {column} = {column} - interval '1 day'")
        self.env.invalidate_all()

    # -- 4: stuck in a team ---------------------------------------------------------

    def test_lead_nobody_in_its_team_takes_goes_to_another(self):
        """Odoo leaves it there for ever: the team is set, so no other may have it."""
        picky = self._create_team(
            "Picky", members=[(self.manager, "[('country_id.code', '=', 'CA')]", 300)]
        )
        lead = self._create_leads(self.us, team_id=picky.id)
        self._run_schedule()
        self.assertEqual(lead.team_id, self.team)
        self.assertIn(lead.user_id, self.user_1 | self.user_2)
        self.assertEqual(lead.assignment_decision_ids.team_rule, "stuck")

    def test_lead_stays_where_nobody_else_takes_it_either(self):
        self.team.assignment_domain = "[('country_id.code', '=', 'FR')]"
        picky = self._create_team(
            "Picky", members=[(self.manager, "[('country_id.code', '=', 'CA')]", 300)]
        )
        lead = self._create_leads(self.us, team_id=picky.id)
        self._run_schedule()
        self.assertEqual(lead.team_id, picky)
        self.assertEqual(lead.unassigned_reason, "no_member")

    # -- 7 and 8: fair at every moment ----------------------------------------------

    def test_button_pressed_for_each_lead_takes_turns(self):
        user_3 = self.manager
        self.team.crm_team_member_ids.create(
            {"crm_team_id": self.team.id, "user_id": user_3.id, "assignment_max": 300}
        )
        owners = []
        for _press in range(6):
            lead = self._create_leads(self.us)
            self.team.action_assign_leads()
            owners.append(lead.user_id)
        self.assertEqual(owners[:3], owners[3:])
        self.assertEqual(len(set(owners)), 3)

    def test_shares_are_proportional_after_every_lead(self):
        self.member_2.assignment_max = 30
        owners = []
        for _run in range(11):
            lead = self._create_leads(self.us)
            self.team.action_assign_leads()
            owners.append(lead.user_id)
        self.assertEqual(owners.index(self.user_2), 5, "in the middle, not after all the others")
        self.assertEqual(owners.count(self.user_2), 1)

    # -- 9: one person in several teams ---------------------------------------------

    def test_person_in_several_teams_has_one_capacity(self):
        self.env["ir.config_parameter"].set_param("crm_lead_assign.capacity_scope", "person")
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        self.team.active = False
        teams = self.env["crm.team"]
        for name in "ABC":
            teams += self._create_team(name, members=[(self.user_1, "[]", 30)])
        leads = self._create_leads(*[self.us] * 9)
        self._run_schedule()
        self.assertEqual(len(leads.filtered("user_id")), 1)

    def test_capacity_of_a_user_holds_over_all_teams(self):
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        self.user_1.assignment_max = 60
        self.team.active = False
        for name in "ABC":
            self._create_team(name, members=[(self.user_1, "[]", 30)])
        leads = self._create_leads(*[self.us] * 9)
        self._run_schedule()
        self.assertEqual(len(leads.filtered("user_id")), 2)

    # -- 10: shared mailboxes -------------------------------------------------------

    def test_enquiries_of_a_shared_mailbox_are_not_merged(self):
        leads = self._create_leads(*[self.us] * 3, email_from="info@shared.example")
        self._run_schedule()
        self.assertEqual(len(leads.exists()), 3)
        self.assertTrue(all(leads.mapped("user_id")))

    def test_the_same_enquiry_of_a_shared_mailbox_is_merged(self):
        leads = self._create_leads(self.us, email_from="info@shared.example", name="Once more")
        leads += self._create_leads(self.us, email_from="info@shared.example", name="Once more")
        self._run_schedule()
        self.assertEqual(len(leads.exists()), 1)

    def test_one_persons_enquiries_are_merged_as_in_odoo(self):
        leads = self._create_leads(*[self.us] * 3, email_from="jane@customer.example")
        self._run_schedule()
        self.assertEqual(len(leads.exists()), 1)

    # -- 12: the customer's own salesperson -----------------------------------------

    def test_customers_own_salesperson_gets_the_lead(self):
        customer = self.env["res.partner"].create(
            {"name": "Customer", "is_company": True, "user_id": self.user_2.id}
        )
        contact = customer.create({"name": "Contact", "parent_id": customer.id})
        leads = self._create_leads(*[self.us] * 3, partner_id=contact.id, email_from=False)
        leads += self._create_leads(*[self.us] * 2)
        self._run_schedule()
        self.assertEqual(leads[:3].user_id, self.user_2)
        self.assertEqual(set(leads[:3].assignment_decision_ids.mapped("rule")), {"customer"})

    # -- 13: equal probabilities ----------------------------------------------------

    def test_of_equal_leads_the_oldest_is_given_out_first(self):
        self.member_2.unlink()
        self.member_1.assignment_max = 60
        leads = self._create_leads(*[self.us] * 5, probability=10)
        self._run_schedule()
        self.assertEqual(leads.filtered("user_id"), leads[:2])
