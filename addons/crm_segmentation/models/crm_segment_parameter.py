from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: What can be measured: {key: (source, what is computed, condition)}; see crm_segment_score.py.
MEASURES = {
    "won_count": ("deal", "count", "won"),
    "won_amount": ("deal", "amount", "won"),
    "won_days": ("deal", "last", "won"),
    "lost_count": ("deal", "count", "lost"),
    "open_count": ("deal", "count", "pending"),
    "open_amount": ("deal", "amount", "pending"),
    "message_count": ("message", "count", None),
    "message_days": ("message", "last", None),
    "person_count": ("person", "count", None),
}
NUMBERS = ("integer", "float", "monetary")
DATES = ("date", "datetime")


class CrmSegmentParameter(models.Model):
    """A line of a score: a value of the contact, its ranges with points, and its weight."""

    _name = "crm.segment.parameter"
    _inherit = "crm.shared.mixin"
    _description = "Score Parameter"
    _order = "segment_id, sequence, id"
    _shared_by = "segment_id"

    segment_id = fields.Many2one("crm.segment", required=True, index=True, ondelete="cascade")
    applies_to = fields.Selection(related="segment_id.applies_to")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(string="Counts", default=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("conditions", "Conditions on the contact"),
            ("field", "Number or date of the contact"),
            ("measure", "Measure of its deals, messages, ..."),
        ],
        string="Looks At",
        required=True,
        default="measure",
    )
    field_path = fields.Char(
        string="Field",
        help="A stored number, amount or date of the contact, or of a record it refers to. Of a "
        "date the days that have passed since count.",
    )
    measure = fields.Selection(
        [
            ("won_count", "Number of won deals"),
            ("won_amount", "Amount of won deals"),
            ("won_days", "Days since the last won deal"),
            ("lost_count", "Number of lost deals"),
            ("open_count", "Number of open deals"),
            ("open_amount", "Amount of open deals"),
            ("message_count", "Number of messages and e-mails"),
            ("message_days", "Days since the last message or e-mail"),
            ("person_count", "Number of persons"),
        ],
    )
    period_days = fields.Integer(
        string="Of the Last Days", help="Count only what happened in so many days. 0: ever."
    )
    scale = fields.Selection(
        [("ranges", "Points by range"), ("fifths", "1 to 5 points, by fifths of all")],
        required=True,
        default="ranges",
        help="By fifths, the best fifth of all with a value gets 5 points, the next one 4, down "
        "to 1. Equal values get equal points.",
    )
    better = fields.Selection(
        [("more", "More is better"), ("less", "Less is better")], required=True, default="more"
    )
    else_points = fields.Float(
        string="Points Otherwise",
        digits=(16, 2),
        help="For contacts without a value, or with one that no range holds.",
    )
    weight = fields.Float(default=1, required=True, digits=(16, 2))
    range_ids = fields.One2many(
        "crm.segment.range", "parameter_id", string="Ranges and Points", copy=True
    )
    max_points = fields.Float(
        string="At Most", compute="_compute_max_points", store=True, digits=(16, 2)
    )
    is_date = fields.Boolean(compute="_compute_is_date", export_string_translation=False)

    @api.depends("scale", "weight", "else_points", "range_ids.points")
    def _compute_max_points(self):
        for parameter in self:
            points = [parameter.else_points]
            points += [5] if parameter.scale == "fifths" else parameter.range_ids.mapped("points")
            parameter.max_points = parameter.weight * max(points)

    @api.depends("kind", "measure", "field_path")
    def _compute_is_date(self):
        for parameter in self:
            parameter.is_date = parameter._get_value_type() in DATES

    def _get_value_type(self):
        """Return the type of the value; None where there is no value, or no such field."""
        self.ensure_one()
        if self.kind == "measure" and self.measure:
            return "datetime" if self._get_measure()[1] == "last" else "float"
        if self.kind == "field":
            field = self._get_field()
            return field and field.type
        return None

    def _is_amount(self):
        """Tell whether the value is an amount of money, in the currency of the segment."""
        if self.kind == "measure" and self.measure:
            return self._get_measure()[1] == "amount"
        return self._get_value_type() == "monetary"

    def _tell(self, value):
        """Return a value, or a bound of a range, for a text."""
        return self.segment_id._tell_amount(value) if self._is_amount() else f"{value:.15g}"

    def _get_measure(self):
        """Return (source, what is computed, condition) of the measure; a hook for more."""
        return MEASURES[self.measure]

    def _get_field(self):
        """Return the field at the end of the path, or None."""
        Model = self.env["res.partner"]
        *steps, last = (self.field_path or "").split(".")
        for step in steps:
            field = Model._fields.get(step)
            if not field or field.type != "many2one" or not field.store:
                return None
            Model = self.env[field.comodel_name]
        return Model._fields.get(last)

    @api.onchange("kind", "measure")
    def _onchange_measure(self):
        if self.kind == "conditions":
            self.scale = "ranges"
        if self.kind == "measure" and self.measure:
            labels = dict(self._fields["measure"]._description_selection(self.env))
            if not self.name or self.name in labels.values():
                self.name = labels[self.measure]
            if self.is_date:
                self.better = "less"

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        parameters.segment_id._on_definition_change()
        return parameters

    def write(self, vals):
        result = super().write(vals)
        self.segment_id._on_definition_change()
        return result

    def unlink(self):
        segments = self.segment_id
        result = super().unlink()
        segments.exists()._on_definition_change()
        return result

    @api.constrains("kind", "measure", "field_path", "weight", "scale", "segment_id")
    def _check_parameter(self):
        for parameter in self:
            parameter._validate()

    def _validate(self):
        """Refuse what cannot be computed.

        :raises ValidationError: it names the segment, the parameter and what is wrong
        """
        self.ensure_one()
        if self.weight < 0:
            raise self._get_error(
                self.env._(
                    "its weight %g is negative. To take points away, give a range negative "
                    "points, and keep the weight at 0 or more",
                    self.weight,
                )
            )
        if self.kind == "measure" and not self.measure:
            raise self._get_error(self.env._("it has no measure; choose one"))
        if self.kind == "conditions" and self.scale == "fifths":
            raise self._get_error(self.env._("conditions have no fifths; choose points by range"))
        if self.kind == "field":
            self._validate_field()
        if self.period_days < 0:
            raise self._get_error(self.env._("“Of the Last Days” must be 0 or more"))

    def _validate_field(self):
        field = self._get_field()
        if not field:
            raise self._get_error(
                self.env._(
                    "there is no field “%s” on contacts (any more). Choose another field, or "
                    "untick “Counts”",
                    self.field_path or "",
                )
            )
        if not field.store or field.type not in NUMBERS + DATES or field.company_dependent:
            raise self._get_error(
                self.env._(
                    "the field “%s” is no stored number, amount or date. Use conditions instead",
                    field._description_string(self.env),
                )
            )
        # Not as sudo, in which the ORM runs constraints: nobody shall learn by a score what is in
        # fields that he may not read.
        self.env[field.model_name].sudo(False).check_access("read")
        self.env[field.model_name].sudo(False)._check_field_access(field, "read")

    def _get_error(self, error):
        text = str(error).strip().rstrip(".")
        return ValidationError(
            self.env._(
                "The score %(segment)s cannot be computed, parameter “%(name)s”: %(error)s.",
                segment=self.segment_id.name or self.env._("(new)"),
                name=self.name or "",
                error=text,
            )
        )
