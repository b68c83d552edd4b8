from datetime import datetime, timedelta
from unittest.mock import patch

import pytz
from psycopg2.errors import CheckViolation, QueryCanceled, UniqueViolation

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.base.models import ir_cron
from odoo.addons.crm_access import domains

from .common import LeadAssignCommon


class RuleCommon(LeadAssignCommon):
    def _assign(self, teams=None):
        (teams or self.env["crm.team"].search([]))._action_assign_leads(force_quota=True)

    def _skips(self, lead, member):
        row = lead.assignment_decision_ids[:1]
        return [code for member_id, code, *_score in row.candidates if member_id == member.id]


@tagged("post_install", "-at_install")
class TestTeamRules(RuleCommon):
    """Which team: order, territories, fallback."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        cls.north = cls._create_team("North", members=[(cls.user_1, "[]", 300)], sequence=5)
        cls.south = cls._create_team("South", members=[(cls.user_2, "[]", 300)], sequence=3)

    def test_exclusive_team_takes_all_that_match(self):
        self.north.write(
            {"assignment_mode": "exclusive", "assignment_domain": "[('priority', '=', '2')]"}
        )
        big = self._create_leads(*[self.us] * 6, priority="2")
        self._assign()
        self.assertEqual(big.team_id, self.north)

    def test_territory_tree(self):
        america = self.env["crm.territory"].create(
            {"name": "America", "country_ids": [Command.set((self.us + self.ca).ids)]}
        )
        california = self.env.ref("base.state_us_5")
        west = america.create(
            {"name": "West", "parent_id": america.id, "state_ids": [Command.set(california.ids)]}
        )
        bay = america.create(
            {"name": "Bay", "parent_id": west.id, "zip_ranges": "94000-94999, 95*"}
        )
        self.assertEqual(bay.complete_name, "America / West / Bay")
        self.north.assignment_territory_ids = america
        self.south.assignment_territory_ids = bay
        us, ca, fr = self._create_leads(self.us, self.ca, self.fr)
        inside = self._create_leads(self.us, self.us, state_id=california.id)
        inside[0].zip, inside[1].zip = "94110", "95014"
        outside = self._create_leads(self.us, state_id=california.id, zip="90001")
        self._assign()
        self.assertEqual((us + ca + outside).team_id, self.north)
        self.assertEqual(inside.team_id, self.south)
        self.assertEqual(set(inside.assignment_decision_ids.mapped("team_rule")), {"territory"})
        self.assertFalse(fr.team_id)

    def test_country_group(self):
        group = self.env["res.country.group"].create(
            {"name": "Both", "country_ids": [Command.set((self.us + self.ca).ids)]}
        )
        self.north.assignment_territory_ids = self.env["crm.territory"].create(
            {"name": "Both", "country_group_ids": [Command.set(group.ids)]}
        )
        self.south.active = False
        leads = self._create_leads(self.us, self.ca, self.fr)
        self._assign()
        self.assertEqual(leads.filtered("team_id"), leads[:2])

    def test_territory_that_can_not_be(self):
        territory = self.env["crm.territory"].create({"name": "Loop"})
        child = territory.create({"name": "Child", "parent_id": territory.id})
        with self.assertRaisesRegex(ValidationError, "Loop can't be part of Loop / Child"):
            territory.parent_id = child
        with self.assertRaisesRegex(ValidationError, "Loop: 10/20"):
            territory.zip_ranges = "10115, 10/20"

    def test_fallback_team_and_person(self):
        (self.north + self.south).assignment_domain = "[('country_id.code', '=', 'US')]"
        params = self.env["ir.config_parameter"]
        params.set_param("crm_lead_assign.fallback_team_id", self.south.id)
        lead = self._create_leads(self.fr)
        self._assign()
        self.assertEqual(lead.team_id, self.south)
        self.assertEqual(lead.assignment_decision_ids.team_rule, "fallback")
        params.set_param("crm_lead_assign.fallback_user_id", self.manager.id)
        lead = self._create_leads(self.fr)
        self._assign()
        self.assertEqual((lead.team_id, lead.user_id), (self.south, self.manager))

    def test_fallback_of_a_team(self):
        self.south.active = False
        self.north.crm_team_member_ids.assignment_domain = "[('country_id.code', '=', 'US')]"
        self.north.assignment_fallback_user_id = self.manager
        lead = self._create_leads(self.fr)
        self._assign()
        self.assertEqual((lead.team_id, lead.user_id), (self.north, self.manager))
        self.assertEqual(lead.assignment_decision_ids.rule, "fallback")

    def test_archived_fallback_gets_nothing(self):
        self.south.active = False
        self.north.crm_team_member_ids.assignment_domain = "[('country_id.code', '=', 'US')]"
        self.north.assignment_fallback_user_id = self.manager
        self.manager.active = False
        lead = self._create_leads(self.fr)
        self._assign()
        self.assertFalse(lead.user_id)

    def test_team_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        self.north.assignment_fallback_user_id = self.user_1
        with self.assertRaisesRegex(ValidationError, "does not work for Other Company"):
            self.north.company_id = company

    def test_team_without_members_and_zero_capacities(self):
        self.north.crm_team_member_ids.unlink()
        self.south.crm_team_member_ids.assignment_max = 0
        lead = self._create_leads(self.us)
        self._assign()
        self.assertFalse(lead.team_id)
        self.assertEqual(lead.unassigned_reason, "team_no_capacity")

    def test_no_team_at_all(self):
        (self.north + self.south).active = False
        lead = self._create_leads(self.us)
        self._run_schedule()
        self.assertFalse(lead.user_id)


@tagged("post_install", "-at_install")
class TestPersonRules(RuleCommon):
    """Which person: language, customer, load, win rate, limits, working time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._create_team(
            "Team", members=[(cls.user_1, "[]", 300), (cls.user_2, "[]", 300)]
        )
        cls.member_1, cls.member_2 = cls.team.crm_team_member_ids
        langs = cls.env["res.lang"].with_context(active_test=False)
        cls.english = langs.search([("code", "=", "en_US")])
        cls.french = langs.search([("code", "=", "fr_FR")])

    def test_who_speaks_only_english_gets_no_french_leads(self):
        self.member_1.assignment_lang_ids = self.english
        leads = self._create_leads(*[self.fr] * 4)
        self._assign()
        self.assertEqual(leads.user_id, self.user_2)
        self.assertEqual(self._skips(leads[0], self.member_1), ["language"])

    def test_the_leads_own_language_comes_before_its_country(self):
        self.member_1.assignment_lang_ids = self.english
        self.member_2.assignment_lang_ids = self.french
        lead = self._create_leads(self.fr, lang_id=self.english.id)
        self._assign()
        self.assertEqual(lead.user_id, self.user_1)
        self.assertEqual(lead.assignment_decision_ids.facts["langs"], ["en"])

    def test_nobody_speaks_it(self):
        self.team.crm_team_member_ids.assignment_lang_ids = self.english
        lead = self._create_leads(self.fr)
        self._assign()
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.unassigned_reason, "no_language")

    def test_same_person_for_a_repeat_enquiry(self):
        first = self._create_leads(self.us, email_from="jane@customer.example")
        first.write({"user_id": self.user_2.id, "team_id": self.team.id})
        first.action_set_won()
        leads = self._create_leads(self.us, email_from="jane@customer.example", name="Again")
        self._assign()
        self.assertEqual(leads.user_id, self.user_2)
        self.assertEqual(leads.assignment_decision_ids.rule, "repeat")

    def test_shared_mailbox_is_no_repeat_enquiry(self):
        first = self._create_leads(self.us, email_from="info@shared.example")
        first.write({"user_id": self.user_2.id, "team_id": self.team.id})
        first.action_set_won()
        lead = self._create_leads(self.us, email_from="info@shared.example", name="Again")
        self._assign()
        self.assertEqual(lead.assignment_decision_ids.rule, "round_robin")

    def test_manual_assignments_count(self):
        self._create_leads(self.us, self.us)
        self._assign()
        by_hand = self._create_leads(*[self.us] * 4)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_team SET assignment_position_date ="
            " assignment_position_date - interval '1 hour'"
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET date_open = date_open - interval '2 hours'"
            " WHERE user_id IS NOT NULL"
        )
        self.env.invalidate_all()
        by_hand.write({"user_id": self.user_1.id, "team_id": self.team.id})
        self.env.flush_all()
        leads = self._create_leads(*[self.us] * 4)
        self._assign()
        self.assertEqual(leads.user_id, self.user_2)

    def test_newcomer_gets_no_flood(self):
        for _number in range(6):
            self._create_leads(self.us)
            self._assign()
        self.team.crm_team_member_ids.create(
            {"crm_team_id": self.team.id, "user_id": self.manager.id, "assignment_max": 300}
        )
        leads = self._create_leads(*[self.us] * 6)
        self._assign()
        self.assertEqual(len(leads.filtered(lambda lead: lead.user_id == self.manager)), 2)

    def test_least_open_load(self):
        self.team.assignment_method = "open_load"
        self._create_leads(*[self.us] * 3).write({"user_id": self.user_1.id})
        leads = self._create_leads(*[self.us] * 3)
        self._assign()
        self.assertEqual(leads.user_id, self.user_2)
        self.assertEqual(set(leads.assignment_decision_ids.mapped("rule")), {"open_load"})
        # The figure told is the one that decided: nothing open for the first of them.
        told = [lead.get_assignment_explanation()["summary"] for lead in leads]
        for load, summary in enumerate(sorted(told)):
            self.assertIn(f"({load} open for a capacity of", summary)

    def test_days_in_filters_are_those_of_the_team(self):
        """Whoever starts it: it is never the same day on both sides of the date line."""
        east, west = "Pacific/Kiritimati", "Pacific/Pago_Pago"
        company = self.team.company_id or self.env["res.company"]._get_oldest()
        for home in (east, west):
            company.tz = home
            today = str(company._get_today())
            for filters in (
                {"assignment_domain": "[('date_deadline', '=', 'today')]"},
                {"assignment_domain": f"[('date_closed', '>=', '{today}')]"},
            ):
                self.team.write(filters)
                lead = self._create_leads(self.us, date_deadline=today)
                # A moment after the midnight before.
                midnight = pytz.timezone(home).localize(datetime.fromisoformat(today))
                moment = midnight.astimezone(pytz.utc).replace(tzinfo=None) + timedelta(minutes=1)
                lead.date_closed = moment
                self.env.flush_all()
                found = set()
                for tz in (east, west, "UTC"):
                    run = self.team.with_context(tz=tz).action_preview_assignment()
                    found.add((tz, run.assigned_count))
                with self.subTest(home=home, filters=filters):
                    self.assertEqual(found, {(tz, 1) for tz in (east, west, "UTC")})
                lead.unlink()

    def test_what_counts_as_load_can_be_edited(self):
        self.team.write(
            {
                "assignment_method": "open_load",
                "assignment_load_domain": "[('priority', '=', '3')]",
            }
        )
        self._create_leads(*[self.us] * 3).write({"user_id": self.user_1.id})
        self._create_leads(self.us, priority="3").write({"user_id": self.user_2.id})
        lead = self._create_leads(self.us)
        self._assign()
        self.assertEqual(lead.user_id, self.user_1)

    def test_best_win_rate_for_the_kind(self):
        self.team.write(
            {
                "assignment_method": "win_rate",
                "assignment_win_rate_by": "country_id",
                "assignment_exploration": 0,
            }
        )
        for user, country in ((self.user_1, self.us), (self.user_2, self.ca)):
            won = self._create_leads(
                *[country] * 3, user_id=user.id, team_id=self.team.id, type="opportunity"
            )
            won.action_set_won()
            lost = self._create_leads(
                *[self.us + self.ca - country] * 3,
                user_id=user.id,
                team_id=self.team.id,
                type="opportunity",
            )
            lost.action_set_lost()
        us, ca = self._create_leads(self.us, self.ca)
        self._assign()
        self.assertEqual((us.user_id, ca.user_id), (self.user_1, self.user_2))
        facts = us.assignment_decision_ids.facts
        self.assertEqual(facts["closed"], 3)
        self.assertGreater(facts["win_rate"], 0.5)

    def test_maximum_of_open_leads(self):
        self.member_1.assignment_open_max = 2
        leads = self._create_leads(*[self.us] * 8)
        self._assign()
        self.assertEqual(len(leads.filtered(lambda lead: lead.user_id == self.user_1)), 2)

    def test_burst(self):
        self.member_2.unlink()
        self.member_1.write(
            {
                "assignment_max": 30,
                "assignment_burst_max": 150,
                "assignment_burst_until": fields.Date.today(),
            }
        )
        leads = self._create_leads(*[self.us] * 8)
        self._run_schedule()
        self.assertEqual(len(leads.filtered("user_id")), 5)
        self.member_1.assignment_burst_until = fields.Date.today() - timedelta(days=1)
        self.assertLessEqual(self.member_1._get_assignment_quota(), 0)

    def test_credit_of_the_screen_is_that_of_the_run(self):
        self.member_1.assignment_max = 75
        self.assertEqual(self.member_1.assignment_credit, 3)
        self.assertEqual(self.member_1._get_assignment_quota(), 3)


