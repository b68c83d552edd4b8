from odoo import api, fields, models

from .crm_segment import PARTNER_TARGETS

#: Whose records a line can ask for, and what they are called.
SOURCES = [
    ("self", "The record itself"),
    ("company", "Its company"),
    ("customer", "Its customer"),
    ("person", "Its persons"),
    ("deal", "Its deals"),
    ("lead", "Its leads"),
    ("message", "Its messages and e-mails"),
    ("activity", "Its planned activities"),
]
#: Sources that are many records for one member: they can be counted and added up.
MANY = ("person", "deal", "lead", "message", "activity", "order")
OF_PARTNERS = ("self", "company", "person", "deal", "lead", "message", "activity", "order")
OF_LEADS = ("self", "customer", "company", "message", "activity", "order")


class CrmSegmentCriterion(models.Model):
    """One line of a saved filter: what must be true of the record, its company, deals, ..."""

    _name = "crm.segment.criterion"
    _inherit = "crm.shared.mixin"
    _description = "Line of a Segment"
    _order = "segment_id, sequence, id"
    _shared_by = "segment_id"

    segment_id = fields.Many2one("crm.segment", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    applies_to = fields.Selection(related="segment_id.applies_to")
    source = fields.Selection(SOURCES, string="Looks At", required=True, default="self")
    condition = fields.Selection(
        [
            ("has", "matches / has such"),
            ("none", "does not match / has none such"),
            ("count", "has at least this many such"),
            ("amount", "has such that add up to at least"),
        ],
        string="Must Be",
        required=True,
        default="has",
    )
    threshold = fields.Float(
        string="At Least", default=1, help="How many, or which amount in the company's currency."
    )
    domain = fields.Char(string="Conditions", default="[]", required=True)
    source_model = fields.Char(compute="_compute_source_model", export_string_translation=False)
    sentence = fields.Char(string="In Words", compute="_compute_sentence")

    @api.depends("source", "segment_id.applies_to")
    def _compute_source_model(self):
        for line in self:
            line.source_model = line._get_source_model()

    def _get_source_model(self):
        self.ensure_one()
        if self.source == "self":
            return self.segment_id.model_name or "res.partner"
        return self._get_source_models()[self.source]

    @api.model
    def _get_source_models(self):
        """Return {source: model}; an addon that adds a source adds its model here."""
        return {
            "company": "res.partner",
            "customer": "res.partner",
            "person": "res.partner",
            "deal": "crm.lead",
            "lead": "crm.lead",
            "message": "mail.message",
            "activity": "mail.activity",
        }

    @api.depends("source", "condition", "threshold", "domain", "segment_id.applies_to")
    @api.depends_context("lang", "uid")
    def _compute_sentence(self):
        for line in self:
            line.sentence = line._describe()

    @api.onchange("source")
    def _onchange_source(self):
        self.domain = "[]"
        if self.source not in MANY and self.condition in ("count", "amount"):
            self.condition = "has"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.segment_id._on_definition_change()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.segment_id._on_definition_change()
        return result

    def unlink(self):
        segments = self.segment_id
        result = super().unlink()
        segments.exists()._on_definition_change()
        return result

    @api.constrains("source", "condition", "threshold", "domain", "segment_id")
    def _check_line(self):
        # First: a segment that needs itself could be searched without end.
        self.segment_id._check_loop()
        for line in self:
            line._validate()

    def _fits_target(self):
        """Tell whether such a line makes sense for what the segment is about."""
        self.ensure_one()
        if self.segment_id.applies_to == "person" and self.source == "person":
            return False
        partners = self.segment_id.applies_to in PARTNER_TARGETS
        return self.source in (OF_PARTNERS if partners else OF_LEADS)
