from odoo import api, fields, models

from odoo.addons.crm_access.domains import find_fault, find_search_fault, read_domain

from ..engine.segment_ranges import find_faults


class CrmSegmentRange(models.Model):
    """A row of a parameter: a range of values, or conditions, and the points they give."""

    _name = "crm.segment.range"
    _inherit = "crm.shared.mixin"
    _description = "Points of a Score Parameter"
    _order = "parameter_id, sequence, value_from, id"
    _shared_by = "parameter_id"

    parameter_id = fields.Many2one(
        "crm.segment.parameter", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(related="parameter_id.kind")
    is_date = fields.Boolean(related="parameter_id.is_date")
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Called", translate=True, help="Shown in the explanation.")
    value_from = fields.Float(string="From", digits=(16, 2))
    value_to = fields.Float(string="Below", digits=(16, 2))
    open_from = fields.Boolean(string="Any Lower")
    open_to = fields.Boolean(string="And More")
    domain = fields.Char(string="Conditions", default="[]")
    points = fields.Float(digits=(16, 2), required=True)

    @api.depends("name", "kind", "value_from", "value_to", "open_from", "open_to", "domain")
    def _compute_display_name(self):
        for record in self:
            record.display_name = record.name or record._describe()

    def _describe(self):
        if self.kind == "conditions":
            line = self.env["crm.segment.criterion"].new({"source": "self", "domain": self.domain})
            return line._describe()
        if self.open_from and self.open_to:
            return self.env._("any value")
        if self.open_from:
            return self.env._("below %g", self.value_to)
        if self.open_to:
            return self.env._("%g and more", self.value_from)
        return self.env._("%(low)g to below %(high)g", low=self.value_from, high=self.value_to)

    def _parse(self):
        """Read the conditions: values only, nothing is executed."""
        # sudo: names are checked, no record.
        if fault := find_fault(self.env["res.partner"].sudo(), self.domain):
            raise self._get_row_error(fault)
        return read_domain(self.domain)

    def _get_row_error(self, fault):
        return self.parameter_id._get_error(
            self.env._("row “%(row)s”: %(error)s", row=self.name or "", error=fault)
        )

    @api.model_create_multi
    def create(self, vals_list):
        ranges = super().create(vals_list)
        ranges.parameter_id.segment_id._on_definition_change()
        return ranges

    def write(self, vals):
        result = super().write(vals)
        if set(vals) - {"name", "sequence"}:
            self.parameter_id.segment_id._on_definition_change()
        return result

    def unlink(self):
        segments = self.parameter_id.segment_id
        result = super().unlink()
        segments.exists()._on_definition_change()
        return result

    def _check_ranges(self):
        """Refuse ranges of a parameter that overlap or leave a hole, and bad conditions."""
        parameter = self.parameter_id
        if parameter.kind == "conditions":
            for record in self:
                fault = find_search_fault(self.env["res.partner"], record.domain, as_system=True)
                if fault:
                    raise record._get_row_error(fault)
            return
        if parameter.scale == "fifths":
            return
        for kind, low, high in find_faults(self._get_bounds()):
            values = {"low": "…" if low is None else f"{low:g}", "high": f"{high or 0:g}"}
            values["high"] = "…" if high is None else values["high"]
            texts = {
                "empty": self.env._("the range from %(low)s to below %(high)s holds no value"),
                "overlap": self.env._("two ranges hold the values from %(low)s to below %(high)s"),
                "hole": self.env._("no range holds the values from %(low)s to below %(high)s"),
            }
            raise parameter._get_error(texts[kind] % values)

    def _get_bounds(self):
        return [
            (None if r.open_from else r.value_from, None if r.open_to else r.value_to) for r in self
        ]
