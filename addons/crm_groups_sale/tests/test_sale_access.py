from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.sale.tests.common import SaleCommon


@tagged("post_install", "-at_install")
class TestSaleAccess(SaleCommon):
    """The whole way of an order whose customer is hidden from others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = "sales_team.group_sale_salesman_all_leads"
        cls.seller = new_test_user(cls.env, "crm_groups_sale_seller", roles)
        cls.other = new_test_user(cls.env, "crm_groups_sale_other", roles)
        # As the documentation says: accounting, stock and support see all contacts.
        cls.books = new_test_user(
            cls.env,
            "crm_groups_sale_books",
            "account.group_account_invoice,crm_groups.group_all_contacts",
        )
        cls.group = cls.env["crm.contact.group"].create({"name": "Test VIP", "access": "hidden"})
        cls.group.add_contacts(cls.partner.ids)
        cls.sale_order.user_id = cls.seller

    def test_salesperson_confirms_and_prints(self):
        self.env.flush_all()
        self.env.invalidate_all()
        order = self.sale_order.with_user(self.seller)
        self.assertTrue(self.partner.with_user(self.seller).has_access("read"))
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        html = (
            self.env["ir.actions.report"]
            .with_user(self.seller)
            ._render_qweb_html("sale.report_saleorder", order.ids)[0]
        )
        self.assertIn(self.partner.name.encode(), html)

    def test_colleague_is_not_let_in(self):
        with self.assertRaises(AccessError):
            self.partner.with_user(self.other).read(["email"])
        self.assertTrue(self.sale_order.with_user(self.other).read(["name", "partner_id"]))

    def test_invoice_is_posted(self):
        self.sale_order.with_user(self.seller).action_confirm()
        for line in self.sale_order.order_line:
            line.qty_delivered = line.product_uom_qty
        invoice = self.sale_order._create_invoices()
        self.env.flush_all()
        self.env.invalidate_all()
        invoice.with_user(self.books).action_post()
        self.assertEqual(invoice.state, "posted")

    def test_change_of_salesperson(self):
        self.assertFalse(self.partner.with_user(self.other).has_access("read"))
        self.sale_order.user_id = self.other
        self.assertTrue(self.partner.with_user(self.other).has_access("read"))
