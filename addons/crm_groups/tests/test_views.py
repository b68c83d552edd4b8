from odoo.tests import tagged

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestViews(CrmGroupsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()

    def _get_fields(self, user, view, readonly):
        arch = self.Partner.with_user(user).get_view(self.env.ref(view).id)["arch"]
        mark = 'readonly="1"' if readonly else "no_create"
        return [
            part for part in arch.split("<field ") if "contact_group_ids" in part and mark in part
        ]

    def test_field_on_contacts(self):
        for view in ("base.view_partner_form", "base.view_partner_tree"):
            with self.subTest(view=view):
                self.assertTrue(self._get_fields(self.user_sales, view, readonly=False))
                self.assertFalse(self._get_fields(self.user_sales, view, readonly=True))
                self.assertTrue(self._get_fields(self.user_plain, view, readonly=True))
                self.assertFalse(self._get_fields(self.user_plain, view, readonly=False))

    def test_menus(self):
        menus = self.env["ir.ui.menu"].with_user(self.user_plain)._visible_menu_ids()
        self.assertIn(self.env.ref("crm_groups.crm_contact_group_menu").id, menus)

    def test_search_panel(self):
        self.dealers.add_contacts((self.north + self.south).ids)
        values = self.Partner.with_user(self.user_plain).search_panel_select_multi_range(
            "contact_group_ids", enable_counters=True, search_domain=[("ref", "=", self.north.ref)]
        )["values"]
        counts = {value["id"]: value["__count"] for value in values}
        self.assertEqual(counts[self.dealers.id], 2)
        self.assertNotIn(self.vips.id, counts, "Empty groups would only be in the way")
