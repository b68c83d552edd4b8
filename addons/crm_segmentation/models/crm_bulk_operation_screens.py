# pylint: disable=consider-merging-classes-inherited
from markupsafe import Markup

from odoo import api, fields, models

from ..bulk.change import ACTIVITY, LEAD, PARTNER
from .crm_bulk_operation import BACKGROUND

#: In this order the kinds of records are told.
KINDS = (PARTNER, LEAD, ACTIVITY)
#: Rows of each kind that the form names; the others are one click away.
SHOWN = 10


class CrmBulkOperation(models.Model):
    """What the screens of a bulk operation show beside its counts, and their buttons."""

    _inherit = "crm.bulk.operation"

    progress = fields.Float(compute="_compute_progress", help="Part of the records done, in %.")
    summary = fields.Html(string="What Comes of It", compute="_compute_summary", sanitize=False)
    records_text = fields.Char(string="On", compute="_compute_records_text")
    may_undo = fields.Boolean(compute="_compute_may_undo")

    @api.depends("state", "waiting_count", "changed_count", "undone_count", "kept_count")
    def _compute_progress(self):
        for bulk in self:
            total, left = bulk.changed_count + bulk.waiting_count, bulk.waiting_count
            if bulk.state in ("undoing", "partly", "undone"):
                total, left = (
                    bulk.changed_count,
                    bulk.changed_count - bulk.undone_count - bulk.kept_count,
                )
            bulk.progress = 100 * (total - left) / total if total else 100

    @api.depends("model", "cascade", "total_count")
    @api.depends_context("lang")
    def _compute_records_text(self):
        labels = dict(self._fields["model"]._description_selection(self.env))
        names = self._get_cascade_names()
        for bulk in self:
            parts = [labels.get(bulk.model, "")]
            parts += [names[code] for code in bulk.cascade or [] if code in names]
            bulk.records_text = " + ".join(parts)

    @api.model
    def _get_cascade_names(self):
        return {
            "persons": self.env._("their persons"),
            "deals": self.env._("their open deals"),
            "activities": self.env._("planned activities"),
        }

    @api.depends("state", "user_id", "changed_count")
    @api.depends_context("uid")
    def _compute_may_undo(self):
        manager = self.env.user.has_group("sales_team.group_sale_manager")
        for bulk in self:
            bulk.may_undo = bool(
                bulk.changed_count
                and bulk.state in ("done", "partly", "failed")
                and (manager or bulk.user_id == self.env.user)
            )

    @api.depends("state", "waiting_count", "changed_count", "undone_count", "kept_count")
    @api.depends_context("uid", "lang")
    def _compute_summary(self):
        """By kind of record how many, and why not, with the first names."""
        for bulk in self:
            bulk.summary = bulk._get_summary() if bulk.total_count else False

    def _get_summary(self):
        lines = self.env["crm.bulk.operation.line"]
        mine = [("operation_id", "=", self._origin.id)]
        html = self._get_summary_table(lines, mine)
        refused = [*mine, ("state", "in", ("refused", "kept"))]
        for reason, count in lines._read_group(
            refused, ["reason"], ["__count"], order="__count desc", limit=SHOWN
        ):
            some = lines.search([*refused, ("reason", "=", reason)], limit=SHOWN)
            names = ", ".join(some.mapped("record_name"))
            html += Markup("<p><b>%s × %s</b><br/><span class='text-muted'>%s%s</span></p>") % (
                count,
                reason,
                names,
                " …" if count > SHOWN else "",
            )
        return html

    @api.model
    def _get_summary_table(self, lines, mine):
        """A row for each kind of record, a column for each outcome there is."""
        counts = {
            (model_name, state): count
            for model_name, state, count in lines._read_group(
                mine, ["res_model", "state"], ["__count"]
            )
        }
        found = {state for _model, state in counts}
        states = [
            (state, label)
            for state, label in lines._fields["state"]._description_selection(self.env)
            if state in found
        ]
        kinds = sorted({name for name, _state in counts}, key=KINDS.index)
        head = Markup().join(Markup("<th class='text-end'>%s</th>") % label for _s, label in states)
        html = Markup("<thead><tr><th></th>%s</tr></thead>") % head
        for model_name in kinds:
            cells = Markup().join(
                Markup("<td class='text-end'>%s</td>") % counts.get((model_name, state), 0)
                for state, _label in states
            )
            name = self.env["ir.model"]._get(model_name).name
            html += Markup("<tr><td>%s</td>%s</tr>") % (name, cells)
        return Markup("<table class='table table-sm w-auto mb-3'>%s</table>") % html

    # -- buttons -----------------------------------------------------------------------

    def button_preview(self):
        """Do the dry run (the button)."""
        self.action_preview()
        return True

    def button_apply(self):
        """Do it, in the background when it takes longer than one waits (the button)."""
        self.ensure_one()
        limit = self._get_parameter("bulk_background", BACKGROUND)
        self.action_apply(background=self.waiting_count > limit)
        return True

    def button_undo(self):
        """Ask what is to be undone (the button)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Undo"),
            "res_model": "crm.bulk.undo",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_operation_id": self.id},
        }

    def action_view_lines(self):
        """Open the records of the operation, row by row."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_segmentation.crm_bulk_operation_line_action"
        )
        action["domain"] = [("operation_id", "=", self.id)]
        action["display_name"] = self.name
        return action
