from odoo import api, models
from odoo.fields import Command

from ..names import get_plain_text
from ..system import ImportedNames

#: Of more records of a model the names are asked one by one, as Odoo does.
MOST = 5000
#: So many codes or names are told where one is not found.
TOLD = 20


class Names:
    """Codes and names of the records of a model, as they are compared.

    What several records are called is nobody's name: Odoo asks for it then.

    :ivar last: the newest id that was read
    """

    def __init__(self):
        self.ids, self.several, self.last = {}, set(), 0

    def add(self, text, id_):
        if self.ids.setdefault(text, id_) != id_:
            self.several.add(text)

    def __contains__(self, text):
        return text in self.ids

    def get(self, text):
        return None if text in self.several else self.ids.get(text)


class IrFieldsConverter(models.AbstractModel):
    """Names of our records in files: without regard to capitals and blanks, with their commas.

    Odoo exports the names of a many2many with a comma between them and takes each comma for one
    when they come back. Here the longest name that there is counts; a record may be named by its
    code, too, and where there is none the error says which codes there are.

    Costs two queries for each model of ours that an import names records of.
    """

    _inherit = "ir.fields.converter"

    @api.model
    def _str_to_many2many(self, model, field, value, savepoint):
        [record] = value
        subfield, warnings = self._referencing_subfield(record)
        names = self._get_names(field.comodel_name) if subfield is None else None
        if names is None or not record[subfield]:
            return super()._str_to_many2many(model, field, value, savepoint)
        ids = []
        for text in _part(str(record[subfield]), names):
            id_, more = self.db_id_for(model, field, subfield, text, savepoint)
            ids.append(id_)
            warnings += more
        # What is not found, where the import screen was told to leave it out: as Odoo's own.
        if None in ids and field.name not in self.env.context.get("import_set_empty_fields", ()):
            return None, warnings
        ids = [id_ for id_ in ids if id_]
        if self.env.context.get("update_many2many"):
            return [Command.link(id_) for id_ in ids], warnings
        return [Command.set(ids)], warnings

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        names = self._get_names(field.comodel_name) if subfield is None else None
        if names is None:
            return super().db_id_for(model, field, subfield, value, savepoint)
        if found := self._find_name(field.comodel_name, names, value):
            return found, []
        try:
            return super().db_id_for(model, field, subfield, str(value).strip(), savepoint)
        except ValueError as error:
            message, *details = error.args
            there = self._say_what_there_is(field.comodel_name).replace("%", "%%")
            raise type(error)(f"{message}. {there}", *details) from None

    @api.model
    def _get_names(self, model_name):
        """Return the names of a model of ours, or None for others."""
        known = self.env.context.get(ImportedNames.key)
        comodel = self.env[model_name]
        if not isinstance(known, ImportedNames) or not comodel._is_named_in_files():
            return None
        if model_name not in known.names:
            may = comodel.has_access("read")
            if may and comodel.search_count([], limit=MOST + 1) <= MOST:
                known.names[model_name] = Names()
                self._read_names(comodel, known.names[model_name])
            else:
                known.names[model_name] = None
        return known.names[model_name]

    @api.model
    def _find_name(self, model_name, names, value):
        """Return the id of what is called so, among what rows before have made, too."""
        text = get_plain_text(value)
        flush = self.env.context.get("import_flush")
        if text not in names and text and flush:
            flush(model=model_name)
            self._read_names(self.env[model_name], names)
        return names.get(text)

    @api.model
    def _read_names(self, comodel, names):
        """Add what is newer than what was read. Two queries."""
        columns = [
            name
            for name in {"code", "name", "complete_name", comodel._rec_name}
            if name in comodel._fields and comodel._has_field_access(comodel._fields[name], "read")
        ]
        newer = [("id", ">", names.last)]
        for row in comodel.search_read(newer, [*dict.fromkeys(columns), "display_name"]):
            names.last = max(names.last, row["id"])
            for name in (*columns, "display_name"):
                if row[name]:
                    names.add(get_plain_text(row[name]), row["id"])

    @api.model
    def _say_what_there_is(self, model_name):
        comodel = self.env[model_name]
        has_codes = "code" in comodel._fields
        found = comodel.search([], limit=TOLD + 1)
        texts = [one for one in found.mapped("code" if has_codes else "display_name") if one]
        more = " …" if len(found) > TOLD else ""
        if not texts:
            return self.env._("There are none yet.")
        listed = ", ".join(texts[:TOLD]) + more
        if has_codes:
            return self.env._("Codes that exist: %s.", listed)
        return self.env._("There are: %s.", listed)


def _part(text, names):
    """Yield the names in a text with commas between them: of several that fit the longest."""
    pieces = text.split(",")
    start = 0
    while start < len(pieces):
        for end in range(len(pieces), start, -1):
            joined = ",".join(pieces[start:end])
            if end == start + 1 or get_plain_text(joined) in names:
                break
        if joined.strip():
            yield joined.strip()
        start = end
