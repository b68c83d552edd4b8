# pylint: disable=consider-merging-classes-inherited
import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..system import IMPORTING, IMPORTING_KEY, ByRow, ImportedNames

#: Context key: one row that is refused keeps all the others out, as Odoo's own ``load`` has it.
ALL_OR_NONE = "crm_import_all_or_none"
#: Rows that are tried together; those that fail together are tried by halves.
CHUNK = 1000
#: Times that what is left is tried again, without the rows that could not be read.
PASSES = 10


class Base(models.AbstractModel):
    """What is made in an import: Odoo's ``import_file`` in the context can be sent by anybody."""

    _inherit = "base"

    @api.model
    def load(self, fields, data):
        """Load rows as Odoo does; where records of ours are named, a wrong row stops itself only.

        That is: in a model of the suite, and in every other where a column names records of it.
        Each row that is refused is an error with its number in ``rows`` and ``record``, the others
        are loaded. With ``crm_import_all_or_none`` in the context, in Odoo's import screen (which
        offers to skip such rows itself) and where records have lines, one bad row keeps all out,
        as everywhere in Odoo.

        Cost: as Odoo's own for rows that are right. Rows that cannot be read cost another pass
        over the others; a row that cannot be saved is found by halving its batch.
        """
        importing = self.with_context(
            **{IMPORTING_KEY: IMPORTING, ImportedNames.key: ImportedNames()}
        )
        if not self._is_loaded_by_row(fields):
            return super(Base, importing).load(fields, data)
        kept, errors = list(range(len(data))), []
        for number in range(1, PASSES + 1):
            by_row = ByRow(self._name)
            records = importing.with_context(**{ByRow.key: by_row})
            result = super(Base, records).load(fields, [data[row] for row in kept])
            if by_row.disturbed:
                raise by_row.disturbed
            unread = [message for message in result["messages"] if message["type"] == "error"]
            wrong = {message.get("record") for message in unread}
            if result["ids"] is not False:
                result["messages"] += by_row.messages
                break
            if number == PASSES or not all(type(row) is int for row in wrong):
                break
            errors += [self._renumber(message, kept) for message in unread]
            kept = [row for place, row in enumerate(kept) if place not in wrong]
        told = [self._renumber(message, kept) for message in result["messages"]]
        result["messages"] = errors + told
        return result

    @api.model
    def _is_loaded_by_row(self, fields):
        """Tell whether each row is a record of its own, and nobody else asks about bad rows."""
        context = self.env.context
        if {ALL_OR_NONE, "import_file", "_import_limit"} & {key for key in context if context[key]}:
            return False
        if any("/" in name and name.rpartition("/")[2] not in ("id", ".id") for name in fields):
            return False
        columns = (self._fields.get(name.partition("/")[0]) for name in fields)
        named = {field.comodel_name for field in columns if field and field.relational}
        return any(
            self._is_of_suite(self.env[model]._original_module or "")
            for model in (self._name, *named)
        )

    @api.model
    def _renumber(self, message, kept):
        """Make a message speak of the rows as they were given."""
        message = dict(message)
        if "rows" in message:
            place = message["rows"]
            message["rows"] = {end: kept[row] for end, row in place.items() if row < len(kept)}
        if isinstance(message.get("record"), int) and message["record"] < len(kept):
            message["record"] = kept[message["record"]]
        return message

    def _load_records(self, data_list, update=False):
        by_row = self.env.context.get(ByRow.key)
        if not isinstance(by_row, ByRow) or by_row.model != self._name:
            return super()._load_records(data_list, update)
        loaded, load = self.browse(), super()._load_records
        for start in range(0, len(data_list), CHUNK):
            loaded += self._load_by_halves(load, data_list[start : start + CHUNK], update, by_row)
        return loaded

    def _load_by_halves(self, load, rows, update, by_row):
        """Load rows together; where they fail, find out which do.

        :param load: Odoo's own method
        :return: the records that were loaded
        """
        try:
            with self.env.cr.savepoint():
                return load(rows, update)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            by_row.disturbed = error
            raise
        except (UserError, psycopg2.Error) as error:
            if len(rows) > 1:
                half = len(rows) // 2
                first = self._load_by_halves(load, rows[:half], update, by_row)
                return first + self._load_by_halves(load, rows[half:], update, by_row)
            text = str(error)
            if isinstance(error, psycopg2.Error):
                text = self._sql_error_to_message(error)
            by_row.messages.append({**rows[0]["info"], "type": "error", "message": text})
            return self.browse()

    @api.model
    def _is_imported(self):
        """Tell whether Odoo's import of a file is at work, whatever the context says of it."""
        context = self.env.context
        return bool(context.get("import_file")) and context.get(IMPORTING_KEY) is IMPORTING

    @api.model
    def _is_named_in_files(self):
        """Tell whether imports find records of this model as :mod:`.ir_fields_converter` does.

        An override says no where more than the name counts.
        """
        return self._is_of_suite(self._original_module or "")
