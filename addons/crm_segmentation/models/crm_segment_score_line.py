from odoo import api, fields, models
from odoo.tools import SQL

#: Room for the lines of one member in the numbers of this view's rows.
MAX_PARAMETERS = 50


class CrmSegmentScoreLine(models.Model):
    """One line of a member's score: which parameter gave how many points, and for what value."""

    _name = "crm.segment.score.line"
    _inherit = "crm.record.visibility"
    _description = "Score Line"
    _auto = False
    _order = "member_id, position"
    _rec_name = "parameter_id"
    _seen_with = ("partner_id",)
    _seen_in_companies = True

    member_id = fields.Many2one("crm.segment.member", readonly=True)
    segment_id = fields.Many2one("crm.segment", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    class_id = fields.Many2one("crm.segment.class", readonly=True)
    position = fields.Integer(readonly=True)
    parameter_id = fields.Many2one("crm.segment.parameter", readonly=True)
    range_id = fields.Many2one("crm.segment.range", readonly=True)
    value = fields.Float(readonly=True, aggregator="avg")
    has_value = fields.Boolean(readonly=True)
    value_text = fields.Char(string="Its Value", compute="_compute_texts")
    reason = fields.Char(string="Because", compute="_compute_texts")
    raw_points = fields.Float(string="Points", readonly=True, digits=(16, 2), aggregator="avg")
    weight = fields.Float(readonly=True, digits=(16, 2), aggregator="avg")
    points = fields.Float(string="Counts", readonly=True, digits=(16, 2), aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT m.id * %(room)s + l.position AS id, m.id AS member_id, m.segment_id,
                   m.partner_id, m.class_id, l.position AS position,
                   p.id AS parameter_id, r.id AS range_id,
                   m.explanation[5 * l.position - 2] AS value,
                   m.explanation[5 * l.position - 2] IS NOT NULL AS has_value,
                   m.explanation[5 * l.position - 1]::numeric AS raw_points,
                   m.explanation[5 * l.position]::numeric AS weight,
                   (m.explanation[5 * l.position - 1] * m.explanation[5 * l.position])::numeric
                       AS points
              FROM crm_segment_member m
              CROSS JOIN LATERAL generate_series(1, CARDINALITY(m.explanation) / 5) AS l(position)
              LEFT JOIN crm_segment_parameter p
                     ON p.id = m.explanation[5 * l.position - 4]::int
              LEFT JOIN crm_segment_range r ON r.id = m.explanation[5 * l.position - 3]::int
             WHERE m.explanation IS NOT NULL AND l.position < %(room)s
            """,
            room=MAX_PARAMETERS,
        )

    @api.depends_context("lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    @api.depends_context("lang")
    def _compute_texts(self):
        today = {segment: segment._get_today() for segment in self.segment_id}
        for line in self:
            parameter = line.parameter_id
            line.value_text = line._get_value_text(today.get(line.segment_id))
            if not parameter:
                line.reason = self.env._("a parameter that has been deleted since")
            elif parameter.scale == "fifths" and line.has_value:
                line.reason = self.env._("fifth %g of 5", line.raw_points)
            elif line.range_id:
                line.reason = line.range_id.display_name
            else:
                line.reason = (
                    self.env._("no range holds it")
                    if line.has_value
                    else self.env._("nothing that matches")
                )

    def _get_value_text(self, today):
        if not self.has_value or self.parameter_id.kind == "conditions":
            return "" if self.parameter_id.kind == "conditions" else self.env._("none")
        if self.parameter_id._is_amount():
            return self.segment_id._tell_amount(self.value)
        if not self.parameter_id.is_date:
            return f"{self.value:,.2f}".removesuffix(".00")
        day = fields.Date.add(fields.Date.to_date("1970-01-01"), days=int(self.value))
        return self.env._("%(date)s, %(days)s days ago", date=day, days=(today - day).days)
