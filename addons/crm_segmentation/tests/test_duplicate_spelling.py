import random

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_access.tests import fold_tables, fold_variants

from ..engine.duplicates import KEYS
from ..models.crm_duplicate_search import PLAIN
from .duplicate_common import DuplicateCommon

NAMES = [spellings[0] for spellings in fold_tables.SAME_NAMES.values()]
DOMAINS = ["acme.pl", "müller.de", "пример.рф", "приклад.укр", "例子.中国", "sub.example.co.uk"]


@tagged("post_install", "-at_install")
class TestDuplicateSpelling(DuplicateCommon):
    """The search in the database finds whatever has the same key, however it is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.duplicate.criterion"].search([]).max_shared = 100
        cls.countries = {
            code: cls.env["res.country"].search([("code", "=", code)])
            for code in ("PL", "UA", "RU", "VN", "DE", "US", "GB", "FR", "IT", "AE", "JP", "GR")
            + ("AT", "NL", "CH", "NO", "ES", "BR", "IN", "LT", "BG")
        }

    @classmethod
    def _create_all(cls, rows):
        return cls.env["res.partner"].create([{"is_company": True, **row} for row in rows])

    def _find(self, code):
        """Search by one criterion; return who was found to be the same as whom."""
        criteria = self.env["crm.duplicate.criterion"].with_context(active_test=False).search([])
        for criterion in criteria:
            criterion.active = criterion.code == code
        self._search()
        found = {}
        for match in self.env["crm.duplicate.match"].search([]):
            a, b = match.partner_a_id, match.partner_b_id
            found.setdefault(a, set()).add(b)
            found.setdefault(b, set()).add(a)
        return found

    def _assert_one(self, found, partners, label):
        first, *others = partners
        for other in others:
            with self.subTest(label=label, one=first[label], other=other[label]):
                self.assertIn(other, found.get(first, ()))

    def test_names(self):
        rows = list(fold_tables.SAME_NAMES.values())
        made = [
            self._create_all(
                {
                    "name": name,
                    "city": fold_variants.spell(random.Random(number), "Đà Nẵng ") + town,
                }
                for number, name in enumerate(spellings)
            )
            for town, spellings in zip(map(str, range(len(rows))), rows, strict=True)
        ]
        found = self._find("name_city")
        for partners in made:
            self._assert_one(found, partners, "name")

    def test_names_made_by_chance(self):
        chance = random.Random(51)
        made = [
            self._create_all(
                {"name": fold_variants.vary_name(chance, name), "city": f"Town {number}"}
                for _variant in range(6)
            )
            for number, name in enumerate(NAMES)
        ]
        found = self._find("name_city")
        for partners in made:
            self._assert_one(found, partners, "name")

    def test_different_names_and_fillers(self):
        pairs = list(fold_tables.DIFFERENT_NAMES.values()) + [("n/a", "N/A"), ("---", "---")]
        partners = [
            self._create_all({"name": name, "city": f"Town {number}"} for name in pair)
            for number, pair in enumerate(pairs)
        ]
        found = self._find("name_city")
        for one, other in partners:
            with self.subTest(one=one.name, other=other.name):
                self.assertNotIn(other, found.get(one, ()))

    def test_emails(self):
        chance = random.Random(52)
        rows = list(fold_tables.SAME_EMAILS.values())
        rows += [
            [fold_variants.vary_email(chance, f"office{number}@{domain}") for _variant in range(6)]
            for number, domain in enumerate(DOMAINS * 5)
        ]
        made = [self._create_all({"name": "A", "email": text} for text in row) for row in rows]
        fillers = self._create_all(
            {"name": "B", "email": text} for text in fold_tables.EMAIL_FILLERS * 2
        )
        found = self._find("email")
        for partners in made:
            self._assert_one(found, partners, "email")
        self.assertFalse(set(fillers) & set(found))

    def test_phones(self):
        chance = random.Random(53)
        rows = list(fold_tables.SAME_PHONES.values())
        rows += [
            ("PL", [fold_variants.vary_phone(chance, f"+4822700{number:04}") for _v in range(6)])
            for number in range(30)
        ]
        made = [
            self._create_all(
                {"name": "A", "phone": text, "country_id": self.countries[country].id}
                for text in spellings
            )
            for country, spellings in rows
        ]
        fillers = self._create_all(
            {"name": "B", "phone": text, "country_id": self.countries[country].id}
            for text in fold_tables.PHONE_FILLERS * 2
            for country in ("PL", "US")
        )
        found = self._find("phone")
        for partners in made:
            self._assert_one(found, partners, "phone")
        self.assertFalse(set(fillers) & set(found))

    def test_tax_ids(self):
        rows = list(fold_tables.SAME_TAX_IDS.values())
        made = [
            # As an import leaves them, which Odoo does not check.
            self._create_all(
                {"name": "A", "vat": number, "country_id": self.countries[country].id}
                for number in spellings
            )
            for country, spellings in rows
        ]
        different = [
            self._create_all(
                {"name": "B", "vat": number, "country_id": self.countries[country].id}
                for country, number in pair
            )
            for pair in fold_tables.DIFFERENT_TAX_IDS.values()
        ]
        found = self._find("vat")
        for partners in made:
            self._assert_one(found, partners, "vat")
        for one, other in different:
            with self.subTest(one=one.vat, other=other.vat):
                self.assertNotIn(other, found.get(one, ()))

    def test_persons_of_a_switchboard(self):
        """Colleagues with one number are one where their names mean the same."""
        company = self._partner("Company", phone="+48 22 777 00 00")
        people = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": company.id, "phone": "+48 22 777 00 01"}
                for name in ("Łukasz Żak", "Lukasz  Zak", "Łukasz Żak", "Anna Żak")
            ]
        )
        found = self._find("phone")
        self.assertEqual(found[people[0]], {people[1], people[2]})
        self.assertNotIn(people[3], found)

    def test_database_and_python_make_the_same_keys(self):
        """Plain values have their keys made in the database: the same as by Python."""
        chance = random.Random(54)
        partners = self._create_all(
            {
                "name": "A",
                "email": chance.choice(
                    [f"Info{n}@Acme.PL", f"a.b_{n}%+x@sub-{n}.example.org", f"test{n}@test.com"]
                    + [
                        f"a{n}@xn--mller-kva.de",
                        f"a{n}@acme.pl.",
                        f"'a{n}@acme.pl",
                        f"é{n}@acme.pl",
                    ]
                ),
                "phone": chance.choice(
                    [f"+48 22 123 {n:04}", f"(22) 123-{n:04}", f"022.124.{n:04}", f"22123{n:04}"]
                    + [f"30 12345{n:03}.0", f"+48 22 123 {n:04} - 12", f"22 1234567 00{n:04}"]
                ),
                "vat": chance.choice(
                    [f"PL52600{n:05}", f"PL 526-00{n:05}", f"DE{n:09}", f"ATU1358{n:04}"]
                    + [f"EL09401{n:04}", f"XI12345{n:04}", "PL0000000000", f"52600{n:05}"]
                ),
                "country_id": self.countries["PL"].id,
            }
            for n in range(300)
        )
        self.env.flush_all()
        search = self.env["crm.duplicate.search"].create({})
        for code in ("email", "phone", "vat"):
            wanted = KEYS[code]
            rows = self.env.execute_query(SQL(PLAIN, **wanted.get_plain()))
            found = {}
            for partner_id, _company, _is_company, key, besides in rows:
                if not wanted.is_filler(key):
                    found.setdefault(partner_id, set()).add((key, besides))
            sanitize = search._sanitizer(self.countries["PL"])
            for partner in partners:
                values = [partner[name] for name in wanted.columns]
                if partner.id in found:
                    with self.subTest(code=code, values=values):
                        made = set(wanted.keys(values, "PL", sanitize))
                        self.assertEqual(found[partner.id], made)
            self.assertGreater(len(found), 50)
