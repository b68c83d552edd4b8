from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.crm_groups.tests.document_access import DocumentAccessCase
from odoo.addons.sale.tests.common import SaleCommon


@tagged("post_install", "-at_install")
class TestOrderDocument(DocumentAccessCase, SaleCommon):
    model = "sale.order"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_access("sales_team.group_sale_salesman_all_leads,base.group_partner_manager")

    def _get_values(self):
        return {"partner_id": self.public.id}

    def test_addresses_open_nothing(self):
        order = self._create(self.seller, user_id=self.seller.id)
        for name in ("partner_invoice_id", "partner_shipping_id"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                order.write({name: self.secret.id})

    def test_a_hidden_address_does_not_come_by_itself(self):
        address = self.env["res.partner"].create(
            {"name": "Secret Door", "type": "delivery", "parent_id": self.public.id}
        )
        address.copy({"type": "invoice", "name": "Secret Desk"})
        group = self.env["crm.contact.group"].create({"name": "Test doors", "access": "hidden"})
        group.add_contacts((self.public.child_ids).ids)
        self.assertFalse(address.with_user(self.seller).has_access("read"))
        order = self._create(self.seller, user_id=self.seller.id).sudo()
        self.assertEqual(order.partner_shipping_id, self.public)
        self.assertEqual(order.partner_invoice_id, self.public)
        by_all = self.env["sale.order"].create({"partner_id": self.public.id})
        self.assertEqual(by_all.partner_shipping_id, address)

    def test_the_name_of_a_line_tells_no_reference(self):
        self.secret.ref = "SECRET-7"
        self.public.ref = "OPEN-7"
        for customer, told in ((self.secret, False), (self.public, True)):
            order = self.env["sale.order"].create({"partner_id": customer.id})
            line = self.env["sale.order.line"].create(
                {"order_id": order.id, "product_id": self.product.id}
            )
            for user, sees in ((self.seller, told), (self.env.ref("base.user_admin"), True)):
                self.env.invalidate_all()
                with self.subTest(user=user.login, customer=customer.name):
                    name = line.with_user(user).sudo().display_name
                    self.assertEqual(customer.ref in name, sees)

    def test_the_analysis_tells_no_address(self):
        """Whose address it is the leader may not read: neither rows nor groups tell of it."""
        place = {
            "zip": "SECRET-00",
            "country_id": self.env.ref("base.be").id,
            "industry_id": self.env["res.partner.industry"].create({"name": "Secret"}).id,
        }
        (self.secret + self.public).write(place)
        for customer in (self.secret, self.public):
            order = self.env["sale.order"].create({"partner_id": customer.id})
            self.env["sale.order.line"].create(
                {"order_id": order.id, "product_id": self.product.id}
            )
        self.env.flush_all()
        fields = ["partner_zip", "country_id", "industry_id", "state_id"]
        for user, customer, told in (
            (self.seller, self.secret, False),
            (self.seller, self.public, True),
            (self.env.ref("base.user_admin"), self.secret, True),
        ):
            with self.subTest(user=user.login, customer=customer.name):
                self.env.invalidate_all()
                report = self.env["sale.report"].with_user(user)
                of_customer = [("partner_id", "=", customer.id)]
                [row] = report.search_read(of_customer, fields)
                self.assertEqual(row["partner_zip"], told and "SECRET-00")
                self.assertEqual(bool(row["country_id"] and row["industry_id"]), told)
                groups = report._read_group(of_customer, ["partner_zip"], ["__count"])
                self.assertEqual(groups, [("SECRET-00" if told else False, 1)])
                found = report.search_count([*of_customer, ("partner_zip", "=", "SECRET-00")])
                self.assertEqual(found, int(told))

    def test_link_to_pay(self):
        order = self.env["sale.order"].create({"partner_id": self.secret.id})
        Wizard = self.env["payment.link.wizard"].with_user(self.seller)
        about = {"active_model": "sale.order", "active_id": order.id}
        told = {"res_model": "sale.order", "res_id": order.id}
        self.assertFalse(self._sees(self.seller))
        with self.assertRaises(AccessError):
            Wizard.with_context(**about).default_get(["partner_id", "link"])
        with self.assertRaises(AccessError):
            Wizard.onchange(told, ["res_id"], {"partner_id": {}, "link": {}})
        with self.assertRaises(AccessError):
            Wizard.create({**told, "amount": 1})
        # By defaults, or by a text for the number.
        for values, context in (
            ({}, told),
            ({"res_model": "sale.order"}, {"res_id": order.id}),
            ({"res_id": order.id}, {"res_model": "sale.order"}),
            ({"res_model": "sale.order", "res_id": str(order.id)}, {}),
        ):
            asked = Wizard.with_context(**{f"default_{key}": context[key] for key in context})
            with self.subTest(values=values, context=context), self.assertRaises(AccessError):
                asked.onchange(values, [], {"link": {}})
        mine = order.with_user(self.seller)
        for call in (
            lambda: mine.get_portal_url(),
            lambda: mine.read(["access_token"]),
            lambda: mine.action_preview_sale_order(),
            lambda: (
                self.env["portal.share"]
                .with_user(self.seller)
                .with_context(**about)
                .create({})
                .share_link
            ),
        ):
            with self.assertRaises(AccessError):
                call()
        own = self._create(self.seller, partner_id=self.public.id)
        share = self.env["portal.share"].with_user(self.seller)
        share = share.with_context(active_model="sale.order", active_id=own.id).create({})
        for address in (own.get_portal_url(), own._get_share_url(), share.share_link):
            self.assertIn("access_token", address)
        manager = self.env.ref("base.user_admin")
        values = Wizard.with_user(manager).with_context(**about).default_get(["partner_id"])
        self.assertEqual(values["partner_id"], self.secret.id)


@tagged("post_install", "-at_install")
class TestOrderPage(HttpCase):
    """The customer's page of a quotation shows his address: to employees, as they see him."""

    def test_page(self):
        users = {
            name: new_test_user(
                self.env, f"order_page_{name}", groups, password=f"order_page_{name}"
            )
            for name, groups in (
                ("leader", "sales_team.group_sale_salesman_all_leads"),
                ("manager", "sales_team.group_sale_manager"),
            )
        }
        customer = self.env["res.partner"].create({"name": "Test Hidden", "street": "Secret 1"})
        group = self.env["crm.contact.group"].create({"name": "Test hidden", "access": "hidden"})
        group.add_contacts(customer.ids)
        order = self.env["sale.order"].create({"partner_id": customer.id, "user_id": False})
        order._portal_ensure_token()
        for name, sees in (("leader", False), ("manager", True)):
            self.authenticate(f"order_page_{name}", f"order_page_{name}")
            for address in (order.get_portal_url(), f"/my/orders/{order.id}"):
                for suffix in ("", "&report_type=html"):
                    page = address + (suffix if "?" in address else suffix.replace("&", "?"))
                    with self.subTest(user=name, page=page):
                        answer = self.url_open(page)
                        self.assertEqual("Secret 1" in answer.text, sees)
        self.assertTrue(users["leader"])
