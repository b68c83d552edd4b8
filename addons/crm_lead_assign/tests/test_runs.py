import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .common import LeadAssignCommon


class RunCommon(LeadAssignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._create_team(
            "North",
            "[('country_id.code', 'in', ['US', 'CA'])]",
            [(cls.user_1, "[]", 300), (cls.user_2, "[('country_id.code', '=', 'CA')]", 300)],
        )
        cls.member_1, cls.member_2 = cls.team.crm_team_member_ids
        cls.runs = cls.env["crm.assignment.run"]

    def _last_run(self):
        return self.runs.search([], limit=1)


@tagged("post_install", "-at_install")
class TestRun(RunCommon):
    """What a run leaves behind."""

    def test_run_and_reasons(self):
        leads = self._create_leads(self.us, self.ca, self.fr)
        self.team.with_user(self.manager).action_assign_leads()
        run = self._last_run()
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "trigger": "manual",
                    "user_id": self.manager.id,
                    "assigned_count": 2,
                    "unassigned_count": 1,
                    "problems": False,
                }
            ],
        )
        by_lead = {decision.lead_id: decision for decision in run.decision_ids}
        self.assertRecordValues(
            by_lead[leads[0]],
            [
                {
                    "outcome": "assigned",
                    "user_id": self.user_1.id,
                    "team_id": self.team.id,
                    "rule": "round_robin",
                    "team_rule": "only",
                    "rank": 1,
                    "previous_user_id": False,
                    "previous_team_id": False,
                    "previous_type": "lead",
                }
            ],
        )
        self.assertIn([self.member_2.id, "filter"], by_lead[leads[0]].candidates)
        self.assertEqual(by_lead[leads[2]].reason, "no_team")

    def test_lead_becomes_an_opportunity_as_in_odoo(self):
        lead = self._create_leads(self.us)
        # The time of the transaction, which began with the class: a slow machine is later by now.
        now = self.env.cr.now().replace(microsecond=0)
        self.team.with_env(self.env(context={})).action_assign_leads()
        self.assertEqual((lead.type, lead.user_id, lead.team_id), (
            "opportunity", self.user_1, self.team))  # fmt: skip
        self.assertGreaterEqual(lead.date_open, now)
        self.assertGreaterEqual(lead.date_conversion, now)
        self.assertTrue(lead.stage_id)
        self.assertIn(self.user_1.partner_id, lead.message_partner_ids)

    def test_same_as_odoos_own_conversion(self):
        """Followers, tracked changes and values: our bulk writes against Odoo's, lead by lead."""
        tracked = self.env(context={})
        ours, theirs = self._create_leads(self.us, self.us, partner_name="Firm").with_env(tracked)
        self.env.flush_all()
        self.cr.precommit.run()
        self.member_2.unlink()
        self.team.with_env(tracked).with_user(self.manager)._action_assign_leads(force_quota=True)
        self.env.flush_all()
        self.assertEqual(theirs.user_id, self.user_1)
        theirs.write({"user_id": False, "team_id": False, "type": "lead"})
        theirs.message_ids.unlink()
        theirs.message_follower_ids.unlink()
        self.env.flush_all()
        self.cr.precommit.run()
        before = theirs.message_ids
        native = theirs.with_user(self.manager).with_context(mail_auto_subscribe_no_notify=True)
        native._handle_salesmen_assignment(user_ids=None, team_id=self.team.id)
        native.convert_opportunity(native.partner_id, user_ids=self.user_1.ids)
        self.env.flush_all()
        self.cr.precommit.run()
        for name in ("type", "user_id", "team_id", "stage_id", "company_id", "probability"):
            self.assertEqual(ours[name], theirs[name], name)
        self.assertEqual(
            ours.message_follower_ids.mapped(lambda f: (f.partner_id, f.subtype_ids)),
            theirs.message_follower_ids.mapped(lambda f: (f.partner_id, f.subtype_ids)),
        )
        self.assertEqual(self._tracked(ours), self._tracked(theirs, before))
        message = ours.message_ids.filtered("tracking_value_ids")
        self.assertEqual(message.author_id, self.manager.partner_id)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))

    def _tracked(self, lead, before=None):
        messages = lead.message_ids - (before or lead.message_ids.browse())
        return {
            (
                value.field_id.name,
                value.old_value_integer,
                value.old_value_char or "",
                value.new_value_integer,
                value.new_value_char,
            )
            for value in messages.sudo().tracking_value_ids
            if value.field_id.name in ("team_id", "user_id", "type")
        }

    def test_lead_without_a_stage_goes_odoos_way(self):
        lead = self._create_leads(self.us, stage_id=False)
        self.env.cr.execute("UPDATE crm_lead SET stage_id = NULL WHERE id = %s", [lead.id])
        lead.invalidate_recordset()
        self.team.action_assign_leads()
        self.assertTrue(lead.stage_id)
        self.assertEqual(lead.user_id, self.user_1)

    def test_waiting_lead_is_written_down_once(self):
        self._create_leads(self.fr)
        for _number in range(3):
            self.team.action_assign_leads()
        decisions = self.env["crm.assignment.decision"].search([("team_id", "=", False)])
        self.assertEqual(len(decisions), 1)

    def test_same_seed_same_teams(self):
        other = self._create_team("South", members=[(self.manager, "[]", 300)])
        teams = self.team + other
        self._create_leads(*[self.us] * 12)

        def preview():
            run = self.runs._preview_assignment(teams, seed=42)
            return [(row.lead_id, row.team_id) for row in run.decision_ids.sorted("lead_id")]

        self.assertEqual(preview(), preview())

    def test_seed_of_a_run_makes_its_draws_again(self):
        other = self._create_team("South", members=[(self.manager, "[]", 300)])
        self._create_leads(*[self.us] * 12)
        run = self.runs._preview_assignment(self.team + other)
        random.setstate(run._get_random_state())
        again = self.runs._preview_assignment(self.team + other)
        self.assertEqual(
            run.decision_ids.sorted("lead_id").mapped("team_id.id"),
            again.decision_ids.sorted("lead_id").mapped("team_id.id"),
        )

    def test_refused_lead_does_not_stop_the_others(self):
        leads = self._create_leads(*[self.us] * 4)
        refused = leads[2]

        # As a rule of somebody's own would: this lead may have no owner.
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE crm_lead ADD CONSTRAINT not_this_one"
            f" CHECK (id != {refused.id} OR user_id IS NULL)"
        )
        self.team.action_assign_leads()
        self.assertEqual(leads.filtered("user_id"), leads - refused)
        run = self._last_run()
        self.assertEqual((run.assigned_count, run.error_count), (3, 1))
        row = run.decision_ids.filtered(lambda row: row.outcome == "error")
        self.assertIn("not_this_one", row.facts["error"])

    def test_old_decisions_are_vacuumed_but_the_owners(self):
        lead, free = self._create_leads(self.us, self.fr)
        self.team.action_assign_leads()
        rows = self._last_run().decision_ids
        rows.write({"create_date": fields.Datetime.now() - timedelta(days=400)})
        self.env["crm.assignment.decision"]._gc_decisions()
        self.assertEqual(rows.exists().lead_id, lead)
        self.assertTrue(free.exists())


