from odoo.tests import new_test_user, tagged

from .common import MODULE, LadderCommon

# Odoo's own group → roles that its users have, and one they have not.
MAPPING = {
    "base.group_user": ((), "sales"),
    "sales_team.group_sale_salesman": (("sales",), "manager"),
    "sales_team.group_sale_salesman_all_leads": (("sales",), "manager"),
    "sales_team.group_sale_manager": (("sales", "manager"), "admin"),
    "base.group_system": (("sales", "manager", "admin"), "marketeer"),
}


@tagged("post_install", "-at_install")
class TestGroups(LadderCommon):
    def test_users_of_odoo_have_their_roles(self):
        for number, (group, (roles, other)) in enumerate(MAPPING.items()):
            with self.subTest(group=group):
                user = new_test_user(self.env, f"mapped_{number}", groups=group)
                for role in roles:
                    self.assertTrue(user.has_group(f"{MODULE}.group_{role}"))
                self.assertFalse(user.has_group(f"{MODULE}.group_{other}"))

    def test_line_of_command_is_one_choice_and_other_roles_are_their_own(self):
        hierarchy = self.env["res.groups"]._get_view_group_hierarchy()
        names = ("read_admin", "sales", "manager", "admin")
        line = [self.env.ref(f"{MODULE}.group_{name}") for name in names]
        privilege = self.env.ref(f"{MODULE}.res_groups_privilege_{MODULE}")
        self.assertEqual(
            hierarchy["privileges"][privilege.id]["group_ids"], [group.id for group in line]
        )
        for name in ("marketeer", "pam", "presale", "certificate_manager"):
            group = self.env.ref(f"{MODULE}.group_{name}")
            self.assertEqual(group.privilege_id.group_ids, group)

    def test_every_role_opens_the_menu(self):
        menu = self.env.ref(f"{MODULE}.crm_pain_menu")
        for role, user in self.users_by_role.items():
            if role in ("portal", "public"):
                continue  # They have no menus at all.
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            with self.subTest(role=role):
                self.assertEqual(menu.id in visible, role != "internal")

    def test_pipeline_is_for_salespeople(self):
        pipeline = self.env.ref("crm.crm_menu_sales")
        salesman = new_test_user(
            self.env, "ladder_salesman", groups="sales_team.group_sale_salesman"
        )
        visible = self.env["ir.ui.menu"].with_user(salesman)._visible_menu_ids()
        self.assertIn(pipeline.id, visible)
        visible = self.env["ir.ui.menu"].with_user(self.users_by_role["marketeer"])
        self.assertNotIn(pipeline.id, visible._visible_menu_ids())
