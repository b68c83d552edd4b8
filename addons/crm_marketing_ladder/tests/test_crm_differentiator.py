from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestCrmDifferentiator(LadderCommon):
    def test_table(self):
        self.assertEqual(self.env["crm.differentiator"]._table, "crm_differentiator")

    def test_defaults(self):
        differentiator = self.env["crm.differentiator"].with_user(self.sales).create({"name": "D"})
        self.assertEqual(differentiator.criterion_match, "not_assessed")
        self.assertEqual(differentiator.type, "important")

    def test_unknown_choice_in_an_import(self):
        result = (
            self.env["crm.differentiator"]
            .with_user(self.sales)
            .load(["name", "type"], [["Wrong", "Vital"]])
        )
        self.assertIn("Vital", result["messages"][0]["message"])

    def test_product_in_use_cannot_be_deleted(self):
        self.env["crm.differentiator"].create(
            {
                "name": "D",
                "directorate_id": self.directorate_own.id,
                "product_id": self.product_in_category.id,
            }
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.product_in_category.unlink()
