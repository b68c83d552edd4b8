from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..domains import find_fault, find_search_fault, read_domain, read_filter

#: Texts that are no domain that can be searched, and what is said of them.
BROKEN = (
    ("[", "line 1, column 1: .*(never closed|EOF)"),
    ("[('name', '=', 'x'", "line 1, column 2: .*(never closed|EOF)"),
    ("{}", "line 1, column 1: “{}” is no list"),
    ("5", "line 1, column 1: “5” is no list"),
    ("'name'", "“'name'” is no list"),
    ("__import__('os').system('true')", "column 1: “__import__.*” is no list"),
    ("[('name', '=', uid)]", "line 1, column 16: “uid” is no value.*in quotes"),
    ("[('name', '=', Riga)]", "line 1, column 16: “Riga” is no value"),
    ("[('name', '=', 'Žagarė'), ('city', '=', Riga)]", "line 1, column 41: “Riga”"),
    ("[('name', '=', 'x'),\n ('city', '=', time.now())]", "line 2, column 16: “time.now"),
    ("[('name', '=', 'a' + 'b')]", "column 16: “'a' \\+ 'b'” is no value"),
    ("\n\n  [('name', '=', uid)]", "line 3, column 18: “uid”"),
    ("[('name', '=', b'x')]", "column 16: “b'x'” is no value"),
    ("[('name', in, ['x'])]", "line 1, column 11"),
    ("[(f(), '=', 1)]", "column 3: “f\\(\\)” is no name of a field"),
    ("['name', '=', 'x']", "column 2: “'name'” is no condition"),
    ("[('name', '=')]", "column 2: .* is no condition"),
    ("[('name', 5, 'x')]", "column 2: .* is no condition"),
    ("['|', ('name', '=', 'x')]", "column 2: a condition is missing after '\\|'"),
    ("['&', '|', ('name', '=', 'x'), ('name', '=', 'y')]", "column 2: a condition is missing"),
    ("['!']", "a condition is missing after '!'"),
    ("[('child_ids', 'any', [('name', '=', uid)])]", "column 38: “uid”"),
    ("[('no_such_field', '=', 1)]", "no_such_field"),
    ("[('country_id.no_such', '=', 1)]", "no_such"),
    ("[('name', 'nope', 1)]", "nope"),
    ("[('id', 'in', ['a'])]", "“a” is no number"),
    ("[('id', '=', 'a')]", "“a” is no number"),
    ("[('color', '>', 'red')]", "“red” is no number"),
    ("[('child_ids.id', 'in', [1, 'a'])]", "“a” is no number"),
    ("[('child_ids', 'any', [('id', 'in', ['a'])])]", "“a” is no number"),
    ("['|', ('name', '=', 'x'), '!', ('id', '=', 'a')]", "“a” is no number"),
    ("[('id', 'in', [[1]])]", "."),
    ("[" * 300 + "]" * 300, "line 1, column"),
    ("[('country_id', '=', '\0')]", "."),
)
FINE = (
    "",
    False,
    "[]",
    "[('id', 'in', [1, 2, False])]",
    "[('id', '=', '5')]",
    "[('parent_id', 'in', [5])]",
    "[[country_id, '=', 5], [parent_id.country_id.code, '!=', null], ('is_company', '=', true)]",
    "[('parent_id', 'child_of', 'Somebody')]",
    "[('child_ids', 'any', [('name', 'ilike', 'x')])]",
    "[('create_date', '>', '2026-01-01')]",
    "[('create_date.month_number', '=', 3)]",
    "[('country_id.name', 'ilike', 'lat')]",
    "[(1, '=', 1)]",
)


@tagged("post_install", "-at_install")
class TestDomains(TransactionCase):
    def test_broken(self):
        Partner = self.env["res.partner"]
        for text, said in BROKEN:
            with self.subTest(text=text[:60]):
                self.assertRegex(find_fault(Partner, text), said)
                self.assertRegex(find_search_fault(Partner, text), said)

    def test_fine(self):
        Partner = self.env["res.partner"]
        for text in FINE:
            with self.subTest(text=text):
                self.assertEqual(find_fault(Partner, text), "")
                self.assertEqual(find_search_fault(Partner, text), "")
                Partner.search(read_domain(text), limit=1)

    def test_no_query_to_find_a_fault(self):
        Partner = self.env["res.partner"]
        find_fault(Partner, FINE[3])
        with self.assertQueryCount(0):
            for text in FINE[:6]:
                find_fault(Partner, text)

    @mute_logger("odoo.sql_db")
    def test_what_the_database_refuses(self):
        """The transaction goes on as if nothing had been searched."""
        Partner = self.env["res.partner"]

        def search(records, *args, **kwargs):
            records.env.cr.execute("SELECT 1 / 0")

        self.patch(type(Partner), "search", search)
        self.assertIn("division by zero", find_search_fault(Partner, "[('name', '=', 'x')]"))
        self.env.cr.execute("SELECT 1")

    @mute_logger("odoo.sql_db")
    def test_what_takes_too_long(self):
        Partner = self.env["res.partner"]

        def search(records, *args, **kwargs):
            records.env.cr.execute("SELECT pg_sleep(5)")

        self.patch(type(Partner), "search", search)
        fault = find_search_fault(Partner, "[('name', '=', 'x')]", seconds=0.05)
        self.assertIn("takes longer", fault)
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone()[0], "0")

    def test_one_search_is_that_in_every_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        Country = self.env["res.country"]
        query = Country._search(read_filter(Country, "[('name', 'ilike', 'lat')]"))
        self.assertIn("fr_FR", query.select().params)
        self.assertEqual(find_search_fault(Country, "[('name', 'ilike', 'lat')]"), "")

    def test_rights_are_those_of_the_user(self):
        """Also in a constraint, which Odoo runs as superuser."""
        user = new_test_user(self.env, "access_domains", "base.group_user")
        Partner = self.env["res.partner"].with_user(user)
        text = "[('signup_type', '!=', False)]"
        if "signup_type" not in Partner._fields:
            text = "[('user_ids.api_key_ids', '!=', False)]"
        for records in (Partner, Partner.sudo()):
            self.assertTrue(find_search_fault(records, text))
