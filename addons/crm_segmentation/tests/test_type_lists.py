from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged, warmup
from odoo.tools import file_open
from odoo.tools.safe_eval import safe_eval

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestTypeLists(SegmentationCommon):
    """Companies and persons apart; import templates; export; the glance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls._create_contact(
            name="Northern", is_company=True, crm_type_id=cls.type_company.id
        )
        cls.person = cls._create_contact(
            name="Alex", parent_id=cls.company.id, crm_type_id=cls.type_person.id
        )
        cls.address = cls._create_contact(name="Dock 4", type="delivery", parent_id=cls.company.id)

    def _search(self, action_name):
        action = self.env.ref(f"crm_segmentation.{action_name}")
        mine = self.company | self.person | self.address
        return self.env["res.partner"].search([*safe_eval(action.domain), ("id", "in", mine.ids)])

    def test_companies_and_persons_apart(self):
        self.assertEqual(self._search("res_partner_action_companies"), self.company)
        self.assertEqual(self._search("res_partner_action_persons"), self.person)

    def test_every_filter_can_be_searched(self):
        partners = self.env["res.partner"]
        for name in ("companies", "persons"):
            view = self.env.ref(f"crm_segmentation.res_partner_view_search_{name}")
            arch = self.env["res.partner"]._get_view(view.id, "search")[0]
            found = arch.xpath("//filter[@domain]")
            self.assertGreater(len(found), 4)
            for node in found:
                domain = safe_eval(node.get("domain"), {"uid": self.env.uid, "context_today": None})
                with self.subTest(list=name, filter=node.get("name")):
                    partners.search(domain, limit=1)

    def test_company_without_a_person(self):
        empty = self._create_contact(name="Empty", is_company=True)
        domain = [
            ("child_ids", "not any", [("is_company", "=", False), ("type", "=", "contact")]),
            ("id", "in", (self.company | empty).ids),
        ]
        self.assertEqual(self.env["res.partner"].search(domain), empty)

    def test_search_panel_offers_the_types_of_the_list(self):
        result = self.env["res.partner"].search_panel_select_multi_range(
            "crm_type_id",
            comodel_domain=[("kind", "=", "company")],
            search_domain=[("is_company", "=", True)],
        )
        names = [value["display_name"] for value in result["values"]]
        self.assertIn("Test Company", names)
        self.assertNotIn("Test Person", names)

    def test_import_templates_can_be_imported_as_they_are(self):
        for name, kind in (("companies", "company"), ("persons", "contact")):
            with (
                self.subTest(name),
                file_open(f"crm_segmentation/static/xls/{name}.xlsx", "rb") as file,
            ):
                wizard = self.env["base_import.import"].create(
                    {
                        "res_model": "res.partner",
                        "file": file.read(),
                        "file_name": f"{name}.xlsx",
                        "file_type": "application/vnd.openxmlformats-officedocument"
                        ".spreadsheetml.sheet",
                    }
                )
                options = {"has_headers": True, "quoting": '"', "sheet": name.title()}
                preview = wizard.parse_preview(options, count=10)
                self.assertFalse(preview.get("error"))
                columns = preview["headers"]
                fields = [
                    "/".join(preview["matches"].get(number) or []) or False
                    for number in range(len(columns))
                ]
                self.assertNotIn(False, fields, columns)
                result = wizard.execute_import(fields, columns, preview["options"])
                self.assertFalse(result["messages"])
                partners = self.env["res.partner"].browse(result["ids"])
                self.assertEqual(partners.crm_type_id.mapped("kind"), [kind] * 2)
        self.assertEqual(partners.parent_id.mapped("sme_class"), ["small", "large"])

    def test_import_offers_both_templates(self):
        paths = [t["template"] for t in self.env["res.partner"].get_import_templates()]
        self.assertEqual(
            [p.rpartition("/")[2] for p in paths[:2]], ["companies.xlsx", "persons.xlsx"]
        )
        for path in paths[:2]:
            with file_open(path.lstrip("/"), "rb") as file:
                self.assertTrue(file.read(4))

    def test_export_templates_name_fields_that_there_are(self):
        for name in ("companies", "persons"):
            template = self.env.ref(f"crm_segmentation.ir_exports_{name}")
            rows = self.company.export_data(template.export_fields.mapped("name"))["datas"]
            self.assertIn("Northern", rows[0])

    # -- glance ---------------------------------------------------------------------

    def _get_glance(self, user=None):
        company = self.company.with_user(user) if user else self.company
        company.invalidate_recordset()
        return {item["key"]: item for item in company.get_segmentation_glance()}

    def test_glance(self):
        self.company.write(
            {
                "user_id": self.salesman.id,
                "category_id": [Command.create({"name": f"Tag {n}"}) for n in range(5)],
            }
        )
        self._create_lead(partner_id=self.person.id, expected_revenue=500, user_id=self.salesman.id)
        self.company.message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        for text in ("One", "Two"):
            self.company.message_post(
                body=text, message_type="comment", subtype_xmlid="mail.mt_note"
            )
        self.company.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.env.user.id, summary="Call"
        )
        glance = self._get_glance()
        self.assertEqual(glance["type"]["value"], "Test Company")
        self.assertEqual(glance["owner"]["value"], self.salesman.name)
        self.assertEqual(glance["deals_pending"]["value"], "1")
        self.assertIn("500", glance["deals_pending"]["detail"])
        self.assertEqual(glance["correspondence"]["value"], "1")
        self.assertEqual(glance["notes"]["value"], "2")
        self.assertEqual(glance["activities"]["value"], "1")
        self.assertIn("2 more", glance["category_id"]["detail"])
        leads = self.env["crm.lead"].search(glance["deals_pending"]["action"]["domain"])
        self.assertEqual(leads.partner_id, self.person)

    def test_glance_of_an_empty_contact_says_that_nobody_has_it(self):
        self.company.crm_type_id = False
        glance = self._get_glance()
        self.assertTrue(glance["owner"]["warn"])
        self.assertNotIn("deals_pending", glance)
        self.assertNotIn("type", glance)

    def test_glance_shows_what_the_user_may_see(self):
        self._create_lead(partner_id=self.company.id, user_id=self.sales_manager.id)
        self.assertIn("deals_pending", self._get_glance(self.sales_manager))
        self.assertNotIn("deals_pending", self._get_glance(self.salesman))
        self.assertNotIn("deals_pending", self._get_glance(self.users_by_role["internal"]))
        for role in ("portal", "public"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._get_glance(self.users_by_role[role])

    # -- cost -----------------------------------------------------------------------

    @warmup
    def test_lists_cost_five_queries_more_at_most(self):
        """The columns that this part puts on a list of contacts, shown at once."""
        contacts = self.env["res.partner"].create(
            [
                {"name": f"C{n}", "is_company": True, "crm_type_id": self.type_company.id}
                for n in range(80)
            ]
        )
        self.env.flush_all()
        plain = {"complete_name": {}, "email": {}, "phone": {}}
        more = {
            "crm_type_id": {"fields": {"display_name": {}}},
            "crm_type_color": {},
            "sme_class": {},
            "employee_count": {},
            "completeness": {},
            "has_completeness": {},
            "completeness_gap_ids": {"fields": {"display_name": {}}},
        }
        counts = []
        for specification in (plain, plain | more):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            contacts.web_read(specification)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5)

    @warmup
    def test_forms_cost_five_queries_more_at_most(self):
        lead = self._create_lead(deal_type_id=self.type_deal.id)
        name = {"fields": {"display_name": {}}}
        cases = (
            (self.company, {"crm_type_id": name, "type_decision_text": {}, "sme_class": {}}),
            (lead, {"deal_type_id": name, "type_decision_text": {}, "industry_id": name}),
        )
        self.env.flush_all()
        for record, more in cases:
            counts = []
            for specification in ({"display_name": {}}, {"display_name": {}} | more):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                record.web_read(specification)
                counts.append(self.env.cr.sql_log_count - before)
            with self.subTest(record._name):
                self.assertLessEqual(counts[1], counts[0] + 5)
