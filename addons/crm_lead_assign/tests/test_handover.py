from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from ..shell.handover import find_idle
from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestHandover(LeadAssignCommon):
    """Leads their owners let lie go to somebody else, a limited number of times."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_3 = new_test_user(
            cls.env, "lead_assign_3", "base.group_user,sales_team.group_sale_salesman"
        )
        cls.users = cls.user_1 | cls.user_2 | cls.user_3
        cls.users.company_id.resource_calendar_id = False  # at work at any time
        cls.team = cls._create_team(
            "Team",
            members=[(user, "[]", 300) for user in cls.users],
            user_id=cls.manager.id,
            assignment_reassign_hours=8,
            assignment_reassign_max=2,
        )
        cls.handover_cron = cls.env.ref("crm_lead_assign.ir_cron_reassign_inactive")

    def _given(self, count=1, hours=9):
        """Leads given out by the schedule, ``hours`` ago."""
        leads = self._create_leads(*[self.us] * count)
        self._run_schedule()
        self.assertTrue(all(lead.user_id for lead in leads))
        self._age(leads, hours)
        return leads

    def _age(self, leads, hours):
        """As if all that has happened to the leads had happened ``hours`` earlier."""
        self.env.flush_all()
        past = timedelta(hours=hours)
        for table, column, date in (
            ("crm_assignment_decision", "lead_id", "create_date"),
            ("mail_message", "res_id", "create_date"),
            ("mail_message", "res_id", "date"),
            ("mail_activity", "res_id", "create_date"),
            ("crm_lead", "id", "write_date"),
            ("crm_lead", "id", "date_open"),
            ("crm_lead", "id", "date_last_stage_update"),
        ):
            self.env.cr.execute(
                f"UPDATE {table} SET {date} = {date} - %s WHERE {column} = ANY(%s)",
                (past, leads.ids),
            )
        self.env.invalidate_all()

    def _hand_over(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.handover_cron.method_direct_trigger()
        self.env.invalidate_all()

    def _decision(self, lead):
        return lead.assignment_decision_ids.sorted("id")[-1]

    def test_idle_lead_goes_to_somebody_else_and_says_so(self):
        lead = self._given()
        before, team, converted = lead.user_id, lead.team_id, lead.date_conversion
        self._hand_over()
        self.assertNotEqual(lead.user_id, before)
        self.assertEqual(lead.team_id, team)
        self.assertEqual(lead.date_conversion, converted)
        self.assertEqual(lead.assignment_handover_count, 1)
        decision = self._decision(lead)
        self.assertEqual(decision.outcome, "reassigned")
        self.assertEqual(decision.previous_user_id, before)
        self.assertEqual(decision.run_id.trigger, "inaction")
        self.assertEqual(decision.run_id.assigned_count, 1)
        skipped = {row["user"]: row["skipped"]
                   for row in lead.get_assignment_explanation()["candidates"]}  # fmt: skip
        self.assertEqual(skipped[before.display_name], "previous_owner")
        self.assertIn("8 working hours", lead.get_assignment_explanation()["summary"])
        tracked = lead.message_ids.tracking_value_ids.filtered(
            lambda value: value.old_value_char == before.display_name
        )
        self.assertEqual(tracked.new_value_char, lead.user_id.display_name)

    def test_in_time_nothing_happens(self):
        lead = self._given(hours=7)
        owner = lead.user_id
        self._hand_over()
        self.assertEqual(lead.user_id, owner)
        self.assertFalse(self.env["crm.assignment.run"].search([("trigger", "=", "inaction")]))

    def test_twice_at_once_is_once(self):
        lead = self._given()
        self._hand_over()
        owner = lead.user_id
        self._hand_over()
        self.assertEqual(lead.user_id, owner)
        self.assertEqual(lead.assignment_handover_count, 1)

    def test_at_most_m_times_never_back_and_then_the_leader_once(self):
        lead = self._given()
        owners = [lead.user_id]
        for _round in range(2):
            self._hand_over()
            owners.append(lead.user_id)
            self._age(lead, 9)
        self.assertEqual(len(set(owners)), 3)
        for _round in range(3):
            self._hand_over()
        self.assertEqual(lead.user_id, owners[-1])
        self.assertEqual(lead.assignment_handover_count, 2)
        activity = lead.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("2 hand-overs", activity.summary)
        activity.action_done()
        self._hand_over()
        self.assertFalse(lead.activity_ids)

    def test_nobody_else_it_stays(self):
        self.team.crm_team_member_ids[1:].assignment_optout = True
        lead = self._given()
        owner = lead.user_id
        self._hand_over()
        self.assertEqual(lead.user_id, owner)
        self.assertEqual(lead.assignment_handover_count, 0)
        self.assertFalse(self.env["crm.assignment.run"].search([("trigger", "=", "inaction")]))
        self.team.crm_team_member_ids.assignment_optout = False
        self._hand_over()
        self.assertNotEqual(lead.user_id, owner)

    def test_work_of_any_kind_keeps_the_lead(self):
        def comment(lead):
            lead.with_user(lead.user_id).message_post(body="Called", message_type="comment")

        def email(lead):
            lead.message_post(
                body="Offer",
                message_type="email",
                author_id=lead.user_id.partner_id.id,
            )

        def colleague(lead):
            lead.with_user(self.manager).message_post(body="Mine?", message_type="comment")

        def stage(lead):
            lead.stage_id = self.env["crm.stage"].search([("id", "!=", lead.stage_id.id)], limit=1)

        def plan(lead):
            lead.with_user(lead.user_id).activity_schedule("mail.mail_activity_data_call")

        def done(lead):
            activity = lead.activity_schedule(
                "mail.mail_activity_data_call", user_id=lead.user_id.id
            )
            activity.with_user(lead.user_id).action_feedback("Reached")

        def edit(lead):
            lead.with_user(lead.user_id).description = "<p>Wants two</p>"

        for work in (comment, email, colleague, stage, plan, done, edit):
            with self.subTest(work=work.__name__):
                lead = self._given()
                owner = lead.user_id
                work(lead)
                self._hand_over()
                self.assertEqual(lead.user_id, owner)

    def test_what_others_do_is_no_work(self):
        def customer(lead):
            partner = self.env["res.partner"].create({"name": "Customer"})
            lead.message_post(body="Hello?", message_type="email", author_id=partner.id)

        def robot(lead):
            lead.message_post(body="Scored", author_id=self.env.ref("base.partner_root").id)

        def planned_by_a_rule(lead):
            lead.activity_schedule("mail.mail_activity_data_call", user_id=lead.user_id.id)

        for event in (customer, robot, planned_by_a_rule):
            with self.subTest(event=event.__name__):
                lead = self._given()
                owner = lead.user_id
                event(lead)
                self._hand_over()
                self.assertNotEqual(lead.user_id, owner)

    def test_leads_given_by_hand_won_lost_and_archived_stay(self):
        by_hand, won, lost = self._given(3)
        by_hand.user_id = (self.users - by_hand.user_id)[0]
        won.action_set_won()
        lost.action_set_lost()
        owners = [lead.user_id for lead in by_hand | won | lost]
        self._age(by_hand | won | lost, 9)
        self._hand_over()
        self.assertEqual([lead.user_id for lead in by_hand | won | lost], owners)

    def test_teams_without_hours_or_left_out_hand_nothing_over(self):
        lead = self._given()
        owner = lead.user_id
        self.team.assignment_reassign_hours = 0
        self._hand_over()
        self.assertEqual(lead.user_id, owner)
        self.team.write({"assignment_reassign_hours": 8, "assignment_optout": True})
        self._hand_over()
        self.assertEqual(lead.user_id, owner)

    def test_hours_are_the_owners_working_hours(self):
        """Given three days ago and on leave since: no working hour has passed."""
        calendar = self.env["resource.calendar"].create({"name": "Around the clock"})
        calendar.attendance_ids = [Command.clear()] + [
            Command.create(
                {
                    "name": day,
                    "dayofweek": day,
                    "hour_from": 0,
                    "hour_to": 24,
                    "day_period": "morning",
                }
            )
            for day in "0123456"
        ]
        lead = self._given(hours=72)
        owner = lead.user_id
        resource = self.env["resource.resource"].create(
            {"name": owner.name, "user_id": owner.id, "calendar_id": calendar.id}
        )
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": resource.id,
                "calendar_id": calendar.id,
                "date_from": fields.Datetime.now() - timedelta(hours=73),
                "date_to": fields.Datetime.now() + timedelta(hours=1),
            }
        )
        self._hand_over()
        self.assertEqual(lead.user_id, owner)
        leave.date_to = fields.Datetime.now() - timedelta(hours=9)
        self._hand_over()
        self.assertNotEqual(lead.user_id, owner)

    def test_undo_gives_it_back_and_it_is_not_taken_again(self):
        lead = self._given()
        owner = lead.user_id
        self._hand_over()
        self._decision(lead).run_id.action_undo()
        self.assertEqual(lead.user_id, owner)
        self.assertEqual(lead.assignment_handover_count, 0)
        self._age(lead, 9)
        self._hand_over()
        self.assertEqual(lead.user_id, owner)

    def test_preview_and_apply(self):
        lead = self._given()
        owner = lead.user_id
        run = self.team.with_user(self.manager).action_preview_handover()
        self.assertEqual(lead.user_id, owner)
        row = run.decision_ids
        self.assertEqual((row.outcome, row.previous_user_id), ("reassigned", owner))
        run.action_apply()
        self.assertEqual(lead.user_id, row.user_id)
        self.assertNotEqual(lead.user_id, owner)
        self.assertEqual(lead.assignment_handover_count, 1)
        with self.assertRaises(UserError):
            self.team.with_user(self.user_1).action_preview_handover()

    def test_preview_without_idle_leads_is_empty(self):
        run = self.team.action_preview_handover()
        self.assertEqual((run.state, len(run.decision_ids)), ("preview", 0))

    def test_the_new_owner_is_told_as_wished(self):
        self.team.crm_team_member_ids.assignment_notify = "digest"
        lead = self._given()
        self._hand_over()
        message = self.env["mail.message"].search(
            [("partner_ids", "in", lead.user_id.partner_id.ids)], limit=1
        )
        self.assertIn(lead.name, message.body)

    def test_capacity_holds(self):
        self.team.crm_team_member_ids.assignment_max = 30
        leads = self._given(3)  # one each: the day is used up
        owners = leads.mapped("user_id")
        self.assertEqual(len(owners), 3)
        self.team.crm_team_member_ids.assignment_position_date = fields.Datetime.now()
        self._age(leads, 0)
        before = [lead.user_id for lead in leads]
        self._hand_over()
        self.assertEqual([lead.user_id for lead in leads], before)

    def test_same_queries_for_one_lead_and_for_forty(self):
        """Set by set: finding costs by owner, never by lead."""
        self._given(3)
        counts = []
        for _round in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = find_idle(self.team.sudo(), fields.Datetime.now())
            counts.append((len(found), self.env.cr.sql_log_count - before))
            if not _round:
                self._given(24)
        self.assertEqual([found for found, _queries in counts], [3, 27])
        self.assertLessEqual(counts[1][1], counts[0][1])

    def test_leader_who_sees_own_leads_only_is_told(self):
        self.team.write({"user_id": self.user_1.id, "assignment_reassign_max": 0})
        leads = self._given(3)
        self._hand_over()
        self.assertEqual(leads.activity_ids.user_id, self.user_1)
        self.assertEqual(len(leads.activity_ids), 3)
