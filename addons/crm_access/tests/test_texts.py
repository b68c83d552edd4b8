from odoo.fields import Domain
from odoo.tests import BaseCase, tagged

from ..texts import is_value_missing


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
