"""A filter of a team or member takes the same leads for everybody."""

from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain
from odoo.tests import tagged

from odoo.addons.crm_access.tests.filters import NAMES, FilterCases

from ..shell.facts import AssignmentFacts
from ..shell.matches import RuleMatches
from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestFilters(FilterCases, LeadAssignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_named()
        nobodys = {"type": "lead", "company_id": False, "user_id": False, "team_id": False}
        cls.leads = cls._create_found("crm.lead", "tag_ids", **nobodys)
        cls.all_leads = cls.env["crm.lead"].union(*cls.leads.values())
        cls.russian = cls.manager.copy({"login": "lead_assign_russian", "lang": "ru_RU"})
        cls.team = cls._create_team("Filters", members=[(cls.user_1, "[]", 3000)])
        cls.member = cls.team.crm_team_member_ids

    def _make(self, record, field):
        def make(env, text):
            record.with_env(env)[field] = text
            return record

        return make

    def _match(self, field):
        def search(record, env):
            matches = RuleMatches(env)
            bit = matches.bit(record[field])
            return matches._search(bit, Domain("id", "in", self.all_leads.ids))

        return search

    def _count_load(self, record, env):
        """Whose leads count: each of the leads has an owner of its own."""
        facts = AssignmentFacts(record)
        facts.users = self.owners
        counts = facts._count_load(record.assignment_load_domain, record)
        return [lead.id for lead in self.all_leads if counts.get(lead.user_id.id)]

    def _make_line(self, field):
        simulation = self.env["crm.assignment.simulation"].create(
            {"name": "Filters", "team_ids": [Command.set(self.team.ids)]}
        )
        line = simulation.line_ids[:1] or self.env["crm.assignment.simulation.line"].create(
            {
                "simulation_id": simulation.id,
                "team_id": self.team.id,
                "user_id": self.user_1.id,
            }
        )
        return self._make(line, field)

    def _get_cases(self):
        team, member = "crm.team", "crm.team.member"
        line = "crm.assignment.simulation.line"
        own, preferred = "assignment_domain", "assignment_domain_preferred"
        load = "assignment_load_domain"
        return {
            (team, own): (self._make(self.team, own), self._match(own)),
            (team, load): (self._make(self.team, load), self._count_load),
            (member, own): (self._make(self.member, own), self._match(own)),
            (member, preferred): (self._make(self.member, preferred), self._match(preferred)),
            (line, own): (self._make_line(own), self._match(own)),
            (line, preferred): (self._make_line(preferred), self._match(preferred)),
        }

    def test_every_filter(self):
        cases = self._get_cases()
        self.assertEqual(set(cases), self._get_stored_filters("crm_lead_assign"))
        self.owners = self.user_1 + self.user_2 + self.manager
        for lead, owner in zip(self.all_leads, self.owners, strict=True):
            lead.user_id = owner
        readers = (self.manager, self.russian, self.env.ref("base.user_root"))
        for (_model, field), (make, search) in cases.items():
            ways = {"run": search}
            self._assert_same_for_everybody(
                field, "tag_ids", self.leads, make, ways, self.manager, readers
            )

    def test_what_is_refused(self):
        for make, _search in self._get_cases().values():
            self._assert_refused(make, ValidationError)

    def test_preview_and_schedule_agree(self):
        """Of a manager in English, one in Russian, and the schedule: 91, 0 and a third thing."""
        us, ca = NAMES["en_US"][:2]
        for text in (
            f"[('country_id', 'in', ['{us}', '{ca}'])]",
            f"[[country_id, 'in', ['{us}', '{ca}']]]",
            "[('country_id', 'ilike', 'united states')]",
        ):
            expected = 1 if "ilike" in text else 2
            self.team.assignment_domain = text
            self.member.assignment_domain = text
            counts = [
                self.team.with_user(user)
                .with_context(lang=lang)
                .action_preview_assignment()
                .assigned_count
                for user in (self.manager, self.russian, self.env.ref("base.user_root"))
                for lang in ("en_US", "ru_RU")
            ]
            self.assertEqual(set(counts), {expected}, text)
        self._run_schedule()
        assigned = self.all_leads.filtered("user_id")
        self.assertEqual(assigned, self.leads["us"])

    def test_renamed_and_archived(self):
        self.team.with_context(
            lang="ru_RU"
        ).assignment_domain = "[('tag_ids', 'in', ['Важный покупатель'])]"
        tag = self.tags["crm.tag"][0]
        tag.name = "Renamed"
        tag.with_context(lang="ru_RU").name = "Переименовано"
        for user in (self.manager, self.russian):
            env = self.env(user=user)
            ids = self._match("assignment_domain")(self.team.with_env(env), env)
            self.assertEqual(ids, self.leads["us"].ids)

    def test_a_reader_sees_names_in_his_language(self):
        self.team.assignment_domain = "[('country_id', '=', 'Canada')]"
        russian = self.team.with_user(self.russian).with_context(lang="ru_RU")
        self.assertIn("Канада", russian.assignment_rule_text)
        self.assertIn("Canada", self.team.with_context(lang="en_US").assignment_rule_text)

    def test_territories_in_two_languages(self):
        """In one transaction; each reader finds them by his own names."""
        Territory = self.env["crm.territory"]
        whole = Territory.create({"name": "Filter land"})
        part = Territory.create({"name": "West", "parent_id": whole.id})
        whole.with_context(lang="ru_RU").name = "Край фильтров"
        for lang, name in (
            ("en_US", "Filter land / West"),
            ("ru_RU", "Край фильтров / West"),
            ("pl_PL", "Filter land / West"),
        ):
            with self.subTest(lang=lang):
                own = part.with_context(lang=lang)
                self.assertEqual(own.complete_name, name)
                self.assertEqual(own.display_name, name)
                for operator, value in (("=", name), ("in", [name]), ("ilike", name[:8])):
                    found = own.search([("complete_name", operator, value)])
                    self.assertIn(part, found)
                self.assertIn((part.id, name), own.name_search(name))
                self.assertNotIn(part, own.search([("complete_name", "!=", name)]))
        self.assertEqual(Territory.search([("id", "in", (part + whole).ids)]), whole + part)

    def test_core_reads_what_is_stored(self):
        """Odoo's own code reads the text with ``literal_eval``."""
        self.team.assignment_domain = "[[country_id, '=', 'Canada'], ['active', '=', true]]"
        self.assertEqual(
            self.team.assignment_domain,
            f"[['country_id', '=', {self.ca.id}], ['active', '=', True]]",
        )
