from odoo.tests import Form, tagged

from odoo.addons.sale.tests.common import SaleCommon


@tagged("post_install", "-at_install")
class TestReprice(SaleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._enable_pricelists()
        Pricelist = cls.env["product.pricelist"]
        cls.wholesale = Pricelist.create(
            {
                "name": "Test wholesale",
                "item_ids": [
                    (
                        0,
                        0,
                        {
                            "compute_price": "percentage",
                            "percent_price": 50,
                            "applied_on": "3_global",
                        },
                    )
                ],
            }
        )
        cls.group = cls.env["crm.contact.group"].create({"name": "Test dealers"})
        cls.group.add_contacts(cls.partner.ids)

    def _reprice(self):
        action = self.group.action_reprice_quotations()
        return Form(self.env[action["res_model"]].with_context(**action["context"]))

    def test_group_price_reaches_new_quotations(self):
        self.group.pricelist_id = self.wholesale
        order = self.env["sale.order"].create({"partner_id": self.partner.id})
        self.assertEqual(order.pricelist_id, self.wholesale)

    def test_offered_never_done_silently(self):
        before, total = self.sale_order.pricelist_id, self.sale_order.amount_total
        self.assertEqual(self.group.reprice_count, 0)
        self.group.pricelist_id = self.wholesale
        self.assertEqual(self.sale_order.pricelist_id, before)
        self.assertEqual(self.sale_order.amount_total, total)
        self.group.invalidate_recordset()
        orders = self.sale_order + self.empty_order
        self.assertEqual(self.group._get_orders_to_reprice(), orders.sorted())
        self.assertEqual(self.group.reprice_count, 2)
        form = self._reprice()
        self.assertEqual(len(form.line_ids), 2)
        form.save().action_apply()
        self.assertEqual(self.sale_order.pricelist_id, self.wholesale)
        self.assertAlmostEqual(self.sale_order.amount_total, total / 2, places=2)
        self.assertIn("Test dealers", str(self.sale_order.message_ids[:5].mapped("body")))
        self.group.invalidate_recordset()
        self.assertEqual(self.group.reprice_count, 0)

    def test_the_new_total_is_told_before(self):
        currency = self._enable_currency("EUR")
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": "2020-01-01", "rate": 4}
        )
        euro = self.wholesale.copy({"name": "Test in euro", "currency_id": currency.id})
        for pricelist in (self.wholesale, euro):
            with self.subTest(pricelist=pricelist.name):
                self.group.pricelist_id = pricelist
                total = self.sale_order.amount_total
                wizard = self._reprice().save()
                line = wizard.line_ids.filtered(lambda row: row.order_id == self.sale_order)
                self.assertEqual(line.new_currency_id, pricelist.currency_id)
                self.assertEqual(self.sale_order.amount_total, total)
                self.assertNotEqual(line.new_total, total)
                wizard.action_apply()
                self.assertAlmostEqual(line.new_total, self.sale_order.amount_total, 2)

    def test_only_what_the_group_has_to_do_with(self):
        """A list that somebody chose by hand is no affair of a group without a price level."""
        other = self.wholesale.copy({"name": "Test by hand"})
        orders = self.sale_order + self.empty_order
        orders.pricelist_id = other
        top = self.env["crm.contact.group"].create({"name": "Test top"})
        self.group.parent_id = top
        elsewhere = self.env["crm.contact.group"].create({"name": "Test elsewhere"})
        elsewhere.add_contacts(self.partner.ids)
        count = lambda group: len(group._get_orders_to_reprice())  # noqa: E731
        self.assertEqual([count(g) for g in (self.group, top, elsewhere)], [0, 0, 0])
        self.group.pricelist_id = self.wholesale
        self.assertEqual([count(g) for g in (self.group, top, elsewhere)], [2, 2, 0])
        self.group.pricelist_id = False
        self.assertEqual([count(g) for g in (self.group, top, elsewhere)], [0, 0, 0])
        # What it gave, and gives no longer, it takes back.
        orders.pricelist_id = self.wholesale
        self.assertEqual([count(g) for g in (self.group, top, elsewhere)], [2, 2, 0])
        top.pricelist_id = other
        self.assertEqual([count(g) for g in (self.group, top, elsewhere)], [2, 2, 0])

    def test_unticked_and_confirmed_ones_stay(self):
        self.group.pricelist_id = self.wholesale
        form = self._reprice()
        for number in range(len(form.line_ids)):
            with form.line_ids.edit(number) as line:
                line.chosen = False
        before = self.sale_order.pricelist_id
        form.save().action_apply()
        self.assertEqual(self.sale_order.pricelist_id, before)
        wizard = self._reprice().save()
        self.sale_order.action_confirm()
        wizard.action_apply()
        self.assertEqual(self.sale_order.pricelist_id, before)

    def test_rule_on_confirmed_orders(self):
        buyers = self.env["crm.contact.group"].create(
            {
                "name": "Test buyers",
                "kind": "smart",
                "domain": "[('sale_order_ids', 'any', [('state', '=', 'sale')])]",
            }
        )
        self.assertNotIn(buyers, self.partner.contact_group_ids)
        self.sale_order.action_confirm()
        self.assertIn(buyers, self.partner.contact_group_ids)
        self.sale_order._action_cancel()
        self.assertNotIn(buyers, self.partner.contact_group_ids)
