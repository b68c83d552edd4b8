from odoo import api, fields, models

from ..engine.segment_ranges import get_upper_bounds


class CrmSegmentClass(models.Model):
    """A class of a score: it holds those with at least so many points."""

    _name = "crm.segment.class"
    _inherit = "crm.shared.mixin"
    _description = "Segment Class"
    _order = "segment_id, score_from desc, id"
    _shared_by = "segment_id"

    segment_id = fields.Many2one("crm.segment", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, translate=True)
    score_from = fields.Float(string="From Points", digits=(16, 2), required=True)
    score_to = fields.Float(string="Below", digits=(16, 2), compute="_compute_score_to")
    is_top = fields.Boolean(compute="_compute_score_to", export_string_translation=False)
    color = fields.Integer()
    note = fields.Char(string="What To Do", translate=True)
    member_ids = fields.One2many("crm.segment.member", "class_id")
    member_count = fields.Integer(string="Members", compute="_compute_member_count")

    @api.depends("segment_id.class_ids.score_from")
    def _compute_score_to(self):
        for record in self:
            bounds = get_upper_bounds(record.segment_id.class_ids.mapped("score_from"))
            above = bounds.get(record.score_from)
            record.score_to = above or 0
            record.is_top = above is None

    def _compute_member_count(self):
        groups = self.env["crm.segment.member"]._read_group(
            [("class_id", "in", self.ids)], ["class_id"], ["__count"]
        )
        counts = {record.id: count for record, count in groups}
        for record in self:
            record.member_count = counts.get(record.id, 0)

    @api.depends("name", "segment_id.name")
    @api.depends_context("crm_segment_class_short")
    def _compute_display_name(self):
        short = self.env.context.get("crm_segment_class_short")
        for record in self:
            name = record.name or ""
            record.display_name = name if short else f"{record.segment_id.name}: {name}"

    @api.model
    def _search_display_name(self, operator, value):
        if operator in ("ilike", "like", "=ilike") and isinstance(value, str) and ":" in value:
            segment, name = value.split(":", 1)
            return [
                ("segment_id.name", operator, segment.strip()),
                ("name", operator, name.strip()),
            ]
        return super()._search_display_name(operator, value)

    @api.model_create_multi
    def create(self, vals_list):
        classes = super().create(vals_list)
        classes.segment_id._on_definition_change()
        return classes

    def write(self, vals):
        result = super().write(vals)
        if "score_from" in vals or "segment_id" in vals:
            self.segment_id._on_definition_change()
        return result

    def unlink(self):
        segments = self.segment_id
        # Those who are in the class stay members; the next refresh gives them another one.
        # sudo: members belong to nobody.
        self.env["crm.segment.member"].sudo().search([("class_id", "in", self.ids)]).write(
            {"class_id": False}
        )
        result = super().unlink()
        segments.exists()._on_definition_change()
        return result
