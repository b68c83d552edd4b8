from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestDealType(SegmentationCommon):
    def test_deal_cannot_have_a_company_type(self):
        with self.assertRaisesRegex(ValidationError, "Deal Type.*test_company.*test_deal"):
            self._create_lead(deal_type_id=self.type_company.id)

    def test_default_on_create(self):
        self.type_deal.is_default = True
        self.assertEqual(self._create_lead().deal_type_id, self.type_deal)

    def test_default_in_the_form(self):
        self.type_deal.is_default = True
        with Form(self.env["crm.lead"].with_context(default_type="opportunity")) as form:
            form.name = "In the form"
            self.assertEqual(form.deal_type_id, self.type_deal)
            form.deal_type_id = self.env["crm.type"]
        self.assertFalse(form.record.deal_type_id)

    def test_default_for_a_batch(self):
        self.type_deal.is_default = True
        leads = self.env["crm.lead"].create(
            [{"name": "Untyped"}, {"name": "None", "deal_type_id": False}]
        )
        self.assertEqual(leads.mapped("deal_type_id.code"), ["test_deal"])
        self.assertFalse(leads[1].deal_type_id)

    def test_default_does_not_touch_existing_deals(self):
        lead = self._create_lead()
        self.type_deal.is_default = True
        lead.company_id = self.company_b
        self.assertFalse(lead.deal_type_id)

    def test_default_of_another_company_is_replaced(self):
        own = self._create_type("deal", "own_a", company_id=self.env.company.id, is_default=True)
        self.assertEqual(self._create_lead(company_id=self.env.company.id).deal_type_id, own)
        lead = self._create_lead(user_id=False, team_id=False)
        self.assertFalse(lead.company_id)
        self.assertFalse(lead.deal_type_id)

    def test_deal_moved_to_another_company_gets_its_default(self):
        own = self._create_type("deal", "own_a", company_id=self.env.company.id)
        own_b = self._create_type("deal", "own_b", company_id=self.company_b.id, is_default=True)
        self.env.user.company_ids += self.company_b
        lead = self._create_lead(company_id=self.env.company.id, deal_type_id=own.id, team_id=False)
        lead.company_id = self.company_b
        self.assertEqual(lead.deal_type_id, own_b)

    def test_type_of_another_company_is_refused(self):
        own_b = self._create_type("deal", "own_b", company_id=self.company_b.id)
        lead = self._create_lead(company_id=self.env.company.id)
        with self.assertRaises(UserError):
            lead.deal_type_id = own_b
            self.env.flush_all()

    def test_import_by_code_finds_the_right_dictionary(self):
        self._create_type("company", "twice")
        deal_type = self._create_type("deal", "twice")
        result = self.env["crm.lead"].load(["name", "deal_type_id"], [["Imported", "twice"]])
        self.assertFalse(result["messages"])
        self.assertEqual(self.env["crm.lead"].browse(result["ids"]).deal_type_id, deal_type)

    def test_import_with_an_unknown_code_names_field_and_value(self):
        result = self.env["crm.lead"].load(["name", "deal_type_id"], [["Imported", "no_such"]])
        self.assertIn("no_such", result["messages"][0]["message"])

    def test_merge_keeps_the_type(self):
        untyped, typed = self._create_lead(), self._create_lead(deal_type_id=self.type_deal.id)
        merged = (untyped + typed).merge_opportunity()
        self.assertEqual(merged.deal_type_id, self.type_deal)

    def test_analysis_by_type_shows_lost_deals_too(self):
        lead = self._create_lead(deal_type_id=self.type_deal.id, expected_revenue=100)
        lead.action_set_lost()
        self.env.flush_all()
        [row] = self.env["crm.deal.type.report"].search([("lead_id", "=", lead.id)])
        self.assertEqual((row.deal_type_id, row.won_status), (self.type_deal, "lost"))
