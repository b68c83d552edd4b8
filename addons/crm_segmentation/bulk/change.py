"""The registry of operations, and what is common to them."""

from collections import defaultdict

from odoo.exceptions import UserError
from odoo.tools import SQL

PARTNER, LEAD, ACTIVITY = "res.partner", "crm.lead", "mail.activity"

#: All that were imported, in order: for whichever database has their addon installed.
_CHANGES = []


def register(cls):
    """Make an operation known under its code; a later one of the same code takes its place."""
    _CHANGES.append(cls)
    return cls


def is_installed(env, cls):
    """Say whether this database has the addon that a class comes from.

    The process may serve other databases, whose addons it has imported as well.
    """
    addon = get_addon(cls.__module__)
    # Ours is there, or nobody could ask: its own data do so before it counts as installed.
    return addon in env.registry._init_modules or addon == get_addon(__name__)


def get_addon(module_name):
    return module_name.removeprefix("odoo.addons.").split(".")[0]


def get_changes(env, model_name=None):
    """Return the classes of the operations there are in this database.

    :param model_name: only those for records of this model
    """
    by_code = {cls.code: cls for cls in _CHANGES if is_installed(env, cls)}
    found = [
        cls
        for cls in by_code.values()
        if (model_name is None or model_name in cls.models) and cls.is_available(env)
    ]
    return sorted(found, key=lambda cls: (cls.sequence, cls.code))


def get_change_class(env, code, model_name):
    """Return the class of an operation.

    :raises UserError: when there is none of this code for this model
    """
    found = {cls.code: cls for cls in get_changes(env, model_name)}
    if code not in found:
        raise UserError(
            env._(
                "There is no bulk operation “%(code)s” for %(model)s. Those that exist: %(codes)s.",
                code=code,
                model=env["ir.model"]._get(model_name).name,
                codes=", ".join(found),
            )
        )
    return found[code]


