"""What several records hold together, when they turn out to be one."""

from odoo.tools import is_html_empty


def is_empty(field, value):
    """Tell whether a field holds nothing: as Odoo's merges see it, a zero is nothing."""
    return is_html_empty(value) if field.type == "html" else not value


def is_edited(field):
    """Tell whether people fill a computed field that is stored, and that field alone.

    Odoo's merges pass by it because it is computed.
    """
    return bool(field.store and field.compute and not field.readonly and not field.inverse)


def join_notes(values):
    """Put notes under one another, each once, as Odoo's merge of leads does."""
    joined = []
    for value in values:
        if not is_html_empty(value) and not any(value in other for other in joined):
            joined.append(value)
    return "<br/><br/>".join(joined)


def get_properties(record, name):
    """Return the properties of a record as they are kept, and their definitions by name.

    :rtype: tuple[dict, dict]
    """
    definition = record._fields[name]._get_properties_definition(record) or ()
    return dict(record[name]._values or {}), {entry["name"]: entry for entry in definition}


def merge_properties(rows, definition=None, chosen=None):
    """Return the properties that records hold together: each from the first that has it.

    :param rows: what ``get_properties`` tells of them, the one that stays first
    :param definition: what is defined where the values go; by default what the records define,
        the first one's first
    :return: {property: value}; values that do not fit the definition are left out
    :rtype: dict
    """
    merged, known = {}, {entry["name"]: entry for entry in definition or ()}
    for values, own in rows:
        if definition is None:
            known = {**own, **known}
        for key, value in values.items():
            is_wanted = definition is None or key in known
            if (
                value
                and is_wanted
                and not merged.get(key)
                and _fits(value, own.get(key), known.get(key))
            ):
                merged[key] = value
    for key, number in (chosen or {}).items():
        values, own = rows[number]
        if values.get(key) and _fits(values[key], own.get(key), known.get(key)):
            merged[key] = values[key]
    return merged


def _fits(value, own, wanted):
    """Tell whether a value of one definition has the same meaning by another."""
    if not own or not wanted or own == wanted:
        return True
    kind = wanted["type"]
    if kind != own["type"] or wanted.get("comodel") != own.get("comodel"):
        return False
    if kind in ("selection", "tags"):
        codes = {option[0] for option in wanted.get(kind) or ()}
        return set(value if kind == "tags" else [value]) <= codes
    return True