@tagged("post_install", "-at_install")
class TestPreview(RunCommon):
    """Before it happens, and after it has been taken back."""

    def _state(self, leads):
        leads.invalidate_recordset()
        return leads.read(["user_id", "team_id", "type", "stage_id", "date_open",
                           "date_conversion", "company_id", "message_ids"])  # fmt: skip

    def test_preview_touches_no_lead(self):
        leads = self._create_leads(self.us, self.ca, self.fr)
        self.env.flush_all()
        before = self._state(leads)
        run = self.team.action_preview_assignment()
        self.env.flush_all()
        self.assertEqual(run.state, "preview")
        self.assertEqual((run.assigned_count, run.unassigned_count), (2, 1))
        self.assertEqual(self._state(leads), before)
        self.assertFalse(self.team.assignment_position_date)

    def test_a_preview_says_which_teams_the_schedule_leaves_out(self):
        self._create_leads(self.us)
        apart = self._create_team("Apart", members=[(self.user_1, "[]", 30)])
        apart.assignment_optout = True
        run = (self.team + apart).action_preview_assignment()
        self.assertIn("left out of the schedule: Apart.", run.words)
        self.assertNotIn("left out of the schedule", self.team.action_preview_assignment().words)

    def test_apply_does_exactly_what_the_preview_shows(self):
        leads = self._create_leads(*[self.us, self.ca] * 5)
        run = self.team.action_preview_assignment()
        shown = {row.lead_id: (row.team_id, row.user_id) for row in run.decision_ids}
        run.action_apply()
        self.assertEqual({lead: (lead.team_id, lead.user_id) for lead in leads}, shown)
        self.assertEqual(run.state, "done")
        self.assertEqual(set(run.decision_ids.mapped("state")), {"done"})
        self.assertEqual(run.assigned_count, 10)

    def test_apply_leaves_changed_leads_alone(self):
        leads = self._create_leads(self.us, self.us, self.us)
        run = self.team.action_preview_assignment()
        leads[0].user_id = self.manager
        leads[1].unlink()
        run.action_apply()
        self.assertEqual(leads[0].user_id, self.manager)
        self.assertEqual(leads[2].user_id, self.user_1)
        self.assertEqual((run.assigned_count, run.changed_count), (1, 1))

    def test_apply_twice_is_refused(self):
        self._create_leads(self.us)
        run = self.team.action_preview_assignment()
        run.action_apply()
        with self.assertRaisesRegex(UserError, "no preview"):
            run.action_apply()

    def test_discard(self):
        lead = self._create_leads(self.us)
        run = self.team.action_preview_assignment()
        run.action_discard()
        self.assertEqual(run.state, "discarded")
        self.assertFalse(run.decision_ids)
        self.assertFalse(lead.user_id)
        with self.assertRaisesRegex(UserError, "no preview"):
            run.action_apply()

    def test_preview_of_merging(self):
        leads = self._create_leads(self.us, self.us, email_from="jane@customer.example")
        run = self.team.action_preview_assignment()
        self.assertEqual(run.merged_count, 1)
        self.assertEqual(len(leads.exists()), 2)
        run.action_apply()
        self.assertEqual(len(leads.exists()), 1)
        self.assertTrue(leads.exists().user_id)

    def test_preview_of_a_stuck_lead(self):
        picky = self._create_team("Picky", members=[(self.manager, "[('id', '=', 0)]", 30)])
        lead = self._create_leads(self.us, team_id=picky.id)
        run = (self.team + picky).action_preview_assignment()
        self.assertEqual(run.decision_ids.team_id, self.team)
        run.action_apply()
        self.assertEqual((lead.team_id, lead.user_id), (self.team, self.user_1))

    def test_undo_puts_everything_back(self):
        leads = self._create_leads(self.us, self.ca)
        self.env.flush_all()
        before = [{k: v for k, v in row.items() if k != "message_ids"}
                  for row in self._state(leads)]  # fmt: skip
        self.team.action_assign_leads()
        run = self._last_run()
        run.action_undo()
        after = [{k: v for k, v in row.items() if k != "message_ids"}
                 for row in self._state(leads)]  # fmt: skip
        self.assertEqual(after, before)
        self.assertFalse(leads.message_partner_ids & (self.user_1 | self.user_2).partner_id)
        self.assertEqual((run.state, run.undone_count), ("undone", 2))

    def test_undo_keeps_what_was_worked_on(self):
        leads = self._create_leads(*[self.us] * 5)
        self.team.action_assign_leads()
        run = self._last_run()
        self.env.cr.execute(
            "UPDATE crm_assignment_decision SET create_date = create_date - interval '1 hour'"
        )
        run.decision_ids.invalidate_recordset()
        leads[0].user_id = self.user_2
        leads[1].message_post(body="I called", message_type="comment")
        leads[2].activity_schedule("mail.mail_activity_data_call")
        leads[3].stage_id = self.env["crm.stage"].search([("id", "!=", leads[3].stage_id.id)])[:1]
        run.action_undo()
        self.assertEqual(leads.filtered("user_id"), leads[:4])
        self.assertEqual(run.undone_count, 1)
        self.assertEqual(
            run.decision_ids.filtered(lambda row: row.state == "kept").lead_id, leads[:4]
        )

    def test_undo_keeps_what_was_worked_on_in_the_second_of_the_run(self):
        """Odoo dates messages and stages to the second, decisions are exact."""
        leads = self._create_leads(*[self.us] * 3)
        self.team.action_assign_leads()
        run = self._last_run()
        message = leads[0].message_post(body="I called", message_type="comment")
        stage = self.env["crm.stage"].search([("id", "!=", leads[1].stage_id.id)], limit=1)
        leads[1].with_context(tracking_disable=False, mail_notrack=False).stage_id = stage
        self.env.flush_all()
        self.cr.flush()  # what is tracked is written now
        self.env.flush_all()
        # The run began a moment before they did, in the same second.
        self.cr.execute(
            """
            UPDATE crm_assignment_decision SET create_date = create_date - interval '1 ms'
             WHERE run_id = %(run)s;
            UPDATE mail_message SET date = date_trunc('second', create_date) WHERE id = %(said)s;
            UPDATE crm_lead SET date_last_stage_update = (
                SELECT date_trunc('second', min(create_date)) FROM crm_assignment_decision
                 WHERE run_id = %(run)s)
            """,
            {"run": run.id, "said": message.id},
        )
        self.env.invalidate_all()
        run.action_undo()
        self.assertEqual(leads.filtered("user_id"), leads[:2])

    def test_undone_leads_can_be_given_out_again(self):
        leads = self._create_leads(self.us)
        self.team.action_assign_leads()
        self._last_run().action_undo()
        self.team.action_assign_leads()
        self.assertEqual(leads.user_id, self.user_1)

    def test_undo_of_a_preview_is_refused(self):
        run = self.team.action_preview_assignment()
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            run.action_undo()


