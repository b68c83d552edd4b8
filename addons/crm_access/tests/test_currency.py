import random

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.base.tests.common import BaseCommon

from .shared import CurrencyCases

SEED = 14


@tagged("post_install", "-at_install")
class TestCurrency(CurrencyCases, BaseCommon):
    """Amounts of companies in one currency: as Odoo's own ``_convert``, for any amount."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.companies = cls._create_companies()

    def _convert_in_sql(self, currency, rows, **options):
        """Convert (amount, company) in one statement."""
        amount = currency._convert_to_sql(SQL("r.amount"), SQL("r.company_id"), **options)
        values = SQL(", ").join(
            SQL("(%s::numeric, %s::int)", amount, company.id or None) for amount, company in rows
        )
        query = SQL("SELECT %s FROM (VALUES %s) AS r(amount, company_id)", amount, values)
        return [float(value) for [value] in self.env.execute_query(query)]

    def test_any_amount_as_odoo_converts_it(self):
        chance = random.Random(SEED)
        companies = list(self.companies.values())
        days = ("2019-12-31", "2020-01-01", "2024-05-31", "2024-06-01", "2026-12-01")
        for company in companies:
            to_currency = company.currency_id
            for day in days:
                rows = [
                    (round(chance.choice((-1, 1)) * 10 ** chance.uniform(-2, 12), 4), other)
                    for other in companies
                    for _time in range(5)
                ]
                found = self._convert_in_sql(to_currency, rows, company=company, date=day)
                for (amount, other), value in zip(rows, found, strict=True):
                    with self.subTest(amount=amount, of=other.name, to=company.name, day=day):
                        expected = other.currency_id._convert(
                            amount, to_currency, company, day, round=False
                        )
                        self.assertAlmostEqual(value / expected, 1, 12)

    def test_rates_of_a_company_go_before_those_of_all(self):
        own = self.companies["PLN"]
        vnd, usd = self.companies["VND"].currency_id, self.env.company.currency_id
        self.env["res.currency.rate"].create(
            {"currency_id": vnd.id, "name": "2024-06-01", "rate": 5000, "company_id": own.id}
        )
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": own.id})
        for company, rate in ((own, 5000), (branch, 5000), (self.companies["VND"], 25000)):
            with self.subTest(company=company.name):
                rates = usd._get_company_rates(company)
                self.assertAlmostEqual(rates[self.companies["VND"].id], 1 / rate, 12)
                self.assertEqual(
                    rates[self.companies["VND"].id], vnd._convert(1, usd, company, round=False)
                )

    def test_what_is_of_no_company_stays(self):
        usd = self.env.company.currency_id
        nothing = self.env["res.company"]
        self.assertEqual(self._convert_in_sql(usd, [(12.5, nothing)]), [12.5])

    def test_sums_are_rounded_once(self):
        vnd = self.companies["VND"]
        usd = self.env.company
        sums = [(vnd.id, 1000000), (usd.id, 0.004), (False, 1.004), (vnd.id, None)]
        self.assertEqual(usd.currency_id._add_up(sums), 41.01)

    def test_of_one_currency_nothing_is_asked(self):
        company = self.env["res.company"].create({"name": "Test", "currency_id": 1})
        self.env["res.company"].search([]).currency_id = company.currency_id
        self.env["res.company"]._get_currencies()
        with self.assertQueryCount(0):
            self.assertFalse(company.currency_id._get_company_rates(company))

    def test_a_company_that_changes_its_currency(self):
        usd, pln = self.env.company.currency_id, self.companies["PLN"]
        self.assertAlmostEqual(usd._get_company_rates()[pln.id], 1 / 3.9, 9)
        pln.currency_id = self.companies["VND"].currency_id
        self.assertAlmostEqual(usd._get_company_rates()[pln.id], 1 / 25000, 9)
        new = self.env["res.company"].create({"name": "New", "currency_id": pln.currency_id.id})
        self.assertAlmostEqual(usd._get_company_rates()[new.id], 1 / 25000, 9)

    def test_who_may_not_read_rates_gets_the_same(self):
        user = self.env["res.users"].create({"name": "Nobody", "login": "currency_nobody"})
        usd = self.env.company.currency_id
        self.assertEqual(usd.with_user(user)._get_company_rates(), usd._get_company_rates())
