from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestRunScreens(LeadAssignCommon):
    """A run says in words what it does, to whoever may read it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._create_team(
            "Americas",
            "[('country_id.code', 'in', ['US', 'CA'])]",
            [(cls.user_1, "[('country_id.code', '=', 'US')]", 60), (cls.user_2, "[]", 0)],
        )
        cls.leads = cls._create_leads(cls.us, cls.us, cls.ca, cls.fr)
        cls.leader = new_test_user(
            cls.env, "lead_assign_leader", "base.group_user,sales_team.group_sale_salesman"
        )

    def _preview(self, user=None):
        return self.team.with_user(user or self.manager).action_preview_assignment()

    def test_preview_in_words(self):
        run = self._preview()
        self.assertIn(f"2 leads to Americas: {self.user_1.name} 2", run.words.unescape())
        self.assertIn("2 leads get nobody", run.words.unescape())
        self.assertIn("no team's filter matches", run.words.unescape())
        self.assertIn("no member's filter matches", run.words.unescape())
        self.assertEqual(run.nobody_count, 2)
        self.assertTrue(run.name.startswith("Preview"))

    def test_leads_of_other_teams_are_not_lost(self):
        self._create_team("France", "[('country_id.code', '=', 'FR')]", [(self.user_2, "[]", 30)])
        self.assertIn("2 leads get nobody of these teams", self._preview().words)

    def test_one_lead_is_not_leads(self):
        self.leads[1:].action_archive()
        run = self._preview()
        self.assertIn(f"1 lead to Americas: {self.user_1.name} 1", run.words.unescape())

    def test_nothing_to_give_out(self):
        self.leads.action_archive()
        run = self._preview()
        self.assertIn("every open lead has an owner", run.words.unescape())
        self.assertIn("None: every lead gets somebody", run.nobody.unescape())

    def test_result_beside_today(self):
        run = self._preview()
        self.assertIn("+2", run.people.unescape())
        self.assertIn("0 → 2", run.people.unescape())
        self.assertIn("no capacity", run.people.unescape())
        run.action_apply()
        self.assertTrue(run.name.startswith("By hand"))
        self.assertNotIn("→", run.people.unescape())
        self.assertIn("3 %", run.people.unescape())

    def test_duplicates_are_counted_once(self):
        self._create_leads(self.us, self.us, email_from="buyer@example.com", name="Same enquiry")
        run = self._preview()
        self.assertIn("1 lead repeats another one", run.words.unescape())
        run.action_apply()
        self.assertEqual(run.merged_count, 1)
        merged = run.decision_ids.filtered(lambda row: row.outcome == "merged")
        self.assertEqual(merged.mapped("lead_name"), ["Same enquiry"])

    def test_leads_nobody_gets_by_reason(self):
        run = self._preview()
        self.assertIn("No member's filter matches", run.nobody.unescape())
        self.assertIn("Americas", run.nobody.unescape())

    def test_buttons_lead_to_the_rows_they_count(self):
        run = self._preview()
        Decision = self.env["crm.assignment.decision"]
        every = run.action_view_decisions()
        self.assertEqual(Decision.search_count(every["domain"]), run.decision_count)
        nobody = run.action_view_nobody()
        self.assertEqual(Decision.search_count(nobody["domain"]), run.nobody_count)

    def test_problems_name_whose_filter_it_is(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_team SET assignment_domain = %s WHERE id = %s",
            ("[('gone', '=', 1)]", self.team.id),
        )
        self.team.invalidate_recordset()
        run = self._preview()
        self.assertIn("The filter of Americas can't be used", run.problem_text)

    def test_names_can_not_bring_markup_in(self):
        self.team.name = "<b>Team</b>"
        run = self._preview()
        for text in (run.words, run.people, run.nobody):
            self.assertIn("&lt;b&gt;Team", text)
            self.assertNotIn("<b>Team", text)

    def test_settings_by_name(self):
        set_param = self.env["ir.config_parameter"].set_param
        set_param("crm.assignment.delay", "1.5")
        set_param("crm_lead_assign.repeat_days", "1200")
        run = self._preview()
        for line in (
            "Merge duplicates: yes",
            "Duplicates also by phone: no",
            "Unused capacity is kept for (days): 7",
            "Repeat enquiries within (days): 1,200",
            "Leads wait at least (hours): 1.5",
        ):
            self.assertIn(line, run.settings_text)
        self.assertGreater(run.duration, 0)
        run.action_apply()
        self.assertGreater(run.duration, 0)

    def test_texts_cost_the_same_for_many_leads(self):
        def queries():
            run = self._preview()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run.read(["words", "people", "nobody", "problem_text"])
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        self._create_leads(*[self.us, self.fr] * 50)
        self.assertLessEqual(queries(), few)

    def test_fairness_in_a_word(self):
        run = self._preview().sudo()
        for spread, word in ((0, "Very even"), (0.3, "Even"), (0.9, "Uneven"), (4, "Very uneven")):
            run.fairness_spread = spread
            self.assertEqual(run.fairness_text, word)

    def test_fairness_of_several_runs_is_no_sum(self):
        runs = (self._preview() | self._preview()).sudo()
        runs[0].fairness_spread, runs[1].fairness_spread = 1, 3
        [(spread,)] = runs._read_group([("id", "in", runs.ids)], [], ["fairness_spread:avg"])
        self.assertEqual(spread, 2)
        described = runs.fields_get(["fairness_spread", "fairness_gini"], ["aggregator"])
        self.assertEqual({field["aggregator"] for field in described.values()}, {"avg"})

    def test_button_in_the_form_stays_there(self):
        run = self._preview()
        self.assertIs(run.with_context(assignment_run_form=True).action_apply(), True)
        self.assertEqual(run.state, "done")

    # -- roles ---------------------------------------------------------------------

    def test_preview_of_all_teams(self):
        other = self._create_team("Other", members=[(self.user_2, "[]", 30)])
        Run = self.env["crm.assignment.run"]
        action = Run.with_user(self.manager).action_preview_all()
        run = Run.browse(action["res_id"])
        self.assertIn(other, run.team_ids)

    def test_leader_previews_the_own_team_alone(self):
        self._create_team("Other", members=[(self.user_2, "[]", 30)])
        self.team.user_id = self.leader
        Run = self.env["crm.assignment.run"].with_user(self.leader)
        run = Run.browse(Run.action_preview_all()["res_id"])
        self.assertEqual(run.team_ids, self.team)
        self.assertIn("Americas", run.words.unescape())
        run.action_apply()
        self.assertEqual(self.leads[0].user_id, self.user_1)
        run.action_undo()
        self.assertFalse(self.leads[0].user_id)

    def test_salesperson_previews_nothing(self):
        Run = self.env["crm.assignment.run"].with_user(self.user_1)
        with self.assertRaises(UserError):
            Run.action_preview_all()
        with self.assertRaises(AccessError):
            self._preview().with_user(self.user_1).read(["words"])

    def test_assign_now_from_the_action_menu(self):
        action = self.env.ref("crm_lead_assign.crm_lead_action_assign")
        self.assertEqual(action.binding_model_id.model, "crm.lead")
        context = {"active_model": "crm.lead", "active_ids": self.leads.ids}
        result = action.with_user(self.manager).with_context(**context).run()
        self.assertEqual(result["tag"], "display_notification")
        self.assertEqual(self.leads[0].user_id, self.user_1)
        with self.assertRaises(UserError):
            action.with_user(self.user_2).with_context(**context).run()

    def test_decision_shows_who_was_considered(self):
        run = self._preview()
        decision = run.decision_ids.filtered(lambda row: row.user_id)[:1]
        self.assertIn(self.user_1.name, decision.candidate_table)
        self.assertIn("gets it", decision.candidate_table)
        self.assertIn("has no capacity", decision.candidate_table)
