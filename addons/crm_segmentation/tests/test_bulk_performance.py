from odoo.tests import tagged, warmup

from odoo.addons.crm_segmentation.models.crm_segment_follow import FEW

from .bulk_common import BulkCommon


@tagged("post_install", "-at_install", "crm_performance")
class TestBulkPerformance(BulkCommon):
    """A fixed number of queries for a batch, whatever its size."""

    def _count_queries(self, operation, vals, size):
        """Return the queries of the dry run, the change and the undo on new contacts."""
        contacts = self.env["res.partner"].create(
            [{"name": f"Many {n}", "is_company": True} for n in range(size)]
        )
        bulk = self._bulk(operation, vals, contacts)
        counts = []
        for function in (bulk.action_preview, bulk.action_apply, bulk.action_undo):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            function()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual((bulk.changed_count, bulk.undone_count), (size, size))
        return counts

    def _assert_same(self, operation, vals, more=0):
        self._count_queries(operation, vals, 5)
        # Both are more than segments follow at once: those wait for their scheduled action.
        few = self._count_queries(operation, vals, FEW + 10)
        many = self._count_queries(operation, vals, 3 * FEW)
        for one, other in zip(few, many, strict=True):
            self.assertLessEqual(other, one + more)

    @warmup
    def test_owner(self):
        self._assert_same("owner", {"user_ids": [self.south.id, self.west.id]})

    @warmup
    def test_type(self):
        self._assert_same("type", {"crm_type_id": "test_company"})

    @warmup
    def test_tag(self):
        tag = self.env["res.partner.category"].create({"name": "Bulk tag"})
        self._assert_same("tag", {"tag_ids": [tag.id]})

    @warmup
    def test_watch(self):
        self._assert_same("watch", {})
