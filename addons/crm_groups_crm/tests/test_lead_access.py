from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class TestLeadAccess(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = "sales_team.group_sale_salesman_all_leads"
        cls.seller = new_test_user(cls.env, "crm_groups_crm_seller", roles)
        cls.other = new_test_user(cls.env, "crm_groups_crm_other", roles)
        cls.group = cls.env["crm.contact.group"].create({"name": "Test VIP", "access": "hidden"})
        cls.company_contact = cls.env["res.partner"].create(
            {"name": "Test Hidden Ltd", "is_company": True, "email": "hidden@example.com"}
        )
        cls.hidden = cls.env["res.partner"].create(
            {"name": "Test Hidden Person", "parent_id": cls.company_contact.id, "phone": "1"}
        )
        cls.group.add_contacts(cls.company_contact.ids)

    def _create_lead(self, **values):
        return self.env["crm.lead"].create({"name": "Test lead", **values})

    def test_salesperson_of_the_lead_sees_the_contact(self):
        self.assertFalse(self.hidden.with_user(self.seller).has_access("read"))
        lead = self._create_lead(partner_id=self.hidden.id, user_id=self.seller.id)
        for contact in (self.hidden, self.company_contact):
            self.assertTrue(contact.with_user(self.seller).has_access("write"))
        self.assertFalse(self.hidden.with_user(self.other).has_access("read"))
        allowance = self.env["crm.contact.allowance"].search([("user_id", "=", self.seller.id)])
        self.assertRecordValues(
            allowance,
            [
                {
                    "partner_id": self.company_contact.id,
                    "reason": "document",
                    "res_model": "crm.lead",
                    "res_id": lead.id,
                }
            ],
        )
        lines = self.hidden.get_access_reasons()
        self.assertIn(
            ("document", "Test lead"),
            [(line["reason"], line["detail"]) for line in lines],
        )

    def test_change_of_salesperson_or_contact(self):
        lead = self._create_lead(partner_id=self.hidden.id, user_id=False)
        lead.user_id = self.seller
        self.assertTrue(self.hidden.with_user(self.seller).has_access("read"))
        empty = self._create_lead(user_id=self.other.id)
        empty.partner_id = self.hidden
        self.assertTrue(self.hidden.with_user(self.other).has_access("read"))

    def test_work_on_the_lead(self):
        lead = self._create_lead(partner_id=self.hidden.id, user_id=self.seller.id)
        lead = lead.with_user(self.seller)
        lead.phone = "+32 2 290 34 90"
        self.env.flush_all()
        self.assertEqual(self.hidden.phone, "+32 2 290 34 90")
        lead.message_post(body="Hello", partner_ids=self.hidden.ids)
        lead.action_set_won()

    def test_lead_of_a_colleague(self):
        """A lead whose contact is hidden can still be read, and won."""
        lead = self._create_lead(partner_id=self.hidden.id, user_id=self.seller.id)
        lead.message_subscribe(partner_ids=self.hidden.ids)
        lead = lead.with_user(self.other)
        self.env.invalidate_all()
        self.assertTrue(lead.read(["name", "partner_id"]))
        lead.message_post(body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment")
        lead.action_set_won()

    def test_unprotected_contacts_write_nothing(self):
        contact = self.env["res.partner"].create({"name": "Test open"})
        self._create_lead(partner_id=contact.id, user_id=self.seller.id)
        self.assertFalse(self.env["crm.contact.allowance"].search([]))

    def test_rule_on_open_deals(self):
        busy = self.env["crm.contact.group"].create(
            {
                "name": "Test busy",
                "kind": "smart",
                "domain": "[('opportunity_ids', 'any', [('type', '=', 'opportunity')])]",
            }
        )
        lead = self._create_lead(partner_id=self.hidden.id, type="opportunity")
        self.assertIn(busy, self.hidden.contact_group_ids)
        lead.partner_id = False
        self.assertNotIn(busy, self.hidden.contact_group_ids)

    def test_reasons_name_a_document_to_whom_may_read_it(self):
        self._create_lead(name="Test secret lead", partner_id=self.hidden.id, user_id=self.other.id)
        accountant = new_test_user(
            self.env, "crm_groups_crm_books", "base.group_user,crm_groups.group_all_contacts"
        )
        lines = self.hidden.with_user(accountant).get_access_reasons()
        [line] = [line for line in lines if line["user_id"] == self.other.id]
        self.assertEqual(line["reason"], "document")
        self.assertNotIn("secret", line["detail"])
        [line] = [
            line
            for line in self.hidden.with_user(self.other).get_access_reasons()
            if line["user_id"] == self.other.id
        ]
        self.assertEqual(line["detail"], "Test secret lead")
