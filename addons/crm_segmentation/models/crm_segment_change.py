from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import table_exists

#: Segments that the transaction will leave a mark for.
MARKED = "crm_segmentation.marked_segments"


class CrmSegmentChange(models.Model):
    """A transaction that a segment has not looked at yet.

    Marks are only added and deleted, so nobody who saves waits for a refresh, and what is saved
    while one runs is seen by the next: a refresh deletes the marks it can see, no others.
    """

    _name = "crm.segment.change"
    _description = "Change a Segment Has to Look At"
    _log_access = False
    _rec_name = "segment_id"

    segment_id = fields.Many2one(
        "crm.segment", required=True, readonly=True, index=True, ondelete="cascade"
    )

    @api.depends_context("lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    @api.model
    def _mark(self, segments):
        """Leave a mark for segments when the transaction ends, and have them refreshed.

        Cost: four statements at the end, however often one transaction calls this.

        :return: those that had not been marked yet
        """
        precommit = self.env.cr.precommit
        if segments and MARKED not in precommit.data:
            precommit.add(self._store_marks)
        marked = precommit.data.setdefault(MARKED, set()) if segments else set()
        new = segments.browse(set(segments.ids) - marked)
        marked.update(new.ids)
        return new

    @api.model
    def _store_marks(self):
        ids = sorted(self.env.cr.precommit.data.pop(MARKED, ()))
        if not table_exists(self.env.cr, self._table):
            return  # the addon has just been uninstalled, by this very transaction
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_segment_change (segment_id) "
                "SELECT id FROM crm_segment WHERE id = ANY(%s) AND active",
                ids,
            )
        )
        if self.env.cr.rowcount:
            self.env["crm.segment"]._trigger_refresh()

    @api.model
    def _select_marked(self, segment_id):
        """Return the condition that a segment has a mark, or gets one from this transaction.

        :param SQL segment_id: the segment of the row
        """
        return SQL(
            "(EXISTS (SELECT FROM crm_segment_change mark WHERE mark.segment_id = %s) "
            "OR %s = ANY(%s::int[]))",
            segment_id,
            segment_id,
            sorted(self.env.cr.precommit.data.get(MARKED, ())),
        )

    @api.model
    def _take_marks(self, segment):
        """Delete the marks that the transaction can see: it sees what was changed, too."""
        self.env.cr.precommit.data.get(MARKED, set()).discard(segment.id)
        self.env.cr.execute(SQL("DELETE FROM crm_segment_change WHERE segment_id = %s", segment.id))
