import random
import re

from psycopg2 import IntegrityError

from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_list_field import ListFieldCommon

#: Names as people write them, and the code that they are written as.
NAMES = [
    ("Key Account (EU)", "key_account_eu"),  # English, with signs
    ("  R&D -- 2nd try ", "r_d_2nd_try"),
    ("Źródło", "zrodlo"),  # Polish
    ("Łódź", "lodz"),
    ("Größe", "grosse"),  # German: ß is ss (rule of Swiss and capital spelling)
    ("Đối thủ", "doi_thu"),  # Vietnamese: two marks on one letter
    ("Nhà phân phối", "nha_phan_phoi"),
    ("Nhà phân phối", "nha_phan_phoi"),  # the same in NFD, as macOS writes it
    ("Бюджет", "byudzhet"),  # Russian, BGN/PCGN
    ("Щёлково", "shchelkovo"),
    ("Підприємство", "pidpriyemstvo"),  # Ukrainian
    ("Їжа", "izha"),
    ("Příležitost", "prilezitost"),  # Czech
    ("Ügyfél", "ugyfel"),  # Hungarian
    ("Müşteri", "musteri"),  # Turkish
    ("Iğdır", "igdir"),
    ("Œuvre", "oeuvre"),  # French
    ("Ærø", "aero"),  # Danish
    ("Þjónusta", "thjonusta"),  # Icelandic
    ("Cliënt", "client"),  # Dutch
    ("Niño", "nino"),  # Spanish
    ("Πελάτης", "pelatis"),  # Greek, ELOT 743
    ("პარტნიორი", "partniori"),  # Georgian
    ("Գործընկեր", "gortsenker"),  # Armenian
    ("ＡＢＣ１２", "abc12"),  # full width
    ("١٢٣ items", "123_items"),  # Arabic digits
    ("Ⅳ quarter", "iv_quarter"),  # Roman numeral sign
]
#: Nothing of these is written in ASCII letters: they get the word for the thing.
UNSPOKEN = [
    "預算",
    "예산",
    "予算",
    "งบประมาณ",
    "תקציב",
    "ميزانية",
    "बजट",
    "🤝",
    "--",
    "…",
    "?",
    "·",
]


@tagged("post_install", "-at_install")
class TestCodesFromNames(ListFieldCommon):
    def _create_named(self, name):
        """A type, a relation type, a list field and a choice of it of one name."""
        kind = {"name": name, "kind": "company"}
        field = self.env["crm.list.field"].create({"name": name, "type": "selection"})
        return [
            self.env["crm.type"].create(kind),
            self.env["crm.relation.type"].create({"name": name, "inverse_name": name}),
            field,
            self.env["crm.list.value"].create({"name": name, "field_id": field.id}),
        ]

    def test_made_from_names(self):
        for name, code in NAMES:
            with self.subTest(name=name):
                for record in self._create_named(name):
                    base = re.sub(r"_\d+$", "", record.code) if record.code != code else code
                    self.assertEqual(base, code)

    def test_nothing_to_make_them_from(self):
        for name in UNSPOKEN:
            with self.subTest(name=name):
                for record, stem in zip(
                    self._create_named(name), ("type", "relation", "field", "value"), strict=True
                ):
                    self.assertRegex(record.code, rf"^{stem}(_\d+)?$")

    def test_equal_codes_get_a_free_one(self):
        chance = random.Random(3)
        names = [name for name, _code in NAMES] + UNSPOKEN
        for kind in ("contact", "company"):
            given = [{"name": chance.choice(names), "kind": kind} for _number in range(60)]
            codes = self.env["crm.type"].create(given).mapped("code")
            self.assertEqual(len(set(codes)), 60)
            for code in codes:
                self.assertRegex(code, r"^[a-z0-9_]{1,40}$")

    def test_archived_ones_and_those_given_beside_are_not_free(self):
        kind = {"kind": "deal"}
        first = self.env["crm.type"].create({"name": "Fair Trade", **kind})
        first.active = False
        made, given = self.env["crm.type"].create(
            [{"name": "Fair Trade", **kind}, {"name": "Other", "code": "Fair_trade_2", **kind}]
        )
        self.assertEqual((made.code, given.code), ("fair_trade_3", "Fair_trade_2"))

    @mute_logger("odoo.sql_db")
    def test_a_code_that_was_given_is_not_changed(self):
        self._create_list("One")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._create_list("Two", code="one")

    def test_long_names(self):
        for record in self._create_named("Very " * 30) + self._create_named("Very " * 30):
            self.assertRegex(record.code, r"^very[a-z_]*(_\d)?$")
            self.assertLessEqual(len(record.code), 40)

    def test_copies(self):
        for record in self._create_named("預算")[:3]:
            with self.subTest(model=record._name):
                codes = {record.code, record.copy().code, record.copy().code}
                self.assertEqual(len(codes), 3)

    def test_a_copied_list_has_the_same_choices(self):
        field = self._create_list()
        self.assertEqual(field.copy().value_ids.mapped("code"), ["red", "green", "blue"])

    def test_choices_on_the_screen_keep_theirs(self):
        names = ["Red", "Größe", "預算", "予算", "Đối thủ", "Red", "--"]
        form = Form(self.env["crm.list.field"])
        form.name = "Бюджет"
        for name in names:
            with form.value_ids.new() as line:
                line.name = name
        field = form.save()
        self.assertEqual(field.code, "byudzhet")
        self.assertEqual(
            field.value_ids.mapped("code"),
            ["red", "grosse", "value", "value_2", "doi_thu", "red_2", "value_3"],
        )
        with Form(field) as form, form.value_ids.new() as line:
            line.name = "Red"
        self.assertEqual(field.value_ids[-1].code, "red_3")
        self.assertEqual(
            [code for code, _name in self._get_definition("byudzhet")["selection"]],
            field.value_ids.mapped("code"),
        )

    def test_a_choice_is_named_after_its_code_was_asked_for(self):
        """As the web client does: a new line is asked for what it has before it has a name."""
        spec = {"name": {}, "code": {}, "sequence": {}}
        first = self.env["crm.list.value"].onchange({}, [], spec)["value"]
        self.assertFalse(first["code"])
        then = self.env["crm.list.value"].onchange({**first, "name": "Źródło"}, ["name"], spec)
        self.assertEqual(then["value"]["code"], "zrodlo")

    def test_left_before_the_screen_knew_the_code(self):
        """When the page is left, the web client saves at once, without asking for the code."""
        field, _reply = self._save_at_once(
            "crm.list.field",
            name="Джерело",
            value_ids=[
                Command.create({"name": name, "code": False, "sequence": 10})
                for name in ("Ярмарок", "Ярмарок", "🤝")
            ],
        )
        self.assertEqual(field.code, "dzherelo")
        self.assertEqual(field.value_ids.mapped("code"), ["yarmarok", "yarmarok_2", "value"])
        for model, vals in {
            "crm.type": {"kind": "deal"},
            "crm.relation.type": {"inverse_name": "x"},
        }.items():
            record, _reply = self._save_at_once(model, name="Đối thủ", **vals)
            self.assertEqual(record.code, "doi_thu")

    def test_taken_away_it_is_made_again(self):
        for record in self._create_named("Đối thủ"):
            with self.subTest(model=record._name):
                record.code = "other"
                record.web_save({"code": False, "name": "Бюджет"}, {"code": {}})
                self.assertEqual(record.code, "byudzhet")

    def _save_at_once(self, model, **vals):
        empty = self.env[model].browse()
        reply = empty.web_save({"code": False, **vals}, {"code": {}, "name": {}})
        return self.env[model].browse(reply[0]["id"]), reply
