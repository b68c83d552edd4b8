from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class TestContactAccess(BaseCommon):
    """What Odoo's portal and accounting do with contacts as superuser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = new_test_user(
            cls.env, "groups_editor", "base.group_user,base.group_partner_manager"
        )
        cls.hidden, cls.locked, cls.open = cls.env["res.partner"].create(
            [
                {"name": name, "email": f"{name}@example.com", "is_company": True}
                for name in ("hidden", "locked", "open")
            ]
        )
        for contact, access in ((cls.hidden, "hidden"), (cls.locked, "readonly")):
            group = cls.env["crm.contact.group"].create({"name": access, "access": access})
            group.add_contacts(contact.ids)
        cls.env.flush_all()

    def test_login_for_a_protected_contact(self):
        Wizard = self.env["portal.wizard"].with_user(self.editor)
        lines = {
            contact: Wizard.create({"partner_ids": [(6, 0, contact.ids)]}).user_ids
            for contact in (self.locked, self.open)
        }
        lines[self.open].action_grant_access()
        self.assertTrue(self.open.user_ids)
        with self.assertRaises(AccessError):
            lines[self.locked].action_grant_access()
        self.assertFalse(self.locked.with_context(active_test=False).user_ids)
        # Somebody who may has given him one: it is not taken or sent anew by others, either.
        lines[self.locked].sudo().action_grant_access()
        self.env.flush_all()
        for name in ("action_revoke_access", "action_invite_again"):
            with self.subTest(way=name), self.assertRaises(AccessError):
                getattr(lines[self.locked], name)()
        self.assertTrue(self.locked.user_ids)

    def test_same_bank_account(self):
        self.env["res.partner.bank"].create(
            [
                {"partner_id": contact.id, "acc_number": "BE71096123456769"}
                for contact in (self.hidden, self.locked, self.open)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        mine = self.open.with_user(self.editor)
        self.assertEqual(mine.duplicate_bank_partner_ids.ids, self.locked.ids)
        self.assertEqual(mine.bank_ids.duplicate_bank_partner_ids.ids, self.locked.ids)
        # A customer reads no bank accounts; his contact is read whole.
        portal = new_test_user(self.env, "groups_portal", "base.group_portal")
        read = portal.partner_id.with_user(portal).read(["duplicate_bank_partner_ids"])
        self.assertFalse(read[0]["duplicate_bank_partner_ids"])
        self.assertEqual(
            self.open.sudo().bank_ids.duplicate_bank_partner_ids, self.hidden + self.locked
        )

    def test_the_form_of_logins_tells_of_whom_one_sees(self):
        """Whatever it is opened with; Odoo makes its lines as superuser."""
        both = (self.hidden + self.open).ids
        Wizard = self.env["portal.wizard"].with_user(self.editor)
        made = {
            "link": lambda: Wizard.create({"partner_ids": [(6, 0, both)]}),
            "context": lambda: Wizard.with_context(default_partner_ids=both).create({}),
            "selection": lambda: Wizard.with_context(
                active_model="res.partner", active_ids=both
            ).create({}),
        }
        for name, make in made.items():
            wizard = make()
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(way=name):
                self.assertEqual(wizard.user_ids.sudo().partner_id, self.open)
        wizard = self.env["portal.wizard"].create({"partner_ids": [(6, 0, both)]})
        self.assertEqual(wizard.user_ids.partner_id, self.hidden + self.open)

    def test_no_hidden_address_comes_onto_an_invoice(self):
        biller = new_test_user(self.env, "groups_biller", "account.group_account_invoice")
        address = self.env["res.partner"].create(
            {"name": "Depot", "type": "delivery", "parent_id": self.open.id}
        )
        group = self.env["crm.contact.group"].create({"name": "depots", "access": "hidden"})
        group.add_contacts(address.ids)
        self.env.flush_all()
        values = {"move_type": "out_invoice", "partner_id": self.open.id}
        mine = self.env["account.move"].with_user(biller).create(values)
        self.assertEqual(mine.sudo().partner_shipping_id, self.open)
        told = mine.browse().onchange(
            values, ["partner_id"], {"partner_shipping_id": {"fields": {"display_name": {}}}}
        )
        self.assertNotIn("Depot", str(told))
        self.assertEqual(self.env["account.move"].create(values).partner_shipping_id, address)

    def test_documents_are_named_to_who_reads_them(self):
        """In a form, and by what the context has for it: a line tells the customer of its order."""
        seller = new_test_user(self.env, "groups_seller", "sales_team.group_sale_salesman")
        order = self.env["sale.order"].create({"partner_id": self.hidden.id})
        spec = {"order_partner_id": {"fields": {"display_name": {}}}, "order_id": {"fields": {}}}
        Line = self.env["sale.order.line"].with_user(seller)
        with self.assertRaises(AccessError):
            Line.onchange({"order_id": order.id}, ["order_id"], spec)
        told = Line.with_context(default_order_id=order.id).onchange({}, [], spec)
        self.assertNotIn(self.hidden.name, str(told))
        for value in (order.id, {"id": order.id}, {"id": [order.id]}):
            told = Line.with_context(default_order_id=value).default_get(["order_id"])
            with self.subTest(value=value):
                self.assertFalse(told.get("order_id"))
        order.user_id = seller
        self.env.flush_all()
        told = Line.with_context(default_order_id=order.id).default_get(["order_id"])
        self.assertEqual(told["order_id"], order.id)
