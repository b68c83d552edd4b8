from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tracking import log_changes

#: Fields that point at a type as its parts do: they stay with the archived type, for an undo.
PARTS = {("crm.type", "merged_into_id")}


class CrmTypeMerge(models.Model):
    """Several values of a dictionary made one: what used them, and the way back."""

    _name = "crm.type.merge"
    _description = "Merge of CRM Types"
    _order = "id DESC"

    source_ids = fields.Many2many(
        "crm.type",
        "crm_type_merge_source_rel",
        string="Merge",
        context={"active_test": False},
        default=lambda self: self._default_source_ids(),
    )
    target_id = fields.Many2one("crm.type", string="Into", ondelete="restrict")
    kind = fields.Selection(related="source_ids.kind")
    state = fields.Selection(
        [("draft", "Preview"), ("done", "Merged"), ("undone", "Taken Back")],
        default="draft",
        readonly=True,
        copy=False,
    )
    preview = fields.Text("What Will Happen", compute="_compute_preview")
    line_ids = fields.One2many("crm.type.merge.line", "merge_id", string="Changed", readonly=True)
    record_count = fields.Integer(compute="_compute_record_count", string="Records")
    default_moved = fields.Boolean(readonly=True, technical=True)
    merge_date = fields.Datetime("Merged on", readonly=True)
    merge_uid = fields.Many2one("res.users", string="Merged by", readonly=True)

    @api.model
    def _default_source_ids(self):
        if self.env.context.get("active_model") == "crm.type":
            return self.env["crm.type"].browse(self.env.context.get("active_ids", []))
        return self.env["crm.type"]

    @api.depends("source_ids", "target_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for merge in self:
            names = ", ".join((merge.source_ids - merge.target_id).mapped("display_name"))
            merge.display_name = f"{names} → {merge.target_id.display_name or '?'}"

    @api.depends("line_ids.record_count")
    def _compute_record_count(self):
        for merge in self:
            merge.record_count = sum(merge.line_ids.mapped("record_count"))

    @api.depends("source_ids", "target_id", "state")
    @api.depends_context("lang")
    def _compute_preview(self):
        for merge in self:
            sources = merge.source_ids._origin - merge.target_id._origin
            if merge.state != "draft" or not sources:
                merge.preview = False
                continue
            usage = {crm_type: crm_type._count_usage() for crm_type in sources}
            lines = [
                self.env._(
                    "%(type)s: %(usage)s",
                    type=crm_type.display_name,
                    usage=crm_type._format_usage(counts) or self.env._("not used"),
                )
                for crm_type, counts in usage.items()
            ]
            lines.append(
                self.env._(
                    "They become “%(target)s”. The merged values are archived, and imports may "
                    "go on using their codes. It can be taken back.",
                    target=merge.target_id.display_name or "…",
                )
            )
            merge.preview = "\n".join(lines)

    def write(self, vals):
        # The way back leads from the target to the sources: what they were is not to be changed.
        if not self.env.su and {"source_ids", "target_id"} & set(vals):
            for merge in self.filtered(lambda merge: merge.state != "draft"):
                raise UserError(
                    self.env._(
                        "“%s” is merged: what was merged into what stays as it is. Take the merge "
                        "back and make a new one.",
                        merge.display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_merged(self):
        for merge in self:
            if merge.state == "done":
                raise UserError(
                    self.env._(
                        "“%s” is the way back from a merge. Take the merge back first.",
                        merge.display_name,
                    )
                )

    # -- merging -------------------------------------------------------------------

    def action_merge(self):
        """Make the sources one with the target, everywhere they are used.

        One statement for each column that points at a type, whatever the number of records: any
        many2one or many2many of any model, also of addons that came later. Records keep a line in
        their history. The sources are archived, not deleted.

        :raises UserError: where the choice makes no sense; the message says which and why
        """
        for merge in self:
            merge._check_choice()
            sources = merge.source_ids - merge.target_id
            (sources | merge.target_id).lock_for_update()
            # Saved, so that the statements see what is pending.
            self.env.flush_all()
            vals_list = []
            for field in merge._get_pointing_fields():
                vals_list += merge._move(field, {s.id: None for s in sources}, merge.target_id)
            # sudo: a log that nobody writes by hand.
            merge.line_ids.sudo().create([{"merge_id": merge.id, **vals} for vals in vals_list])
            moved = any(sources.mapped("is_default")) and not merge.target_id.is_default
            sources._as_system().write({"active": False, "merged_into_id": merge.target_id.id})
            if moved:
                merge.target_id.is_default = not merge._find_other_default()
            merge.sudo().write(
                {
                    "state": "done",
                    "merge_date": fields.Datetime.now(),
                    "merge_uid": self.env.uid,
                    "default_moved": moved and merge.target_id.is_default,
                }
            )
        return self._reopen()

    def action_undo(self):
        """Take a merge back; records whose type somebody has changed since are left alone.

        :raises UserError: for what is not merged, or is taken back already
        """
        for merge in self:
            if merge.state != "done":
                raise UserError(self.env._("“%s” is not merged.", merge.display_name))
            merge.target_id.check_access("write")
            sources = merge.source_ids - merge.target_id
            (sources | merge.target_id).lock_for_update()
            self.env.flush_all()
            if merge.default_moved:
                merge.target_id.is_default = False
            sources._as_system().write({"active": True, "merged_into_id": False})
            for line in merge.line_ids:
                field = self.env[line.model]._fields[line.field_name]
                moved = merge._move(field, {merge.target_id.id: line.record_ids}, line.source_id)
                line.sudo().undone_count = sum(vals["record_count"] for vals in moved)
            merge.sudo().state = "undone"
        return self._reopen()

    def _reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge of Types"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    def _check_choice(self):
        self.ensure_one()
        sources, target = self.source_ids - self.target_id, self.target_id
        (sources | target).check_access("write")
        problem = None
        if self.state != "draft":
            problem = self.env._("“%s” is merged already.", self.display_name)
        elif not target:
            problem = self.env._("Say which value the others are merged into.")
        elif not sources:
            problem = self.env._(
                "“%s” cannot be merged with itself. Choose at least one other value.",
                target.display_name,
            )
        elif not target.active:
            problem = self.env._(
                "“%s” is archived. Choose a value in use to merge into.", target.display_name
            )
        elif other := sources.filtered(lambda source: source.kind != target.kind):
            labels = dict(target._fields["kind"]._description_selection(self.env))
            problem = self.env._(
                "“%(other)s” (%(other_kind)s) cannot become “%(target)s” (%(kind)s): they are "
                "values of different dictionaries.",
                other=other[0].display_name,
                other_kind=labels[other[0].kind],
                target=target.display_name,
                kind=labels[target.kind],
            )
        elif target.company_id and (
            far := sources.filtered(lambda source: source.company_id != target.company_id)
        ):
            problem = self.env._(
                "“%(far)s” is used beyond %(company)s, and “%(target)s” is not. Merge the other "
                "way round, or share “%(target)s” between all companies first.",
                far=far[0].display_name,
                target=target.display_name,
                company=target.company_id.display_name,
            )
        if problem:
            raise UserError(problem)

    def _find_other_default(self):
        target = self.target_id
        return target.search_count(
            [
                ("kind", "=", target.kind),
                ("company_id", "=", target.company_id.id),
                ("is_default", "=", True),
                ("id", "!=", target.id),
            ]
        )

    # -- statements ----------------------------------------------------------------

    @api.model
    def _get_pointing_fields(self):
        """Stored fields of all models that point at a type, except the type's own parts."""
        for model in self.env.values():
            if model._abstract or model._transient or not model._auto:
                continue
            if model._name in ("crm.type.merge", "crm.type.merge.line"):
                continue
            for field in model._fields.values():
                if field.comodel_name != "crm.type" or not field.store or field.inherited:
                    continue
                if (model._name, field.name) in PARTS or (
                    field.type == "many2one" and field.ondelete == "cascade"
                ):
                    continue
                if field.type in ("many2one", "many2many") and not field.company_dependent:
                    yield field

    def _move(self, field, ids_by_source, target):
        """Point records at the target instead.

        :param ids_by_source: id of a type → the records that may be changed, None for all
        :return: values of a line for each source that was there
        """
        vals_list = []
        for source_id, record_ids in ids_by_source.items():
            statement = self._move_many2one if field.type == "many2one" else self._move_many2many
            found = [
                row[0]
                for row in self.env.execute_query(
                    statement(field, source_id, record_ids, target.id)
                )
            ]
            if not found:
                continue
            vals_list.append(
                {
                    "source_id": source_id,
                    "model": field.model_name,
                    "field_name": field.name,
                    "record_ids": found,
                }
            )
            records = self.env[field.model_name].browse(found)
            records.invalidate_recordset([field.name])
            records.modified([field.name])
            if field.model_name == "res.partner":
                # sudo: see completeness; contacts of others are concerned too.
                self.env["crm.type"].sudo()._update_completeness(found)
            if field.type == "many2one" and getattr(field, "tracking", False):
                log_changes(records, field, self.env["crm.type"].browse(source_id), target)
        return [vals | {"record_count": len(vals["record_ids"])} for vals in vals_list]

    def _move_many2one(self, field, source_id, record_ids, target_id):
        table = SQL.identifier(self.env[field.model_name]._table)
        column = SQL.identifier(field.name)
        among = SQL("AND id = ANY(%s)", record_ids) if record_ids is not None else SQL()
        return SQL(
            "UPDATE %s SET %s = %s WHERE %s = %s %s RETURNING id",
            table, column, target_id, column, source_id, among,
        )  # fmt: skip

    def _move_many2many(self, field, source_id, record_ids, target_id):
        """Rows that would be there twice are left with the source, which is archived."""
        table, own, other = map(SQL.identifier, (field.relation, field.column1, field.column2))
        among = SQL("AND rel.%s = ANY(%s)", own, record_ids) if record_ids is not None else SQL()
        return SQL(
            """
            UPDATE %(table)s rel SET %(other)s = %(target)s
             WHERE rel.%(other)s = %(source)s %(among)s
               AND NOT EXISTS (SELECT FROM %(table)s twin
                                WHERE twin.%(own)s = rel.%(own)s AND twin.%(other)s = %(target)s)
            RETURNING rel.%(own)s
            """,
            table=table, own=own, other=other,
            source=source_id, target=target_id, among=among,
        )  # fmt: skip


class CrmTypeMergeLine(models.Model):
    """Which records of one model had one of the merged types."""

    _name = "crm.type.merge.line"
    _description = "Records Changed by a Merge of CRM Types"

    merge_id = fields.Many2one("crm.type.merge", required=True, index=True, ondelete="cascade")
    source_id = fields.Many2one("crm.type", string="Was", required=True, ondelete="cascade")
    model = fields.Char(required=True)
    model_name = fields.Char("Records of", compute="_compute_model_name")
    field_name = fields.Char(required=True)
    record_ids = fields.Json()
    record_count = fields.Integer("Changed")
    undone_count = fields.Integer("Taken Back")

    @api.depends("model")
    @api.depends_context("lang")
    def _compute_model_name(self):
        for line in self:
            known = line.model in self.env
            line.model_name = self.env["ir.model"]._get(line.model).name if known else line.model
