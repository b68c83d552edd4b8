from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestPartnerType(SegmentationCommon):
    def test_person_cannot_have_a_company_type(self):
        with self.assertRaises(ValidationError) as caught:
            self._create_contact(crm_type_id=self.type_company.id)
        message = str(caught.exception)
        for part in ("CRM Type", "Test Contact", "test_company", "test_person"):
            self.assertIn(part, message)

    def test_company_cannot_have_a_person_type(self):
        company = self._create_contact(is_company=True)
        with self.assertRaises(ValidationError):
            company.crm_type_id = self.type_person

    def test_contact_cannot_have_a_deal_type(self):
        with self.assertRaises(ValidationError):
            self._create_contact(crm_type_id=self.type_deal.id)

    def test_default_on_create(self):
        (self.type_person + self.type_company).is_default = True
        self.assertEqual(self._create_contact().crm_type_id, self.type_person)
        self.assertEqual(self._create_contact(is_company=True).crm_type_id, self.type_company)

    def test_no_default_for_existing_contacts(self):
        contact = self._create_contact()
        self.type_person.is_default = True
        contact.invalidate_recordset()
        contact.name = "Renamed"
        self.assertFalse(contact.crm_type_id)

    def test_no_type_when_asked_for_none(self):
        self.type_person.is_default = True
        contact = self._create_contact(crm_type_id=False)
        contact.company_id = self.env.company
        self.assertFalse(contact.crm_type_id)

    def test_addresses_get_no_default(self):
        self.type_person.is_default = True
        address = self._create_contact(type="delivery", parent_id=self.partner.id)
        self.assertFalse(address.crm_type_id)

    def test_default_of_the_company_goes_before_the_shared_one(self):
        self.type_person.is_default = True
        own = self._create_type("contact", "own_b", company_id=self.company_b.id, is_default=True)
        self.assertEqual(self._create_contact(company_id=self.company_b.id).crm_type_id, own)
        self.assertEqual(self._create_contact().crm_type_id, self.type_person)

    def test_person_made_a_company_changes_dictionary(self):
        self.type_company.is_default = True
        contact = self._create_contact(crm_type_id=self.type_person.id)
        contact.company_type = "company"
        self.assertEqual(contact.crm_type_id, self.type_company)

    def test_type_written_together_with_the_kind(self):
        contact = self._create_contact(crm_type_id=self.type_person.id)
        contact.write({"company_type": "company", "crm_type_id": self.type_company.id})
        self.assertEqual(contact.crm_type_id, self.type_company)

    def test_create_by_company_type(self):
        contact = self._create_contact(company_type="company", crm_type_id=self.type_company.id)
        self.assertTrue(contact.is_company)

    def test_form_changes_dictionary_with_the_kind(self):
        with Form(self.env["res.partner"]) as form:
            form.name = "In the form"
            form.company_type = "company"
            form.crm_type_id = self.type_company
            form.company_type = "person"
            self.assertFalse(form.crm_type_id)
            form.crm_type_id = self.type_person
        self.assertEqual(form.record.crm_type_id, self.type_person)

    def test_company_in_the_form(self):
        with Form(self.env["res.partner"]) as form:
            form.name = "In the form"
            form.company_type = "company"
            form.crm_type_id = self.type_company
        self.assertEqual(form.record.crm_type_id, self.type_company)

    def test_type_of_another_company_is_refused(self):
        own = self._create_type("contact", "own_b", company_id=self.company_b.id)
        with self.assertRaises(UserError):
            self._create_contact(company_id=self.env.company.id, crm_type_id=own.id)

    def test_contact_moved_to_another_company_loses_its_company_type(self):
        own = self._create_type("contact", "own_b", company_id=self.company_b.id)
        contact = self._create_contact(company_id=self.company_b.id, crm_type_id=own.id)
        contact.company_id = self.env.company
        self.assertFalse(contact.crm_type_id)

    def test_import_by_code_and_by_name(self):
        result = self.env["res.partner"].load(
            ["name", "company_type", "crm_type_id"],
            [["By code", "Company", "test_company"], ["By name", "Person", "Test Person"]],
        )
        self.assertFalse(result["messages"])
        contacts = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(contacts[0].crm_type_id, self.type_company)
        self.assertEqual(contacts[1].crm_type_id, self.type_person)

    def test_import_with_an_unknown_code_names_field_and_value(self):
        result = self.env["res.partner"].load(["name", "crm_type_id"], [["Rubbish", "no_such"]])
        self.assertIn("no_such", result["messages"][0]["message"])
        self.assertIn("CRM Type", result["messages"][0]["message"])

    def test_import_with_a_deal_code_finds_nothing(self):
        result = self.env["res.partner"].load(["name", "crm_type_id"], [["Deal", "test_deal"]])
        self.assertIn("test_deal", result["messages"][0]["message"])

    def test_import_with_a_code_of_the_other_kind(self):
        result = self.env["res.partner"].load(
            ["name", "company_type", "crm_type_id"], [["Wrong", "Person", "test_company"]]
        )
        self.assertIn("test_person", result["messages"][0]["message"])

    def test_search_and_group(self):
        contact = self._create_contact(crm_type_id=self.type_person.id)
        partners = self.env["res.partner"]
        self.assertEqual(partners.search([("crm_type_id", "=", "test_person")]), contact)
        groups = partners._read_group(
            [("crm_type_id", "=", self.type_person.id)], ["crm_type_id"], ["__count"]
        )
        self.assertEqual(groups, [(self.type_person, 1)])
