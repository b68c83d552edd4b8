from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_access.tests.imports import ImportCases

from .common import CrmGroupsCommon

#: Names as people give them, each with a code.
NAMES = {
    "big": "Big, small",
    "bigger": "Big, small, tiny",
    "quotes": 'Say "hi", please',
    "slash": "North / South",
    "pl": "Dealerzy, hurtownie",
    "ru": "Дилеры, опт",
    "vi": "Đại lý, bán buôn",
    "ja": "販売店、卸売",
    "percent": "100 %, net",
    "blank": "Two  blanks , here",
}


@tagged("post_install", "-at_install")
class TestImport(ImportCases, CrmGroupsCommon):
    """Groups in files of contacts: by code or name, as they were exported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.groups = {
            code: cls._create_group(name, code=f"t_{code}") for code, name in NAMES.items()
        }
        cls.sub = cls._create_group("Sub, too", parent_id=cls.groups["big"].id, code="t_sub")

    def _load(self, text, **context):
        result = self.Partner.with_context(**context).load(
            ["name", "contact_group_ids"], [["Test imported", text]]
        )
        groups = self.Partner.browse(result["ids"] or ()).contact_group_ids
        return groups, " ".join(message["message"] for message in result["messages"])

    def test_codes_and_names(self):
        big, quotes, sub = self.groups["big"], self.groups["quotes"], self.sub
        for text, wanted in (
            ("t_big", big),
            (" T_BIG ", big),
            ("t_big,t_quotes", big + quotes),
            (" t_big ; t_quotes".replace(";", ","), big + quotes),
            ("Big, small", big),
            ("big,  SMALL", big),
            ("Big, small,t_quotes", big + quotes),
            ("Big, small, tiny", self.groups["bigger"]),
            ("Big, small,Big, small, tiny", big + self.groups["bigger"]),
            (sub.complete_name, sub),
            ("Sub, too", sub),
            ("t_big,", big),
            (",t_big,,t_quotes,", big + quotes),
            ("ДИЛЕРЫ, ОПТ", self.groups["ru"]),
            ("ĐẠI LÝ, bán buôn", self.groups["vi"]),
        ):
            with self.subTest(text=text):
                found, told = self._load(text)
                self.assertEqual(found, wanted, told)

    def test_what_was_exported_comes_back(self):
        every = self.sub.union(*self.groups.values())
        for groups in (*every, every, every[:3], every[3:]):
            contact = self.Partner.create(
                {"name": "Test exported", "contact_group_ids": [Command.set(groups.ids)]}
            )
            [[text]] = contact.export_data(["contact_group_ids"])["datas"]
            with self.subTest(text=text):
                found, told = self._load(text)
                self.assertEqual(found, groups, told)

    def test_whatever_points_at_groups_comes_back(self):
        self.Partner.create(
            {"name": "Test in", "contact_group_ids": [Command.set(self.groups["big"].ids)]}
        )
        tried = self._assert_comes_back("crm_groups")
        self.assertLessEqual(
            {"res.partner.contact_group_ids", "crm.contact.group.parent_id"}, tried
        )

    def test_an_unknown_one_names_field_value_and_codes(self):
        for text in ("nope", "t_big,nope", "Big, nope"):
            with self.subTest(text=text):
                found, told = self._load(text)
                self.assertFalse(found)
                self.assertIn("Contact Groups", told)
                self.assertIn("Big" if text.startswith("Big") else "nope", told)
                self.assertIn("Codes that exist:", told)
                self.assertIn("t_big", told)

    def test_a_name_of_several_is_asked_for(self):
        self._create_group("Twice", code="t_one")
        self._create_group("Twice", code="t_two", parent_id=self.sub.id)
        found, _told = self._load("t_two")
        self.assertEqual(found.code, "t_two")

    def test_rows_that_make_groups(self):
        """A parent that the same file has made just before."""
        result = self.Group.load(
            ["name", "code", "parent_id"],
            [["Test top, new", "t_top", ""], ["Test low", "t_low", " T_TOP "]],
        )
        self.assertFalse(result["messages"])
        top, low = self.Group.browse(result["ids"])
        self.assertEqual(low.parent_id, top)

    def test_one_wrong_row_takes_no_other_with_it(self):
        """(value of the group, value of the country): wrong names, and what cannot be saved."""
        rows = [[f"Test row {n}", "t_big", "", ""] for n in range(40)]
        bad = {
            0: ["Test wrong", "nope", "", ""],
            7: ["Test wrong", "t_big,nope", "", ""],
            8: ["Test wrong", "t_big", "Atlantis", ""],
            20: ["", "t_big", "", ""],
            31: ["Test wrong", "t_big", "", "tomorrow"],
            39: ["Test wrong", "t_sub", "Nowhere", "never"],
        }
        for number, row in bad.items():
            rows[number] = row
        fields = ["name", "contact_group_ids", "country_id", "color"]
        result = self.Partner.load(fields, rows)
        errors = [message for message in result["messages"] if message["type"] == "error"]
        self.assertEqual({message["record"] for message in errors}, set(bad), errors)
        for message in errors:
            number = message["record"]
            self.assertEqual(message["rows"], {"from": number, "to": number})
        contacts = self.Partner.browse(result["ids"])
        good = [row[0] for number, row in enumerate(rows) if number not in bad]
        self.assertEqual(contacts.mapped("name"), good)
        self.assertEqual(contacts.contact_group_ids, self.groups["big"])

    def test_all_or_none_where_it_is_asked_for(self):
        rows = [["Test good", "t_big"], ["Test wrong", "nope"]]
        for context in ({"crm_import_all_or_none": True}, {"import_file": True}):
            with self.subTest(context=context):
                partners = self.Partner.with_context(**context)
                self.assertFalse(partners.load(["name", "contact_group_ids"], rows)["ids"])

    def test_where_no_groups_are_named_it_is_as_in_odoo(self):
        rows = [["Test good", ""], ["Test wrong", "Atlantis"]]
        self.assertFalse(self.Partner.load(["name", "country_id"], rows)["ids"])

    def test_queries_do_not_grow(self):
        def count(number):
            rows = [[f"Test many {n}", "t_big, Big, small, tiny"] for n in range(number)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            ids = self.Partner.load(["name", "contact_group_ids"], rows)["ids"]
            self.assertTrue(ids)
            return self.cr.sql_log_count - before

        count(1)
        self.assertLess(count(40) - count(20), 60)
