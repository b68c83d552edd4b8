import random

import phonenumbers

from odoo.tests.common import BaseCase, tagged

from ..fold import phone_keys
from . import fold_tables, fold_variants

_NUMBERS = """
+48221234567 +48601234567 +380441234567 +74951234567 +842438252345 +49301234567 +14155552671
+442079460958 +33142685300 +390669821234 +81312345678 +420212345678 +36112345678 +40211234567
"""
NUMBERS = _NUMBERS.split()


def sanitizer(country):
    """As Odoo's ``_phone_format``: the number with its country, where it is a valid one."""

    def sanitize(number):
        try:
            found = phonenumbers.parse(number, region=country)
        except phonenumbers.NumberParseException:
            return ""
        if not phonenumbers.is_valid_number(found):
            return ""
        return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)

    return sanitize


@tagged("post_install", "-at_install")
class TestFoldPhones(BaseCase):
    def _keys(self, country, text):
        sanitize = sanitizer(country)
        return phone_keys(text, sanitize(text), sanitize)

    def test_the_same(self):
        for reason, (country, spellings) in fold_tables.SAME_PHONES.items():
            for text in spellings:
                with self.subTest(reason=reason, text=text):
                    self.assertEqual(self._keys(country, text), self._keys(country, spellings[0]))
                    self.assertEqual(len(self._keys(country, text)), 1)

    def test_several(self):
        for reason, (country, text, numbers) in fold_tables.SEVERAL_PHONES.items():
            with self.subTest(reason=reason):
                self.assertEqual(self._keys(country, text), numbers)

    def test_fillers_and_what_a_spreadsheet_cut(self):
        for text in fold_tables.PHONE_FILLERS:
            for country in ("PL", "US", "UA", "VN"):
                with self.subTest(text=text, country=country):
                    self.assertEqual(self._keys(country, text), [])

    def test_digits_where_the_number_is_not_valid(self):
        for text in ("+48 99 123 45 67 8", "0048 99 123 45 67 8", "48991234567-8"):
            with self.subTest(text=text):
                self.assertEqual(phone_keys(text), ["+48991234567" + "8"])

    def test_made_by_chance(self):
        chance = random.Random(34)
        for _number in range(3000):
            number = chance.choice(NUMBERS)
            text = fold_variants.vary_phone(chance, number)
            with self.subTest(number=number, text=text):
                self.assertEqual(self._keys("PL", text), [number])
                self.assertEqual(phone_keys(text), [number])

    def test_twice_is_once(self):
        chance = random.Random(35)
        for _number in range(1000):
            text = "".join(chance.choice("0123456789+-/ ().,;ext\n") for _char in range(24))
            with self.subTest(text=text):
                keys = phone_keys(text)
                self.assertEqual([key for one in keys for key in phone_keys(one)], keys)

    def test_long_junk_is_read_at_once(self):
        """No expression that goes back and forth over it; the test would not end."""
        self.assertEqual(phone_keys("1" * 5000 + "x", "+48221234567"), ["+48221234567"])
