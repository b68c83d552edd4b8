"""Operations on fields that hold one value."""

from datetime import datetime

from .change import Change

#: Of leads, computed by Odoo from owner and team; they go back with these.
FOLLOWING = ("date_open", "lead_properties")


class FieldChange(Change):
    """Gives stored fields a value.

    ``write`` is Odoo's, on all records that get the same value at once, so that tracking,
    constraints and automation rules work as ever.
    """

    def get_kept(self, model_name):
        """Return the fields that are put back by undoing."""
        raise NotImplementedError

    def get_written(self, records):
        return self.get_kept(records._name)

    def get_states(self, records):
        return self.read_columns(records, self.get_kept(records._name))

    def apply(self, records, targets):
        for vals, some in self.group(records, targets):
            self._write(some, vals)

    def restore(self, records, befores):
        names = self.get_kept(records._name)
        fields = [name for name in names if name not in FOLLOWING]
        for vals, some in self.group(records, befores, fields):
            self._write(some, {name: vals[name] or False for name in fields})
        for name in set(names) - set(fields):
            # Another value for nearly each record: written they would be as many writes, so it
            # is done as if Odoo computed them.
            with self.env.protecting([records._fields[name]], records):
                for record in records:
                    value = befores[record.id][name]
                    if isinstance(value, str):
                        value = datetime.fromisoformat(value)
                    record[name] = value

    def is_untouched(self, current, after):
        ignored = (*FOLLOWING, "company_id", "followers")
        return all(current.get(name) == after[name] for name in after if name not in ignored)

    def _write(self, records, vals):
        records.write(vals)
