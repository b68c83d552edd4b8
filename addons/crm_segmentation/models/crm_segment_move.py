from odoo import api, fields, models

#: So many days of history are kept, if nothing else is set.
KEEP_DAYS = 1095


class CrmSegmentMove(models.Model):
    """A step in the history of a segment: somebody entered, left, or changed the class."""

    _name = "crm.segment.move"
    _inherit = "crm.record.visibility"
    _description = "Segment Move"
    _order = "date desc, id desc"
    _log_access = False
    _rec_name = "display_name"
    _seen_in_companies = True

    segment_id = fields.Many2one(
        "crm.segment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Lead or Deal",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    kind = fields.Selection(
        [("entered", "Entered"), ("left", "Left"), ("class", "Changed class")],
        string="What Happened",
        required=True,
        readonly=True,
    )
    from_class_id = fields.Many2one(
        "crm.segment.class", readonly=True, index="btree_not_null", ondelete="set null"
    )
    to_class_id = fields.Many2one(
        "crm.segment.class", readonly=True, index="btree_not_null", ondelete="set null"
    )
    score = fields.Float(readonly=True, digits=(16, 2), aggregator="avg")
    date = fields.Datetime(required=True, readonly=True)
    member_since = fields.Datetime(readonly=True)
    company_id = fields.Many2one(related="segment_id.company_id")

    @api.depends_context("lang")
    def _compute_display_name(self):
        for move in self:
            who = move.partner_id.display_name or move.lead_id.display_name or ""
            steps = [name for name in (move.from_class_id.name, move.to_class_id.name) if name]
            kind = dict(self._fields["kind"]._description_selection(self.env))[move.kind]
            move.display_name = f"{who} · {' → '.join(steps) or kind}"

    @api.autovacuum
    def _gc_moves(self):
        """Forget the history that is older than ``crm_segmentation.keep_moves_days`` days."""
        # sudo: a setting of the system
        parameters = self.env["ir.config_parameter"].sudo()
        days = int(parameters.get_param("crm_segmentation.keep_moves_days") or KEEP_DAYS)
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        # sudo: what is out of date goes, whoever has it
        old = self.sudo().search([("date", "<", limit)], limit=10_000, order="id")
        old.unlink()
        return len(old), len(old) == 10_000
