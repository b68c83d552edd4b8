"""Texts that Odoo puts together, read in two languages in one transaction.

Imported in Odoo's shell. What is kept in the cache under no language, or stored in one, is the
same for the second reader as for the first; each is compared with a reader of his own.
"""

from suite import paths

from odoo import api

LANGUAGES = ("en_US", "ru_RU")
#: So many records of each model are read.
MOST = 20
TEXTS = ("char", "text", "html")


def is_of_suite(field) -> bool:
    return any((paths.ADDONS / module / "__manifest__.py").exists() for module in field._modules)


def get_texts(model) -> list[str]:
    """Names of the computed texts of a model that are of the suite, and of its own name."""
    ours = [
        name
        for name, field in model._fields.items()
        if field.type in TEXTS and field.compute and not field.related and is_of_suite(field)
    ]
    module = model._original_module or ""
    named = (paths.ADDONS / module / "__manifest__.py").exists()
    return [*ours, "display_name"] if named and "display_name" not in ours else ours


def prepare(env) -> None:
    """Make Russian the second language, with another name for everything that has one."""
    first, second = LANGUAGES
    env["res.lang"]._activate_lang(second)
    modules = [addon.name for addon in paths.ADDONS.iterdir() if addon.is_dir()]
    env["ir.module.module"]._load_module_terms(modules, [second])
    for model in list(env.values()):
        if model._abstract or model._transient or not model._auto:
            continue
        for name, field in model._fields.items():
            if field.store and field.translate is True and not field.related:
                if not is_of_suite(field) and model._name not in ("crm.tag", "crm.stage"):
                    continue
                for record in model.with_context(active_test=False).search([], limit=MOST):
                    if text := record.with_context(lang=first)[name]:
                        record.update_field_translations(name, {second: f"ру {text}"})
    env.flush_all()
    env.cr.commit()


def read(env, model_name, names, ids, lang) -> dict:
    records = env(context={"lang": lang})[model_name].browse(ids)
    return {(one.id, name): str(one[name] or "") for one in records for name in names}


def read_alone(env, model_name, names, ids, lang) -> dict:
    """Read in a transaction of its own."""
    with env.registry.cursor() as cr:
        return read(api.Environment(cr, env.uid, {}), model_name, names, ids, lang)


def compare(env) -> dict:
    """Return {"wrong": texts, "models": {name: number of records read}, "differ": number}.

    A text is wrong where the second reader in a transaction gets another one than by himself.
    """
    prepare(env)
    wrong, models, differ = [], {}, 0
    for model_name, model in sorted(env.items()):
        names = [] if model._abstract else get_texts(model)
        if not names:
            continue
        ids = model.with_context(active_test=False).search([], limit=MOST).ids
        models[model_name] = len(ids)
        alone = {lang: read_alone(env, model_name, names, ids, lang) for lang in LANGUAGES}
        differ += alone[LANGUAGES[0]] != alone[LANGUAGES[1]]
        for order in (LANGUAGES, LANGUAGES[::-1]):
            env.invalidate_all()
            for lang in order:
                own = read(env, model_name, names, ids, lang)
                wrong += [
                    f"{model_name}.{name} of {id_} in {lang} after {order[0]}: {text} instead of "
                    f"{alone[lang][id_, name]}"
                    for (id_, name), text in own.items()
                    if text != alone[lang][id_, name]
                ]
    return {"wrong": wrong, "models": models, "differ": differ, "stored": find_stored(env)}


def find_stored(env) -> list[str]:
    """Return computed texts that are stored in one language, made of names that have several."""
    found = []
    for model_name, model in sorted(env.items()):
        if model._abstract or model._transient:
            continue
        for name in get_texts(model):
            field = model._fields[name]
            if field.store and not field.translate and follows_language(model, field, set()):
                found.append(f"{model_name}.{name}")
    return found


def follows_language(model, field, seen) -> bool:
    """Tell whether a field is computed from one that is translated."""
    if field in seen:
        return False
    seen.add(field)
    for path in model.pool.field_depends.get(field, ()):
        at = model
        for step in path.split("."):
            one = at._fields[step]
            if getattr(one, "translate", False) or follows_language(at, one, seen):
                return True
            if one.relational:
                at = model.env[one.comodel_name]
    return False
