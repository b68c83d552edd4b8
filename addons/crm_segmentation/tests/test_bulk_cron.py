from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.base.models import ir_cron
from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models import crm_bulk_operation_run
from .bulk_common import BulkCommon


@tagged("post_install", "-at_install")
class TestBulkCron(BulkCommon, CronMixinCase):
    """In the background: in batches, with the rights of who asked, and resumable."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("crm_segmentation.ir_cron_run_bulk_operations")
        # Batches as small as that: many commits.
        cls.classPatch(crm_bulk_operation_run, "BATCH", 2)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_apply_and_undo(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        answer = bulk.action_apply(background=True)
        self.assertEqual((answer["state"], answer["waiting"], answer["changed"]), ("running", 6, 0))
        self.assertEqual(self._owners(), 6 * ["bulk_north"])
        self._run_cron()
        self.assertEqual((bulk.state, bulk.changed_count, bulk.waiting_count), ("done", 6, 0))
        self.assertEqual(self._owners(), 6 * ["bulk_south"])
        self.assertEqual(self.contacts.message_ids[0].author_id, self.sales_manager.partner_id)
        answer = bulk.action_undo(background=True)
        self.assertEqual(answer["state"], "undoing")
        self._run_cron()
        self.assertEqual((bulk.state, bulk.undone_count), ("undone", 6))
        self.assertEqual(self._owners(), 6 * ["bulk_north"])

    @patch.object(ir_cron, "MIN_TIME_PER_JOB", 0)
    def test_the_last_batch_takes_the_last_of_the_time(self):
        """No time is left after any batch: the last one ends it all the same."""
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_apply(background=True)
        self._run_cron()
        self.assertEqual((bulk.state, bulk.changed_count, bulk.waiting_count), ("done", 6, 0))
        bulk.action_undo(background=True)
        self._run_cron()
        self.assertEqual((bulk.state, bulk.undone_count), ("undone", 6))

    def test_many_go_to_the_background(self):
        self.env["ir.config_parameter"].set_param("crm_segmentation.bulk_background", 5)
        self.env["ir.config_parameter"].set_param("crm_segmentation.bulk_background_api", 5)
        button, call = (self._bulk("owner", {"user_id": self.south.id}) for _number in range(2))
        button.button_preview()
        with self.capture_triggers(self.cron.id) as captured:
            button.button_apply()
            call.action_apply()
        self.assertEqual(len(captured.records), 2)
        self.assertEqual((button.state, call.state), ("running", "running"))
        self.assertEqual(button.progress, 0)
        self._run_cron()
        self.assertEqual((button.state, call.state), ("done", "done"))
        self.assertEqual((button.progress, call.unchanged_count), (100, 6))

    def test_goes_on_where_it_was_stopped(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_apply(background=True)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            cron, progress = self.cron.with_env(self.env(cr=cr))._add_progress()
            # The time for scheduled actions is over when the first batch is done.
            context = {
                "cron_id": cron.id,
                "ir_cron_progress_id": progress.id,
                "cron_end_time": 0,
            }
            cron.env["crm.bulk.operation"].with_context(**context)._cron_run_waiting()
            self.assertEqual((progress.done, progress.remaining), (2, 4))
        self.env.invalidate_all()
        self.assertEqual((bulk.state, bulk.changed_count, bulk.waiting_count), ("running", 2, 4))
        self.assertEqual(self._owners(), 2 * ["bulk_south"] + 4 * ["bulk_north"])
        self._run_cron()
        self.assertEqual((bulk.state, bulk.changed_count), ("done", 6))

    def test_rights_of_who_asked(self):
        self.env["ir.rule"].create(
            {
                "name": "Bulk test: only Bulk 0",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', '!=', 'Bulk 0')]",
                "perm_read": False,
            }
        )
        bulk = self._bulk("owner", {"user_id": self.south.id}, user=self.north)
        bulk.action_apply(background=True)
        self._run_cron()
        self.assertEqual((bulk.changed_count, bulk.refused_count), (5, 1))

    def test_who_asked_is_archived_meanwhile(self):
        bulk = self._bulk("owner", {"user_id": self.south.id}, user=self.north)
        bulk.action_apply(background=True)
        self.contacts.user_id = self.west
        self.north.active = False
        self._run_cron()
        self.assertEqual(bulk.state, "failed")
        self.assertIn("archived or deleted", bulk.error)
        # An administrator goes on with it, in the own name.
        bulk.with_user(self.sales_manager).action_apply()
        self.assertEqual((bulk.state, bulk.user_id), ("done", self.sales_manager))
        self.assertEqual(self._owners(), 6 * ["bulk_south"])

    def test_new_owner_is_archived_meanwhile(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_apply(background=True)
        self.south.active = False
        self._run_cron()
        self.assertEqual(bulk.state, "failed")
        self.assertIn("cannot own anything", bulk.error)
        self.assertEqual(self._owners(), 6 * ["bulk_north"])
