from odoo.tests import tagged

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestTypeImport(SegmentationCommon):
    """Rows with an unknown type are reported; the others are in."""

    def _load(self, rows, columns=("name", "is_company", "crm_type_id"), **context):
        partners = self.env["res.partner"].with_context(**context)
        return partners.load(list(columns), rows)

    def test_the_other_rows_go_through(self):
        rows = [[f"Company {n}", "1", "test_company"] for n in range(200)]
        for number in (0, 100):
            rows[number][2] = "rubbish"
        result = self._load(rows)
        self.assertEqual(len(result["ids"]), 198)
        self.assertEqual([message["record"] for message in result["messages"]], [0, 100])
        companies = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(companies.crm_type_id, self.type_company)
        self.assertNotIn("Company 100", companies.mapped("name"))

    def test_types_cost_no_query_per_row(self):
        counts = []
        for columns in (("name", "is_company"), ("name", "is_company", "crm_type_id")):
            rows = [[f"R{n}", "1", "test_company"][: len(columns)] for n in range(150)]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._load(rows, columns)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 40)

    def test_message_names_field_value_and_codes(self):
        [message] = self._load([["Wrong", "1", "rubbish"]])["messages"]
        self.assertEqual(message["type"], "error")
        for part in ("CRM Type", "rubbish", "test_company"):
            self.assertIn(part, message["message"])
        self.assertNotIn("test_person", message["message"])

    def test_code_of_another_kind_says_so(self):
        result = self._load([["Person", "0", "test_company"], ["Company", "1", "test_company"]])
        [message] = result["messages"]
        self.assertIn("a type of kind Company", message["message"])
        self.assertIn("one of kind Contact", message["message"])
        self.assertEqual(len(result["ids"]), 1)

    def test_same_code_in_two_kinds_follows_the_row(self):
        person = self._create_type("contact", "twice")
        company = self._create_type("company", "twice")
        result = self._load([["P", "0", "twice"], ["C", "1", "TWICE"]])
        partners = self.env["res.partner"].browse(result["ids"])
        self.assertEqual([p.crm_type_id for p in partners], [person, company])

    def test_name_and_empty_cell(self):
        self.type_company.is_default = True
        names = ["Test Company", " test  COMPANY", "Test\u00a0Company ", "TEST_company"]
        for name in names:
            with self.subTest(name=name):
                result = self._load([["Named", "1", name]])
                partner = self.env["res.partner"].browse(result["ids"])
                self.assertEqual(partner.crm_type_id, self.type_company)
        result = self._load([["Named", "1", "Test Company"], ["Empty", "1", ""]])
        partners = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(partners[0].crm_type_id, self.type_company)
        self.assertFalse(partners[1].crm_type_id)

    def test_other_errors_keep_the_number_of_their_row(self):
        rows = [["A", "1", "rubbish", ""], ["B", "1", "test_company", "nowhere"]]
        result = self._load(rows, ("name", "is_company", "crm_type_id", "country_id"))
        self.assertFalse(result["ids"])
        self.assertEqual(sorted(m["record"] for m in result["messages"]), [0, 1])

    def test_all_or_none_when_asked(self):
        rows = [["Good", "1", "test_company"], ["Bad", "1", "rubbish"]]
        result = self._load(rows, crm_import_all_or_none=True)
        self.assertIs(result["ids"], False)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Good")]))

    def test_import_screen_keeps_its_own_way_and_names_the_codes(self):
        rows = [["Good", "1", "test_company"], ["Bad", "1", "rubbish"]]
        result = self._load(rows, import_file=True)
        self.assertFalse(result["ids"])
        self.assertIn("test_company", result["messages"][0]["message"])
        skipped = self._load(rows, import_file=True, import_skip_records=["crm_type_id"])
        self.assertEqual(len(skipped["ids"]), 1)

    def test_code_of_a_merged_type_means_the_one_it_became(self):
        old = self._create_type("company", "old_code")
        merge = self.env["crm.type.merge"].create(
            {"source_ids": old.ids, "target_id": self.type_company.id}
        )
        merge.action_merge()
        result = self._load([["Late", "1", "old_code"]])
        self.assertFalse(result["messages"])
        self.assertEqual(
            self.env["res.partner"].browse(result["ids"]).crm_type_id, self.type_company
        )

    def test_archived_type_is_unknown(self):
        self.type_company.active = False
        self.assertIn(
            "test_company", self._load([["Late", "1", "test_company"]])["messages"][0]["message"]
        )

    def test_deals(self):
        result = self.env["crm.lead"].load(
            ["name", "deal_type_id"], [["Good", "test_deal"], ["Bad", "test_company"]]
        )
        self.assertEqual(len(result["ids"]), 1)
        self.assertIn("test_deal", result["messages"][0]["message"])

    def test_update_by_id_takes_the_kind_of_the_record(self):
        company = self._create_contact(is_company=True)
        result = self._load([[str(company.id), "test_company"]], (".id", "crm_type_id"))
        self.assertFalse(result["messages"])
        self.assertEqual(company.crm_type_id, self.type_company)

    def test_types_of_other_companies_are_unknown_and_unnamed(self):
        self._create_type("company", "secret_b", company_id=self.company_b.id)
        partners = self.env["res.partner"].with_user(self.local_manager)
        result = partners.load(["name", "is_company", "crm_type_id"], [["X", "1", "secret_b"]])
        message = result["messages"][0]["message"]
        self.assertIn("there is no type", message)
        self.assertEqual(message.count("secret_b"), 1)

    def test_types_themselves_are_imported_by_code(self):
        result = self.env["crm.type"].load(
            ["name", "kind", "code", "color"], [["Agent", "Company", "agent", "4"]]
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.env["crm.type"].browse(result["ids"]).code, "agent")
