from odoo.tests import tagged
from odoo.tests.common import BaseCase, TransactionCase

from ..engine import languages

#: A country, languages as Odoo's codes have them that belong to it, and some that do not.
COUNTRIES = [
    # Tagalog is the base of Filipino, the national language (constitution of 1987, art. XIV §6);
    # Odoo's code is tl_PH, CLDR's is fil.
    ("PH", "tl_PH en_US", "es_ES zh_CN"),
    # Official in the autonomous communities (constitution of 1978, art. 3).
    ("ES", "es_ES ca_ES eu_ES gl_ES", "pt_PT fr_FR"),
    ("AD", "ca_ES", "fr_FR"),  # the only official language
    # Eighth Schedule of India's constitution, each official in states of its own.
    ("IN", "hi_IN en_IN bn_IN gu_IN ml_IN te_IN ta_IN kn_IN", "fa_IR zh_CN"),
    ("BD", "bn_IN", "hi_IN"),
    ("SG", "en_US zh_CN ms_MY ta_IN", "th_TH"),  # four official languages
    ("LK", "si_LK ta_IN", "hi_IN"),
    ("CH", "de_CH fr_CH it_IT", "es_ES"),
    ("BE", "nl_BE fr_BE de_DE", "it_IT"),
    ("LU", "lb_LU fr_FR de_DE", "nl_NL"),
    ("CA", "en_CA fr_CA", "es_MX"),
    ("FI", "fi_FI sv_SE", "ru_RU"),
    ("NL", "nl_NL fy_NL", "de_DE"),  # Frisian: official in Friesland
    ("GB", "en_GB cy_GB", "fr_FR"),  # Welsh: official in Wales
    ("IE", "en_GB ga_IE", "fr_FR"),
    ("NO", "nb_NO nn_NO", "da_DK"),
    ("MK", "mk_MK sq_AL", "bg_BG"),  # Albanian: official where one in five speaks it
    ("RS", "sr@latin sr@Cyrl", "sq_AL"),
    ("BA", "bs_BA hr_HR sr@latin", "sl_SI"),
    ("UA", "uk_UA", "pl_PL"),
    ("KZ", "kk_KZ ru_RU", "uk_UA"),
    ("BY", "be_BY ru_RU", "pl_PL"),
    ("IL", "he_IL ar_001", "fr_FR"),
    ("TW", "zh_TW", "ja_JP"),
    ("HK", "zh_HK en_GB", "ja_JP"),
    ("VN", "vi_VN", "fr_FR"),
    ("BR", "pt_BR", "es_AR"),
    ("ZA", "af_ZA zu_ZA en_GB", "nl_NL"),
    # Official in a corner only, and at home elsewhere: no language of the country's customers.
    ("PL", "pl_PL", "de_DE lt_LT"),
    ("DK", "da_DK", "de_DE"),
    ("CN", "zh_CN", "ko_KR"),
    ("IT", "it_IT", "fr_FR"),
]
#: Languages in Odoo that have no status where its code puts them (Kabyle in Algeria).
WITHOUT_STATUS = {"kab_DZ"}


@tagged("post_install", "-at_install")
class TestLanguagesOfCountries(BaseCase):
    def test_belong_to_their_countries(self):
        for country, own, foreign in COUNTRIES:
            with self.subTest(country=country):
                spoken = languages.of_lead(None, country)
                self.assertLessEqual(languages.spoken(own.split()), spoken)
                self.assertFalse(languages.spoken(foreign.split()) & spoken)

    def test_old_and_new_codes_are_one(self):
        for old, new in [("tl_PH", "fil"), ("iw_IL", "he_IL"), ("in_ID", "id_ID"), ("pt-BR", "pt")]:
            with self.subTest(old=old):
                self.assertEqual(languages.base(old), languages.base(new))


@tagged("post_install", "-at_install")
class TestLanguagesOfOdoo(TransactionCase):
    def test_each_language_belongs_to_the_country_of_its_code(self):
        langs = self.env["res.lang"].with_context(active_test=False).search([])
        foreign = [
            code
            for code in langs.mapped("code")
            if len(country := code.partition("_")[2].partition("@")[0]) == 2
            and languages.base(code) not in languages.of_country(country)
        ]
        self.assertLessEqual(set(foreign), WITHOUT_STATUS)
