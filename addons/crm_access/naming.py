"""Which records values name: as create, write and onchange take them, from wherever they come.

Odoo takes more for a link than a number: a dict, which it makes a record of on the way, a pair, a
text that the database reads as a number. Code that looks at values for what they name has to
read all of it, or refuse it.
"""

from odoo import models
from odoo.api import NewId
from odoo.fields import Command


def read_ids(value):
    """Return the ids of saved records in the value of a many2one.

    :raises ValueError: for what is no link, such as texts and fractions
    """
    if isinstance(value, models.BaseModel):
        return value.ids
    if isinstance(value, NewId):
        return [value.origin] if value.origin else []
    if isinstance(value, dict):
        return read_ids(value.get("id"))
    if isinstance(value, (tuple, list)):  # an id and a name
        value = value[0] if value else False
    if not value:
        return []
    if type(value) is not int:
        raise ValueError(f"{value!r:.80} is no id of a record: give a whole number.")
    return [value] if value > 0 else []


def read_commands(value):
    """Return the ids that the value of a one2many or many2many links.

    :param value: commands, ids or records
    :raises ValueError: for ids that are none
    """
    if isinstance(value, models.BaseModel):
        return value.ids
    linked = []
    for command in value if isinstance(value, (list, tuple)) else []:
        if not isinstance(command, (list, tuple)):
            linked += read_ids(command)
        elif command and command[0] == Command.LINK:
            linked += read_ids(command[1] if len(command) > 1 else False)
        elif command and command[0] == Command.SET and len(command) > 2:
            linked += [id_ for one in command[2] or [] for id_ in read_ids(one)]
    return linked


def find_named(records, values):
    """Yield (records, field or None, model, ids) of all that values for a record name.

    In lines, too, in records that are made on the way, and in links to any model; the first of the
    four is what the value is for.

    :param records: the record, or none for a new one
    :raises ValueError: for ids that are none
    """
    for name, value in values.items():
        field = records._fields.get(name)
        if field is None:
            continue
        if field.type == "many2one":
            yield records, field, field.comodel_name, read_ids(value)
            if isinstance(value, dict):
                made = {key: one for key, one in value.items() if key != "id"}
                yield from find_named(records.env[field.comodel_name], made)
        elif field.type in ("one2many", "many2many"):
            yield records, field, field.comodel_name, read_commands(value)
            yield from _find_in_lines(records.env[field.comodel_name], value)
        elif field.type == "many2one_reference":
            model = _get_model_beside(records, field, values)
            yield records, field, model, read_ids(value)
        elif field.type == "reference" and isinstance(value, str) and "," in value:
            model, _comma, id_ = value.partition(",")
            yield records, field, model, [int(id_)] if id_.isdecimal() else []


def _find_in_lines(lines, value):
    for command in value if isinstance(value, (list, tuple)) else []:
        if not isinstance(command, (list, tuple)) or len(command) < 3:
            continue
        if command[0] in (Command.CREATE, Command.UPDATE) and isinstance(command[2], dict):
            id_ = command[1] if command[0] == Command.UPDATE else False
            yield from find_named(lines.browse(id_ if type(id_) is int else ()), command[2])


def _get_model_beside(records, field, values):
    """Return the name of the model that a link to any model is to."""
    model = values.get(field.model_field)
    if not model:
        model = records.env.context.get(f"default_{field.model_field}")
    if not model and len(records) == 1:
        model = records[field.model_field]
    return model if isinstance(model, str) else ""


def has_made_records(model, values):
    """Tell whether a many2one holds a dict: a record that is made on the way, and never saved."""
    return any(
        isinstance(value, dict) and name in model._fields and model._fields[name].type == "many2one"
        for name, value in values.items()
    )
