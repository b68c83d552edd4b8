from odoo.fields import Command, Domain
from odoo.tests import tagged

from ..shell.sentences import FilterSentences
from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestRuleTexts(LeadAssignCommon):
    """Rules are read as sentences: names in place of ids, labels in place of fields."""

    def _words(self, domain, user=None):
        text = domain if isinstance(domain, str) else str(domain)
        model = self.env["crm.lead"].with_user(user or self.env.user)
        return FilterSentences(model).describe([text])[text]

    def test_names_in_place_of_ids(self):
        words = self._words([("country_id", "in", [self.us.id, self.ca.id])])
        self.assertEqual(words, "Country is United States or Canada")
        self.assertEqual(self._words([("country_id", "=", "Canada")]), "Country is Canada")
        self.assertEqual(self._words([("country_id", "!=", self.fr.id)]), "Country is not France")

    def test_paths_and_their_labels(self):
        self.assertEqual(
            self._words([("country_id.code", "=", "US")]), "Country › Country Code is US"
        )
        self.assertEqual(
            self._words([("country_id", "any", [("code", "=", "US")])]),
            "Country has: Country Code is US",
        )

    def test_values_of_each_kind(self):
        for domain, words in (
            ([("expected_revenue", ">", 10000)], "Expected Revenue is more than 10,000"),
            ([("expected_revenue", "<=", 5)], "Expected Revenue is at most 5"),
            ([("type", "=", "opportunity")], "Type is Opportunity"),
            ([("phone", "!=", False)], "Phone is set"),
            ([("phone", "=", False)], "Phone is empty"),
            ([("name", "ilike", "rack")], "Opportunity contains rack"),
            ([("active", "=", True)], "Active: yes"),
            ([("active", "!=", True)], "Active: no"),
            ([("create_date", ">=", "2026-01-01")], "Created on is from 2026-01-01"),
            ([("country_id", "in", [self.us.id, False])], "Country is United States or empty"),
            ([("country_id", "not in", [self.us.id, False])],
             "Country is not United States nor empty"),
            ([("country_id", "in", [])], "never"),
            ([("id", "in", [])], "never"),
            ([("country_id", "child_of", [])], "Country is or belongs to (no value chosen)"),
            ([("name", "ilike", "")], "Opportunity contains (no value chosen)"),
            ([("name", "=", "")], "Opportunity is (no value chosen)"),
            ([("create_date", ">=", False)], "Created on is from (no value chosen)"),
        ):  # fmt: skip
            with self.subTest(words):
                self.assertEqual(self._words(domain), words)

    def test_and_or_not(self):
        self.assertEqual(
            self._words(
                "['&', ('phone', '!=', False), '|', ('country_id', '=', 'Canada'),"
                " ('country_id', '=', 'France')]"
            ),
            "Phone is set and (Country is Canada or Country is France)",
        )
        self.assertEqual(
            self._words("['!', '&', ('phone', '!=', False), ('country_id.code', '=', 'US')]"),
            "Phone is empty or not (Country › Country Code is US)",
        )

    def test_many_names_are_counted(self):
        countries = self.env["res.country"].search([], limit=9)
        words = self._words([("country_id", "in", countries.ids)])
        self.assertTrue(words.endswith("or 3 more"), words)

    def test_what_is_gone_is_said(self):
        tag = self.env["crm.tag"].create({"name": "Gone"})
        dead = tag.id
        tag.unlink()
        self.assertEqual(self._words([("tag_ids", "in", [dead])]), f"Tags is deleted ({dead})")
        self.assertEqual(
            self._words([("country_id", "=", "Atlantis")]),
            "Country is “Atlantis” (does not exist)",
        )

    def test_archived_is_not_gone(self):
        user = self.user_1.copy({"name": "Somebody who left", "active": False})
        self.assertEqual(
            self._words([("create_uid", "=", user.id)]), "Created by is Somebody who left"
        )

    def test_broken_filters_say_so(self):
        for text in ("[('gone', '=', 1)]", "[(", "__import__('os')"):
            self.assertTrue(self._words(text).startswith("can't be used"), text)

    def test_names_one_may_not_see_are_not_given_away(self):
        other = self.env["res.company"].create({"name": "Other company"})
        partner = self.env["res.partner"].create({"name": "Secret", "company_id": other.id})
        words = self._words([("partner_id", "=", partner.id)], self.user_1)
        label = self.env["crm.lead"].fields_get(["partner_id"])["partner_id"]["string"]
        self.assertEqual(words, f"{label} is a record you may not see")

    def test_one_search_for_each_model(self):
        countries = self.env["res.country"].search([], limit=20)
        few = [str([("country_id", "=", country.id)]) for country in countries[:2]]
        many = [str([("country_id", "=", country.id)]) for country in countries]

        def queries(texts):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            FilterSentences(self.env["crm.lead"]).describe(texts)
            return self.env.cr.sql_log_count - before

        queries(many)
        self.assertEqual(queries(many), queries(few))

    def test_team_in_words(self):
        territory = self.env["crm.territory"].create(
            {"name": "Iberia", "country_ids": [Command.set(self.env.ref("base.es").ids)]}
        )
        team = self._create_team(
            "Iberia",
            "[('expected_revenue', '>', 500)]",
            [(self.user_1, "[('country_id', '=', 'Spain')]", 30)],
            assignment_territory_ids=[Command.set(territory.ids)],
            assignment_mode="exclusive",
            assignment_method="win_rate",
            assignment_win_rate_by="country_id",
            assignment_fallback_user_id=self.user_2.id,
            assignment_reassign_hours=8,
        )
        self.assertEqual(
            team.assignment_rule_text,
            "Expected Revenue is more than 500; Territory is Iberia",
        )
        for words in (
            "before teams that share",
            "best win rate by country",
            "20 % of the leads go in turn",
            self.user_2.name,
            "8 working hours",
        ):
            self.assertIn(words, team.assignment_words)
        self.assertEqual(team.crm_team_member_ids.assignment_rule_text, "Country is Spain")

    def test_team_without_rules(self):
        team = self._create_team("All", members=[(self.user_1, "[]", 30)])
        self.assertEqual(team.assignment_rule_text, "All leads")
        self.assertEqual(team.crm_team_member_ids.assignment_rule_text, "All leads of the team")
        self.assertIn("stays in", team.assignment_words)

    def test_names_can_not_bring_markup_in(self):
        tag = self.env["crm.tag"].create({"name": "<script>x</script>"})
        team = self._create_team("Tagged", str([("tag_ids", "in", tag.ids)]))
        self.assertIn("&lt;script&gt;", team.assignment_words)
        self.assertNotIn("<script>", team.assignment_words)

    def test_new_team_in_a_form(self):
        team = self.env["crm.team"].new({"name": "Not saved"})
        self.assertEqual(team.assignment_rule_text, "All leads")

    def test_everything_can_be_said(self):
        """A filter of anything at all gives a text, and no error."""
        for domain in (
            Domain.TRUE,
            Domain.FALSE,
            Domain("lead_properties", "!=", False),
            Domain("create_date", ">", "-7d"),
            Domain("partner_id", "child_of", 1),
            Domain("write_date.year_number", "=", 2026),
        ):
            with self.subTest(domain):
                self.assertIsInstance(self._words(str(list(domain))), str)
