from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestCrmLadderOfRecognition(LadderCommon):
    def _assert_refused_by_database(self, **vals):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.env["crm.ladder.of.recognition"].create({"name": "Step", "code": "x", **vals})

    def test_table(self):
        model = self.env["crm.ladder.of.recognition"]
        self.assertEqual(model._table, "crm_ladder_of_recognition")

    def test_six_steps_are_there_and_stay_as_changed(self):
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "crm_marketing_ladder"),
                ("model", "=", "crm.ladder.of.recognition"),
            ]
        )
        self.assertEqual(len(data), 6)
        self.assertTrue(all(data.mapped("noupdate")))

    def test_code_is_unique_whatever_the_case(self):
        step = self.env["crm.ladder.of.recognition"].create({"name": "A", "code": "step_a"})
        step.active = False
        self._assert_refused_by_database(code="STEP_A")

    def test_bad_values(self):
        self._assert_refused_by_database(code="  ")
        self._assert_refused_by_database(stuck_days=-1)

    def test_code_loses_blanks_around_it(self):
        step = self.env["crm.ladder.of.recognition"].create({"name": "A", "code": " step_x "})
        self.assertEqual(step.code, "step_x")
        step.code = "step_y "
        self.assertEqual(step.code, "step_y")

    def test_copy(self):
        step = self.env["crm.ladder.of.recognition"].create({"name": "A", "code": "step_a"})
        self.assertEqual(step.copy().code, "step_a_copy")
        self.assertEqual(step.copy().code, "step_a_copy_2")
