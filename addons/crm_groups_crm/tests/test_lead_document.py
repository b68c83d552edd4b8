from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.base.tests.common import BaseCommon
from odoo.addons.crm_groups.tests.document_access import SECRETS, DocumentAccessCase


@tagged("post_install", "-at_install")
class TestLeadDocument(DocumentAccessCase, BaseCommon):
    model = "crm.lead"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_access("sales_team.group_sale_salesman_all_leads,base.group_partner_manager")

    def _get_values(self):
        return {"name": "Test lead"}

    def test_wizard_of_the_lead(self):
        lead = self._create(self.seller, user_id=self.seller.id, email_from=SECRETS["email"])
        wizard = self.env["crm.lead2opportunity.partner"].with_user(self.seller)
        wizard = wizard.with_context(
            active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
        )
        with self.assertRaises(AccessError) as caught:
            wizard.create({"name": "convert", "action": "exist", "partner_id": self.secret.id})
        self._assert_tells_nothing(caught.exception)
        made = wizard.create({"name": "convert", "action": "exist"})
        with self.assertRaises(AccessError) as caught:
            made.partner_id = self.secret.id
        self._assert_tells_nothing(caught.exception)
        self.env.invalidate_all()
        self.assertFalse(lead.partner_id)
        self.assertFalse(self._sees(self.seller))
        values = wizard.onchange({}, [], {"partner_id": {"fields": {"display_name": {}}}})
        self._assert_tells_nothing(values)

    def test_wizard_names_what_its_lead_names(self):
        """A colleague converts a lead whose customer he does not see; no other contact goes."""
        lead = self.env["crm.lead"].create({"name": "Test", "partner_id": self.secret.id})
        other = self.env["crm.lead"].create({"name": "Test"})
        self.assertFalse(self._sees(self.seller))
        Wizard = self.env["crm.lead2opportunity.partner"].with_user(self.seller)
        values = {"name": "convert", "action": "exist", "partner_id": self.secret.id}
        about = {"active_model": "crm.lead", "active_id": lead.id, "active_ids": lead.ids}
        self.assertTrue(Wizard.with_context(**about).create({**values, "lead_id": lead.id}))
        for context in (
            {**about, "active_id": other.id, "active_ids": other.ids},
            {**about, "active_model": "res.partner", "active_ids": self.secret.ids},
            {**about, "active_model": "nothing", "active_ids": self.secret.ids},
            {**about, "active_ids": "rubbish"},
            {},
        ):
            with self.subTest(context=context), self.assertRaises(AccessError):
                Wizard.with_context(**context).create({**values, "lead_id": other.id})

    def test_a_lead_copies_nothing_for_who_does_not_see_its_customer(self):
        lead = self._create(partner_id=self.secret.id, user_id=self.seller.id)
        copied = ("phone", "email_from", "street", "website", "function")
        self.assertEqual(lead.email_from, SECRETS["email"])
        lead.with_context(mail_notrack=True).sudo().update(dict.fromkeys(copied, False))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET phone = NULL, email_from = NULL, street = NULL WHERE id = %s",
            [lead.id],
        )
        self.secret.email = SECRETS["email"]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET phone = NULL, email_from = NULL, street = NULL WHERE id = %s",
            [lead.id],
        )
        self.env.invalidate_all()
        mine = lead.with_user(self.other)
        self.assertFalse(self._sees(self.other))
        mine.write({"partner_id": self.secret.id})
        self.env.flush_all()
        self.env.invalidate_all()
        for name in copied:
            self.assertFalse(lead[name], name)
        spec = {name: {} for name in copied}
        told = mine.onchange({"partner_id": self.secret.id, "phone": False}, ["partner_id"], spec)
        self._assert_tells_nothing({**told["value"], "name": ""})
        lead.with_user(self.env.ref("base.user_admin")).write({"partner_id": self.secret.id})
        self.assertEqual(lead.email_from, SECRETS["email"])

    def test_a_hidden_contact_is_not_made_twice(self):
        lead = self._create(self.seller, user_id=self.seller.id, email_from=SECRETS["email"])
        self.assertFalse(lead._find_matching_partner())
        with self.assertRaisesRegex(UserError, "hides it from you") as caught:
            lead._create_customer()
        self.assertNotIn(SECRETS["name"], str(caught.exception))
        manager = lead.with_user(self.env.ref("base.user_admin"))
        self.assertEqual(manager._find_matching_partner(), self.secret)