class Change:
    """What is to become of many records, of one model or of several that hang together.

    A *state* is what an operation touches on one record, as data that JSON can hold; it is kept
    before and after, so that undoing can compare and put back. A *target* is the state wished
    for. All methods take many records and cost a fixed number of queries.
    """

    #: Name of the operation in the interface from outside, and in the database.
    code = None
    sequence = 100
    #: Models whose records can be chosen for it.
    models = (PARTNER, LEAD)
    #: What may be taken along: of ``persons``, ``deals``, ``activities``.
    cascades = ()
    #: Values of the key ``mode`` in ``vals``; the first is the default.
    modes = ()
    #: Other keys of ``vals``.
    keys = ()
    #: Key of the target that names the user who gets the record: told once, at the end.
    receiver = None
    #: Users who were archived when the operation was done.
    archived_before = frozenset()

    #: While undoing, what the values stood for may be gone by now.
    is_undo = False

    def __init__(self, env, model_name, vals):
        self.env = env
        self.model = model_name
        self.vals = dict(vals or {})

    # -- to be said by each ------------------------------------------------------------

    @classmethod
    def is_available(cls, env):
        """Say whether this database has what the operation works on."""
        return True

    @classmethod
    def get_label(cls, env):
        """Return the operation's name on the screens."""
        raise NotImplementedError

    def check(self):
        """Look through ``vals``.

        :raises UserError: that names the value and the mend
        """
        self.check_keys()
        self.check_shapes()
        self.check_values()

    def describe(self):
        """Return what it does, in a few words with names."""
        raise NotImplementedError

    def get_states(self, records):
        """Return {id: state} of the records."""
        raise NotImplementedError

    def get_targets(self, records, states, origins):
        """Decide what becomes of each record.

        :param origins: {id: target of the record that takes it along}, for those taken along
        :return: {id: target}, {id: why it is not possible}
        """
        raise NotImplementedError

    def apply(self, records, targets):
        """Give the records their targets."""
        raise NotImplementedError

    def restore(self, records, befores):
        """Give the records back the states they had."""
        raise NotImplementedError

    # -- to be said where it differs ---------------------------------------------------

    def check_values(self):
        """Look through the values of the keys, see :meth:`check`."""

    def get_allowed(self, records):
        """Return those of the records that the user may change."""
        return records._filtered_access("write")

    def is_reached(self, state, target):
        """Say whether a record is so already."""
        return all(state.get(name) == value for name, value in target.items())

    def get_after(self, records):
        """Return {id: state} right after the change."""
        return self.get_states(records)

    def get_current(self, records, afters):
        """Return {id: state} at the time of undoing, to compare with that after the change."""
        return self.get_states(records)

    def is_untouched(self, current, after):
        """Say whether nobody has changed the record since."""
        return current == after

    def get_restore_problems(self, records, befores):
        """Return {id: why it cannot be put back}."""
        return {}

    def prepare_restore(self, afters):
        """Take note of what the change made, before undoing."""

    def get_written(self, records):
        """Return the names of the fields that are written, for the history of the records."""
        return ()

    # -- help --------------------------------------------------------------------------

    @property
    def mode(self):
        return self.vals.get("mode") or (self.modes[0] if self.modes else False)

    def check_keys(self):
        keys = (*self.keys, *(("mode",) if self.modes else ()))
        for key in self.vals:
            if key not in keys:
                raise UserError(
                    self.env._(
                        "“%(key)s” is no value of the bulk operation “%(operation)s”. It takes: "
                        "%(keys)s.",
                        key=key,
                        operation=self.code,
                        keys=", ".join(keys),
                    )
                )
        if self.modes and self.mode not in self.modes:
            raise UserError(
                self.env._(
                    "“%(mode)s” is no mode of the bulk operation “%(operation)s”. It knows: "
                    "%(modes)s.",
                    mode=self.mode,
                    operation=self.code,
                    modes=", ".join(self.modes),
                )
            )

    def check_shapes(self):
        """Refuse what is neither one value nor a list of values."""
        for key, value in self.vals.items():
            parts = value if isinstance(value, (list, tuple)) else [value]
            if any(isinstance(part, (dict, list, tuple)) for part in parts):
                raise self.get_misfit(key, value)

    def get_misfit(self, key, value):
        """Return the error for a value that a key cannot take."""
        return UserError(
            self.env._("“%(value)s” does not fit “%(field)s”.", value=value, field=key)
        )

    def require(self, *keys):
        """Refuse when none of the keys has been given."""
        if not any(key in self.vals for key in keys):
            raise UserError(
                self.env._(
                    "The bulk operation “%(operation)s” needs a value: %(keys)s.",
                    operation=self.code,
                    keys=self.env._(" or ").join(keys),
                )
            )

    def resolve(self, name):
        """Find what a value stands for now, to refuse at once what there is not."""
        return getattr(self, name)

    def find(self, model_name, values, by=None):
        """Return the records that ids, or names in the field ``by``, stand for.

        :raises UserError: when one of them does not exist, or is out of the user's sight
        """
        values = values if isinstance(values, (list, tuple)) else [values]
        Model = self.env[model_name].with_context(active_test=False)
        ids = [value for value in values if isinstance(value, int) and value is not True]
        names = [value for value in values if isinstance(value, str) and by]
        found = Model.search([("id", "in", ids)]) if ids else Model
        known = {record.id: record for record in found}
        if names:
            for record in Model.search([(by, "in", names)]):
                known.setdefault(record[by], record)
        missing = [str(value) for value in values if value not in known or value is True]
        if missing and not self.is_undo:
            raise UserError(
                self.env._(
                    "%(model)s %(values)s: does not exist (any more), or you may not see it.",
                    model=self.env["ir.model"]._get(model_name).name,
                    values=", ".join(missing),
                )
            )
        ids = [known[value].id for value in values if value in known]
        return Model.browse(ids).with_env(self.env)

    def find_one(self, model_name, key, value, by=None):
        """Return the one record that a value stands for, see :meth:`find`.

        :raises UserError: when it stands for none, or for several
        """
        found = self.find(model_name, value, by=by)
        if len(found) != 1 and not self.is_undo:
            raise self.get_misfit(key, value)
        return found

    def read_columns(self, records, names):
        """Return {id: {column: value}} of stored fields, in one query."""
        records.flush_recordset(names)
        parts = SQL(", ").join(
            SQL("%s, %s", name, SQL.identifier(records._table, name)) for name in names
        )
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, jsonb_build_object(%s) FROM %s WHERE id = ANY(%s)",
                    parts,
                    SQL.identifier(records._table),
                    list(records.ids),
                )
            )
        )

    @staticmethod
    def group(records, values, names=None):
        """Part the records by their value.

        :param values: {id: dict}
        :param names: keys that count; default all
        :return: pairs of the values as a dict, and the records
        """
        parts = defaultdict(list)
        for record_id in records.ids:
            value = values[record_id]
            parts[tuple((key, value.get(key)) for key in names or value)].append(record_id)
        return [(dict(key), records.browse(ids)) for key, ids in parts.items()]
