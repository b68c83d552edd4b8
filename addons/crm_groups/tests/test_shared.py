from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.crm_access.tests.shared import SharedCases

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestShared(SharedCases, CrmGroupsCommon):
    """What companies share is changed by whoever works in all of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()

    def _get_cases(self):
        grant = self.env["crm.contact.group.grant"].create(
            {"group_id": self.dealers.id, "user_id": self.user_sales.id}
        )
        part = self.env["crm.contact.card.part"].create({"name": "Test", "code": "x_test"})
        return {
            "crm.contact.group": (self._create_group("Test shared"), {"name": "Changed"}),
            "crm.contact.group.grant": (grant, {"include_subgroups": False}),
            "crm.contact.card.part": (part, {"name": "Changed"}),
        }

    def test_every_model(self):
        cases = self._get_cases()
        self.assertEqual(set(cases), self._get_shared_models("crm_groups"))
        for record, vals in cases.values():
            self._assert_changed_by_those_of_all(record, vals, self.user_local, self.user_manager)

    def test_owner_and_protection_of_another_company(self):
        """A rule of one company's manager on the private contacts of another."""
        self.north.company_id = self.company
        values = {
            "name": "Mine",
            "kind": "smart",
            "domain": str(self.rule),
            "access": "hidden",
            "user_id": self.user_b.id,
            "company_id": False,
        }
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.Group.with_user(self.user_b).create(values)
        mine = self.Group.with_user(self.user_b).create({**values, "company_id": self.company_b.id})
        with self.assertRaises(AccessError), self.cr.savepoint():
            mine.company_id = False
        mine.action_rebuild()
        self.assertNotIn(self.north, mine.sudo().member_ids.partner_id)
        self.assertFalse(self.north.access_scope_id)
        shared = self._create_smart()
        for method in ("action_rebuild", "preview_rule", "action_apply_access"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(shared.with_user(self.user_b), method)()

    def test_own_company_is_proposed(self):
        Group = self.Group
        self.assertEqual(
            Form(Group.with_user(self.user_local)).company_id, self.user_local.company_id
        )
        self.assertFalse(Form(Group.with_user(self.user_manager)).company_id)
        group = Group.with_user(self.user_local).create({"name": "Test"})
        self.assertEqual(group.company_id, self.user_local.company_id)
        group.name = "Changed"
        group.unlink()