@tagged("post_install", "-at_install")
class TestAvailability(RuleCommon):
    """Working hours, time off and public holidays of Odoo's calendars."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._create_team(
            "Team", members=[(cls.user_1, "[]", 300), (cls.user_2, "[]", 300)]
        )
        cls.member_1, cls.member_2 = cls.team.crm_team_member_ids
        cls.calendar = cls.env.company.resource_calendar_id
        cls.resource = cls.env["resource.resource"].create(
            {"name": "User 1", "user_id": cls.user_1.id, "calendar_id": cls.calendar.id}
        )
        cls.now = fields.Datetime.now()

    def _leave(self, days, **values):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Off",
                "calendar_id": self.calendar.id,
                "date_from": self.now - timedelta(days=1),
                "date_to": self.now + timedelta(days=days),
                **values,
            }
        )

    def test_who_is_on_leave_gets_nothing(self):
        self._leave(10, resource_id=self.resource.id)
        leads = self._create_leads(*[self.us] * 4)
        self._assign()
        self.assertEqual(leads.user_id, self.user_2)
        self.assertEqual(self._skips(leads[0], self.member_1), ["away"])

    def test_teams_may_not_care(self):
        self.team.assignment_availability = "any"
        self._leave(10, resource_id=self.resource.id)
        leads = self._create_leads(*[self.us] * 4)
        self._assign()
        self.assertEqual(leads.user_id, self.user_1 + self.user_2)

    def test_public_holidays_of_the_calendar(self):
        self._leave(10)
        lead = self._create_leads(self.us)
        self._assign()
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.unassigned_reason, "nobody_available")

    def test_available_within_hours(self):
        self.team.assignment_available_hours = 24 * 14
        self._leave(10, resource_id=self.resource.id)
        leads = self._create_leads(*[self.us] * 4)
        self._assign()
        self.assertEqual(leads.user_id, self.user_1 + self.user_2)

    def test_who_is_back_gets_no_flood(self):
        self.env.cr.execute(
            "UPDATE crm_team_member SET create_date = create_date - interval '60 days'"
        )
        self.env.invalidate_all()
        self.team.crm_team_member_ids.assignment_max = 30
        self._leave(0, resource_id=self.resource.id, date_from=self.now - timedelta(days=29))
        self.assertEqual(self.member_1._get_assignment_quota(), 1)
        self.assertEqual(self.member_2._get_assignment_quota(), 7)


@tagged("post_install", "-at_install")
class TestOnCreate(RuleCommon):
    """New leads get their owner within seconds, and nobody waits for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._create_team("Team", members=[(cls.user_1, "[]", 300)])
        cls.new_leads = cls.env.ref("crm_lead_assign.ir_cron_assign_new_leads")
        params = cls.env["ir.config_parameter"]
        params.set_param("crm_lead_assign.on_create", True)
        params.set_param("crm.lead.auto.assignment", True)

    def _triggers(self):
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.new_leads.id)])

    def test_creation_wakes_the_assignment(self):
        before = self._triggers()
        lead = self._create_leads(self.us)
        self.assertGreater(self._triggers(), before)
        self.assertFalse(lead.user_id, "create itself assigns nothing")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.new_leads.method_direct_trigger()
        lead.invalidate_recordset()
        self.assertEqual(lead.user_id, self.user_1)
        run = self.env["crm.assignment.run"].search([], limit=1)
        self.assertEqual(run.trigger, "creation")

    @patch.object(ir_cron, "MIN_TIME_PER_JOB", 0)
    def test_the_last_batch_takes_the_last_of_the_time(self):
        """A run that has given out all is done, and not to be continued."""
        self.env["ir.config_parameter"].set_param("crm.assignment.commit.bundle", 2)
        leads = self._create_leads(*[self.us] * 4)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.new_leads.method_direct_trigger()
        leads.invalidate_recordset()
        self.assertEqual(leads.user_id, self.user_1)
        self.assertTrue(all(lead.user_id for lead in leads))
        run = self.env["crm.assignment.run"].search([], limit=1)
        self.assertEqual(run.state, "done")

    def test_owned_leads_wake_nothing(self):
        before = self._triggers()
        self._create_leads(self.us, user_id=self.user_2.id)
        self.assertEqual(self._triggers(), before)

    def test_switched_off(self):
        for name in ("crm_lead_assign.on_create", "crm.lead.auto.assignment"):
            self.env["ir.config_parameter"].set_param(name, False)
            before = self._triggers()
            self._create_leads(self.us)
            self.assertEqual(self._triggers(), before)
            self.env["ir.config_parameter"].set_param(name, True)

    def test_nothing_to_do_leaves_no_run(self):
        runs = self.env["crm.assignment.run"].search_count([])
        self.env["crm.lead"]._cron_assign_new_leads()
        self.assertEqual(self.env["crm.assignment.run"].search_count([]), runs)


