from odoo.fields import Domain
from odoo.tests import BaseCase, tagged

from ..texts import is_value_missing, tell_count


@tagged("post_install", "-at_install")
class TestMissingValues(BaseCase):
    def test_what_waits_for_its_value(self):
        """(operator, value, is it missing)."""
        for operator, value, missing in (
            ("=", False, False),
            ("!=", None, False),
            ("in", [False], False),
            ("in", [], True),
            ("not in", (), True),
            ("in", {""}, True),
            ("in", ["", "Riga"], False),
            ("=", "", True),
            ("=", "Riga", False),
            ("=", 0, False),
            (">", 0, False),
            (">", False, True),
            ("ilike", "", True),
            ("ilike", False, True),
            ("child_of", [], True),
            ("child_of", False, True),
            ("child_of", [3], False),
            ("any", [], False),
            ("any", Domain.TRUE, False),
            ("any", [("name", "=", "Riga")], False),
        ):
            with self.subTest(operator=operator, value=value):
                self.assertEqual(is_value_missing(operator, value), missing)


@tagged("post_install", "-at_install")
class TestCounts(BaseCase):
    def test_one_and_many(self):
        for count, told in ((0, "0 leads"), (1, "1 lead"), (2, "2 leads"), (1000, "1000 leads")):
            with self.subTest(count=count):
                self.assertEqual(tell_count(count, "1 lead", "%s leads"), told)
                self.assertEqual(tell_count(count, "1 lead", "%(count)s leads"), told)
                told_of = tell_count(
                    count, "1 lead of %(team)s", "%(count)s leads of %(team)s", team="North"
                )
                self.assertEqual(told_of, f"{told} of North")
