import io

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools.pdf import OdooPdfFileReader

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

    def test_delivery(self):
        if "stock.picking" not in self.env:
            self.skipTest("stock is not installed")
        store = new_test_user(
            self.env,
            "crm_groups_sale_store",
            "stock.group_stock_user,crm_groups.group_all_contacts",
        )
        self.sale_order.with_user(self.seller).action_confirm()
        picking = self.sale_order.picking_ids
        self.assertEqual(picking.partner_id, self.partner)
        self.env.flush_all()
        self.env.invalidate_all()
        picking = picking.with_user(store)
        slip = (
            self.env["ir.actions.report"]
            .with_user(store)
            ._render_qweb_html("stock.report_deliveryslip", picking.ids)[0]
        )
        self.assertIn(self.partner.name.encode(), slip)
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_mail_to_the_hidden_customer(self):
        self.sale_order.message_subscribe(partner_ids=self.partner.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        order = self.sale_order.with_user(self.seller)
        composer = self.env["mail.compose.message"].with_user(self.seller)
        composer = composer.with_context(**order.action_quotation_send()["context"]).create({})
        composer._action_send_mail()
        self.assertEqual(order.state, "sent")
        message = order.message_ids[:1]
        self.assertIn(self.partner, message.sudo().notified_partner_ids)
        # A colleague writes on the order too: the customer follows it, and stays hidden.
        colleague = self.sale_order.with_user(self.other)
        colleague.message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(self.partner.with_user(self.other).has_access("read"))

    def test_change_of_salesperson(self):
        self.assertFalse(self.partner.with_user(self.other).has_access("read"))
        # A record for its id is taken as well, as anywhere in Odoo.
        self.sale_order.write({"user_id": self.other})
        self.assertTrue(self.partner.with_user(self.other).has_access("read"))


@tagged("post_install", "-at_install")
class TestPrint(SaleCommon, HttpCase):
    """Over HTTP: the program that makes the PDF asks Odoo for the styles."""

    def test_quotation_of_a_hidden_customer_as_pdf(self):
        Report = self.env["ir.actions.report"]
        if Report.get_wkhtmltopdf_state() == "install":
            self.skipTest("wkhtmltopdf is not installed")
        seller = new_test_user(
            self.env, "crm_groups_sale_printer", "sales_team.group_sale_salesman_all_leads"
        )
        group = self.env["crm.contact.group"].create({"name": "Test VIP", "access": "hidden"})
        group.add_contacts(self.partner.ids)
        self.sale_order.user_id = seller
        self.env.flush_all()
        self.env.invalidate_all()
        # Debian's program draws letters as lines: pages are compared, not read.
        page = self._print(seller)
        self.assertEqual(page, self._print(self.env.ref("base.user_admin")))
        self.partner.name = "Another Name"
        self.assertNotEqual(page, self._print(seller))

    def _print(self, user):
        """Return what is drawn on the only page of the quotation."""
        Report = self.env["ir.actions.report"].with_user(user)
        Report = Report.with_context(force_report_rendering=True)
        content, kind = Report._render_qweb_pdf("sale.report_saleorder", self.sale_order.ids)
        self.assertEqual(kind, "pdf")
        [page] = OdooPdfFileReader(io.BytesIO(content)).pages
        return page.get_contents().get_data()


@tagged("post_install", "-at_install")
class TestPortal(SaleCommon, HttpCase):
    def test_hidden_customer_opens_his_own_quotation(self):
        customer = new_test_user(self.env, "crm_groups_sale_portal", "base.group_portal")
        group = self.env["crm.contact.group"].create({"name": "Test VIP", "access": "hidden"})
        group.add_contacts(customer.partner_id.ids)
        self.assertTrue(customer.partner_id.access_scope_id)
        order = self.sale_order.copy({"partner_id": customer.partner_id.id})
        order.action_quotation_sent()
        self.authenticate(customer.login, customer.login)
        self.assertIn(order.name, self.url_open("/my/quotes").text)
        page = self.url_open(f"/my/orders/{order.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(order.name, page.text)
        self.assertEqual(self.url_open("/my/account").status_code, 200)
        elsewhere = self.url_open(f"/my/orders/{self.sale_order.id}")
        self.assertNotIn(self.sale_order.name, elsewhere.text, "Sent back to the portal's home")
