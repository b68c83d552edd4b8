from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: So many names are shown for each change of class.
NAMES = 5


class CrmSegmentPreview(models.TransientModel):
    """Try other weights, points and thresholds of a score, and see who would change the class."""

    _name = "crm.segment.preview"
    _description = "Preview of a Score"

    segment_id = fields.Many2one("crm.segment", required=True, ondelete="cascade")
    parameter_ids = fields.One2many("crm.segment.preview.parameter", "preview_id")
    range_ids = fields.One2many("crm.segment.preview.range", "preview_id")
    class_ids = fields.One2many("crm.segment.preview.class", "preview_id")
    change_ids = fields.One2many("crm.segment.preview.change", "preview_id", readonly=True)
    matrix = fields.Html(compute="_compute_matrix", sanitize=False)
    moved_count = fields.Integer(readonly=True)
    total_count = fields.Integer(readonly=True)
    is_tried = fields.Boolean(readonly=True)

    @api.model
    def default_get(self, fields):
        """Take over the score as it is."""
        values = super().default_get(fields)
        segment = self.env["crm.segment"].browse(values.get("segment_id"))
        if segment and "parameter_ids" in fields:
            segment.check_access("write")
            values.update(self._get_current(segment))
        return values

    @api.model
    def _get_current(self, segment):
        create = fields.Command.create
        parameters = segment.parameter_ids.filtered("active")
        ranges = parameters.filtered(lambda p: p.scale == "ranges").range_ids
        return {
            "parameter_ids": [
                create({"parameter_id": p.id, "weight": p.weight}) for p in parameters
            ],
            "range_ids": [create({"range_id": r.id, "points": r.points}) for r in ranges],
            "class_ids": [
                create({"class_id": c.id, "score_from": c.score_from}) for c in segment.class_ids
            ],
        }

    def _get_plan(self):
        """Return the score's plan with the values that are tried."""
        plan = self.segment_id._get_score_plan()
        weights = {line.parameter_id: line.weight for line in self.parameter_ids}
        points = {line.range_id.id: line.points for line in self.range_ids}
        bounds = {line.class_id.id: line.score_from for line in self.class_ids}
        for step in plan["parameters"]:
            step["weight"] = weights.get(step["record"], step["weight"])
            if step["weight"] < 0:
                raise step["record"]._get_error(
                    self.env._("its weight %g is negative", step["weight"])
                )
            step["points"] = {id_: points.get(id_, old) for id_, old in step["points"].items()}
        plan["classes"] = [(id_, bounds.get(id_, old)) for id_, old in plan["classes"]]
        return plan

    def action_try(self):
        """Compute the score with these values and show who would change the class.

        Nothing is changed. Cost: one statement over all contacts of the score.

        :raises ValidationError: for thresholds that overlap or leave a hole, negative weights
        :raises AccessError: when the caller may not change the score
        """
        self.ensure_one()
        self.segment_id.check_access("write")
        plan = self._get_plan()
        names = {record.id: record.name for record in self.segment_id.class_ids}
        lowest = sum(
            step["weight"] * min([step["else_points"], *self._get_points(step)])
            for step in plan["parameters"]
        )
        self.segment_id._check_classes([(names[id_], low) for id_, low in plan["classes"]], lowest)
        rows = self._compare(plan)
        self.write(
            {
                "change_ids": [fields.Command.clear()]
                + [
                    fields.Command.create(
                        {
                            "from_class_id": old,
                            "to_class_id": new,
                            "count": count,
                            "names": ", ".join(first),
                        }
                    )
                    for old, new, count, first in rows
                ],
                "total_count": sum(row[2] for row in rows),
                "moved_count": sum(row[2] for row in rows if row[0] != row[1]),
                "is_tried": True,
            }
        )
        return self._reopen()

    @api.model
    def _get_points(self, step):
        return [1] if step["record"].scale == "fifths" else list(step["points"].values())

    def _compare(self, plan):
        """Return (class now, class then, number, first names the caller may read)."""
        segment = self.segment_id
        self.env.flush_all()
        # sudo: counted are all that the score is about, as the refresh does
        fresh = segment.sudo()._select_scores(plan=plan)
        visible = self.env["res.partner"]._search([]).subselect()
        return self.env.execute_query(
            SQL(
                """
                WITH fresh AS MATERIALIZED (%(fresh)s),
                moved AS MATERIALIZED (
                    SELECT m.class_id AS old, f.class_id AS new, f.id,
                           ROW_NUMBER() OVER (
                               PARTITION BY m.class_id, f.class_id ORDER BY f.score DESC, f.id
                           ) AS number
                      FROM fresh f
                 LEFT JOIN crm_segment_member m
                        ON m.segment_id = %(segment)s AND m.partner_id = f.id
                )
                SELECT old, new, COUNT(*),
                       COALESCE((ARRAY_AGG(p.complete_name ORDER BY moved.number)
                                 FILTER (WHERE p.id IS NOT NULL)), '{}')
                  FROM moved
             LEFT JOIN res_partner p ON p.id = moved.id AND moved.number <= %(names)s
                   AND p.id IN %(visible)s
                 GROUP BY old, new ORDER BY old, new
                """,
                fresh=fresh,
                segment=segment.id,
                names=NAMES,
                visible=visible,
            )
        )

    def action_apply(self):
        """Write the values that were tried into the score and refresh it.

        :raises UserError: before anything was tried
        :raises AccessError: when the caller may not change the score
        """
        self.ensure_one()
        if not self.is_tried:
            raise UserError(self.env._("Press “Show Who Moves” first, then apply."))
        segment = self.segment_id.with_context(crm_segment_checking=True)
        segment.check_access("write")
        for line in self.parameter_ids:
            if line.parameter_id.weight != line.weight:
                line.parameter_id.with_env(segment.env).weight = line.weight
        for line in self.range_ids:
            if line.range_id.points != line.points:
                line.range_id.with_env(segment.env).points = line.points
        for line in self.class_ids:
            if line.class_id.score_from != line.score_from:
                line.class_id.with_env(segment.env).score_from = line.score_from
        self.segment_id.with_context(crm_segment_checking=False)._on_definition_change()
        return self.segment_id.action_refresh()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try Other Weights: %s", self.segment_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.depends("change_ids", "is_tried")
    @api.depends_context("lang")
    def _compute_matrix(self):
        for preview in self:
            preview.matrix = preview.is_tried and self.env["ir.qweb"]._render(
                "crm_segmentation.segment_preview_matrix", preview._get_matrix_values()
            )

    def _get_matrix_values(self):
        classes = self.segment_id.class_ids.sorted("score_from", reverse=True)
        cells = {(c.from_class_id, c.to_class_id): c for c in self.change_ids}
        nothing = classes.browse()
        rows = list(classes)
        if any(not old for old, _new in cells):
            rows.append(nothing)
        columns = list(classes)
        if any(not new for _old, new in cells):
            columns.append(nothing)
        return {"rows": rows, "columns": columns, "cells": cells, "preview": self}


