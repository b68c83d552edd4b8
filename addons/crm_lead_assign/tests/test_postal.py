import random

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from ..engine import postal
from .common import LeadAssignCommon

#: Parts of a list → codes that they hold and codes that they do not; the formats are those of the
#: Universal Postal Union's "Addressing systems", with blanks, dashes and letters as people write.
HOLDS = {
    # Poland, Japan, Portugal, Brazil, United States: a dash inside is no range.
    "01-100": (["01-100", "01100", "01–100", " 01-100 "], ["01-101", "01-050", "50", "1", "100"]),
    "87-100": (["87-100", "87 100"], ["88-100", "87-1000", "90"]),
    "100-0001": (["100-0001", "1000001", "１００-０００１"], ["100-0002", "500", "100"]),
    "4000-001": (["4000-001", "4000 001"], ["4000-002", "4000"]),
    "01000-000": (["01000-000", "01000000"], ["01000-001", "01000"]),
    "94105-1234": (["94105-1234", "941051234"], ["94105-1235", "94105"]),
    # A code holds what is written after it.
    "94105": (["94105", "94105-1234", "941051234", "94105 1234"], ["94106", "9410", "194105"]),
    "10115": (["10115", "D-10115", "d 10115", "DE-10115"], ["10116", "101150", "D-10117"]),
    "D-10115": (["10115", "D-10115"], ["10116"]),
    "LV-1010": (["LV-1010", "LV1010", "1010"], ["LV-1011"]),
    "MD-2001": (["MD2001", "MD-2001"], ["MD-2002"]),
    "AD500": (["AD500", "ad 500"], ["AD501", "AD5001"]),
    "1012": (["1012", "1012 AB", "1012ab"], ["1013 AB", "10121"]),
    "1012 AB": (["1012 AB", "1012ab", "NL-1012 AB"], ["1012 AC", "1012"]),
    "110 00": (["110 00", "11000"], ["110 01", "110"]),
    "111 22": (["111 22", "SE-111 22", "11122"], ["111 23"]),
    "01067": (["01067"], ["1067", "01068"]),
    "C1001": (["C1001ABC", "C1001"], ["C1002ABC", "B1001ABC"]),
    "SW1A": (["SW1A 1AA", "sw1a1aa", "SW1A"], ["SW1 1AA", "SW1B 1AA", "SW10 1AA"]),
    "W1": (["W1A 0AX", "W1 1AA"], ["W12 8QT", "W128QT", "EW1 1AA"]),
    "W12": (["W12 8QT", "W128QT"], ["W1 28QT", "W1A 0AX"]),
    "EC1A 1BB": (["EC1A 1BB", "ec1a1bb"], ["EC1A 1BA", "EC1A"]),
    "EC1A-1BB": (["EC1A 1BB"], ["EC1A 1BC"]),
    "K1A 0B1": (["K1A 0B1", "k1a0b1", "K1A-0B1"], ["K1A 0B2"]),
    "D02 AF30": (["D02 AF30", "D02AF30"], ["D02 AF31"]),
    "VLT 1117": (["VLT 1117", "VLT1117"], ["VLT 1118", "MST 1117"]),
    "1999-ZZ": (["1999 ZZ", "1999zz"], ["1999 ZA"]),
    # Ranges.
    "94000-94999": (
        ["94000", "94999", "94999-1234", "949991234", "94500"],
        ["93999", "95000", "9400", "940001"],
    ),
    "20000–22999": (["20000", "22999", "D-21000"], ["23000", "19999"]),
    "1000-1999": (["1000", "1999", "1999 ZZ", "1999ZZ", "1500-001"], ["2000", "0999", "10005"]),
    "00-001 - 05-999": (["00-001", "03-123", "05999"], ["06-000", "00-000", "6000"]),
    "00-001–05-999": (["01-100"], ["06-000"]),
    "00-001-05-999": (["01-100"], ["06-000"]),
    "100-0001 - 150-9999": (["100-0001", "1234567", "150-9999"], ["151-0000", "100-0000"]),
    "4000-001 - 4999-999": (["4000-001", "4500-123"], ["5000-001", "4000-000"]),
    "01000 - 01999": (["01000", "01 500", "01999"], ["1500", "02000"]),
    "10-19": (["10115", "19999", "10"], ["20000", "09999"]),
    "900-961": (["90001", "96199-1234"], ["96200", "89999"]),
    "EC1-EC4": (
        ["EC1A 1BB", "EC4A 1BR", "ec2a 4ne", "EC41BR", "EC3"],
        ["EC10 1AA", "EC5 1AA", "E1 6AN", "WC1A 1AA", "EC"],
    ),
    "EC1-EC10": (["EC5 1AA", "EC10 1AA", "ec9"], ["EC11 1AA"]),
    "K1A-K1Z": (["K1B 0A6", "k1z9z9"], ["K2A 0A1", "L1A 0A1"]),
    "1000 AA - 1099 ZZ": (["1050 BC", "1099ZZ"], ["1100 AA", "1050"]),
    "1000AA-1099ZZ": (["1050 BC"], ["1100 AA"]),
    "110 00 - 199 99": (["110 00", "15000"], ["200 00"]),
    # Beginnings.
    "EC1*": (["EC1A 1BB", "EC10 1AA", "ec1"], ["EC2A 1AA", "E1 6AN"]),
    "87-1*": (["87-100", "87199"], ["87-200", "88-100"]),
    "95*": (["95014", "95-100"], ["59500"]),
    "06*": (["06000", "06-123"], ["6000"]),
    # Lists.
    "10115; 20000-22999\nEC1*": (["10115", "21000", "EC1A 1BB"], ["30000"]),
    "10115,, 10117 ,": (["10115", "10117"], ["10116"]),
}
#: What a dash means where the countries are known.
OF_COUNTRY = [
    ("12345-67890", "IR", "12345-67890", "20000"),
    ("110-799", "KR", "110-799", "500"),
    ("1100-2100", "LB", "1100-2100", "1500"),
    ("110-001", "IN", "110001", "500"),
]
UNREADABLE = [
    "10/20",
    "94___",
    "9%",
    "*",
    "-",
    "10115-",
    "-10115",
    "12345-1234567",
    "EC1-W4",
    "1*2",
]
BACKWARDS = ["22999-20000", "EC4-EC1", "05-999 - 00-001", "K9Z-K1A", "EC10-EC9"]


