from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestCompleteness(SegmentationCommon):
    """What a dealer must have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._require("email", "phone", "city")
        cls.empty = cls._create_dealer("Empty")
        cls.full = cls._create_dealer("Full", email="a@example.com", phone="1", city="Oslo")

    @classmethod
    def _require(cls, *names, crm_type=None):
        return cls.env["crm.type.requirement"].create(
            [
                {
                    "type_id": (crm_type or cls.type_company).id,
                    "field_id": cls.env["ir.model.fields"]._get("res.partner", name).id,
                }
                for name in names
            ]
        )

    @classmethod
    def _create_dealer(cls, name, **vals):
        return cls._create_contact(
            name=name, is_company=True, crm_type_id=cls.type_company.id, **vals
        )

    def _get_gaps(self, partner):
        return partner.completeness_gap_ids.mapped("field_id.name")

    def test_percentage_and_gaps(self):
        self.assertEqual((self.full.completeness, self._get_gaps(self.full)), (100, []))
        self.assertEqual(self.empty.completeness, 0)
        self.assertEqual(self._get_gaps(self.empty), ["email", "phone", "city"])

    def test_follows_each_save(self):
        self.empty.email = "b@example.com"
        self.assertEqual(self.empty.completeness, 33)
        self.assertEqual(self._get_gaps(self.empty), ["phone", "city"])
        self.empty.email = False
        self.assertEqual(self.empty.completeness, 0)

    def test_weight(self):
        self.type_company.requirement_ids[0].weight = 8
        self.empty.email = "b@example.com"
        self.assertEqual(self.empty.completeness, 80)

    def test_filter_and_groups(self):
        partners = self.env["res.partner"]
        domain = [("crm_type_id", "=", self.type_company.id)]
        self.assertEqual(
            partners.search([*domain, ("completeness_gap_ids", "!=", False)]), self.empty
        )
        groups = partners._read_group(domain, ["completeness_gap_ids"], ["__count"])
        self.assertEqual(
            {requirement.name: count for requirement, count in groups},
            {"Email": 1, "Phone": 1, "City": 1, False: 1},
        )
        [(average,)] = partners._read_group(domain, [], ["completeness:avg"])
        self.assertEqual(average, 50)

    def test_type_without_requirements_has_no_percentage(self):
        other = self._create_type("company", "test_free")
        self.full.crm_type_id = other
        self.assertFalse(self.full.has_completeness)
        self.assertFalse(self.full.completeness_gap_ids)
        self.env.cr.execute("SELECT completeness FROM res_partner WHERE id = %s", self.full.ids)
        self.assertEqual(self.env.cr.fetchone(), (None,))
        self.full.crm_type_id = self.type_company
        self.assertEqual(self.full.completeness, 100)

    def test_change_of_requirements_is_seen_at_once(self):
        self._require("website")
        self.assertEqual(self.full.completeness, 75)
        self.type_company.requirement_ids.filtered(lambda r: r.field_id.name == "website").unlink()
        self.assertEqual(self.full.completeness, 100)

    def test_many2one_many2many_and_persons(self):
        self.type_company.requirement_ids.unlink()
        self._require("country_id", "category_id", "child_ids")
        self.assertEqual(self.full.completeness, 0)
        self.full.country_id = self.env.ref("base.no")
        self.assertEqual(self.full.completeness, 33)
        self.full.category_id = [Command.create({"name": "Tag"})]
        self.assertEqual(self.full.completeness, 66)
        person = self._create_contact(parent_id=self.full.id)
        self.assertEqual(self.full.completeness, 100)
        person.parent_id = False
        self.assertEqual(self.full.completeness, 66)

    def test_list_field_as_property_and_as_real_field(self):
        self.addCleanup(self.registry.reset_changes)
        own = self.env["crm.list.field"].create({"name": "Region Code", "type": "char"})
        self.env["crm.type.requirement"].create(
            {"type_id": self.type_company.id, "list_field_id": own.id}
        )
        self.assertEqual(self.full.completeness, 75)
        self.full.properties = {"region_code": "N1"}
        self.assertEqual(self.full.completeness, 100)
        own.action_make_real()
        full = self.env["res.partner"].browse(self.full.id)
        self.env["crm.type"]._update_completeness(full.ids)
        self.assertEqual(full.completeness, 100)
        full.x_region_code = False
        self.assertEqual(full.completeness, 75)
        own.action_make_property()

    def test_requirements_that_make_no_sense(self):
        Requirement = self.env["crm.type.requirement"]
        type_id = self.type_company.id
        for vals in (
            {"type_id": type_id},
            {
                "type_id": type_id,
                "field_id": self.env["ir.model.fields"]._get("crm.lead", "name").id,
            },
            {
                "type_id": type_id,
                "field_id": self.env["ir.model.fields"]._get("res.partner", "image_1920").id,
            },
            {
                "type_id": self.type_deal.id,
                "field_id": self.env["ir.model.fields"]._get("res.partner", "email").id,
            },
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                Requirement.create(vals)

    @mute_logger("odoo.sql_db")
    def test_twice_and_without_weight(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._require("email")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.type_company.requirement_ids[0].weight = 0
            self.env.flush_all()

    def test_usual_fields(self):
        self.type_person.action_suggest_requirements()
        names = self.type_person.requirement_ids.field_id.mapped("name")
        self.assertEqual(sorted(names), ["email", "function", "parent_id", "phone"])

    def test_schedule_mends_what_was_written_past_odoo(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET email = NULL WHERE id = %s", self.full.ids)
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_segmentation.ir_cron_completeness").method_direct_trigger()
        self.assertEqual(self.full.completeness, 66)

    def test_merge_of_types_takes_over_the_requirements(self):
        old = self._create_type("company", "old")
        company = self._create_contact(is_company=True, crm_type_id=old.id, email="a@example.com")
        merge = self.env["crm.type.merge"].create(
            {"source_ids": old.ids, "target_id": self.type_company.id}
        )
        merge.action_merge()
        self.assertEqual(company.completeness, 33)

    def test_batch_costs_a_fixed_number_of_queries(self):
        counts = []
        for number in (1, 200):
            partners = self.env["res.partner"].create(
                [
                    {"name": f"C{n}", "is_company": True, "crm_type_id": self.type_company.id}
                    for n in range(number)
                ]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["crm.type"]._update_completeness(partners.ids)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_rights(self):
        salesman = self.empty.with_user(self.salesman)
        salesman.email = "s@example.com"
        self.assertEqual(salesman.completeness, 33)
        self.assertEqual(salesman.completeness_gap_ids.mapped("name"), ["Phone", "City"])
        requirement = self.type_company.requirement_ids[0]
        with self.assertRaises(AccessError):
            requirement.with_user(self.salesman).weight = 2
        requirement.with_user(self.sales_manager).weight = 2
        portal = self.users_by_role["portal"]
        self.assertNotIn("completeness", portal.partner_id.with_user(portal).fields_get())

    def test_portal_user_saves_a_contact(self):
        portal = self.users_by_role["portal"]
        partner = portal.partner_id
        partner.write({"is_company": True, "crm_type_id": self.type_company.id})
        partner.with_user(portal).sudo().write({"city": "Bergen"})
        self.assertNotIn("city", self._get_gaps(partner))
