# pylint: disable=consider-merging-classes-inherited
import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_bulk_operation_run import DISTURBED
from .crm_relation_access import SIDES
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

        Cost: as Odoo's own for rows that are right, without its search for each name: names are
        looked up in one query for each side. A wrong row is found by halving its batch.
        """
        by_row = not self.env.context.get(ALL_OR_NONE) and self.env["crm.type"]._may_split(fields)
        if not by_row:
            return super().load(fields, data)
        refused = Refused(names=self._find_parties(fields, data))
        records = self.with_context(crm_relation_refused=refused)
        result = super(CrmRelation, records).load(fields, data)
        errors = [message for message in result["messages"] if message["type"] == "error"]
        wrong = {message.get("record") for message in errors}
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
        again["messages"] = errors + again["messages"]
        return again

    @api.model
    def _find_parties(self, fields, data):
        """Look up the parties that rows name, as Odoo's import does: by name, e-mail, reference...

        A text that means several, or nobody, is left out: Odoo says so itself.

        :return: {(model, text): id}
        """
        found = {}
        for column, name in enumerate(fields):
            if name not in SIDES:
                continue
            Model = self.env[SIDES[name]]
            texts = {row[column] for row in data if row[column]}
            names = Model._rec_names_search or [Model._rec_name]
            meant = {}
            for party in Model.search(Domain.OR(Domain(key, "in", texts) for key in names)):
                for text in texts.intersection(party[key] for key in names):
                    meant.setdefault(text, []).append(party.id)
            found |= {(Model._name, text): ids[0] for text, ids in meant.items() if len(ids) == 1}
        return found

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