class TestPostalCodes(BaseCase):
    def _holds(self, text, code, *countries):
        return any(part.holds(code) for part in postal.parse(text, countries))

    def test_codes(self):
        for text, answers in HOLDS.items():
            for wanted, codes in zip((True, False), answers, strict=True):
                for code in codes:
                    with self.subTest(text=text, code=code):
                        self.assertEqual(self._holds(text, code), wanted)

    def test_codes_of_a_country(self):
        for text, country, inside, outside in OF_COUNTRY:
            with self.subTest(text=text, country=country):
                self.assertTrue(self._holds(text, inside, country))
                self.assertFalse(self._holds(text, outside, country))

    def test_a_dash_is_said_plainly(self):
        for text, country, inside, outside in OF_COUNTRY:
            with self.subTest(text=text):
                [plain] = postal.say_plainly(text, [country])
                self.assertTrue(self._holds(plain, inside))
                self.assertFalse(self._holds(plain, outside))
        for text, answers in HOLDS.items():
            plain = ",".join(postal.say_plainly(text))
            for wanted, codes in zip((True, False), answers, strict=True):
                for code in codes:
                    with self.subTest(text=text, plain=plain, code=code):
                        self.assertEqual(self._holds(plain, code), wanted)

    def test_what_can_not_be_read(self):
        for text in UNREADABLE:
            with self.subTest(text=text), self.assertRaises(postal.PostalError):
                postal.parse(text)
        for text in BACKWARDS:
            with self.subTest(text=text), self.assertRaises(postal.PostalError) as caught:
                postal.parse(text)
            with self.subTest(text=text):
                self.assertTrue(postal.parse(" - ".join(caught.exception.ends)))

    def test_ranges_of_numbers(self):
        """Whatever the length and however the codes are written: between is between."""
        chance = random.Random(1)
        for _number in range(500):
            digits = chance.randint(4, 7)
            low, code, high = (chance.randrange(10**digits) for _end in range(3))
            low, high = sorted((low, high))
            cut = chance.randint(1, digits - 1)
            written = [f"{value:0{digits}}" for value in (low, code, high)]
            broken = [text[:cut] + "-" + text[cut:] for text in written]
            text = f"{written[0]} - {written[2]}"
            with self.subTest(text=text, code=written[1]):
                self.assertEqual(self._holds(text, written[1]), low <= code <= high)
                self.assertEqual(self._holds(text, broken[1]), low <= code <= high)
                text = f"{broken[0]} - {broken[2]}"
                self.assertEqual(self._holds(text, written[1]), low <= code <= high)

    def test_one_form(self):
        chance = random.Random(2)
        for _number in range(500):
            code = "".join(chance.choices("AEZ019 -–", k=chance.randint(1, 9)))
            with self.subTest(code=code):
                once = postal.normalise(code)
                self.assertEqual(postal.normalise(code.lower()), once)
                self.assertEqual(postal.normalise(f" {code} "), once)


@tagged("post_install", "-at_install")
class TestPostalSearch(LeadAssignCommon):
    def test_the_database_finds_the_same(self):
        codes = sorted({code for answers in HOLDS.values() for codes in answers for code in codes})
        leads = self.env["crm.lead"].create([{"name": code, "zip": code} for code in codes])
        empty = self.env["crm.lead"].create([{"name": "no code"}])
        texts = [*HOLDS, *(plain for text in HOLDS for plain in postal.say_plainly(text))]
        for text in texts:
            parts = postal.parse(text)
            wanted = leads.filtered(lambda lead, p=parts: any(part.holds(lead.zip) for part in p))
            found = leads.search([("id", "in", (leads + empty).ids), ("zip_within", "in", [text])])
            with self.subTest(text=text):
                self.assertEqual(found, wanted)
        with self.assertRaisesRegex(UserError, "94___"):
            leads.search([("zip_within", "=", "94___")])

    def test_territory_of_a_country(self):
        iran = self.env.ref("base.ir")
        above = self.env["crm.territory"].create(
            {"name": "Iran", "country_ids": [Command.set(iran.ids)]}
        )
        territory = above.create(
            {"name": "One", "parent_id": above.id, "zip_ranges": "12345-67890"}
        )
        leads = self._create_leads(iran, iran)
        leads[0].zip, leads[1].zip = "12345-67890", "20000"
        found = leads.search(territory._get_lead_domain())
        self.assertEqual(found & leads, leads[0])

    def test_a_range_that_runs_backwards_is_said(self):
        with self.assertRaisesRegex(ValidationError, "Late: 22999-20000.*Write 20000 - 22999"):
            self.env["crm.territory"].create({"name": "Late", "zip_ranges": "22999-20000"})
