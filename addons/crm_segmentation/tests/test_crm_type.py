from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestCrmType(SegmentationCommon):
    def _assert_refused_by_database(self, function):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            function()

    def test_code_is_unique_within_its_kind_whatever_the_case(self):
        self._assert_refused_by_database(lambda: self._create_type("company", "TEST_Company"))

    def test_archived_type_keeps_its_code(self):
        self.type_company.active = False
        self._assert_refused_by_database(lambda: self._create_type("company", "test_company"))

    def test_same_code_in_another_kind_is_fine(self):
        self.assertTrue(self._create_type("deal", "test_company"))

    @mute_logger("odoo.sql_db")
    def test_code_conflict_has_a_clear_message(self):
        result = self.env["crm.type"].load(
            ["name", "kind", "code"], [["Again", "Company", "Test_Company"]]
        )
        self.assertIn("already has this code", result["messages"][0]["message"])

    def test_code_is_made_from_the_name(self):
        crm_type = self.env["crm.type"].create({"name": "Key Account (EU)", "kind": "company"})
        self.assertEqual(crm_type.code, "key_account_eu")

    def test_renaming_keeps_the_code(self):
        self.type_company.name = "Something Else"
        self.assertEqual(self.type_company.code, "test_company")

    def test_code_loses_blanks_around_it(self):
        self.assertEqual(self._create_type("deal", "  padded ").code, "padded")

    def test_empty_code_is_refused(self):
        self._assert_refused_by_database(lambda: self.type_deal.write({"code": "   "}))

    def test_code_in_the_form_may_be_left_empty(self):
        with Form(self.env["crm.type"].with_context(default_kind="deal")) as form:
            form.name = "Framework Contract"
        self.assertEqual(form.record.code, "framework_contract")

    def test_one_default_per_kind_and_company(self):
        self.type_company.is_default = True
        self._assert_refused_by_database(
            lambda: self._create_type("company", "second", is_default=True)
        )
        self._create_type("company", "second_b", is_default=True, company_id=self.company_b.id)

    def test_archived_default_makes_room_for_another(self):
        self.type_company.write({"is_default": True, "active": False})
        self.assertTrue(self._create_type("company", "next", is_default=True).is_default)

    def test_found_by_name_and_by_code(self):
        types = self.env["crm.type"]
        for text in ("Test Company", "test_company"):
            found = types.name_search(text, [("kind", "=", "company")])
            self.assertEqual([row[0] for row in found], self.type_company.ids)

    def test_unused_type_can_be_deleted(self):
        self.type_company.unlink()
        self.assertFalse(self.type_company.exists())

    def test_used_type_cannot_be_deleted(self):
        self._create_contact(is_company=True, crm_type_id=self.type_company.id, active=False)
        with self.assertRaisesRegex(UserError, "used by 1 contact or company. Archive it"):
            self.type_company.unlink()

    def test_deletion_counts_deals_the_user_does_not_see(self):
        self._create_lead(deal_type_id=self.type_deal.id, user_id=self.env.user.id)
        with self.assertRaisesRegex(UserError, "used by 1 lead or deal. "):
            self.type_deal.with_user(self.sales_manager).unlink()

    def test_kind_of_a_used_type_cannot_be_changed(self):
        self._create_lead(deal_type_id=self.type_deal.id)
        with self.assertRaisesRegex(UserError, "kind of the type.*cannot be changed"):
            self.type_deal.kind = "company"
        self.type_deal.kind = "deal"  # the same kind again is no change

    def test_kind_of_an_unused_type_can_be_changed(self):
        self.type_deal.kind = "company"
        self.assertEqual(self.type_deal.kind, "company")

    def test_type_used_by_all_cannot_be_given_to_one_company(self):
        self._create_contact(is_company=True, crm_type_id=self.type_company.id)
        with self.assertRaisesRegex(ValidationError, "cannot belong to .* alone"):
            self.type_company.company_id = self.company_b

    def test_copy_gets_a_code_of_its_own_and_is_no_default(self):
        self.type_company.is_default = True
        copy = self.type_company.copy()
        self.assertEqual(copy.code, "test_company_copy")
        self.assertFalse(copy.is_default)

    def test_usage_count_and_its_button(self):
        contact = self._create_contact(crm_type_id=self.type_person.id)
        lead = self._create_lead(deal_type_id=self.type_deal.id)
        self.assertEqual(self.type_person.usage_count, 1)
        self.assertEqual(self.type_deal.usage_count, 1)
        for crm_type, record in ((self.type_person, contact), (self.type_deal, lead)):
            action = crm_type.action_view_records()
            self.assertEqual(self.env[action["res_model"]].search(action["domain"]), record)

    def test_usage_count_without_access_to_leads(self):
        self._create_lead(deal_type_id=self.type_deal.id)
        internal = self.users_by_role["internal"]
        self.assertEqual(self.type_deal.with_user(internal).usage_count, 0)

    def test_ready_made_types_have_no_default_and_snake_case_codes(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_segmentation"), ("model", "=", "crm.type")]
        )
        self.assertTrue(all(data.mapped("noupdate")))
        types = self.env["crm.type"].browse(data.mapped("res_id"))
        self.assertEqual(set(types.mapped("kind")), {"contact", "company", "deal"})
        for code in types.mapped("code"):
            self.assertRegex(code, r"^[a-z][a-z0-9_]*$")
