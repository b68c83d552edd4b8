# pylint: disable=consider-merging-classes-inherited
import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

from .crm_bulk_operation_run import DISTURBED
from .crm_type_import import ALL_OR_NONE, Refused

#: Rows that are tried together; those that fail together are tried by halves.
CHUNK = 1000


class CrmRelation(models.Model):
    """Relations in imports: a row that is wrong stops itself only."""

    _inherit = "crm.relation"

    @api.model
    def load(self, fields, data):
        """Load rows, leaving out those that cannot be: unknown, circles, there already.

        As with types: each row that is refused is an error with its number in ``rows`` and
        ``record``, the others are loaded. With ``crm_import_all_or_none`` in the context, and in
        Odoo's import screen, one bad row keeps all out.

        Cost: as Odoo's own for rows that are right; a wrong one is found by halving its batch.
        """
        by_row = not self.env.context.get(ALL_OR_NONE) and self.env["crm.type"]._may_split(fields)
        if not by_row:
            return super().load(fields, data)
        refused = Refused()
        records = self.with_context(crm_relation_refused=refused)
        result = super(CrmRelation, records).load(fields, data)
        wrong = {message.get("record") for message in result["messages"]}
        if result["ids"] is not False or not all(type(number) is int for number in wrong):
            result["messages"] += refused.messages
            return result
        # What could not be read at all; without these rows the others are tried again.
        refused.messages.clear()
        kept = [number for number in range(len(data)) if number not in wrong]
        again = super(CrmRelation, records).load(fields, [data[number] for number in kept])
        again["messages"] += refused.messages
        for message in again["messages"]:
            self.env["crm.type"]._renumber(message, kept, message.get("field"))
        again["messages"] = result["messages"] + again["messages"]
        return again

    def _load_records(self, data_list, update=False):
        refused = self.env.context.get("crm_relation_refused")
        if not isinstance(refused, Refused):
            return super()._load_records(data_list, update)
        loaded, load = self.browse(), super()._load_records
        for start in range(0, len(data_list), CHUNK):
            loaded += self._load_by_halves(load, data_list[start : start + CHUNK], update, refused)
        return loaded

    def _load_by_halves(self, load, rows, update, refused):
        """Load rows together; where they fail, find out which do.

        :param load: Odoo's own method
        :return: the relations that were loaded
        """
        try:
            with self.env.cr.savepoint():
                return load(rows, update)
        except DISTURBED:
            raise
        except (UserError, psycopg2.Error) as error:
            if len(rows) > 1:
                half = len(rows) // 2
                first = self._load_by_halves(load, rows[:half], update, refused)
                return first + self._load_by_halves(load, rows[half:], update, refused)
            text = str(error)
            if isinstance(error, psycopg2.Error):
                text = self._sql_error_to_message(error)
            refused.messages.append({**rows[0]["info"], "type": "error", "message": text})
            return self.browse()
