from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class TestSegmentOrders(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.companies = cls.env["res.partner"].create(
            [{"name": f"Buyer {n}", "is_company": True} for n in range(3)]
        )
        cls.person = cls.env["res.partner"].create(
            {"name": "Buying person", "parent_id": cls.companies[0].id}
        )
        cls.product = cls.env["product.product"].create({"name": "Thing", "list_price": 100})

    def _order(self, partner, quantity, confirm=True):
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": quantity,
                            "price_unit": 100,
                        }
                    )
                ],
            }
        )
        if confirm:
            order.action_confirm()
        self.env.flush_all()
        return order

    def _segment(self, applies_to="company", **line):
        return self.env["crm.segment"].create(
            {
                "name": "Orders",
                "applies_to": applies_to,
                "company_id": False,
                "criterion_ids": [
                    Command.create(
                        {"source": "order", "domain": repr([("state", "=", "sale")]), **line}
                    )
                ],
            }
        )

    def _find(self, segment):
        Model = self.env[segment.model_name]
        return Model.search([("segment_ids", "in", segment.ids)])

    def test_lines_about_orders(self):
        self._order(self.person, 3)
        self._order(self.companies[0], 2)
        self._order(self.companies[1], 1)
        self._order(self.companies[2], 9, confirm=False)
        first, second, third = self.companies
        mine = self.companies
        self.assertEqual(self._find(self._segment()) & mine, first + second)
        self.assertEqual(self._find(self._segment(condition="none")) & mine, third)
        self.assertEqual(self._find(self._segment(condition="count", threshold=2)) & mine, first)
        amount = self._segment(condition="amount", threshold=500)
        self.assertEqual(self._find(amount) & mine, first)
        lead = self.env["crm.lead"].create({"name": "Again", "partner_id": self.person.id})
        self.assertIn(
            lead,
            self._find(
                self._segment(
                    "lead" if lead.type == "lead" else "deal", condition="count", threshold=2
                )
            ),
        )

    def test_sentence(self):
        segment = self._segment(condition="none")
        self.assertIn("has no orders and quotations: Status is Sales Order", segment.sentence)

    def test_ready_made_rfm_by_orders(self):
        score = self.env.ref("crm_segmentation_sale.segment_rfm_orders")
        score.active = True
        self._order(self.person, 30)
        self._order(self.companies[0], 20)
        self._order(self.companies[1], 1)
        score.action_refresh()
        lines = {
            line["parameter"]: line["value"]
            for line in self.companies[0].get_score_explanation()[0]["lines"]
        }
        self.assertEqual(lines["Frequency: number of orders"], "2")
        self.assertEqual(lines["Amount of orders"], "$\N{NO-BREAK SPACE}5,000")
        self.assertEqual(self.companies[2].segment_class_id.name, "D")

    def test_an_order_is_followed_at_once(self):
        segment = self._segment()
        segment.keep_history = True
        segment.action_refresh()
        self.assertNotIn(self.companies[0], segment.member_ids.partner_id)
        order = self._order(self.companies[0], 1)
        segment.invalidate_recordset()
        self.assertIn(self.companies[0], segment.member_ids.partner_id)
        order._action_cancel()
        self.env.flush_all()
        segment.invalidate_recordset()
        self.assertNotIn(self.companies[0], segment.member_ids.partner_id)
