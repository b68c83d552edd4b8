from lxml import etree

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

    def test_every_role_opens_a_group(self):
        """All that the form asks for is read as the web client does, with the rights of each."""
        smart = self._create_smart(user_id=self.user_sales.id)
        smart.action_rebuild()
        for user in (self.user_plain, self.user_contacts, self.user_sales, self.user_manager):
            with self.subTest(user=user.login):
                Group = self.Group.with_user(user)
                arch = etree.fromstring(Group.get_view(view_type="form")["arch"])
                names = {
                    field.get("name")
                    for field in arch.iter("field")
                    if not any(parent.tag == "field" for parent in field.iterancestors())
                }
                specification = {
                    name: {"fields": {"display_name": {}}} if Group._fields[name].relational else {}
                    for name in names
                }
                for group in (self.dealers, smart):
                    [values] = group.with_user(user).web_read(specification)
                    self.assertEqual(values["name"], group.name)
                # As programs do, without naming fields.
                self.assertEqual(self.dealers.with_user(user).read()[0]["code"], "T-DEAL")

    def test_search_panel(self):
        self.dealers.add_contacts((self.north + self.south).ids)
        values = self.Partner.with_user(self.user_plain).search_panel_select_multi_range(
            "contact_group_ids", enable_counters=True, search_domain=[("ref", "=", self.north.ref)]
        )["values"]
        counts = {value["id"]: value["__count"] for value in values}
        self.assertEqual(counts[self.dealers.id], 2)
        names = {value["id"]: value["display_name"] for value in values}
        self.assertEqual(names[self.dealers.id], "Test dealers ‹ Test customers")
        self.assertNotIn(self.vips.id, counts, "Empty groups would only be in the way")
