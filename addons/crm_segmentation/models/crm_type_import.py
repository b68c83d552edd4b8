# pylint: disable=consider-merging-classes-inherited
# (Imports are a concern of their own.)
from dataclasses import dataclass, field

from odoo import api, models

from odoo.addons.crm_access.names import get_plain_text


@dataclass(frozen=True)
class Meant:
    """In the context: the types that were found, and who is meant by a name: {(model, text): id}.

    A caller from outside has none.
    """

    types: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)


class CrmType(models.Model):
    """Types in imports: by code or name, and an unknown one stops its own row only."""

    _inherit = "crm.type"

    @api.model
    def _is_named_in_files(self):
        return False  # a code counts within its kind

    @api.model
    def _load_typed(self, load, records, field_name, fields, data):
        """Load rows with types, leaving out those whose type there is not.

        The types of all rows are found in one query. A row with an unknown code, or with a code
        of another kind, is reported as an error that names field, value and the codes that exist,
        with its number in ``rows`` and ``record``; the other rows are loaded, where they are
        loaded one by one (see ``load`` of all models).

        :param load: Odoo's own method, called with the model, the fields and the rows
        :param records: the model that is loaded into
        :param field_name: its field that holds the type
        :return: what Odoo's ``load`` returns
        """
        if field_name not in fields or not records._is_loaded_by_row(fields):
            return load(records, fields, data)
        column = fields.index(field_name)
        known = self._get_import_codes(records._get_import_kinds())
        find_kind = records._get_import_kind_finder(fields)
        good, messages, kept = [], [], []
        for number, row in enumerate(data):
            text = str(row[column] or "").strip()
            kind = find_kind(row)
            crm_type = text and self._find_imported(known, text, kind)
            if crm_type is None:
                message = self._get_import_error(known, records, field_name, text, kind)
                place = {"from": number, "to": number}
                messages.append(
                    {
                        "type": "error",
                        "rows": place,
                        "record": number,
                        "field": field_name,
                        "message": message,
                        "value": text,
                    }
                )
            else:
                kept.append(number)
                good.append([*row[:column], str(crm_type or ""), *row[column + 1 :]])
        if not good and messages:
            return {"ids": [], "messages": messages, "nextrow": 0}
        names = [*fields[:column], f"{field_name}/.id", *fields[column + 1 :]]
        found = frozenset(type_id for codes in known.values() for type_id in codes.values())
        result = load(records.with_context(crm_type_imported_ids=found), names, good)
        told = [records._renumber(message, kept) for message in result["messages"]]
        result["messages"] = messages + told
        return result

    @api.model
    def _get_import_codes(self, kinds):
        """Every way to name a type in an import, found in one query.

        A code goes before a name, and a type before one that was merged into it.

        :return: kind → text as it is compared → id
        """
        known = {kind: {} for kind in kinds}
        types = self.search([("kind", "in", list(kinds))])
        merged = self.with_context(active_test=False).search(
            [("kind", "in", list(kinds)), ("merged_into_id.active", "=", True)]
        )
        for crm_type in types:
            known[crm_type.kind].setdefault(get_plain_text(crm_type.code), crm_type.id)
        for crm_type in types:
            known[crm_type.kind].setdefault(get_plain_text(crm_type.name), crm_type.id)
        for crm_type in merged:
            known[crm_type.kind].setdefault(
                get_plain_text(crm_type.code), crm_type.merged_into_id.id
            )
        return known

    @api.model
    def _find_imported(self, known, text, kind):
        """The id that a text means, or None. Without a kind, the first dictionary decides."""
        for candidate in [kind] if kind else known:
            found = known[candidate].get(get_plain_text(text))
            if found:
                return found
        return None

    @api.model
    def _get_import_error(self, known, records, field_name, text, kind):
        field = records._fields[field_name]._description_string(self.env)
        labels = dict(self._fields["kind"]._description_selection(self.env))
        elsewhere = self.sudo(False).search(
            [("code", "=ilike", text.replace("_", r"\_")), ("kind", "!=", kind or False)], limit=1
        )
        if kind and elsewhere:
            problem = self.env._(
                "“%(field)s”: “%(value)s” is a type of kind %(wrong)s, and this row needs one of "
                "kind %(right)s.",
                field=field,
                value=text,
                wrong=labels[elsewhere.kind],
                right=labels[kind],
            )
        else:
            problem = self.env._(
                "“%(field)s”: there is no type with the code or name “%(value)s”.",
                field=field,
                value=text,
            )
        return f"{problem} {self._format_existing_codes([kind] if kind else list(known))}"

    @api.model
    def _format_existing_codes(self, kinds):
        """Name the codes that exist, by kind."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        found = self.search_fetch([("kind", "in", kinds)], ["kind", "code"]).grouped("kind")
        codes = {kind: found.get(kind, self.browse()).mapped("code") for kind in kinds}
        if len(kinds) == 1:
            text = ", ".join(codes[kinds[0]])
        else:
            text = "; ".join(f"{labels[kind]}: {', '.join(codes[kind])}" for kind in kinds)
        return self.env._("Codes that exist: %s.", text or self.env._("none yet"))
