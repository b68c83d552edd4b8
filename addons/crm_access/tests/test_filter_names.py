"""A filter that names translated records: the same records, whoever has written it and searches."""

from odoo.fields import Domain
from odoo.tests import TransactionCase, new_test_user, tagged

from ..domains import (
    find_fault,
    find_search_fault,
    read_domain,
    read_filter,
    read_plain_filter,
    write_filter,
)
from ..filter_names import to_judge

LANGUAGES = ("en_US", "pl_PL", "ru_RU", "uk_UA", "vi_VN", "fr_FR", "de_DE")
#: Names of two countries and a tag, in the order of the languages.
NAMES = {
    "usa": ("United States", "Stany Zjednoczone", "США", "Сполучені Штати", "Hoa Kỳ",
            "États-Unis", "Vereinigte Staaten"),
    "canada": ("Canada", "Kanada", "Канада", "Канада", "Ca-na-đa", "Canada", "Kanada"),
    "vip": ("VIP buyer", "Kupujący VIP", "Важный покупатель", "Важливий покупець",
            "Khách quan trọng", "Acheteur VIP", "VIP-Käufer"),
    "old": ("Retired tag", "Stary znacznik", "Старая метка", "Стара мітка", "Thẻ cũ",
            "Vieille étiquette", "Altes Kennzeichen"),
}  # fmt: skip
#: What is written, with {names} in the writer's language, and who is found.
FILTERS = (
    ("[('country_id', '=', '{usa}')]", "ann"),
    ("[('country_id', 'in', ['{usa}', '{canada}'])]", "ann bob"),
    ("[[country_id, 'in', ['{usa}', '{canada}']]]", "ann bob"),
    ("[['country_id', 'not in', ['{usa}']], ['country_id', '!=', false]]", "bob"),
    ("[('country_id', '!=', '{usa}')]", "bob cid"),
    ("[('country_id', 'in', ['{usa}', False])]", "ann cid"),
    ("[('country_id.name', '=', '{canada}')]", "bob"),
    ("[('country_id.name', 'in', ['{canada}', '{usa}'])]", "ann bob"),
    ("[('country_id.name', '!=', '{canada}')]", "ann"),
    ("[('country_id.display_name', '=', '{canada}')]", "bob"),
    ("[('country_id', 'ilike', '{usa}')]", "ann"),
    ("[('country_id', 'not ilike', '{usa}')]", "bob cid"),
    ("[('country_id.name', 'ilike', '{usa}')]", "ann"),
    ("[('country_id.name', 'not ilike', '{usa}')]", "bob"),
    ("[('country_id.name', '=ilike', '{usa}')]", "ann"),
    ("['!', ('country_id.name', '=', '{usa}')]", "bob cid"),
    ("[('category_id', 'in', ['{vip}'])]", "ann"),
    ("[('category_id', '=', '{vip}')]", "ann"),
    ("[('category_id', 'not in', ['{vip}'])]", "bob cid"),
    ("[('category_id', 'ilike', '{vip}')]", "ann"),
    ("[('category_id', 'child_of', '{vip}')]", "ann"),
    ("[('category_id', 'any', [('name', '=', '{vip}')])]", "ann"),
    ("[('category_id', 'in', ['{old}'])]", "cid"),
    ("[('child_ids.country_id', '=', '{canada}')]", "cid"),
    ("[('child_ids', 'any', [[country_id, '=', '{canada}']])]", "cid"),
    ("['|', ('country_id', '=', '{canada}'), ('category_id', 'ilike', '{vip}')]", "ann bob"),
    ("['&', '!', ('country_id', 'ilike', '{usa}'), ('country_id', '!=', False)]", "bob"),
)


