from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestInvoicePage(HttpCase):
    """The customer's page of an invoice tells his address and VAT: to who sees him."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": "Test Hidden", "ref": "SECRET-7"}, {"name": "Test Open"}]
        )
        group = cls.env["crm.contact.group"].create({"name": "Test hidden", "access": "hidden"})
        group.add_contacts(cls.customers[0].ids)
        if not cls.env["account.journal"].search([("type", "=", "sale")], limit=1):
            cls.env["account.journal"].create({"name": "Test", "code": "TST", "type": "sale"})
        account = cls.env["account.account"].create(
            {"name": "Test income", "code": "TESTINC", "account_type": "income"}
        )
        receivable = cls.env["account.account"].create(
            {
                "name": "Test receivable",
                "code": "TESTREC",
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        cls.customers.property_account_receivable_id = receivable
        line = {"name": "Test", "price_unit": 5, "account_id": account.id, "tax_ids": False}
        cls.hidden, cls.open = cls.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": customer.id,
                    "invoice_line_ids": [Command.create(line)],
                }
                for customer in cls.customers
            ]
        )
        (cls.hidden + cls.open).action_post()
        cls.users = {
            name: new_test_user(
                cls.env, f"invoice_page_{name}", f"{groups},base.group_partner_manager"
            )
            for name, groups in (
                ("leader", "sales_team.group_sale_salesman_all_leads"),
                ("invoicing", "account.group_account_invoice"),
                ("manager", "sales_team.group_sale_manager,account.group_account_invoice"),
            )
        }

    def _get_ways(self, invoice):
        """Every way that an internal user has to the page without a login."""
        about = {"active_model": "account.move", "active_id": invoice.id}
        Share = invoice.env["portal.share"].with_context(**about)
        return {
            "address": lambda: invoice.get_portal_url(),
            "token": lambda: invoice._portal_ensure_token(),
            "share": lambda: invoice._get_share_url(),
            "wizard": lambda: Share.create({}).share_link,
            "preview": lambda: invoice.preview_invoice(),
        }

    def test_the_page_of_a_hidden_customer_is_given_to_nobody_else(self):
        for name, user in self.users.items():
            for invoice in (self.hidden, self.open):
                mine = invoice.with_user(user)
                told = invoice == self.open or name == "manager"
                for way, call in self._get_ways(mine).items():
                    with self.subTest(user=name, way=way, invoice=invoice.partner_id.name):
                        if told:
                            self.assertTrue(call())
                            continue
                        with self.assertRaises(AccessError):
                            call()

    def test_nobody_reads_the_token(self):
        for user in self.users.values():
            for invoice in (self.hidden, self.open):
                with self.assertRaises(AccessError):
                    invoice.with_user(user).read(["access_token"])
                with self.assertRaises(AccessError):
                    invoice.with_user(user).search([("access_token", "like", "a")])
        token = self.hidden.sudo()._portal_ensure_token()
        self.assertTrue(token)

    def test_who_writes_on_an_invoice_sends_the_link(self):
        invoicing = self.users["invoicing"]
        for invoice in (self.hidden, self.open):
            with self.subTest(invoice=invoice.partner_id.name):
                invoice.message_subscribe(partner_ids=invoice.partner_id.ids)
                invoice.partner_id.email = "customer@invoice.example"
                message = invoice.with_user(invoicing).message_post(
                    body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
                )
                self.assertIn(invoice.partner_id, message.sudo().notified_partner_ids)

    def test_a_customer_opens_his_page(self):
        url = self.hidden.sudo().get_portal_url(report_type="html")
        self.assertIn("SECRET-7", self.url_open(url).text)
