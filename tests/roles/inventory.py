"""What there is of ours in a database: models, fields, and methods that can be called from outside.

Imported in Odoo's shell.
"""

import inspect

from suite import paths

from odoo.models import MAGIC_COLUMNS

#: Every model has them; Odoo keeps them itself.
OF_EVERY_MODEL = {*MAGIC_COLUMNS, "display_name"}


def take_inventory(env, users: dict, further: set[str]) -> dict:
    """
    :param users: {role: user}
    :param further: models of Odoo that are looked at, too
    """
    models = {name: env[name] for name in sorted(env.registry.models)}
    ours = {name for name, model in models.items() if is_ours(model)}
    fields = {name: list(fields_of(env, model)) for name, model in models.items()}
    methods = {name: list(methods_of(env, type(model))) for name, model in models.items()}
    changed = {name for name in models if fields[name] or methods[name]}
    return {
        "models": {
            name: {
                "abstract": models[name]._abstract,
                "transient": models[name]._transient,
                "stored": models[name]._auto,
                "table": models[name]._table,
                "columns": columns_of(models[name]),
                "contacts": contact_paths(models[name]),
                "groupby": groupable(models[name]),
            }
            for name in sorted(ours | changed | further)
        },
        "ours": sorted(ours),
        "fields": {name: rows for name, rows in fields.items() if rows},
        "methods": {name: rows for name, rows in methods.items() if rows},
        "groups": groups_of(env, users, fields),
        "access": access_lists(users, sorted(ours | changed | further)),
        "readable": readable_by(
            users, {row["comodel"] for rows in fields.values() for row in rows}
        ),
    }


def is_in_suite(addon: str) -> bool:
    return (paths.ADDONS / addon / "__manifest__.py").exists()


def addon_of(cls) -> str:
    """The addon that a class of a model comes from."""
    parts = cls.__module__.split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] else ""


def is_ours(model) -> bool:
    """Tell whether a model is made by an addon of ours, and not changed alone."""
    return is_in_suite(model._original_module)


def fields_of(env, model):
    """The fields that an addon of ours brings, or changes, with what their kind follows from."""
    for name, field in sorted(model._fields.items()):
        ours = [module for module in field._modules if is_in_suite(module)]
        if not ours or field.inherited or name in OF_EVERY_MODEL:
            continue
        yield {
            "field": name,
            "type": field.type,
            "stored": bool(field.store and field.column_type)
            or field.type == "many2many"
            and field.store,
            "readonly": bool(field.readonly),
            "computed": bool(field.compute or field.related),
            "odoo": not is_in_suite(field._modules[0]),
            "groups": field.groups or "",
            "comodel": field.comodel_name or "",
            "choices": selection_of(env, field),
        }


def selection_of(env, field):
    if field.type != "selection":
        return []
    return [value for value in field.get_values(env) if value]


def methods_of(env, cls):
    """The methods of ours that a caller from outside reaches; those of every model left out."""
    seen = set()
    for part in cls.mro():
        # What conversations of all models ask is tried with one of them, in crm_groups.
        if not is_in_suite(addon_of(part)) or part._name == "mail.thread":
            continue
        for name, member in vars(part).items():
            if name.startswith("_") or name in seen or not inspect.isfunction(member):
                continue
            if hasattr(type(env["base"]), name) or is_private(cls, name):
                continue
            seen.add(name)
            yield {
                "method": name,
                "model": bool(getattr(member, "_api_model", False)),
                "arguments": list(inspect.signature(member).parameters)[1:],
                "odoo": is_odoos(cls, name),
            }


def is_odoos(cls, name: str) -> bool:
    """Tell whether an addon of Odoo's has the method as well: ours adds to it."""
    return any(
        name in vars(part) and not is_in_suite(addon_of(part))
        for part in cls.mro()
        if addon_of(part)
    )


def is_private(cls, name: str) -> bool:
    return any(getattr(getattr(part, name, None), "_api_private", False) for part in cls.mro())


def columns_of(model) -> dict:
    """{field: true, or table and columns of a relation}: what of it is in the database."""
    columns = {}
    for name, field in model._fields.items():
        if not field.store or field.inherited:
            continue
        if field.type == "many2many":
            columns[name] = [field.relation, field.column1, field.column2]
        elif field.column_type:
            columns[name] = True
    return columns


def contact_paths(model) -> list[str]:
    """The stored fields that hold contacts: what can be searched through."""
    return [
        name
        for name, field in model._fields.items()
        if field.comodel_name == "res.partner"
        and field.store
        and field.type in ("many2one", "many2many")
        and not field.groups
    ]


def groupable(model) -> list[str]:
    """Two fields to group by, contacts first: their names are shown."""
    fields = [
        (field.comodel_name != "res.partner", name)
        for name, field in model._fields.items()
        if field.type == "many2one" and field.store and not field.groups
    ]
    return [name for _order, name in sorted(fields)[:2]]


def access_lists(users, models: list[str]) -> dict[str, dict[str, str]]:
    """{model: {role: what the access lists let it do}}, whatever record rules say."""
    letters = {"c": "create", "r": "read", "w": "write", "d": "unlink"}
    return {
        model: {
            role: "".join(
                letter
                for letter, operation in letters.items()
                if user.env[model].with_user(user).has_access(operation)
            )
            for role, user in users.items()
        }
        for model in models
    }


def readable_by(users, models: set[str]) -> dict[str, list[str]]:
    """{model: the roles that may read it at all}"""
    return {
        model: [
            role
            for role, user in users.items()
            if user.env[model].with_user(user).has_access("read")
        ]
        for model in sorted(models - {""})
    }


def groups_of(env, users, fields) -> dict[str, list[str]]:
    """{expression of groups on a field: the roles that have one of them}"""
    expressions = {row["groups"] for rows in fields.values() for row in rows if row["groups"]}
    expressions.add("base.group_user")
    return {
        expression: [role for role, user in users.items() if user.has_groups(expression)]
        for expression in sorted(expressions)
    }
