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
        self.assertEqual(
            self.open.sudo().bank_ids.duplicate_bank_partner_ids, self.hidden + self.locked
        )
