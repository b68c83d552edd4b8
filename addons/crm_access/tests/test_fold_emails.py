import random

from odoo.tests.common import BaseCase, tagged

from ..fold import email_keys, fold_domain
from . import fold_tables, fold_variants

_ADDRESSES = """
john.doe@acme.pl o'neill@acme.ie info2@müller.de pochta@пример.рф lyst@приклад.укр a1@例子.中国
biuro@żółw.pl ban.hang@minhlong.com.vn sales+crm@acme.co.uk first_last@sub.domain.example.org
kontakt@škoda.cz user@παράδειγμα.ελ x-y@ドメイン.jp
"""
ADDRESSES = _ADDRESSES.split()


@tagged("post_install", "-at_install")
class TestFoldEmails(BaseCase):
    def test_the_same(self):
        for reason, spellings in fold_tables.SAME_EMAILS.items():
            for text in spellings:
                with self.subTest(reason=reason, text=text):
                    self.assertEqual(email_keys(text), email_keys(spellings[0]))
                    self.assertEqual(len(email_keys(text)), 1)

    def test_several(self):
        for reason, (text, addresses) in fold_tables.SEVERAL_EMAILS.items():
            with self.subTest(reason=reason):
                self.assertEqual(email_keys(text), addresses)

    def test_fillers(self):
        for text in fold_tables.EMAIL_FILLERS:
            with self.subTest(text=text):
                self.assertEqual(email_keys(text), [])
        self.assertEqual(email_keys(None) + email_keys(False) + email_keys(""), [])

    def test_made_by_chance(self):
        chance = random.Random(24)
        for _number in range(3000):
            address = chance.choice(ADDRESSES)
            text = fold_variants.vary_email(chance, address)
            with self.subTest(address=address, text=text):
                self.assertIn(address, email_keys(text))

    def test_twice_is_once(self):
        chance = random.Random(25)
        for _number in range(1000):
            keys = email_keys(fold_variants.vary_email(chance, chance.choice(ADDRESSES)))
            with self.subTest(keys=keys):
                self.assertEqual([key for one in keys for key in email_keys(one)], keys)
                self.assertEqual(email_keys("; ".join(reversed(keys))), keys[::-1])
        for address in ADDRESSES:
            domain = fold_domain(address.partition("@")[2].upper())
            self.assertEqual(fold_domain(domain), domain)
