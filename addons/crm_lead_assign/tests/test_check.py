import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tests import BaseCase, tagged
from odoo.tests.common import new_test_user

from ..engine import coverage
from ..engine.facts import Lead, Member, Person, Team
from ..shell import check_filters
from ..shell.references import check_references, find_references
from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestCoverage(BaseCase):
    """The plain part: cases of leads, teams and members."""

    def _team(self, number, rule, *rules, **values):
        members = tuple(
            Member(number * 10 + index, number, Person(index), 30, rule=bit)
            for index, bit in enumerate(rules)
        )
        return Team(number, rule=rule, weight=30, members=members, **values)

    def test_none_several_and_nobody(self):
        teams = [self._team(1, 2, 1), self._team(2, 4, 8)]
        leads = [Lead(1), Lead(2, matches=3), Lead(3, matches=7), Lead(4, matches=5)]
        found = coverage.measure(leads, teams, frozenset({1, 2, 3, 4}))
        self.assertEqual(found.no_team, [1])
        self.assertEqual(dict(found.overlaps), {frozenset({1, 2}): [3]})
        self.assertEqual(dict(found.no_member), {2: [4]})
        self.assertEqual(found.team_hits, {1: 2, 2: 2})
        self.assertEqual(found.member_hits[20], 0)
        self.assertEqual((found.hits[2], found.hits[4], found.hits[8]), (2, 2, 0))

    def test_only_recent_ones_are_missing(self):
        found = coverage.measure([Lead(1), Lead(2)], [], frozenset({2}))
        self.assertEqual(found.no_team, [2])

    def test_a_lead_in_a_team_is_not_without_a_team(self):
        team = self._team(1, 2, 1)
        found = coverage.measure([Lead(1, team_id=1)], [team], frozenset({1}))
        self.assertEqual((found.no_team, dict(found.no_member)), ([], {}))

    def test_teams_out_of_the_schedule_overlap_with_nobody(self):
        teams = [self._team(1, 2, 1), self._team(2, 4, 1, scheduled=False)]
        found = coverage.measure([Lead(1, matches=7)], teams, frozenset({1}))
        self.assertFalse(found.overlaps)

    def test_a_fallback_takes_what_nobody_takes(self):
        team = self._team(1, 2, 8, fallback_user=7)
        found = coverage.measure([Lead(1, matches=3)], [team], frozenset({1}))
        self.assertFalse(found.no_member)