@tagged("post_install", "-at_install")
class TestFilterNames(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in LANGUAGES:
            cls.env["res.lang"]._activate_lang(code)
        Tag = cls.env["res.partner.category"]
        cls.named = {
            "usa": cls.env.ref("base.us"),
            "canada": cls.env.ref("base.ca"),
            "vip": Tag.create({"name": "x"}),
            "old": Tag.create({"name": "x"}),
        }
        for key, record in cls.named.items():
            record.update_field_translations("name", dict(zip(LANGUAGES, NAMES[key], strict=True)))
        Partner = cls.env["res.partner"]
        cls.people = {
            "ann": Partner.create(
                {
                    "name": "Ann",
                    "country_id": cls.named["usa"].id,
                    "category_id": [(4, cls.named["vip"].id)],
                }
            ),
            "bob": Partner.create({"name": "Bob", "country_id": cls.named["canada"].id}),
            "cid": Partner.create(
                {
                    "name": "Cid",
                    "category_id": [(4, cls.named["old"].id)],
                    "child_ids": [(0, 0, {"type": "other", "country_id": cls.named["canada"].id})],
                }
            ),
        }
        cls.named["old"].active = False
        cls.everyone = Partner.union(*cls.people.values())

    def _get_texts(self, text):
        """Return {language: the filter as it is written in it}."""
        return {
            lang: text.format(**{key: names[number] for key, names in NAMES.items()})
            for number, lang in enumerate(LANGUAGES)
        }

    def _search(self, domain, lang):
        among = Domain("id", "in", self.everyone.ids)
        found = self.env["res.partner"].with_context(lang=lang).search(domain & among)
        return " ".join(key for key, person in self.people.items() if person in found)

    def test_the_same_in_every_language(self):
        for text, expected in FILTERS:
            for writer, written in self._get_texts(text).items():
                Partner = self.env["res.partner"].with_context(lang=writer)
                stored = write_filter(Partner, written)
                self.assertEqual(find_search_fault(Partner, written), "", written)
                self._check_readers(stored, expected)

    def _check_readers(self, stored, expected):
        for reader in (*LANGUAGES, None):
            with self.subTest(stored=stored, reader=reader):
                Partner = self.env["res.partner"].with_context(lang=reader)
                domain = read_filter(Partner, stored)
                self.assertEqual(self._search(domain, reader), expected)
                self.assertEqual(self._search(read_plain_filter(Partner, stored), reader), expected)

    def test_records_are_judged_as_they_are_searched(self):
        for text, expected in FILTERS:
            for reader in ("en_US", "ru_RU"):
                for written in self._get_texts(text).values():
                    with self.subTest(written=written, reader=reader):
                        people = self.everyone.with_context(lang=reader)
                        stored = write_filter(people, written)
                        domain = to_judge(people, read_filter(people, stored))
                        found = people.filtered_domain(domain)
                        names = " ".join(key for key, one in self.people.items() if one in found)
                        self.assertEqual(names, expected)

    def test_several_links_are_judged_as_they_are_searched(self):
        vip, old = self.named["vip"].id, self.named["old"].id
        for text, expected in (
            (f"[('category_id', 'in', [{vip}, {old}])]", "ann cid"),
            (f"[('category_id', 'not in', [{vip}])]", "bob cid"),
            (f"[('category_id', 'in', [False, {old}])]", "bob cid"),
            (f"[('category_id', 'not in', [False, {old}])]", "ann"),
            (f"['!', ('category_id', '=', {old})]", "ann bob"),
            (f"[('parent_id.category_id', '=', {old})]", ""),
            (f"[('id', '!=', False), ('category_id', '!=', {old})]", "ann bob"),
            ("[('category_id', '!=', False)]", "ann cid"),
            ("[('category_id', '=', False)]", "bob"),
        ):
            with self.subTest(text=text):
                domain = read_filter(self.everyone, text)
                self.assertEqual(self._search(domain, "en_US"), expected)
                found = self.everyone.filtered_domain(to_judge(self.everyone, domain))
                names = " ".join(key for key, one in self.people.items() if one in found)
                self.assertEqual(names, expected)

    def test_what_is_stored_does_not_depend_on_the_writer(self):
        for text, _expected in FILTERS:
            if "like" in text or ".name" in text or "_name" in text or "('name'" in text:
                continue
            stored = {
                write_filter(self.env["res.partner"].with_context(lang=lang), written)
                for lang, written in self._get_texts(text).items()
            }
            with self.subTest(stored=stored):
                self.assertEqual(len(stored), 1)
                self.assertNotIn("United", stored.pop())

    def test_another_language_than_ones_own(self):
        """A program writes English names with the login of a Russian."""
        Partner = self.env["res.partner"].with_context(lang="ru_RU")
        for names in NAMES["canada"]:
            self.assertEqual(
                write_filter(Partner, f"[('country_id', '=', '{names}')]"),
                f"[('country_id', '=', {self.named['canada'].id})]",
            )

    def test_codes_are_names_as_in_odoo(self):
        usa = self.named["usa"].id
        self.assertEqual(
            write_filter(self.env["res.partner"], "[('country_id', '=', 'US')]"),
            f"[('country_id', '=', {usa})]",
        )

    def test_renamed_and_archived(self):
        Partner = self.env["res.partner"].with_context(lang="pl_PL")
        stored = write_filter(Partner, "[('category_id', 'in', ['Kupujący VIP'])]")
        self.named["vip"].with_context(lang="ru_RU").name = "Переименован"
        self.named["vip"].name = "Renamed"
        self._check_readers(stored, "ann")
        self.named["vip"].active = False
        self._check_readers(stored, "ann")

    def test_an_archived_one_gives_way(self):
        new = self.env["res.partner.category"].create({"name": "Retired tag"})
        self.assertEqual(
            write_filter(self.env["res.partner"], "[('category_id', '=', 'Retired tag')]"),
            f"[('category_id', '=', {new.id})]",
        )

    def test_a_part_of_a_name_finds_those_of_tomorrow(self):
        Partner = self.env["res.partner"]
        domain = read_filter(Partner, "[('category_id', 'ilike', 'VIP')]")
        self.assertEqual(self._search(domain, "ru_RU"), "ann")
        new = self.env["res.partner.category"].with_context(lang="ru_RU").create({"name": "VIP 2"})
        self.people["bob"].category_id = new
        self.assertEqual(self._search(domain, "ru_RU"), "ann bob")

    def test_a_well_written_filter_stays_to_the_letter(self):
        for text in (
            "[]",
            "",
            False,
            "[('country_id','in',[5, 7])]",
            '["&", ("name", "=", "x"), ("is_company", "=", True)]',
            "[('country_id', 'ilike', 'lat')]",
        ):
            with self.subTest(text=text):
                self.assertEqual(write_filter(self.env["res.partner"], text), text)

    def test_what_people_write_is_stored_as_odoo_reads_it(self):
        Partner = self.env["res.partner"]
        for text, stored in (
            ("[[name, '=', 'x']]", "[['name', '=', 'x']]"),
            ("[(country_id.code, '=', 'LV')]", "[('country_id.code', '=', 'LV')]"),
            ('[["active", "in", [true, false]]]', "[['active', 'in', [True, False]]]"),
            ("[['name', '=', null]]", "[['name', '=', None]]"),
            ([["name", "=", "x"]], "[['name', '=', 'x']]"),
            (["|", ["country_id", "=", "US"], ["name", "=", "x"]],
             f"['|', ['country_id', '=', {self.named['usa'].id}], ['name', '=', 'x']]"),
        ):  # fmt: skip
            with self.subTest(text=text):
                self.assertEqual(write_filter(Partner, text), stored)
                self.assertEqual(find_fault(Partner, stored), "")

    def test_what_cannot_be_read_is_left_to_the_check(self):
        for text in ("[", "[('name', '=', uid)]", "nonsense", "[('no_such', '=', 'x')]"):
            self.assertEqual(write_filter(self.env["res.partner"], text), text)

    def test_an_unknown_name(self):
        Partner = self.env["res.partner"]
        fault = find_search_fault(Partner, "[('country_id', 'in', ['Canadda'])]")
        self.assertRegex(fault, "“Canadda”.*Country.*“country_id”.*There are: .*Canada")
        fault = find_search_fault(
            Partner, "[('child_ids', 'any', [('parent_id.category_id', '!=', 'Vip bier')])]"
        )
        self.assertRegex(fault, "“Vip bier”.*“parent_id.category_id”.*VIP buyer")

    def test_a_name_of_several(self):
        twin = self.env["res.partner.category"].create({"name": "VIP buyer"})
        fault = find_search_fault(self.env["res.partner"], "[('category_id', '=', 'VIP buyer')]")
        self.assertRegex(fault, "“VIP buyer” is the name of several.*“category_id”")
        for tag in (twin, self.named["vip"]):
            self.assertIn(f"{tag.id} (VIP buyer)", fault)

    def test_names_that_one_may_not_read_are_not_told(self):
        user = new_test_user(self.env, "filter_names", "base.group_user")
        Partner = self.env["res.partner"].with_user(user)
        self.env["ir.rule"].create(
            {
                "name": "hidden tag",
                "model_id": self.env["ir.model"]._get_id("res.partner.category"),
                "domain_force": f"[('id', '!=', {self.named['vip'].id})]",
            }
        )
        text = "[('category_id', '=', 'VIP buyer')]"
        self.assertEqual(write_filter(Partner.sudo(), text), text)
        fault = find_search_fault(Partner.sudo(), text)
        self.assertIn("there is no “VIP buyer”", fault)
        self.assertNotIn("VIP buyer", fault.partition("There are")[2])

    def test_no_query_where_there_are_no_names(self):
        Partner = self.env["res.partner"]
        texts = ("[('country_id', 'in', [1, 2])]", "[('name', 'ilike', 'x')]", "[[name, '=', 'x']]")
        write_filter(Partner, texts[0])
        with self.assertQueryCount(0):
            for text in texts:
                write_filter(Partner, text)
                read_filter(Partner, text)

    def test_words_keep_what_is_written(self):
        text = "[('country_id.name', '=', 'Канада')]"
        self.assertEqual(str(list(read_domain(text))), text)
