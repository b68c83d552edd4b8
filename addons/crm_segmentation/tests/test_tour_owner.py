from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .owner_common import PARAMETER


@tagged("post_install", "-at_install")
class TestOwnerTour(HttpCase):
    def _own(self, user, *names):
        return self.env["res.partner"].create([{"name": n, "user_id": user.id} for n in names])

    def _set(self, name, value):
        self.env["ir.config_parameter"].set_param(PARAMETER + name, value)

    def test_seller(self):
        """A salesperson takes a free contact, meets the limit, watches another one."""
        seller = new_test_user(
            self.env,
            "owner_tour",
            "sales_team.group_sale_salesman,base.group_partner_manager",
            password="owner_tour",
        )
        self._set("take_limit", "1")
        action = self.env.ref("crm_segmentation.res_partner_action_free")
        action.domain = "[('is_free_contact', '=', True), ('name', 'like', 'Tour ')]"
        released, plain = self._own(self.env.user, "Tour Released", "Tour Plain")
        released._set_owner(self.env["res.users"], "inactive")
        plain._set_owner(self.env["res.users"], "hand")
        self.start_tour("/odoo/free-contacts", "crm_segmentation_owner_seller", login="owner_tour")
        self.assertEqual(released.user_id, seller)
        self.assertFalse(plain.user_id)
        self.assertIn(seller, plain.watcher_ids)

    def test_manager(self):
        """An administrator archives a user, hands over the contacts and takes it back."""
        leaving = new_test_user(self.env, "owner_leaving", "sales_team.group_sale_salesman")
        new_test_user(
            self.env,
            "owner_successor",
            "sales_team.group_sale_salesman",
            name="Tour Successor",
        )
        contacts = self._own(leaving, "Tour One", "Tour Two")
        self.start_tour(
            f"/odoo/action-base.action_res_users/{leaving.id}",
            "crm_segmentation_owner_manager",
            login="admin",
        )
        self.assertFalse(leaving.active)
        self.assertEqual(contacts.user_id, leaving)

    def test_release(self):
        """A sales administrator previews the release and carries it out."""
        seller = new_test_user(self.env, "owner_idle", "sales_team.group_sale_salesman")
        self.env["res.partner"].search([("user_id", "!=", False)]).keep_owner = True
        idle = self._own(seller, "Tour Idle")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_owner_change SET date = %s WHERE partner_id = %s",
            [fields.Datetime.now() - timedelta(days=200), idle.id],
        )
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=200), idle.id],
        )
        self._set("release_days", "60")
        self._set("release_notice_days", "7")
        self.start_tour("/odoo/owner-operations", "crm_segmentation_owner_release", login="admin")
        idle.invalidate_recordset()
        self.assertEqual(idle.user_id, seller)
        self.assertTrue(idle.release_notice_date)
