from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.json import json_default


class CrmDuplicateMerge(models.Model):
    """A contact that was merged into another, with all that it held: Odoo keeps nothing of it.

    Written for every merge, from wherever it was started.
    """

    _name = "crm.duplicate.merge"
    _inherit = "crm.duplicate.visibility"
    _description = "Merged Contact"
    _order = "id desc"
    _rec_name = "name"

    name = fields.Char("Merged Contact", required=True, readonly=True)
    old_id = fields.Integer("Its Old ID", readonly=True, index=True, aggregator=None)
    partner_id = fields.Many2one(
        "res.partner", "Merged Into", readonly=True, index="btree_not_null", ondelete="set null"
    )
    create_uid = fields.Many2one("res.users", "Merged By", readonly=True)
    create_date = fields.Datetime("Merged On", readonly=True)
    reasons = fields.Json(readonly=True, help="Criteria and values that they agreed on.")
    reason = fields.Char("Agreed On", compute="_compute_reason")
    held = fields.Json("Values", readonly=True, help="Field name → value of the merged contact.")
    held_text = fields.Text("What It Held", compute="_compute_held_text")

    @api.model
    def _get_visible(self, alias):
        """With the contact that stayed; once that one is gone too, to administrators."""
        visible = super()._get_visible(alias)
        if self.env.user.has_group("base.group_system"):
            return SQL("(%s OR %s IS NULL)", visible, SQL.identifier(alias, "partner_id"))
        return visible

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason(self):
        for merge in self:
            merge.reason = ", ".join(
                f"{row['criterion']} {row['value']}" for row in merge.reasons or []
            )

    @api.depends("held")
    @api.depends_context("lang")
    def _compute_held_text(self):
        labels = self.env["res.partner"].fields_get(attributes=["string"])
        for merge in self:
            lines = []
            for name, value in (merge.held or {}).items():
                label = labels.get(name, {}).get("string", name)
                lines.append(f"{label}: {self._format_held(value)}")
            merge.held_text = "\n".join(lines)

    @api.model
    def _format_held(self, value):
        if isinstance(value, list):
            names = [row["name"] if isinstance(row, dict) else str(row) for row in value]
            return ", ".join(names)
        return value["name"] if isinstance(value, dict) and "name" in value else str(value)

    @api.model
    def _keep(self, sources, target):
        """Store what contacts hold that are about to be merged away.

        :param sources: contacts that go
        :param target: contact that stays
        """
        # sudo: all is kept, also what whoever merges may not see; managers read it.
        sources, matches = sources.sudo(), self.env["crm.duplicate.match"].sudo()
        everyone = (sources + target).ids
        found = matches.search([("partner_a_id", "in", everyone), ("partner_b_id", "in", everyone)])
        self.sudo().create(  # sudo: the record is nobody's to write
            [
                {
                    "name": source.display_name or source.email or str(source.id),
                    "old_id": source.id,
                    "partner_id": target.id,
                    "held": self._read_held(source),
                    "reasons": [
                        {"criterion": match.criterion_id.name, "value": match.value}
                        for match in found
                        if source in match.partner_a_id | match.partner_b_id
                    ],
                }
                for source in sources
            ]
        )

    @api.model
    def _read_held(self, partner):
        """All stored values of a contact that are not empty, ready for JSON.

        Pictures are left out. Records are ``{"id", "name"}``.
        """
        held = {}
        for name, field in sorted(partner._fields.items()):
            if not field.store or field.type == "binary" or name in ("id", "write_date"):
                continue
            value = partner[name]
            if not value:
                continue
            if field.type in ("many2one", "one2many", "many2many"):
                rows = [{"id": row.id, "name": row.display_name or ""} for row in value[:200]]
                held[name] = rows[0] if field.type == "many2one" else rows
            elif field.type in ("properties", "json", "reference", "many2one_reference"):
                held[name] = str(value)
            else:
                plain = isinstance(value, (str, bool, int, float))
                held[name] = value if plain else json_default(value)
        return held