@tagged("post_install", "-at_install")
class TestSelection(RunCommon):
    """Chosen leads, and the answer to "why me?"."""

    def test_only_the_chosen_leads(self):
        leads = self._create_leads(*[self.us] * 3)
        leads[:2].with_user(self.manager).action_assign()
        self.assertEqual(leads.filtered("user_id"), leads[:2])
        self.assertEqual(self._last_run().trigger, "selection")

    def test_owned_leads_are_left_alone_and_said_so(self):
        leads = self._create_leads(self.us, self.us)
        leads[0].user_id = self.manager
        action = leads.action_assign()
        self.assertEqual(leads[0].user_id, self.manager)
        self.assertIn("1 assigned", action["params"]["message"])
        self.assertIn("1 left alone", action["params"]["message"])

    def test_teams_out_of_the_schedule_take_part(self):
        self.team.assignment_optout = True
        lead = self._create_leads(self.us)
        lead.action_assign()
        self.assertEqual(lead.user_id, self.user_1)

    def test_explanation(self):
        lead = self._create_leads(self.us)
        self.team.action_assign_leads()
        why = lead.with_user(self.user_1).get_assignment_explanation()
        self.assertEqual(
            (why["outcome"], why["rule"], why["current"]), ("assigned", "round_robin", True)
        )
        self.assertEqual(why["user"], {"id": self.user_1.id, "name": self.user_1.name})
        self.assertIn("Yours because", why["summary"])
        self.assertIn("next in turn", why["summary"])
        self.assertEqual(
            [(row["user"], row["skipped"]) for row in why["candidates"]],
            [(self.user_1.name, False), (self.user_2.name, "filter")],
        )

    def test_explanation_of_an_unassigned_lead(self):
        lead = self._create_leads(self.fr)
        why = lead.get_assignment_explanation()
        self.assertEqual(why["reason"], "no_team")
        self.assertIn("No team's filter matches", why["summary"])

    def test_explanation_of_a_choice_by_hand(self):
        lead = self._create_leads(self.us)
        self.team.action_assign_leads()
        lead.user_id = self.user_2
        why = lead.get_assignment_explanation()
        self.assertFalse(why["current"])
        self.assertIn("by hand", why["summary"])

    def test_explanation_needs_the_lead(self):
        lead = self._create_leads(self.us)
        self.team.action_assign_leads()
        with self.assertRaises(AccessError):
            lead.with_user(self.user_2).get_assignment_explanation()