@tagged("post_install", "-at_install")
class TestRuleCheck(LeadAssignCommon):
    """Each finding on real rules; none on rules that are in order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The check looks at open leads and those of the last days: those there are are neither.
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE crm_lead SET create_date = '2001-01-01', active = FALSE")
        cls.env.invalidate_all()
        cls.team = cls._create_team(
            "Americas",
            "[('country_id.code', 'in', ['US', 'CA'])]",
            [(cls.user_1, "[('country_id.code', '=', 'US')]", 30), (cls.user_2, "[]", 30)],
        )
        cls.member_1, cls.member_2 = cls.team.crm_team_member_ids
        cls.leads = cls._create_leads(cls.us, cls.us, cls.ca)

    def _rows(self, kind=None, teams=None):
        self.env.flush_all()
        rows = (teams or self.env["crm.team"]).get_assignment_checks()
        return [row for row in rows if not kind or row["kind"] == kind]

    def _row(self, kind, **values):
        rows = self._rows(kind)
        self.assertEqual(len(rows), 1, rows)
        for name, value in values.items():
            self.assertEqual(rows[0][name], value, name)
        self.assertTrue(rows[0]["mend"])
        return rows[0]

    def _store(self, record, name, value):
        """As left behind by what happened since it was saved."""
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {record._table} SET {name} = %s WHERE id = %s", (value, record.id)
        )
        record.invalidate_recordset()

    def test_rules_in_order_have_no_findings(self):
        self.assertEqual(self._rows(), [])

    def test_nothing_is_written(self):
        before = self.leads.read(["user_id", "team_id", "write_date"])
        self._rows()
        self.assertEqual(self.leads.read(["user_id", "team_id", "write_date"]), before)

    def test_broken_filter(self):
        self._store(self.member_1, "assignment_domain", "[('gone', '=', 1)]")
        row = self._row("broken_filter", severity="error", member_id=self.member_1.id)
        self.assertIn("gone", row["text"])
        self.assertIn(self.user_1.name, row["text"])
        self._store(self.team, "assignment_domain", "[('gone', '=', 1)]")
        self.assertIn(False, [row["member_id"] for row in self._rows("broken_filter")])

    def test_filter_of_what_counts_as_load(self):
        self.team.assignment_method = "open_load"
        self._store(self.team, "assignment_load_domain", "[('gone', '=', 1)]")
        row = self._row("broken_filter", team_id=self.team.id)
        self.assertIn("What counts as load", row["text"])

    def test_dead_and_archived_ids(self):
        tag, web = self.env["crm.tag"].create([{"name": "Fair"}, {"name": "Web"}])
        user = new_test_user(self.env, "leaver", "base.group_user")
        self.member_2.assignment_domain = (
            f"['|', ('tag_ids', 'not in', [{tag.id}, {web.id}]), ('create_uid', '=', {user.id})]"
        )
        self.assertFalse(self._rows("dead_id"))
        number = tag.id
        tag.unlink()
        user.active = False
        row = self._row("dead_id", member_id=self.member_2.id, severity="error")
        self.assertIn(str(number), row["text"])
        self.assertIn("Tags", row["text"])
        self._row("archived_id", severity="warning")

    def test_names_that_resolve_to_nothing(self):
        """What was stored once; today it is refused."""
        text = "[('country_id', 'in', ['Canada', 'Atlantis'])]"
        with self.assertRaisesRegex(ValidationError, "“Atlantis”.*“country_id”.*There are: "):
            self.member_2.assignment_domain = text
        self._store(self.member_2, "assignment_domain", text)
        row = self._row("unknown_name", member_id=self.member_2.id)
        self.assertIn("Atlantis", row["text"])
        self.assertNotIn("Canada", row["text"])

    def test_a_name_in_any_language_is_no_problem(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.ca.with_context(lang="fr_FR").name = "Le Canada"
        self._store(self.member_2, "assignment_domain", "[('country_id', '=', 'Le Canada')]")
        self.assertFalse(self._rows("unknown_name"))
        self.assertIn("Canada", self.member_2.assignment_rule_text)
        self.assertNotIn("does not exist", self.member_2.assignment_rule_text)
        self.member_2.with_context(
            lang="fr_FR"
        ).assignment_domain = "[('country_id', '=', 'Le Canada')]"
        stored = f"[('country_id', '=', {self.ca.id})]"
        self.assertEqual(self.member_2.assignment_domain, stored)

    def test_unknown_value_of_a_selection(self):
        self.member_2.assignment_domain = "[('type', 'in', ['lead', 'prospect'])]"
        self.assertIn("prospect", self._row("unknown_value")["text"])

    def test_rule_that_never_matches(self):
        self.member_1.assignment_domain_preferred = "[('country_id.code', '=', 'JP')]"
        self._row("never_matches", member_id=self.member_1.id, severity="warning")

    def test_old_closed_leads_are_no_match(self):
        self.member_1.assignment_domain_preferred = "[('priority', '=', '3')]"
        self.leads[0].priority = "3"
        self.assertFalse(self._rows("never_matches"))
        self.leads[0].action_set_lost()
        self._store(self.leads[0], "create_date", fields.Datetime.now() - timedelta(days=91))
        self._row("never_matches")

    def test_filters_that_exclude_each_other(self):
        self._create_leads(self.fr)
        self.member_1.assignment_domain = "[('country_id.code', '=', 'FR')]"
        row = self._row("contradiction", member_id=self.member_1.id, figure=1)
        self.assertIn("Americas", row["text"])

    def test_overlap_with_numbers_and_names(self):
        other = self._create_team(
            "Canada", "[('country_id.code', '=', 'CA')]", [(self.manager, "[]", 30)]
        )
        row = self._row("overlap", figure=1, severity="warning", lead_ids=self.leads[2].ids)
        self.assertIn("Americas", row["text"])
        self.assertIn("Canada", row["text"])
        other.assignment_mode = "exclusive"
        self._row("overlap", severity="info")

    def test_leads_no_team_and_no_member_is_for(self):
        french = self._create_leads(self.fr, self.fr)
        self._row("no_team", figure=2, team_id=False, lead_ids=sorted(french.ids, reverse=True))
        self._row("fallback_missing", team_id=False)
        self.member_2.assignment_domain = "[('country_id.code', '=', 'US')]"
        self._row("no_member", team_id=self.team.id, lead_ids=self.leads[2].ids)
        self.team.assignment_fallback_user_id = self.manager
        self.assertFalse(self._rows("no_member"))

    def test_members_who_can_never_receive(self):
        self.user_1.active = False
        self._row("archived_user", member_id=self.member_1.id, severity="error")
        self.user_1.active = True
        self.member_1.assignment_max = 0
        self._row("no_capacity", member_id=self.member_1.id)
        self.member_1.assignment_optout = True
        self._row("paused", severity="info")
        self._store(self.member_1, "write_date", fields.Datetime.now() - timedelta(days=40))
        self._row("paused", severity="warning", figure=40)

    def test_other_companys_user(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self._store(self.team, "company_id", other.id)
        rows = self._rows("other_company")
        self.assertEqual({row["user_id"] for row in rows}, set((self.user_1 | self.user_2).ids))
        self.assertIn("Other company", rows[0]["text"])

    def test_person_in_several_teams(self):
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        params = self.env["ir.config_parameter"]
        params.set_param("crm_lead_assign.capacity_scope", "member")
        self._create_team("North", "[('country_id.code', '=', 'CA')]", [(self.user_2, "[]", 45)])
        row = self._row("several_teams", figure=75, user_id=self.user_2.id)
        self.assertIn("North", row["text"])
        params.set_param("crm_lead_assign.capacity_scope", "person")
        self.assertFalse(self._rows("several_teams"))

    def test_fallbacks(self):
        user = new_test_user(self.env, "leaver", "base.group_user")
        self.team.assignment_fallback_user_id = user
        self.env["ir.config_parameter"].set_param("crm_lead_assign.fallback_user_id", user.id)
        self.assertFalse(self._rows("fallback_archived"))
        user.active = False
        rows = self._rows("fallback_archived")
        self.assertEqual([row["team_id"] for row in rows], [self.team.id, False])

    def test_teams_without_members_and_left_out(self):
        empty = self._create_team("Empty", "[('country_id.code', '=', 'US')]")
        self._row("no_members", team_id=empty.id)
        empty.assignment_optout = True
        self._row("left_out", team_id=empty.id)

    def test_archived_territory(self):
        territory = self.env["crm.territory"].create(
            {"name": "America", "country_ids": (self.us | self.ca).ids}
        )
        self.team.assignment_territory_ids = territory
        self.assertEqual(self._rows(), [])
        territory.active = False
        row = self._row("archived_territory", severity="error", territory_id=territory.id)
        self.assertIn("America", row["text"])

    def test_territory_nobody_comes_from(self):
        territories = self.env["crm.territory"].create(
            [{"name": "America", "country_ids": (self.us | self.ca).ids},
             {"name": "France", "country_ids": self.fr.ids}]
        )  # fmt: skip
        self.team.assignment_territory_ids = territories
        self._row("never_matches", territory_id=territories[1].id)

    def test_slow_filter(self):
        self.patch(check_filters, "SLOW_SECONDS", 0)  # every search takes longer than that
        rows = self._rows("slow_filter")
        self.assertEqual(
            {(row["team_id"], row["member_id"]) for row in rows},
            {(self.team.id, False), (self.team.id, self.member_1.id)},
        )

    def test_rows_are_plain_data_for_who_asks_from_outside(self):
        self._create_leads(self.fr)
        rows = self._rows()
        self.assertEqual(json.loads(json.dumps(rows)), rows)

    def test_a_broken_filter_stops_nothing_else(self):
        self._store(self.team, "assignment_domain", "__import__('os').getcwd()")
        self.member_2.assignment_max = 0
        kinds = {row["kind"] for row in self._rows()}
        self.assertLessEqual({"broken_filter", "no_capacity", "no_team"}, kinds)

    def test_one_search_for_each_distinct_filter(self):
        """Ten members with the same filter cost no search more than one."""
        users = [new_test_user(self.env, f"checked_{i}", "base.group_user") for i in range(8)]
        self._rows()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._rows()
        few = self.env.cr.sql_log_count - before
        self.team.crm_team_member_ids = [
            Command.create(
                {"user_id": user.id, "assignment_domain": self.member_1.assignment_domain}
            )
            for user in users
        ]
        self._rows()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._rows()
        self.assertLessEqual(self.env.cr.sql_log_count - before, few + 2)

    def test_references_inside_of_others(self):
        Lead = self.env["crm.lead"]
        domain = Domain(
            [
                "|",
                ("partner_id", "any", [("category_id", "in", [999999999])]),
                "!",
                ("partner_id.country_id", "child_of", [self.us.id]),
                ("create_date.month_number", "=", 3),
                ("user_id", "!=", False),
            ]
        )
        found = list(find_references(domain, Lead))
        self.assertEqual(
            {(ref.model, ref.value) for ref in found},
            {("res.partner.category", 999999999), ("res.country", self.us.id)},
        )
        self.assertEqual(list(check_references(self.env, found).values()), ["dead_id"])

    # -- the screen ------------------------------------------------------------------

    def test_rows_open_what_is_to_be_mended(self):
        self._create_leads(self.fr)
        self.member_1.assignment_max = 0
        action = self.env["crm.team"].action_check_assignment()
        rows = self.env["crm.assignment.check"].search(action["domain"])
        capacity = rows.filtered(lambda row: row.kind == "no_capacity")
        opened = capacity.action_open()
        self.assertEqual((opened["res_model"], opened["res_id"]),
                         ("crm.team.member", self.member_1.id))  # fmt: skip
        nowhere = rows.filtered(lambda row: row.kind == "no_team")
        self.assertEqual(nowhere.action_open()["res_model"], "res.config.settings")
        leads = self.env["crm.lead"].search(nowhere.action_open_leads()["domain"])
        self.assertEqual(leads.country_id, self.fr)
        self.assertEqual(rows[0].severity, "error")

    # -- who may ---------------------------------------------------------------------

    def test_leader_own_team_alone(self):
        self.team.user_id = self.user_1
        other = self._create_team("Other", "[('country_id.code', '=', 'US')]")
        self._create_leads(self.fr)
        mine = self.env["crm.team"].with_user(self.user_1)
        rows = mine.get_assignment_checks()
        self.assertEqual({row["team_id"] for row in rows}, {self.team.id})
        self.assertEqual([row["kind"] for row in rows], ["overlap"])
        with self.assertRaises(UserError):
            other.with_user(self.user_1).get_assignment_checks()
        self.assertTrue(mine.action_check_assignment())

    def test_rows_are_for_who_asked(self):
        self.member_1.assignment_max = 0
        action = self.env["crm.team"].with_user(self.manager).action_check_assignment()
        Check = self.env["crm.assignment.check"]
        self.assertTrue(Check.with_user(self.manager).search(action["domain"]))
        self.assertFalse(Check.with_user(self.user_1).search(action["domain"]))
        row = Check.with_user(self.manager).search(action["domain"], limit=1)
        for operation in (
            lambda: row.write({"text": "Fine"}),
            lambda: row.unlink(),
            lambda: row.create({"text": "Fine"}),
        ):
            with self.assertRaises(AccessError):
                operation()

    def test_salesperson_portal_and_public_may_not(self):
        users = [self.user_2]
        users += [
            new_test_user(self.env, f"check_{name}", f"base.group_{name}")
            for name in ("portal", "public")
        ]
        for user in users:
            for teams in (self.team, self.env["crm.team"]):
                with (
                    self.subTest(user=user.login, teams=teams),
                    self.assertRaises(UserError),
                ):
                    teams.with_user(user).get_assignment_checks()

    def test_manager_sees_own_company_alone(self):
        other = self.env["res.company"].create({"name": "Other company"})
        theirs = self._create_team("Theirs", "[('country_id.code', '=', 'US')]")
        self.assertTrue(self._rows("no_members"))
        theirs.company_id = other
        self.env.flush_all()
        rows = self.env["crm.team"].with_user(self.manager).get_assignment_checks()
        self.assertNotIn(theirs.id, [row["team_id"] for row in rows])
