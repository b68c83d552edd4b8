"""What the fields of a record hold, as text that people read."""

import json
from collections.abc import Collection

from odoo.fields import Domain
from odoo.tools import format_amount, format_date, format_datetime, html2plaintext

from .names import get_public_name

#: Operators that ask whether there is a value at all: none is an answer to that.
ASKS_WHETHER = ("=", "!=", "in", "not in")
#: Operators whose value is a list of conditions, which may be empty.
NESTED = ("any", "not any", "any!", "not any!")


def is_value_missing(operator, value):
    """Tell whether a condition still waits for its value, as one just added in an editor does.

    Nothing chosen is not the same as "is not set": such a condition finds nothing, or everything.
    """
    if operator in NESTED or isinstance(value, Domain):
        return False
    if isinstance(value, Collection) and not isinstance(value, str):
        return all(item == "" for item in value)
    if value is False or value is None:
        return operator not in ASKS_WHETHER
    return value == ""


def tell_missing(env):
    """Return what stands in a sentence in place of a value that is not chosen yet."""
    return env._("(no value chosen)")


def read_text(record, name, is_public=False):
    """Return the value of a field as text; nothing for an empty one.

    :param record: one record; with the rights with which it is read
    :param name: a field that is no properties field
    :param is_public: others keep reading the text: records that some do not see go by number
    """
    return format_value(record, name, record[name], is_public)


def format_value(record, name, value, is_public=False):
    """Return a value that a field of a record could have as text; see ``read_text``."""
    field, env = record._fields[name], record.env
    if field.relational or field.type == "reference":
        if not value:
            return ""
        # Who works here is known to all, whatever company is his own.
        is_public &= value._name != "res.users"
        # sudo: of a linked record the name is shown, as on the form.
        return ", ".join(
            get_public_name(one) if is_public else one.display_name or "" for one in value.sudo()
        )
    if not value:
        return ""
    if field.type == "selection":
        return str(dict(field._description_selection(env)).get(value, value))
    if field.type == "monetary":
        currency = record[field.get_currency_field(record)]
        return format_amount(env, value, currency) if currency else str(value)
    if field.type == "json":
        return json.dumps(value, ensure_ascii=False, default=str)
    return format_plain(env, field.type, value)


def format_plain(env, kind, value):
    """Return a value that is neither a record nor a choice as text; nothing for an empty one."""
    if not value:
        return ""
    if kind == "boolean":
        return env._("Yes")
    if kind == "html":
        return html2plaintext(value).strip()
    if kind == "date":
        return format_date(env, value)
    if kind == "datetime":
        return format_datetime(env, value)
    if kind in ("float", "monetary") and value == int(value):
        return str(int(value))
    return str(value)


def read_properties(record, name):
    """Return the properties of a record that have a value, as people read them.

    :param record: one record; with the rights with which it is read
    :param name: a properties field
    :return: dicts with ``name``, ``label`` and ``text``, those without a definition last
    :rtype: list
    """
    field, values = record._fields[name], dict(record[name]._values or {})
    entries = []
    for entry in field.convert_to_read(values, record) if values else ():
        raw = values.pop(entry["name"], None)
        # What its definition no longer knows is told as it is kept.
        text = _format_property(record.env, entry) or (str(raw) if raw else "")
        if text and entry["type"] != "separator":
            label = entry.get("string") or entry["name"]
            entries.append({"name": entry["name"], "label": label, "text": text})
    entries += [
        {"name": key, "label": key, "text": str(value)} for key, value in values.items() if value
    ]
    return entries


def _format_property(env, entry):
    kind, value = entry["type"], entry.get("value")
    if not value:
        return ""
    if kind in ("selection", "tags"):
        labels = {option[0]: option[1] for option in entry.get(kind) or ()}
        chosen = value if kind == "tags" else [value]
        return ", ".join(labels.get(code) or code for code in chosen)
    if kind in ("many2one", "many2many"):
        rows = value if kind == "many2many" else [value]
        return ", ".join(row[1] or f"no. {row[0]}" for row in rows)
    return format_plain(env, kind, value)


def tell_count(count, one, many, **values):
    """Return a sentence about a number of things, right for a single one, too.

    :param one: translated; the sentence for 1, where the number is written out
    :param many: translated; the sentence for other numbers, with ``%s`` or ``%(count)s``
    :param values: what else is named in it, as ``%(name)s``
    """
    text = one if count == 1 else many
    if not values and "%s" in text:
        return text % count
    return text % {"count": count, **values}
