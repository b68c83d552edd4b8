from odoo.fields import Command
from odoo.tests import tagged

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
class TestImport(CrmGroupsCommon):
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
        if result["ids"]:
            low = self.Group.browse(result["ids"][1])
            self.assertEqual(low.parent_id.code, "t_top")
        else:
            self.assertIn("t_top", str(result["messages"]).lower())

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
