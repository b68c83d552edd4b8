from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import OPERATIONS, ROLES, SegmentationCommon


@tagged("post_install", "-at_install")
class TestSecurity(SegmentationCommon):
    def _perform(self, user, operation):
        types = self.env["crm.type"].with_user(user)
        crm_type = self.type_deal.with_user(user)
        if operation == "read":
            crm_type.read(["name"])
        elif operation == "write":
            crm_type.write({"name": "Changed"})
        elif operation == "create":
            types.create({"name": "New", "kind": "deal", "code": f"new_{user.id}"})
        else:
            self._create_type("deal", f"gone_{user.id}").with_user(user).unlink()

    def test_matrix(self):
        """Each role does each operation, as the table in common.py says."""
        for role, (_groups, rights) in ROLES.items():
            for operation, allowed in zip(OPERATIONS, rights, strict=True):
                with self.subTest(role=role, operation=operation):
                    self.env.invalidate_all()
                    if allowed:
                        self._perform(self.users_by_role[role], operation)
                    else:
                        with self.assertRaises(AccessError):
                            self._perform(self.users_by_role[role], operation)

    def test_types_of_another_company_are_out_of_sight(self):
        own_b = self._create_type("deal", "own_b", company_id=self.company_b.id)
        types = self.env["crm.type"].with_user(self.local_manager)
        self.assertNotIn(own_b, types.search([]))
        with self.assertRaises(AccessError):
            types.create({"name": "For B", "kind": "deal", "company_id": self.company_b.id})
        self.local_manager.company_ids = [Command.link(self.company_b.id)]
        both = types.with_context(allowed_company_ids=self.local_manager.company_ids.ids)
        self.assertIn(own_b, both.search([]))

    def test_salesman_gives_types(self):
        contact = self._create_contact(is_company=True).with_user(self.salesman)
        contact.crm_type_id = self.type_company
        lead = self._create_lead(user_id=self.salesman.id).with_user(self.salesman)
        lead.deal_type_id = self.type_deal
        self.assertEqual(lead.deal_type_id.name, self.type_deal.name)

    def test_portal_user_does_not_see_what_he_is_called(self):
        portal = self.users_by_role["portal"]
        portal.partner_id.crm_type_id = self.type_person
        partner = portal.partner_id.with_user(portal)
        self.assertNotIn("crm_type_id", partner.fields_get())
        with self.assertRaises(AccessError):
            partner.read(["crm_type_id"])

    def test_new_portal_user_still_gets_the_default(self):
        self.type_person.is_default = True
        partner = self.env["res.partner"].with_user(self.users_by_role["portal"]).sudo()
        self.assertEqual(partner.create({"name": "Signed up"}).crm_type_id, self.type_person)
