import itertools
import random

from odoo.tests.common import BaseCase, tagged

from ..fold import contradicts, tax_keys
from . import fold_tables


def agree(one, other):
    """Whether two tax IDs may be found together: a number in common, of countries that agree."""
    return any(
        key in other and (not country or not other[key] or country == other[key])
        for key, country in one.items()
    )


@tagged("post_install", "-at_install")
class TestFoldTaxIds(BaseCase):
    def test_the_same(self):
        for reason, (country, spellings) in fold_tables.SAME_TAX_IDS.items():
            for one, other in itertools.product(spellings, spellings):
                with self.subTest(reason=reason, one=one, other=other):
                    keys = tax_keys(one, country), tax_keys(other, country)
                    self.assertTrue(agree(*keys))
                    self.assertFalse(contradicts(*keys))

    def test_never_a_contradiction_where_the_country_is_not_known(self):
        for reason, (_country, spellings) in fold_tables.SAME_TAX_IDS.items():
            for one, other in itertools.product(spellings, spellings):
                with self.subTest(reason=reason, one=one, other=other):
                    self.assertFalse(contradicts(tax_keys(one), tax_keys(other)))

    def test_different(self):
        for reason, (one, other) in fold_tables.DIFFERENT_TAX_IDS.items():
            with self.subTest(reason=reason):
                keys = [tax_keys(number, country) for country, number in (one, other)]
                self.assertTrue(contradicts(*keys))
                self.assertFalse(agree(*keys))

    def test_fillers(self):
        for text in fold_tables.TAX_FILLERS:
            with self.subTest(text=text):
                self.assertEqual(tax_keys(text, "PL"), {})
                self.assertFalse(contradicts(tax_keys(text, "PL"), tax_keys("PL5260001246")))

    def test_the_order_does_not_matter(self):
        chance = random.Random(44)
        rows = [
            (country, number)
            for country, spellings in fold_tables.SAME_TAX_IDS.values()
            for number in spellings
        ]
        for _number in range(2000):
            (one_country, one), (other_country, other) = chance.choices(rows, k=2)
            with self.subTest(one=one, other=other):
                keys = tax_keys(one, one_country), tax_keys(other, other_country)
                self.assertEqual(contradicts(*keys), contradicts(*keys[::-1]))
                self.assertNotEqual(agree(*keys), contradicts(*keys))

    def test_made_by_chance(self):
        """Any number, with and without prefix, separators anywhere."""
        chance = random.Random(45)
        for _number in range(2000):
            country = chance.choice(["PL", "DE", "CZ", "RO", "LT", "BG", "UA", "HU", "SK", "SI"])
            digits = str(chance.randrange(10**8, 10**10))
            cut = chance.randint(1, len(digits) - 1)
            sign = chance.choice(["-", " ", ".", "/", "\u00a0", "–"])
            written = chance.choice(["", country, country + " ", country.lower()])
            written += digits[:cut] + sign + digits[cut:]
            with self.subTest(written=written):
                keys = tax_keys(country + digits), tax_keys(written, country)
                self.assertTrue(agree(*keys))
                self.assertFalse(contradicts(*keys))