@tagged("post_install", "-at_install")
class TestNotifications(RuleCommon):
    """None, one for a run, or each."""

    def _messages(self, way):
        team = self._create_team("Team", members=[(self.user_1, "[]", 300)])
        team.crm_team_member_ids.assignment_notify = way
        last = self.env["mail.message"].search([], limit=1, order="id desc").id
        self._create_leads(*[self.us] * 3)
        team.with_env(self.env(context={}))._action_assign_leads(force_quota=True)
        return self.env["mail.message"].search(
            [
                ("id", ">", last),
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", self.user_1.partner_id.ids),
            ]
        )

    def test_none(self):
        self.assertFalse(self._messages("none"))

    def test_one_for_the_run(self):
        message = self._messages("digest")
        self.assertEqual(len(message), 1)
        for number in range(3):
            self.assertIn(f"Lead {number}", message.body)

    def test_each(self):
        self.assertEqual(len(self._messages("each")), 3)


@tagged("post_install", "-at_install")
class TestBadInput(RuleCommon):
    """Refused on save with what and where; broken later, left out and said so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._create_team("Team", members=[(cls.user_1, "[]", 300)])
        cls.member = cls.team.crm_team_member_ids

    def test_domains_that_are_refused(self):
        for record, field_name, text, said in (
            (self.team, "assignment_domain", "[('country_id', '=',", "column"),
            (self.team, "assignment_domain", "[('no_such_field', '=', 1)]", "no_such_field"),
            (self.team, "assignment_domain", "[('id', '=', __import__('os'))]", "Team"),
            (self.team, "assignment_load_domain", "[('gone', '=', 1)]", "gone"),
            (self.member, "assignment_domain", "[('gone', '=', 1)]", "gone"),
            (self.member, "assignment_domain_preferred", "['x']", "Team"),
        ):
            with (
                self.subTest(text=text, field=field_name),
                self.assertRaisesRegex(ValidationError, said),
            ):
                record[field_name] = text

    def test_slow_search_is_cancelled(self):
        with (
            self.assertRaises(QueryCanceled),
            self.env.cr.savepoint(),
            domains.limit_time(self.env.cr, 0.05),
        ):
            self.env.cr.execute("SELECT pg_sleep(5)")
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone()[0], "0")

    def test_slow_filter_is_refused_on_save(self):
        self.patch(domains.find_search_fault, "__defaults__", (0.05,))
        model = type(self.env["crm.lead"])

        def search(leads, *args, **kwargs):
            leads.env.cr.execute("SELECT pg_sleep(5)")

        self.patch(model, "search", search)
        with self.assertRaisesRegex(ValidationError, "takes longer"):
            self.team.assignment_domain = "[('name', 'ilike', 'a')]"

    def test_negative_numbers(self):
        for record, values in (
            (self.member, {"assignment_max": -1}),
            (self.member, {"assignment_open_max": -1}),
            (self.team, {"assignment_exploration": 101}),
            (self.team, {"assignment_available_hours": -1}),
            (self.user_1, {"assignment_max": -5}),
        ):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                record.write(values)
                record.flush_recordset()

    def test_filter_broken_later_is_shown_in_the_run(self):
        other = self._create_team("Broken", members=[(self.user_2, "[]", 300)])
        self.env.cr.execute(
            "UPDATE crm_team SET assignment_domain = '[(''gone'', ''='', 1)]' WHERE id = %s",
            [other.id],
        )
        self.env.invalidate_all()
        lead = self._create_leads(self.us)
        self._assign(self.team + other)
        self.assertEqual(lead.user_id, self.user_1)
        run = self.env["crm.assignment.run"].search([], limit=1)
        self.assertEqual([problem["team"] for problem in run.problems], [other.id])
        self.assertIn("gone", run.problems[0]["error"])

    def test_lead_deleted_before_it_is_written(self):
        leads = self._create_leads(*[self.us] * 3)
        run = self.team.action_preview_assignment()
        leads[1].unlink()
        run.action_apply()
        self.assertEqual(leads.exists().user_id, self.user_1)

    def test_shared_mailbox_that_is_none(self):
        for name in ("@", "a b", "a@b@c"):
            with self.assertRaisesRegex(ValidationError, "is no mailbox"):
                self.env["crm.shared.mailbox"].create({"name": name})
        self.env["crm.shared.mailbox"].create({"name": "@market.example"})
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.env["crm.shared.mailbox"].create({"name": "@market.example"})
