import random
import sys
import unicodedata

from odoo.tests.common import BaseCase, tagged

from ..fold import fold, fold_name, is_filler_name
from ..fold.names import TO_LOOK_AT, _fold_name
from ..fold.text import _fold
from . import fold_tables, fold_variants

FILLERS = """
n/a|N.A.|none|NONE|unknown|-|---|...|x|XXX|test|brak|Brak danych|nie dotyczy|нет|не указано
частное лицо|немає|невідомо|không có|keine Angabe|privat|aucun|ninguno|nessuno|žádný|yok|private
0|000
"""
NAMES = [spellings[0] for spellings in fold_tables.SAME_NAMES.values()]


def random_text(chance):
    """Characters of all kinds, more of those with something to fold."""
    kinds = [
        lambda: chr(chance.randrange(0x20, 0x250)),
        lambda: chr(chance.randrange(0x250, 0x3000)),
        lambda: chr(chance.randrange(0x3000, 0xD800)),
        lambda: chr(chance.randrange(0xF900, sys.maxunicode)),
        lambda: chance.choice(" .-'\"&()/\u00a0\u200b\u0301\u0323ßẞİıςΣØÞŒﬁĲ㈱Ⅷ½ｶﾞ"),
        lambda: chance.choice(["sp. z o.o. ", " GmbH", "ООО", "Co ", " S.A.", "株式会社", 'בע"מ']),
    ]
    return "".join(chance.choice(kinds)() for _number in range(chance.randint(0, 12)))


@tagged("post_install", "-at_install")
class TestFoldNames(BaseCase):
    def test_the_same(self):
        for reason, spellings in fold_tables.SAME_NAMES.items():
            for name in spellings[1:]:
                with self.subTest(reason=reason, name=name):
                    self.assertEqual(fold_name(name), fold_name(spellings[0]))

    def test_different(self):
        for reason, (one, other) in fold_tables.DIFFERENT_NAMES.items():
            with self.subTest(reason=reason):
                self.assertNotEqual(fold_name(one), fold_name(other))
                self.assertTrue(fold_name(one) and fold_name(other))

    def test_no_two_rows_are_one(self):
        keys = {fold_name(name) for name in NAMES}
        # Some rows have the same name on purpose, for another language of its legal form.
        self.assertEqual(len(keys), len({name.casefold() for name in NAMES}))

    def test_fillers(self):
        for name in FILLERS.replace("\n", "|").split("|"):
            with self.subTest(name=name):
                folded = fold_name(name)
                self.assertTrue(not folded or is_filler_name(folded))
        for name in NAMES:
            with self.subTest(name=name):
                self.assertFalse(is_filler_name(fold_name(name)))

    def test_made_by_chance(self):
        chance = random.Random(14)
        for _number in range(4000):
            name = chance.choice(NAMES)
            variant = fold_variants.vary_name(chance, name)
            with self.subTest(name=name, variant=variant):
                self.assertEqual(fold_name(variant), fold_name(name))

    def test_twice_is_once(self):
        chance = random.Random(15)
        for _number in range(8000):
            text = random_text(chance)
            with self.subTest(text=text):
                self.assertEqual(fold(fold(text)), fold(text))
                self.assertEqual(fold_name(fold_name(text)), fold_name(text))

    def test_the_quick_way_is_no_other(self):
        """Plain names are not looked at for legal forms that they can't have."""
        chance = random.Random(18)
        quick = 0
        for _number in range(8000):
            text = "".join(c for c in random_text(chance) if c.isascii())
            text += chance.choice(("", " Ltd", " x", " GmbH & Co. KG", "\tO'Neill", " S.A."))
            with self.subTest(text=text):
                self.assertEqual(fold_name(text), _fold_name(text))
                self.assertEqual(fold(text), _fold(text))
            quick += TO_LOOK_AT.isdisjoint(fold(text).split())
        self.assertGreater(quick, 500)

    def test_normal_forms_are_one(self):
        chance = random.Random(16)
        for _number in range(4000):
            text = random_text(chance)
            with self.subTest(text=text):
                forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
                self.assertEqual(len({fold(form) for form in forms}), 1)
                self.assertEqual(len({fold_name(form) for form in forms}), 1)

    def test_capitals_are_none(self):
        chance = random.Random(17)
        for _number in range(4000):
            name = fold_variants.vary_name(chance, chance.choice(NAMES))
            with self.subTest(name=name):
                self.assertEqual(fold_name(name.upper()), fold_name(name.lower()))
