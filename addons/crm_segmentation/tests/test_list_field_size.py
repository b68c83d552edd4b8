import doctest

from odoo.tests import Form, tagged

from odoo.addons.crm_segmentation import sme

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestListFieldSize(SegmentationCommon):
    """Company size, industry and language, on contacts and deals."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.industry = cls.env["res.partner.industry"].create({"name": "Foundries"})
        cls.company = cls._create_contact(
            name="Northern Foundry",
            is_company=True,
            employee_count=40,
            revenue_band="2_10",
            industry_id=cls.industry.id,
        )
        cls.person = cls._create_contact(parent_id=cls.company.id)

    def test_engine(self):
        self.assertEqual(doctest.testmod(sme).failed, 0)

    def test_classes_at_their_borders(self):
        for employees, band, expected in (
            (9, False, "micro"),
            (10, False, "small"),
            (49, "2_10", "small"),
            (50, "2_10", "medium"),
            (249, False, "medium"),
            (250, False, "large"),
            (5, "10_50", "medium"),
            (5, "50_250", "large"),
            (0, "0_2", "micro"),
            (0, False, False),
            (-3, False, False),
        ):
            with self.subTest(employees=employees, band=band):
                self.assertEqual(sme.classify(employees, band), expected)

    def test_company(self):
        self.assertEqual(self.company.sme_class, "small")
        self.company.employee_count = 300
        self.assertEqual(self.company.sme_class, "large")
        self.assertIn(self.company, self.env["res.partner"].search([("sme_class", "=", "large")]))

    def test_person_has_the_size_of_the_company(self):
        self.assertEqual(self.person.sme_class, "small")
        self.company.employee_count = 300
        self.assertEqual(self.person.employee_count, 300)
        self.assertEqual(self.person.sme_class, "large")

    def test_deal_is_filled_from_the_company(self):
        self.person.lang = self.env.lang or "en_US"
        lead = self._create_lead(partner_id=self.person.id)
        self.assertEqual(
            (lead.employee_count, lead.revenue_band, lead.sme_class, lead.industry_id),
            (40, "2_10", "small", self.industry),
        )
        self.assertEqual(lead.lang_id.code, self.person.lang)

    def test_deal_follows_the_company_and_keeps_what_it_alone_knows(self):
        lead = self._create_lead(employee_count=12)
        self.assertEqual(lead.sme_class, "small")
        empty = self._create_contact(is_company=True)
        lead.partner_id = empty
        self.assertEqual(lead.employee_count, 12)
        empty.employee_count = 500
        self.assertEqual((lead.employee_count, lead.sme_class), (500, "large"))

    def test_deal_of_another_customer_forgets_the_size_of_the_first(self):
        lead = self._create_lead(partner_id=self.person.id)
        lead.revenue_band = "10_50"
        lead.partner_id = self._create_contact(is_company=True, name="Unknown Works")
        self.assertEqual((lead.employee_count, lead.industry_id.id), (0, False))
        # What somebody wrote on the deal himself stays.
        self.assertEqual((lead.revenue_band, lead.sme_class), ("10_50", "medium"))

    def test_deal_form(self):
        with Form(self.env["crm.lead"].with_context(default_type="opportunity")) as form:
            form.name = "In the form"
            form.partner_id = self.person
            self.assertEqual(form.employee_count, 40)

    def test_company_made_from_a_lead_takes_it_along(self):
        lead = self._create_lead(
            partner_name="New Company", employee_count=8, industry_id=self.industry.id
        )
        partner = lead._create_customer()
        self.assertEqual(partner.employee_count, 8)
        self.assertEqual(partner.industry_id, self.industry)

    def test_import(self):
        result = self.env["res.partner"].load(
            ["name", "is_company", "employee_count", "revenue_band", "industry_id"],
            [["Imported", "1", "60", "€ 10 to 50 million", "Foundries"]],
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.env["res.partner"].browse(result["ids"]).sme_class, "medium")
