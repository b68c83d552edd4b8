from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Fields of contacts worth crossing, where they are there; those of this addon come by themselves.
FIELDS = (
    "industry_id",
    "country_id",
    "state_id",
    "user_id",
    "team_id",
    "category_id",
    "contact_group_ids",
    "lang",
)


class SegmentCrossing(models.AbstractModel):
    """Two segmentations crossed: how many contacts are in each cell, and what they brought."""

    _name = "segment.crossing"
    _description = "Crossing of Two Segmentations"

    @api.model
    def get_dimensions(self, applies_to="company"):
        """Return what can be crossed, for a kind of contacts.

        :param str applies_to: ``company`` or ``person``
        :return: dicts with ``key`` and ``name``
        :rtype: list
        """
        scores = self.env["crm.segment"].search(
            [("method", "=", "score"), ("applies_to", "=", applies_to)]
        )
        found = [{"key": f"score:{s.id}", "name": s.name, "kind": "score"} for s in scores]
        if self._get_filters(applies_to):
            found.append(
                {"key": "segments", "name": self.env._("Saved Segments"), "kind": "segments"}
            )
        Partner = self.env["res.partner"]
        for name, field in Partner._fields.items():
            if self._can_cross(Partner, name, field):
                label = field._description_string(self.env)
                found.append({"key": f"field:{name}", "name": label, "kind": "field"})
        return found

    @api.model
    def _can_cross(self, Partner, name, field):
        known = name in FIELDS or field._module == "crm_segmentation"
        plain = field.type in ("many2one", "selection") or name in FIELDS
        hidden = name in ("stored_segment_ids", "segment_class_ids")
        return (
            known
            and plain
            and field.store
            and not field.company_dependent
            and not hidden
            and Partner._has_field_access(field, "read")
        )

    @api.model
    def _get_filters(self, applies_to):
        return self.env["crm.segment"].search(
            [("method", "=", "filter"), ("applies_to", "in", [applies_to, "contact"])]
        )

    @api.model
    def get_matrix(self, rows, columns, applies_to="company"):
        """Cross two segmentations of the contacts that the caller may read.

        Cost: four statements over all of them, whatever the number of cells.

        :param str rows: a key of :meth:`get_dimensions`
        :param str columns: another one
        :param str applies_to: ``company`` or ``person``
        :return: ``rows`` and ``columns``: dicts with ``key``, ``name`` and ``domain``; ``cells``:
            {"row key|column key": [contacts, won revenue, open revenue]}, where the key ``*``
            is the total; ``domain`` of all; ``currency``: that of the current company, which
            revenue of others is converted to at today's rates
        :rtype: dict
        :raises ValueError: for a key that is not offered
        :raises AccessError: when the caller may not read contacts or deals
        """
        keys = {dimension["key"] for dimension in self.get_dimensions(applies_to)}
        for key in (rows, columns):
            if key not in keys:
                raise ValueError(f"no such dimension: {key}")
        cells = {}
        for by_rows, by_columns in ((True, True), (True, False), (False, True), (False, False)):
            found = self._count(
                rows if by_rows else None, columns if by_columns else None, applies_to
            )
            for row, column, *figures in found:
                row = self._to_key(row) if by_rows else "*"
                column = self._to_key(column) if by_columns else "*"
                cells[f"{row}|{column}"] = figures
        return {
            "rows": self._get_items(rows, applies_to, {key.split("|")[0] for key in cells}),
            "columns": self._get_items(columns, applies_to, {key.split("|")[1] for key in cells}),
            "cells": cells,
            "domain": list(self._get_base(applies_to)),
            "currency": self.env.company.currency_id.id,
        }

    @staticmethod
    def _to_key(value):
        return "" if value is None else str(value)

    @api.model
    def _get_base(self, applies_to):
        return Domain("is_company", "=", applies_to == "company") & (
            Domain.TRUE if applies_to == "company" else Domain("type", "in", ["contact", False])
        )

    @api.model
    def _count(self, rows, columns, applies_to):
        """Return (row, column, contacts, won revenue, open revenue)."""
        query = self.env["res.partner"]._search(self._get_base(applies_to))
        contact = SQL.identifier(query.table, "id")
        selected = []
        for alias, dimension in (("d_row", rows), ("d_column", columns)):
            if not dimension:
                selected.append(SQL("NULL"))
                continue
            pairs = SQL("(%s)", self._select_pairs(dimension, applies_to))
            same = SQL("%s = %s", SQL.identifier(alias, "id"), contact)
            query.add_join("LEFT JOIN", alias, pairs, same)
            selected.append(SQL.identifier(alias, "key"))
        revenue = SQL("(%s)", self._select_revenue(applies_to))
        same = SQL("%s = %s", SQL.identifier("d_revenue", "id"), contact)
        query.add_join("LEFT JOIN", "d_revenue", revenue, same)
        self.env.flush_all()
        query.groupby = SQL("1, 2")
        return self.env.execute_query(
            query.select(
                *selected,
                SQL("COUNT(*)"),
                SQL("COALESCE(SUM(d_revenue.won), 0)::float"),
                SQL("COALESCE(SUM(d_revenue.pending), 0)::float"),
            )
        )

    @api.model
    def _select_revenue(self, applies_to):
        """Return the query of (contact, won, open revenue), of deals the caller may read."""
        deals = self.env["crm.lead"]._search([("type", "=", "opportunity")])
        column = "commercial_partner_id" if applies_to == "company" else "id"
        key = SQL.identifier("d_contact", column)
        same = SQL(
            "%s = %s", SQL.identifier("d_contact", "id"), SQL.identifier(deals.table, "partner_id")
        )
        deals.add_join("JOIN", "d_contact", "res_partner", same)
        deals.groupby = key
        amount = self.env.company.currency_id._convert_to_sql(
            SQL.identifier(deals.table, "expected_revenue"),
            SQL.identifier(deals.table, "company_id"),
        )
        status = SQL.identifier(deals.table, "won_status")
        return deals.select(
            SQL("%s AS id", key),
            SQL("SUM(%s) FILTER (WHERE %s = 'won') AS won", amount, status),
            SQL("SUM(%s) FILTER (WHERE %s = 'pending') AS pending", amount, status),
        )

    @api.model
    def _select_pairs(self, dimension, applies_to):
        """Return the query of (id, key) of a dimension: which contact is where."""
        kind, _colon, name = dimension.partition(":")
        if kind == "score":
            return SQL(
                "SELECT partner_id AS id, class_id AS key FROM crm_segment_member "
                "WHERE segment_id = %s AND class_id IS NOT NULL",
                int(name),
            )
        if kind == "segments":
            # sudo: see crm.segment._get_searched; counted are contacts the caller may read
            return SQL(" UNION ALL ").join(
                SQL(
                    "SELECT s.id, %s AS key FROM (%s) s(id)",
                    segment.id,
                    segment._select_known_members(),
                )
                for segment in self._get_filters(applies_to).sudo()
                if segment.state != "failed"
            )
        field = self.env["res.partner"]._fields[name]
        if field.type == "many2many":
            return SQL(
                "SELECT %s AS id, %s AS key FROM %s",
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                SQL.identifier(field.relation),
            )
        return SQL("SELECT id, %s AS key FROM res_partner", SQL.identifier(name))

    @api.model
    def _get_items(self, dimension, applies_to, keys):
        """Return the rows or columns of a dimension, in order, each with its domain."""
        kind, _colon, name = dimension.partition(":")
        keys = keys - {"*"}
        none = self.env._("None")
        if kind == "score":
            segment = self.env["crm.segment"].browse(int(name))
            field, records = "segment_class_ids", segment.class_ids
            none = self.env._("No class")
        elif kind == "segments":
            field, records = "segment_ids", self._get_filters(applies_to)
            none = self.env._("In none of them")
        else:
            return self._get_field_items(name, keys, none)
        context = {"crm_segment_class_short": True}
        items = [
            {
                "key": str(record.id),
                "name": record.with_context(**context).display_name,
                "domain": [(field, "in", [record.id])],
            }
            for record in records
            if str(record.id) in keys
        ]
        if "" in keys:
            items.append({"key": "", "name": none, "domain": [(field, "not in", records.ids)]})
        return items

    @api.model
    def _get_field_items(self, name, keys, none):
        field = self.env["res.partner"]._fields[name]
        found = sorted(keys - {""})
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            names = {key: labels.get(key, key) for key in found}
        else:
            # sudo: names of dictionaries and colleagues are shown on contacts anyway
            records = self.env[field.comodel_name].sudo().browse(int(key) for key in found)
            names = {str(record.id): record.display_name or "" for record in records.exists()}
        items = []
        for key, label in sorted(names.items(), key=lambda item: item[1].lower()):
            value = key if field.type == "selection" else int(key)
            items.append({"key": key, "name": label, "domain": [(name, "in", [value])]})
        if "" in keys:
            items.append({"key": "", "name": none, "domain": [(name, "=", False)]})
        return items