@tagged("post_install", "-at_install")
class TestAccess(RunCommon):
    """Who may see and do what: salesperson, leader, manager, other company, portal, public."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = new_test_user(
            cls.env, "lead_assign_leader", "base.group_user,sales_team.group_sale_salesman"
        )
        cls.team.user_id = cls.leader
        cls.other = cls._create_team("Other", members=[(cls.manager, "[]", 300)])
        cls.portal = new_test_user(cls.env, "lead_assign_portal", "base.group_portal")
        cls.employee = new_test_user(cls.env, "lead_assign_employee", "base.group_user")
        cls.lead = cls._create_leads(cls.us)
        cls.other.assignment_domain = "[('country_id.code', '=', 'FR')]"
        cls.other_lead = cls._create_leads(cls.fr)
        (cls.team + cls.other)._action_assign_leads(force_quota=True)
        cls.done_run = cls.env["crm.assignment.run"].search([], limit=1)

    def _count(self, model, user):
        return self.env[model].with_user(user).search_count([("id", ">", 0)])

    def test_decisions(self):
        decision = "crm.assignment.decision"
        self.assertGreaterEqual(self._count(decision, self.manager), 2)
        for user, lead in ((self.user_1, self.lead), (self.leader, self.lead)):
            rows = self.env[decision].with_user(user).search([])
            self.assertEqual(rows.sudo().lead_id, lead, user.login)
        self.assertEqual(self._count(decision, self.user_2), 0)
        for user in (self.portal, self.employee, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self._count(decision, user)

    def test_nobody_writes_decisions_or_runs(self):
        for user in (self.user_1, self.leader, self.manager):
            for record in (self.done_run, self.done_run.decision_ids[:1]):
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"state": "done"})
                with self.assertRaises(AccessError):
                    record.with_user(user).copy()

    def test_runs(self):
        run = "crm.assignment.run"
        self.assertGreaterEqual(self._count(run, self.manager), 1)
        self.assertEqual(self._count(run, self.leader), 0, "it tells about another team as well")
        self.assertEqual(self._count(run, self.user_1), 0)
        self.team._action_assign_leads(force_quota=True)
        self.assertEqual(self._count(run, self.leader), 1)
        for user in (self.portal, self.employee):
            with self.assertRaises(AccessError):
                self._count(run, user)

    def test_assigning(self):
        for user, allowed in (
            (self.manager, True),
            (self.leader, True),
            (self.user_1, False),
            (self.employee, False),
            (self.portal, False),
        ):
            lead = self._create_leads(self.us)
            for call in ("_action_assign_leads", "action_preview_assignment"):
                team = self.team.with_user(user)
                if allowed:
                    getattr(team, call)()
                else:
                    with self.assertRaises(UserError):
                        getattr(team, call)()
            self.assertEqual(bool(lead.user_id), allowed, user.login)

    def test_leader_can_not_assign_in_another_team(self):
        for teams in (self.other, self.team + self.other):
            with self.assertRaises(UserError):
                teams.with_user(self.leader)._action_assign_leads()

    def test_leader_applies_discards_and_undoes_in_the_own_team(self):
        self._create_leads(self.us)
        run = self.team.with_user(self.leader).action_preview_assignment()
        run.with_user(self.leader).action_apply()
        run.with_user(self.leader).action_undo()
        with self.assertRaises(UserError):
            self.done_run.with_user(self.leader).action_undo()
        with self.assertRaises(UserError):
            run.with_user(self.user_1).action_undo()

    def test_selected_leads(self):
        lead = self._create_leads(self.us)
        with self.assertRaises(UserError):
            lead.with_user(self.user_1).action_assign()
        lead.with_user(self.leader).action_assign()
        self.assertEqual(lead.user_id, self.user_1)

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        manager = new_test_user(
            self.env,
            "lead_assign_far_manager",
            "base.group_user,sales_team.group_sale_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        own = self.env.company
        self.team.company_id = own
        lead = self._create_leads(self.us)
        self.team._action_assign_leads(force_quota=True)
        run = self._last_run()
        self.assertEqual(run.company_id, own)
        self.assertFalse(run.with_user(manager).search([("id", "=", run.id)]))
        self.assertFalse(
            self.env["crm.assignment.decision"]
            .with_user(manager)
            .search([("lead_id", "=", lead.id)])
        )

    def test_leads_of_a_company_go_to_its_people(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        self.user_2.company_ids += company
        lead = self._create_leads(self.ca)
        self.env.cr.execute(
            "UPDATE crm_lead SET company_id = %s WHERE id = %s", (company.id, lead.id)
        )
        lead.invalidate_recordset()
        self.team._action_assign_leads(force_quota=True)
        self.assertEqual(lead.user_id, self.user_2)
        row = self._last_run().decision_ids.filtered(lambda row: row.lead_id == lead)
        self.assertIn([self.member_1.id, "other_company"], row.candidates)

    def test_settings_models(self):
        for model, values in (
            ("crm.shared.mailbox", {"name": "@market.example"}),
            ("crm.territory", {"name": "South"}),
        ):
            record = self.env[model].with_user(self.manager).create(values)
            record.with_user(self.user_1).read(["name"])
            for call in (
                lambda record=record: record.with_user(self.user_1).write({"name": "x"}),
                lambda record=record: record.with_user(self.user_1).unlink(),
                lambda model=model, values=values: (
                    self.env[model].with_user(self.user_1).create(values)
                ),
                lambda record=record: record.with_user(self.portal).read(["name"]),
            ):
                with self.assertRaises(AccessError):
                    call()
            record.with_user(self.manager).unlink()
