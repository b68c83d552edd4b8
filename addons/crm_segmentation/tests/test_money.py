import random

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_access.tests.shared import CurrencyCases

from .segment_common import SegmentCommon

SEED = 14
NBSP = "\N{NO-BREAK SPACE}"


@tagged("post_install", "-at_install")
class TestMoney(CurrencyCases, SegmentCommon):
    """Sums over companies with several currencies are sums of one currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.by_currency = cls._create_companies()
        cls.usd = cls.env.company.currency_id
        cls.env["crm.lead"].search(
            [("partner_id", "in", (cls.companies + cls.persons).ids)]
        ).unlink()

    @classmethod
    def _deal(cls, partner, amount, currency, status="won"):
        """A deal of the company with a currency; of no company without one."""
        company = cls.by_currency.get(currency, cls.env["res.company"])
        return cls._create_deal(partner, status, amount, company_id=company.id, team_id=False)

    @classmethod
    def _amount_line(cls, threshold):
        return {
            "source": "deal",
            "condition": "amount",
            "threshold": threshold,
            "domain": repr([("won_status", "=", "won")]),
        }

    def _sum(self, deals, company=None):
        """What Odoo makes of (amount, currency name) in the currency of a company."""
        company = company or self.env.company
        return sum(
            self.by_currency[name].currency_id._convert(
                amount, company.currency_id, company, round=False
            )
            if name
            else amount
            for amount, name in deals
        )

    def test_what_passes_a_threshold(self):
        """(deals, threshold in US dollars, does it pass)."""
        cases = [
            ([(1000000, "VND")], 10000, False),
            ([(1000000, "VND")], 41, False),
            ([(1000000, "VND")], 40, True),
            ([(250000000, "VND")], 10000, True),
            ([(39000, "PLN")], 10000, True),
            ([(38999, "PLN")], 10000, False),
            ([(1513700, "JPY")], 10000, True),
            ([(1513600, "JPY")], 10000, False),
            ([(9173, "EUR")], 10000, True),
            ([(9172, "EUR")], 10000, False),
            ([(832100, "INR")], 10000, True),
            ([(832000, "INR")], 10000, False),
            ([(3071, "KWD")], 10000, True),
            ([(3070, "KWD")], 10000, False),
            ([(10000, "USD")], 10000, True),
            ([(10000, None)], 10000, True),
            ([(1000000, "VND"), (9960, "USD")], 10000, True),
            ([(1000000, "VND"), (9959, "USD")], 10000, False),
            ([(19500, "PLN"), (4586.5, "EUR")], 10000, True),
            ([(19500, "PLN"), (4586, "EUR")], 10000, False),
        ]
        for deals, threshold, passes in cases:
            with self.subTest(deals=deals, threshold=threshold):
                company = self.alpha.create({"name": "Case", "is_company": True, "ref": "segment"})
                for amount, name in deals:
                    self._deal(company, amount, name)
                segment = self._create_segment(self._amount_line(threshold))
                self.assertEqual(company in self._find(segment), passes)
                self.assertEqual(company in self._find(segment, lang="vi_VN"), passes)

    def test_what_passes_a_condition(self):
        """(amount, currency, operator, value, does it pass): on the deal, and on its customer."""
        cases = [
            (1000000, "VND", ">=", 10000, False),
            (1000000, "VND", ">=", 40, True),
            (1000000, "VND", "<", 41, True),
            (250000000, "VND", ">=", 10000, True),
            (250000000, "VND", ">", 10000, False),
            (9173, "EUR", ">=", 10000, True),
            (9172, "EUR", "<=", 9999, True),
            (1513700, "JPY", "<=", 10000, True),
            (3071, "KWD", ">", 9999, True),
            (10000, "USD", ">=", 10000, True),
            (10000, None, ">=", 10000, True),
            (1000000, "VND", "=", 40, True),
            (1000000, "VND", "=", 1000000, False),
            (1000000, "VND", "!=", 40, False),
            (1000000, "VND", "!=", 1000000, True),
            (390, "PLN", "in", [50, 100], True),
            (100, "PLN", "in", [50, 100], False),
            (390, "PLN", "not in", [50, 100], False),
            (100, "PLN", "not in", [50, 100], True),
            (3071, "KWD", "=", 10000, True),
            (3070, "KWD", "=", 10000, False),
            (0, "JPY", "=", False, True),
            (0, "JPY", "=", 0, True),
            (1, "USD", "!=", False, True),
            (0, "EUR", "in", [0, 5], True),
        ]
        for amount, name, operator, value, passes in cases:
            domain = [("expected_revenue", operator, value)]
            with self.subTest(amount=amount, currency=name, operator=operator, value=value):
                company = self.alpha.create({"name": "Case", "is_company": True, "ref": "segment"})
                deal = self._deal(company, amount, name)
                has = self._create_segment(("deal", domain))
                self.assertEqual(company in self._find(has), passes)
                deals = self._create_segment(("self", domain), applies_to="deal")
                self.assertEqual(deal in self._find(deals), passes)
                for within in (
                    [("opportunity_ids", "any", domain)],
                    [("opportunity_ids.expected_revenue", operator, value)],
                    [("opportunity_ids.partner_id.opportunity_ids.expected_revenue", operator,
                      value)],
                    ["!", ("opportunity_ids.expected_revenue", operator, value)],
                ):  # fmt: skip
                    inside = self._create_segment(("self", within))
                    found = company in self._find(inside)
                    self.assertEqual(found, passes != (within[0] == "!"), within)
                none = self._create_segment({"source": "deal", "condition": "none",
                                             "domain": repr(domain)})  # fmt: skip
                self.assertEqual(company in self._find(none), not passes)
                if value:
                    self.assertIn("$", deals.sentence)

    def test_whoever_looks_it_is_the_same(self):
        """The currency is the segment's, not that of the company one looks from."""
        self._deal(self.alpha, 1000000, "VND")
        self._deal(self.beta, 11000, "USD")
        segment = self._create_segment(self._amount_line(10000))
        self.assertEqual(segment.currency_id, self.usd)
        for name, company in self.by_currency.items():
            with self.subTest(company=name):
                ids = [company.id, *(self.env.user.company_ids - company).ids]
                found = self._find(segment, allowed_company_ids=ids)
                self.assertEqual(found & self.companies, self.beta)

    def test_a_segment_of_a_company_counts_in_its_currency(self):
        self._deal(self.alpha, 300000000, "VND")
        own = self._create_segment(
            self._amount_line(250000000), company_id=self.by_currency["VND"].id
        )
        self.assertEqual(own.currency_id.name, "VND")
        self.assertEqual(self._find(own) & self.companies, self.alpha)
        own.currency_id = self.usd
        self.assertFalse(self._find(own) & self.companies)
        own.criterion_ids.threshold = 10000
        self.assertEqual(self._find(own) & self.companies, self.alpha)

    def test_the_sentence_says_the_currency(self):
        cases = [("USD", 10000, f"${NBSP}10,000"), ("VND", 1000000, f"1,000,000{NBSP}₫"),
                 ("JPY", 12500000, "12,500,000"), ("PLN", 99.5, f"99.50{NBSP}zł"),
                 ("EUR", 1234567, f"1,234,567{NBSP}€")]  # fmt: skip
        for name, threshold, text in cases:
            with self.subTest(currency=name):
                segment = self._create_segment(
                    self._amount_line(threshold), company_id=self.by_currency[name].id
                )
                symbol = segment.currency_id.symbol
                self.assertIn(text, segment.sentence)
                self.assertIn(symbol, segment.sentence)
                self.assertNotIn("e+", segment.sentence)

    def test_scores(self):
        chance = random.Random(SEED)
        names = [*self.by_currency, None]
        deals = {
            company: [(round(10 ** chance.uniform(1, 9)), chance.choice(names)) for _n in range(6)]
            for company in self.companies
        }
        for company, rows in deals.items():
            for amount, name in rows:
                self._deal(company, amount, name)
        score = self._create_score(self._amount_parameter())
        score.action_refresh()
        for company, rows in deals.items():
            with self.subTest(company=company.name):
                [line] = self._member(score, company).line_ids
                self.assertAlmostEqual(line.value, self._sum(rows), 2)
                self.assertIn("$", line.value_text)
                self.assertIn("$", line.reason)

    def test_an_amount_of_the_contact_itself(self):
        """A monetary field is in the currency of its record's company."""
        self.env["ir.model.fields"].create(
            {
                "name": "x_budget",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "field_description": "Budget",
                "ttype": "monetary",
                "currency_field": "currency_id",
            }
        )
        self.alpha.write({"company_id": self.by_currency["VND"].id, "x_budget": 50000000})
        self.beta.write({"company_id": False, "x_budget": 1999})
        score = self._create_score(
            {
                "name": "Budget",
                "kind": "field",
                "field_path": "x_budget",
                "range_ids": self._ranges((None, 1999.5, 1), (1999.5, None, 7)),
            }
        )
        score.action_refresh()
        values = {c: self._member(score, c).line_ids.value for c in self.alpha + self.beta}
        self.assertEqual(values, {self.alpha: 2000, self.beta: 1999})

    def test_glance(self):
        deals = [(1000000, "VND"), (390, "PLN"), (7, None), (100, "USD")]
        for amount, name in deals:
            self._deal(self.alpha, amount, name)
        self._deal(self.alpha, 15137, "JPY", "pending")
        cases = [("USD", "$", "247.00"), ("VND", "₫", "6,175,000"), ("PLN", "zł", "963.30")]
        for name, symbol, won in cases:
            with self.subTest(company=name):
                company = self.by_currency[name]
                deals = [(1000000, "VND"), (390, "PLN"), (7, None), (100, "USD")]
                total = company.currency_id.round(self._sum(deals, company))
                # What is of no company is in the currency of whoever looks.
                ids = [company.id, *(self.env.user.company_ids - company).ids]
                alpha = self.alpha.with_context(allowed_company_ids=ids)
                [item] = [i for i in alpha.get_segmentation_glance() if i["key"] == "deals_won"]
                self.assertEqual(item["value"], "4")
                self.assertIn(symbol, item["detail"])
                digits = company.currency_id.decimal_places
                self.assertIn(f"{total:,.{digits}f}", item["detail"])
                if name == "USD":
                    self.assertIn(won, item["detail"])

    def test_crossing(self):
        country = self.env.ref("base.vn")
        self.alpha.country_id = country
        self._deal(self.alpha, 1000000, "VND")
        self._deal(self.alpha, 39, "PLN", "pending")
        Crossing = self.env["segment.crossing"]
        before = Crossing.get_matrix("field:country_id", "field:user_id")["cells"]["*|*"]
        self._deal(self.alpha, 15137, "JPY")
        self._deal(self.alpha, 917.3, "EUR", "pending")
        matrix = Crossing.get_matrix("field:country_id", "field:user_id")
        after = matrix["cells"]["*|*"]
        self.assertEqual(matrix["currency"], self.usd.id)
        self.assertAlmostEqual(after[1] - before[1], 100, 4)
        self.assertAlmostEqual(after[2] - before[2], 1000, 4)

    def test_report(self):
        deals = [(1000000, "VND"), (390, "PLN"), (9173, "EUR"), (5, None)]
        for amount, name in deals:
            self._deal(self.alpha, amount, name)
        self.env.flush_all()
        Report = self.env["crm.deal.type.report"]
        mine = [("partner_id", "=", self.alpha.id)]
        for name in ("USD", "VND", "KWD"):
            with self.subTest(company=name):
                company = self.by_currency[name]
                ids = [company.id, *(self.env.user.company_ids - company).ids]
                Here = Report.with_context(allowed_company_ids=ids)
                sums = ["expected_revenue:sum", "won_revenue:sum", "currency_id:array_agg"]
                [(revenue, won, currencies)] = Here._read_group(mine, [], sums)
                self.assertAlmostEqual(revenue / self._sum(deals, company), 1, 9)
                self.assertEqual(revenue, won)
                self.assertEqual(set(currencies), {company.currency_id.id})

    def test_shared_segments_go_by_the_rates_of_a_company_with_the_currency(self):
        """Not by those of the company that comes first."""
        first = self.by_currency["PLN"]
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.by_currency["VND"].currency_id.id,
                "name": "2024-06-02",
                "rate": 5,
                "company_id": first.id,
            }
        )
        first.write({"sequence": -99, "name": "AAA"})
        self._deal(self.alpha, 1000000, "VND")
        segment = self._create_segment(self._amount_line(10000))
        self.assertFalse(self._find(segment) & self.companies)

    def test_money_is_no_reason_for_more_queries(self):
        partners = self.alpha.create(
            [{"name": f"Many {n}", "is_company": True, "ref": "segment"} for n in range(40)]
        )
        for number, name in enumerate([*self.by_currency] * 5):
            self._deal(partners[number], 100, name)
        segment = self._create_segment(
            self._amount_line(1), name="Many", criterion_ids=[Command.create(self._amount_line(1))]
        )
        self._find(segment)
        counts = set()
        for among in (partners[:1], partners):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["res.partner"].search(
                [("segment_ids", "in", segment.ids), ("id", "in", among.ids)]
            )
            counts.add(self.env.cr.sql_log_count - before)
        self.assertEqual(len(counts), 1)