class CrmSegmentPreviewParameter(models.TransientModel):
    """A weight that is tried."""

    _name = "crm.segment.preview.parameter"
    _description = "Weight in a Preview"

    preview_id = fields.Many2one(
        "crm.segment.preview", required=True, index=True, ondelete="cascade"
    )
    parameter_id = fields.Many2one(
        "crm.segment.parameter", required=True, readonly=True, ondelete="cascade"
    )
    current = fields.Float(related="parameter_id.weight", string="Weight Now")
    weight = fields.Float(string="Weight Then", digits=(16, 2))


class CrmSegmentPreviewRange(models.TransientModel):
    """Points of a range that are tried."""

    _name = "crm.segment.preview.range"
    _description = "Points in a Preview"

    preview_id = fields.Many2one(
        "crm.segment.preview", required=True, index=True, ondelete="cascade"
    )
    range_id = fields.Many2one(
        "crm.segment.range", required=True, readonly=True, ondelete="cascade"
    )
    parameter_id = fields.Many2one(related="range_id.parameter_id")
    current = fields.Float(related="range_id.points", string="Points Now")
    points = fields.Float(string="Points Then", digits=(16, 2))


class CrmSegmentPreviewClass(models.TransientModel):
    """A threshold that is tried."""

    _name = "crm.segment.preview.class"
    _description = "Threshold in a Preview"

    preview_id = fields.Many2one(
        "crm.segment.preview", required=True, index=True, ondelete="cascade"
    )
    class_id = fields.Many2one(
        "crm.segment.class", required=True, readonly=True, ondelete="cascade"
    )
    current = fields.Float(related="class_id.score_from", string="From Points Now")
    score_from = fields.Float(string="From Points Then", digits=(16, 2))


class CrmSegmentPreviewChange(models.TransientModel):
    """How many would go from one class to another, with the first names."""

    _name = "crm.segment.preview.change"
    _description = "Change of Class in a Preview"

    preview_id = fields.Many2one(
        "crm.segment.preview", required=True, index=True, ondelete="cascade"
    )
    from_class_id = fields.Many2one("crm.segment.class", readonly=True, ondelete="cascade")
    to_class_id = fields.Many2one("crm.segment.class", readonly=True, ondelete="cascade")
    count = fields.Integer(readonly=True)
    names = fields.Char(readonly=True)
