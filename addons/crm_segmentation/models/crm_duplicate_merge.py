from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.json import json_default

from odoo.addons.crm_access.texts import format_plain, read_properties, read_text


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
        infos = self.env["res.partner"].fields_get(attributes=["string", "type", "selection"])
        for merge in self:
            lines = []
            for name, value in (merge.held or {}).items():
                info = infos.get(name, {})
                text = self._format_held(value, info)
                lines.append(f"{info.get('string', name)}: {text}")
            merge.held_text = "\n".join(lines)

    @api.model
    def _format_held(self, value, info):
        if isinstance(value, list):
            return ", ".join(self._format_held(row, info) for row in value)
        if isinstance(value, dict):
            if "text" in value:
                return f"{value.get('label')}: {value['text']}"
            return str(value.get("name", value))
        if info.get("selection"):
            value = dict(info["selection"]).get(value, value)
        return format_plain(self.env, info.get("type"), value)

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

        Pictures are left out. Records are ``{"id", "name"}``, custom fields
        ``{"name", "label", "text", "value"}``, and what differs by company
        ``{"company_id", "label", "text"}``.
        """
        held = self._read_held_by_company(partner)
        for name, field in sorted(partner._fields.items()):
            if not field.store or field.type == "binary" or name in ("id", "write_date"):
                continue
            if field.company_dependent:
                continue
            value = partner[name]
            if not value:
                continue
            if field.type in ("many2one", "one2many", "many2many"):
                rows = [{"id": row.id, "name": row.display_name or ""} for row in value[:200]]
                held[name] = rows[0] if field.type == "many2one" else rows
            elif field.type == "properties":
                held[name] = [
                    {**entry, "value": value._values[entry["name"]]}
                    for entry in read_properties(partner, name)
                ]
            elif field.type == "reference":
                held[name] = {
                    "id": value.id,
                    "model": value._name,
                    "name": read_text(partner, name),
                }
            else:
                plain = isinstance(value, (str, bool, int, float, dict, list))
                held[name] = value if plain else json_default(value)
        return held

    @api.model
    def _read_held_by_company(self, partner):
        """What a contact held in each company, also in those that whoever merges is not in."""
        fields_ = [field for field in partner._fields.values() if field.company_dependent]
        partner.flush_recordset([field.name for field in fields_])
        columns = SQL(", ").join(SQL.identifier(field.name) for field in fields_)
        [kept] = self.env.execute_query_dict(
            SQL("SELECT %s FROM res_partner WHERE id = %s", columns, partner.id)
        )
        # sudo: the names of all companies, for managers.
        companies = {one.id: one.name for one in self.env["res.company"].sudo().search([])}
        held = {}
        for field in fields_:
            values = {int(key): value for key, value in (kept[field.name] or {}).items()}
            rows = [
                {"company_id": id_, "label": companies[id_], "text": self._say(field, value)}
                for id_, value in values.items()
                if value and id_ in companies
            ]
            if rows:
                held[field.name] = rows
        return held

    @api.model
    def _say(self, field, value):
        """Return a value of a column as text."""
        if field.type == "many2one":
            # sudo: as all that is kept.
            return self.env[field.comodel_name].sudo().browse(value).exists().display_name or ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return format_plain(self.env, field.type, value)
