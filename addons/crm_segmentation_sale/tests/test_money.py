from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.base.tests.common import BaseCommon
from odoo.addons.crm_access.tests.shared import CurrencyCases


@tagged("post_install", "-at_install")
class TestMoney(CurrencyCases, BaseCommon):
    """Orders of several companies and currencies are added up in the segment's currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.by_currency = cls._create_companies()
        cls.product = cls.env["product.product"].create({"name": "Thing", "list_price": 100})

    def _order(self, partner, amount, company, currency):
        """An order of a company by a pricelist in another currency, today."""
        company, to = self.by_currency[company], self.by_currency[currency].currency_id
        pricelist = self.env["product.pricelist"].create(
            {"name": to.name, "currency_id": to.id, "company_id": company.id}
        )
        order = (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "pricelist_id": pricelist.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": 1,
                                "price_unit": amount,
                                "tax_ids": False,
                            }
                        )
                    ],
                }
            )
        )
        order.action_confirm()
        self.assertEqual(order.currency_id, to)
        self.env.flush_all()

    def test_what_passes_a_threshold(self):
        """(amount, company, currency of the order, threshold in US dollars, does it pass)."""
        cases = [
            (1000000, "VND", "VND", 10000, False),
            (1000000, "VND", "VND", 40, True),
            (10000, "VND", "USD", 10000, True),
            (9990, "VND", "USD", 10000, False),
            (250000000, "USD", "VND", 10000, True),
            (249000000, "USD", "VND", 10000, False),
            (39000, "EUR", "PLN", 10000, True),
            (38900, "EUR", "PLN", 10000, False),
            (9173, "PLN", "EUR", 10000, True),
            (1513700, "INR", "JPY", 10000, True),
            (1510000, "INR", "JPY", 10000, False),
            (3071, "KWD", "KWD", 10000, True),
            (3060, "KWD", "KWD", 10000, False),
        ]
        for amount, company, currency, threshold, passes in cases:
            with self.subTest(amount=amount, company=company, currency=currency):
                buyer = self.env["res.partner"].create({"name": "Buyer", "is_company": True})
                self._order(buyer, amount, company, currency)
                segment = self.env["crm.segment"].create(
                    {
                        "name": "Orders",
                        "company_id": False,
                        "criterion_ids": [
                            Command.create(
                                {
                                    "source": "order",
                                    "condition": "amount",
                                    "threshold": threshold,
                                    "domain": repr([("state", "=", "sale")]),
                                }
                            )
                        ],
                    }
                )
                found = buyer.search([("segment_ids", "in", segment.ids), ("id", "=", buyer.id)])
                self.assertEqual(bool(found), passes)
                self.assertIn("$", segment.sentence)

    def test_score(self):
        buyer = self.env["res.partner"].create({"name": "Buyer", "is_company": True})
        self._order(buyer, 1000000, "VND", "VND")
        self._order(buyer, 39, "EUR", "PLN")
        score = self.env["crm.segment"].create(
            {
                "name": "Orders",
                "method": "score",
                "company_id": False,
                "parameter_ids": [
                    Command.create(
                        {
                            "name": "Amount",
                            "kind": "measure",
                            "measure": "order_amount",
                            "range_ids": [
                                Command.create({"open_from": True, "open_to": True, "points": 1})
                            ],
                        }
                    )
                ],
            }
        )
        score.action_refresh()
        member = self.env["crm.segment.member"].search(
            [("segment_id", "=", score.id), ("partner_id", "=", buyer.id)]
        )
        self.assertAlmostEqual(member.line_ids.value, 50, 1)
