"""What a filter names: records by id or by name, values of selections."""

from dataclasses import dataclass

from odoo.fields import Domain

from odoo.addons.crm_access.filter_names import find_records_called

#: Operators whose values are records or values, not parts of a text.
EXACT = ("=", "!=", "in", "not in", "child_of", "parent_of")


@dataclass(frozen=True, slots=True)
class Reference:
    """A value in a filter. ``model``: of the record meant; empty for a selection's value."""

    field: str
    model: str
    value: object
    values: tuple = ()


def find_references(domain, model):
    """The :class:`Reference` of every condition, also of those inside of others.

    :param domain: a valid ``Domain`` on ``model``
    :param model: any record set of the model
    """
    for condition in domain.iter_conditions():
        field, owner = _resolve(condition.field_expr, model)
        if field is None:
            continue
        value = condition.value
        if condition.operator in ("any", "not any", "any!", "not any!"):
            inner = value if isinstance(value, Domain) else Domain(value)
            yield from find_references(inner, model.env[field.comodel_name])
        elif condition.operator in EXACT:
            label = field._description_string(model.env)
            single = isinstance(value, (str, int, float)) or value is None
            for item in [value] if single else value:
                if field.relational or field.name == "id":
                    if item and not isinstance(item, bool):
                        yield Reference(label, field.comodel_name or owner._name, item)
                elif field.type == "selection" and item and isinstance(item, str):
                    yield Reference(label, "", item, tuple(field.get_values(model.env)))


def _resolve(path, model):
    """The last field of a path and its model; nothing for a part of a date or property."""
    names = path.split(".")
    for name in names[:-1]:
        field = model._fields[name]
        if not field.relational:
            return None, model
        model = model.env[field.comodel_name]
    return model._fields[names[-1]], model


def check_references(env, references):
    """What is wrong with them: ``{reference: code}``, those in order are left out.

    Codes: ``dead_id``, ``archived_id``, ``unknown_name`` (in no language), ``unknown_value``. Cost:
    a query for each model, one for each model and language where names are left.
    """
    wrong = {}
    by_model, by_name = {}, {}
    for reference in set(references):
        if not reference.model:
            if reference.value not in reference.values:
                wrong[reference] = "unknown_value"
        elif isinstance(reference.value, str):
            by_name.setdefault(reference.model, []).append(reference)
        else:
            by_model.setdefault(reference.model, []).append(reference)
    for name, own in by_model.items():
        # sudo: whether it exists at all; what is there is not shown.
        model = env[name].sudo().with_context(active_test=False)
        records = model.browse(reference.value for reference in own).exists()
        active = model._active_name
        alive = records.filtered(active) if active else records
        for reference in own:
            if reference.value not in records._ids:
                wrong[reference] = "dead_id"
            elif reference.value not in alive._ids:
                wrong[reference] = "archived_id"
    for name, own in by_name.items():
        # sudo: as above
        found = find_records_called(env[name].sudo(), [reference.value for reference in own])
        wrong |= {one: "unknown_name" for one in own if not found[one.value]}
    return wrong
