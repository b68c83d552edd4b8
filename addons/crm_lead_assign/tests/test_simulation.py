from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tests.common import new_test_user

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestSimulation(LeadAssignCommon):
    """Leads of a month given out again with other members; nothing is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = date(2026, 3, 1)
        cls.team = cls._create_team(
            "Team",
            members=[(cls.user_1, "[]", 90), (cls.user_2, "[]", 90)],
            assignment_availability="any",
        )

    def _create_month(self, per_day=2, days=30, **values):
        """Leads of the team's, one user's today, ``per_day`` for each of ``days``."""
        values = {"team_id": self.team.id, "user_id": self.user_1.id, **values}
        leads = self._create_leads(*[self.us] * per_day * days, **values)
        self.env.flush_all()
        for number, lead in enumerate(leads):
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id = %s",
                (f"{self.first + timedelta(days=number // per_day)} 12:00", lead.id),
            )
        self.env.invalidate_all()
        return leads

    def _simulate(self, changes=(), **values):
        """``changes``: ``{user: values}`` for the lines."""
        simulation = self.env["crm.assignment.simulation"].create(
            {
                "team_ids": self.team.ids,
                "date_from": self.first,
                "date_to": self.first + timedelta(days=29),
                **values,
            }
        )
        for user, new in dict(changes).items():
            simulation.line_ids.filtered(lambda line: line.user_id == user).write(new)  # noqa: B023
        simulation.action_simulate()
        return simulation

    def _counts(self, simulation):
        return {line.user_id: line.simulated_count for line in simulation.line_ids}

    def test_lines_are_the_members_as_they_are(self):
        self.team.crm_team_member_ids[0].assignment_optout = True
        simulation = self._simulate()
        self.assertEqual(simulation.line_ids.user_id, self.user_1 | self.user_2)
        self.assertEqual(simulation.line_ids.mapped("assignment_max"), [90, 90])
        self.assertEqual(simulation.line_ids.mapped("paused"), [True, False])
        self.assertEqual(simulation.line_ids.member_id, self.team.crm_team_member_ids)

    def test_unchanged_everybody_gets_the_due_share_and_nothing_is_written(self):
        leads = self._create_month()
        before = leads.read(["user_id", "team_id", "date_open", "write_date"])
        simulation = self._simulate()
        self.assertEqual(self._counts(simulation), {self.user_1: 30, self.user_2: 30})
        self.assertEqual(simulation.line_ids.mapped("actual_count"), [60, 0])
        self.assertEqual(simulation.line_ids.mapped("due_share"), [1.0, 1.0])
        self.assertEqual(
            (simulation.lead_count, simulation.assigned_count, simulation.actual_count),
            (60, 60, 60),
        )
        self.assertEqual(simulation.fairness_spread, 0)
        self.assertEqual(simulation.actual_spread, 2)
        self.assertIn("more evenly", simulation.summary)
        self.env.invalidate_all()
        self.assertEqual(leads.read(["user_id", "team_id", "date_open", "write_date"]), before)
        self.assertFalse(self.env["crm.assignment.run"].search([]))

    def test_capacity_45_instead_of_90(self):
        self._create_month()
        simulation = self._simulate({self.user_2: {"assignment_max": 45}})
        self.assertEqual(self._counts(simulation), {self.user_1: 40, self.user_2: 20})

    def test_too_little_capacity_leaves_leads_waiting(self):
        self._create_month()
        simulation = self._simulate(
            {self.user_1: {"assignment_max": 15}, self.user_2: {"assignment_max": 15}}
        )
        # One at once, then one every two days, on the 2nd, 4th … 30th at the latest.
        self.assertLessEqual(simulation.assigned_count, 32)
        self.assertGreaterEqual(simulation.assigned_count, 30)
        self.assertEqual(simulation.unassigned_count, 60 - simulation.assigned_count)
        self.assertEqual(simulation.reasons, [["capacity_used", simulation.unassigned_count]])
        self.assertGreater(simulation.wait_days, 5)
        self.assertIn("capacity is used up", simulation.summary)

    def test_away_for_a_week(self):
        self._create_month()
        simulation = self._simulate(
            {
                self.user_2: {
                    "away_from": self.first + timedelta(days=7),
                    "away_to": self.first + timedelta(days=13),
                }
            }
        )
        counts = self._counts(simulation)
        # Seven days of two leads to the other, no flood on return.
        self.assertEqual(counts, {self.user_1: 37, self.user_2: 23})

    def test_paused_and_taken_out_get_nothing(self):
        self._create_month()
        simulation = self._simulate({self.user_2: {"paused": True}})
        self.assertEqual(self._counts(simulation), {self.user_1: 60, self.user_2: 0})
        simulation.line_ids[1].unlink()
        simulation.action_simulate()
        self.assertEqual(self._counts(simulation), {self.user_1: 60})

    def test_a_colleague_more(self):
        self._create_month()
        simulation = self._simulate()
        simulation.line_ids = [
            Command.create(
                {"team_id": self.team.id, "user_id": self.manager.id, "assignment_max": 90}
            )
        ]
        simulation.action_simulate()
        self.assertEqual(set(self._counts(simulation).values()), {20})

    def test_another_filter(self):
        self._create_month()
        simulation = self._simulate(
            {self.user_2: {"assignment_domain": "[('country_id.code', '=', 'FR')]"}}
        )
        self.assertEqual(self._counts(simulation), {self.user_1: 60, self.user_2: 0})

    def test_preferred_filter(self):
        leads = self._create_month(per_day=1)
        leads[:10].country_id = self.fr
        simulation = self._simulate(
            {self.user_2: {"assignment_domain_preferred": "[('country_id.code', '=', 'FR')]"}}
        )
        self.assertGreaterEqual(self._counts(simulation)[self.user_2], 10)

    def test_nobody_for_some(self):
        self._create_month()
        only_french = {"assignment_domain": "[('country_id.code', '=', 'FR')]"}
        simulation = self._simulate({self.user_1: only_french, self.user_2: only_french})
        self.assertEqual(simulation.reasons, [["no_member", 60]])

    def test_lost_and_archived_leads_came_in_too(self):
        leads = self._create_month()
        leads[0].action_set_lost()
        leads[1].active = False
        self.assertEqual(self._simulate().lead_count, 60)

    def test_leads_out_of_the_period_or_of_other_teams_are_left_out(self):
        self._create_month()
        other = self._create_team("Other", members=[(self.manager, "[]", 90)])
        self._create_month(days=3, team_id=other.id)
        simulation = self._simulate(date_from=self.first + timedelta(days=10))
        self.assertEqual(simulation.lead_count, 40)

    def test_teams_anew(self):
        self._create_month()
        self.team.assignment_domain = "[('country_id.code', '=', 'FR')]"
        other = self._create_team("US", members=[(self.manager, "[]", 90)])
        other.assignment_domain = "[('country_id.code', '=', 'US')]"
        other.assignment_availability = "any"
        both = (self.team | other).ids
        kept = self._simulate(team_ids=both)
        self.assertEqual(self._counts(kept)[self.manager], 0)
        anew = self._simulate(team_ids=both, lead_teams="anew")
        self.assertEqual(self._counts(anew)[self.manager], 60)

    def test_the_same_customer_stays_with_the_same_person(self):
        partner = self.env["res.partner"].create({"name": "Customer"})
        self._create_month(per_day=1, days=9, partner_id=partner.id)
        counts = sorted(self._counts(self._simulate()).values())
        self.assertEqual(counts, [0, 9])

    def test_time_off_to_come_counts(self):
        self.team.write({"assignment_availability": "within", "assignment_available_hours": 24})
        self._create_month(per_day=1, days=7)
        calendar = self.env["resource.calendar"].create({"name": "Every day"})
        calendar.attendance_ids = [Command.clear()] + [
            Command.create(
                {"name": d, "dayofweek": d, "hour_from": 8, "hour_to": 16, "day_period": "morning"}
            )
            for d in "0123456"
        ]
        resources = self.env["resource.resource"].create(
            [
                {"name": user.name, "user_id": user.id, "calendar_id": calendar.id}
                for user in self.user_1 | self.user_2
            ]
        )
        monday = date(2026, 6, 1)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": resources[1].id,
                "calendar_id": calendar.id,
                "date_from": f"{monday} 00:00:00",
                "date_to": f"{monday + timedelta(days=6)} 23:59:59",
            }
        )
        period = {"date_to": self.first + timedelta(days=6)}
        self.assertEqual(sorted(self._counts(self._simulate(**period)).values()), [3, 4])
        next_week = self._simulate(**period, date_replay=monday)
        self.assertEqual(self._counts(next_week), {self.user_1: 7, self.user_2: 0})

    def test_results_for_the_chart(self):
        self._create_month()
        simulation = self._simulate()
        rows = {(r.user_id, r.kind): r.lead_count for r in simulation.result_ids}
        self.assertEqual(
            rows,
            {
                (self.user_1, "actual"): 60,
                (self.user_1, "simulated"): 30,
                (self.user_2, "actual"): 0,
                (self.user_2, "simulated"): 30,
            },
        )
        self.assertEqual(simulation.action_view_results()["res_model"], simulation.result_ids._name)

    def test_same_again_is_the_same(self):
        self._create_month()
        simulation = self._simulate()
        first = self._counts(simulation)
        simulation.action_simulate()
        self.assertEqual(self._counts(simulation), first)
        self.assertEqual(len(simulation.result_ids), 4)
        self.assertEqual(len(simulation.copy().line_ids), 2)

    def test_form(self):
        with Form(self.env["crm.assignment.simulation"]) as form:
            self.assertEqual(len(form.line_ids), 2)
            with form.line_ids.edit(0) as line:
                line.assignment_max = 45
        simulation = form.record
        self.assertEqual(simulation.line_ids.mapped("assignment_max"), [45, 90])
        simulation.action_simulate()
        self.assertEqual(simulation.state, "done")

    def test_form_follows_the_teams(self):
        other = self._create_team("Other", members=[(self.manager, "[]", 30)])
        with Form(self.env["crm.assignment.simulation"]) as form:
            # Those in the schedule are there at once.
            self.assertEqual(len(form.line_ids), 3)
            form.team_ids.remove(id=other.id)
            self.assertEqual(len(form.line_ids), 2)
            form.team_ids.add(other)
            self.assertEqual(len(form.line_ids), 3)
        form.record.team_ids = other
        self.assertEqual(form.record.line_ids.user_id, self.manager)

    def test_bad_input(self):
        with self.assertRaises(ValidationError):
            self._simulate({self.user_1: {"assignment_domain": "[('gone', '=', 1)]"}})
        with self.assertRaises(ValidationError):
            self._simulate({self.user_1: {"assignment_domain": "__import__('os').getcwd()"}})
        with self.assertRaises(ValidationError):
            self._simulate(date_to=self.first - timedelta(days=1))
        with self.assertRaises(ValidationError):
            self._simulate(
                {self.user_1: {"away_from": self.first, "away_to": self.first - timedelta(days=1)}}
            )
        simulation = self._simulate()
        simulation.line_ids.unlink()
        with self.assertRaises(UserError):
            simulation.action_simulate()

    def test_old_ones_go_unless_kept(self):
        old, kept = self._simulate(), self._simulate(keep=True)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_assignment_simulation SET write_date = %s WHERE id = ANY(%s)",
            (fields.Datetime.now() - timedelta(days=91), (old | kept).ids),
        )
        self.env.invalidate_all()
        self.env["crm.assignment.simulation"]._gc_simulations()
        self.assertFalse(old.exists())
        self.assertTrue(kept.exists())

    # -- who may ---------------------------------------------------------------------

    def test_leader_own_team_alone(self):
        self._create_month()
        self.team.user_id = self.user_1
        other = self._create_team("Other")
        Simulation = self.env["crm.assignment.simulation"].with_user(self.user_1)
        values = {"date_from": self.first, "date_to": self.first + timedelta(days=29)}
        own = Simulation.create({**values, "team_ids": self.team.ids})
        own.line_ids[1].assignment_max = 45
        own.action_simulate()
        self.assertEqual(own.line_ids.mapped("simulated_count"), [40, 20])
        self.assertTrue(own.result_ids)
        for teams in (other, self.team | other):
            with self.assertRaises(AccessError):
                Simulation.create({**values, "team_ids": teams.ids})
        foreign = self._simulate(team_ids=(self.team | other).ids)
        self.assertNotIn(foreign, Simulation.search([]))
        for operation in (
            lambda record: record.read(["name"]),
            lambda record: record.write({"name": "Mine"}),
            lambda record: record.action_simulate(),
            lambda record: record.unlink(),
        ):
            with self.assertRaises(AccessError):
                operation(foreign.with_user(self.user_1))
        with self.assertRaises(AccessError):
            own.result_ids.write({"lead_count": 9})

    def test_filters_are_searched_with_the_leaders_rights_on_save(self):
        self.team.user_id = self.user_1
        own = (
            self.env["crm.assignment.simulation"]
            .with_user(self.user_1)
            .create({"team_ids": self.team.ids})
        )
        with self.assertRaises(ValidationError):
            own.line_ids[0].assignment_domain = "[('user_id.totp_secret', '!=', False)]"

    def test_salesperson_portal_and_public_may_not(self):
        simulation = self._simulate()
        values = {"team_ids": self.team.ids}
        users = [self.user_2]
        users += [
            new_test_user(self.env, f"what_if_{name}", f"base.group_{name}")
            for name in ("portal", "public")
        ]
        for user in users:
            with self.subTest(user=user.login):
                own = simulation.with_user(user)
                for operation in (
                    lambda record: record.create(values),
                    lambda record: record.read(["name"]),
                    lambda record: record.write({"name": "Mine"}),
                    lambda record: record.unlink(),
                    lambda record: record.action_simulate(),
                    lambda record: record.line_ids.read(["user_id"]),
                ):
                    with self.assertRaises(AccessError):
                        operation(own)

    def test_other_companys(self):
        other = self.env["res.company"].create({"name": "Other company"})
        (self.user_1 | self.user_2).company_ids = [Command.link(other.id)]
        self.team.company_id = other
        simulation = self._simulate()
        self.assertEqual(simulation.company_id, other)
        with self.assertRaises(AccessError):
            simulation.with_user(self.manager).read(["name"])
        self.manager.company_ids = [Command.link(other.id)]
        both = [self.env.company.id, other.id]
        mine = simulation.with_user(self.manager).with_context(allowed_company_ids=both)
        self.assertTrue(mine.read(["name"]))
