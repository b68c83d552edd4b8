from odoo import api, fields, models


class CrmBulkOperationLine(models.Model):
    """One record of a bulk operation: what it was, what it was to be, what came of it."""

    _name = "crm.bulk.operation.line"
    _description = "Record of a Bulk Operation"
    _log_access = False
    _order = "id"

    operation_id = fields.Many2one(
        "crm.bulk.operation", required=True, ondelete="cascade", readonly=True
    )
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", required=True, readonly=True
    )
    origin_id = fields.Integer(
        readonly=True, help="The chosen record that this one was taken along with, or itself."
    )
    state = fields.Selection(
        [
            ("waiting", "Will change"),
            ("unchanged", "Was so already"),
            ("refused", "Not possible"),
            ("done", "Changed"),
            ("undoing", "Being undone"),
            ("undone", "Undone"),
            ("kept", "Not undone"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    # Nobody's to read: the record may be hidden from whoever changed it by now. What of it may be
    # told is told by the texts below.
    before = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    target = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    after = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    notified = fields.Boolean(readonly=True, help="The new owner has been told.")
    record_name = fields.Char(string="Record", compute="_compute_record")
    kind = fields.Char(compute="_compute_record")
    from_text = fields.Char(
        string="From",
        compute="_compute_record",
        help="What the record had, where the operation gives fields a value.",
    )
    to_text = fields.Char(
        string="To", compute="_compute_record", help="What the record gets, or has got."
    )

    _operation_state_index = models.Index("(operation_id, state, id)")
    _origin_index = models.Index("(operation_id, origin_id)")

    @api.depends("res_model", "res_id", "before", "target")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_record(self):
        """Name the records, and the values of their fields, as far as the user may see them.

        What is not a field (tags, groups, followers) is the same for all: the operation says it.
        Cost: a few queries for each model that records or values are of.
        """
        self.from_text = self.to_text = False
        for model_name, lines in self.grouped("res_model").items():
            Model = self.env[model_name]
            kind = self.env["ir.model"]._get(model_name).name
            records = Model.browse(lines.mapped("res_id")).exists()
            seen = {record.id: record.display_name for record in records._filtered_access("read")}
            there = set(records.ids)
            names = self._get_names(
                Model, lines.filtered(lambda line, ids=seen: line.res_id in ids)
            )
            for line in lines:
                line.kind = kind
                if line.res_id not in seen:
                    hidden = line.res_id in there
                    line.record_name = (
                        self.env._("(not visible to you)") if hidden else self.env._("(deleted)")
                    )
                    continue
                line.record_name = seen[line.res_id]
                # sudo: of a record that the user sees; names in it are those he may read.
                told = line.sudo()
                keys = [key for key in told.target or {} if key in Model._fields]
                if keys and told.before:
                    line.from_text = self._describe(Model, keys, told.before, names)
                line.to_text = self._describe(Model, keys, told.target, names)

    def _get_names(self, Model, lines):
        """Return {model: {id: name}} of the records that values of fields stand for."""
        ids = {}
        # sudo: which records these are; which of them the user may read is asked below.
        for values in (line[key] or {} for line in lines.sudo() for key in ("before", "target")):
            for key, value in values.items():
                field = Model._fields.get(key)
                if value and field and field.type == "many2one":
                    ids.setdefault(field.comodel_name, set()).add(value)
        names = {}
        for comodel, some in ids.items():
            found = self.env[comodel].browse(some).exists()._filtered_access("read")
            names[comodel] = {record.id: record.display_name for record in found}
        return names

    def _describe(self, Model, keys, values, names):
        parts = []
        for key in keys:
            field, value = Model._fields[key], (values or {}).get(key)
            if field.type == "boolean":
                text = self.env._("Yes") if value else self.env._("No")
            elif value in (None, False, "", []):
                text = self.env._("none")
            elif field.type == "many2one":
                text = names[field.comodel_name].get(value) or self.env._("(not visible to you)")
            elif field.type == "selection":
                text = dict(field._description_selection(self.env)).get(value, value)
            else:
                text = str(value)
            if field.type == "boolean" or len(keys) > 1:
                text = f"{field._description_string(self.env)}: {text}"
            parts.append(text)
        return ", ".join(parts)

    def action_open_record(self):
        """Open the contact, deal or activity."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
