"""Names of records in filters: the same records, whatever the language of whoever searches.

Odoo looks up a name in a condition in the language of whoever searches: ``('country_id', 'in',
['Canada'])`` finds nothing for a Russian. Two things are done about it.

* **Names become numbers when a filter is saved**, where a record is named as a whole
  (:func:`resolve_names`): in the language of whoever writes, else in the others. From then on the
  record may be renamed or archived, and the filter means the same.
* **What stays a name is looked up in every installed language at once**
  (:func:`in_every_language`): parts of names (``ilike``), which are to find records of tomorrow,
  too, and conditions on a translated field (``country_id.name``). Not in one fixed language:
  whoever works in Polish writes Polish names, and a filter that finds nothing by them is of no use
  to him; the language of its author would have to be kept beside each filter, and one filter can
  have several authors. So it is enough that a record has the name in one of the languages, and
  "not" means in none of them. Greater and less than compare with the source language, ``en_US``.

A language that is installed later adds its names.
"""

from difflib import get_close_matches

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, OrderedSet

from .filter_texts import FilterError

SOURCE_LANG = "en_US"
#: Operators that name records as a whole.
EXACT = ("=", "!=", "<>", "==", "=?", "in", "not in")
HIERARCHIC = ("child_of", "parent_of")
NESTED = ("any", "not any", "any!", "not any!")
INEQUALITIES = ("<", ">", "<=", ">=")
COLLECTIONS = (list, tuple, set, frozenset, OrderedSet)
#: How many names a message suggests, and among how many they are looked for.
SUGGESTED, LOOKED_THROUGH = 5, 500


# -- names to numbers ------------------------------------------------------------------


def resolve_names(model, conditions):
    """Return conditions in which records that are named have their numbers instead.

    With the rights of the user. A name that is not found, or several times, stays: see
    :func:`find_unknown_name`. Cost: for each model that is named, one search in each language;
    nothing where there are numbers only.

    :param list conditions: of :func:`.filter_texts.read_list`
    """
    return [
        item if isinstance(item, str) else _resolve_condition(model, item) for item in conditions
    ]


def find_unknown_name(model, conditions):
    """Return the error about the first name that stands for no record, or for several; or None.

    Cost: as :func:`resolve_names`.
    """
    for item in conditions:
        if isinstance(item, str):
            continue
        path, operator, value = item
        comodel = _get_named_model(*follow(model, path), operator)
        if comodel is None:
            continue
        if operator in NESTED and isinstance(value, (list, tuple)):
            if error := find_unknown_name(comodel, value):
                return error
        elif operator in EXACT:
            found = find_records_called(comodel, [v for v in _as_list(value) if _is_name(v)])
            for name, records in found.items():
                if len(records) != 1:
                    return _get_name_error(path, name, records)
    return None


def find_records_called(comodel, names):
    """Return ``{name: records}``, as Odoo finds them by a name in a condition.

    In the language of the user first, then in all others; archived ones only where no other has
    the name.
    """
    names = list(dict.fromkeys(names))
    found = dict.fromkeys(names, comodel.browse())
    mine, *others = get_languages(comodel.env, first=comodel.env.lang or SOURCE_LANG)
    for active_test in (True, False):
        for langs in ([mine], others):
            missing = [name for name in names if not found[name]]
            if missing and langs:
                _look_up(comodel.with_context(active_test=active_test), missing, langs, found)
    return found


def _look_up(comodel, names, langs, found):
    for lang in langs:
        there = comodel.with_context(lang=lang)
        records = there.search([("display_name", "in", names)])
        by_name = records.grouped("display_name")
        rest = records - there.union(*(by_name.get(name, there.browse()) for name in names))
        for name in names:
            own = by_name.get(name, there.browse())
            if not own and rest:
                # Found by something else than its name: a code, an address.
                own = there.search([("display_name", "in", [name])])
            found[name] |= own.with_env(comodel.env).with_context(lang=comodel.env.lang)


def _resolve_condition(model, item):
    path, operator, value = item
    comodel = _get_named_model(*follow(model, path), operator)
    if comodel is None:
        return item
    if operator in NESTED and isinstance(value, (list, tuple)):
        return type(item)((path, operator, resolve_names(comodel, value)))
    if operator not in EXACT + HIERARCHIC or not any(map(_is_name, _as_list(value))):
        return item
    try:
        found = find_records_called(comodel, [v for v in _as_list(value) if _is_name(v)])
    except AccessError:
        return item  # the search that follows says so
    ids = {name: records.id for name, records in found.items() if len(records) == 1}
    new = [ids.get(v, v) if _is_name(v) else v for v in _as_list(value)]
    if isinstance(value, COLLECTIONS):
        new = list(dict.fromkeys(new))
    return type(item)((path, operator, new if isinstance(value, COLLECTIONS) else new[0]))


def _get_name_error(path, name, records):
    code = "several" if records else "no_name"
    return FilterError(code, field=path, value=name, records=records, line=1, column=1)


def suggest_names(comodel, name):
    """Return names of records that are there, the most similar ones first."""
    try:
        records = comodel.search([], limit=LOOKED_THROUGH + 1)
        if len(records) > LOOKED_THROUGH:
            records = comodel.search([("display_name", "ilike", name[:3])], limit=LOOKED_THROUGH)
        names = [text for text in records.mapped("display_name") if text]
    except AccessError:
        return []
    similar = get_close_matches(name, names, SUGGESTED, cutoff=0.4)
    return list(dict.fromkeys([*similar, *names]))[:SUGGESTED]


# -- names that stay -------------------------------------------------------------------


def in_every_language(model, domain):
    """Return a domain that finds the same for everybody: names in any of the languages.

    It is put into SQL, or judges records, when it is used: what is called so by then is found. No
    query.

    :param model: any record set of the model that is searched
    :param Domain domain: as :func:`.domains.read_domain` returns it, and valid
    """
    return domain.map_conditions(lambda condition: _spread(model, condition, _test_lazily))


def with_numbers(model, domain):
    """As :func:`in_every_language`, as a domain of literals that others can take over.

    For actions, and for what other programs store: what is called so now is found. Cost: one
    search for each condition with a name.
    """
    return domain.map_conditions(lambda condition: _spread(model, condition, _test_now))


def to_judge(model, domain):
    """Return a domain that judges records in Python as the database does: with archived tags.

    Odoo's own ``filtered_domain`` does not see archived records in a many2many, which a search by
    their numbers finds. Not to search with. No query.
    """

    def judge(condition):
        path, operator, value = condition.field_expr, condition.operator, condition.value
        owner, field = follow(model, path)
        if field is None:
            return condition
        if operator in NESTED and field.relational and isinstance(value, (Domain, list, tuple)):
            return Domain(path, operator, to_judge(owner.env[field.comodel_name], Domain(value)))
        numbers = {one for one in _as_list(value) if type(one) is int}
        empty = any(one is False or one is None for one in _as_list(value))
        named = any(map(_is_name, _as_list(value)))
        if field.type != "many2many" or operator not in EXACT or named or not (numbers or empty):
            return condition
        negative = operator in Domain.NEGATIVE_OPERATORS

        def is_met(record):
            linked = record.with_context(active_test=False)[field.name]
            return (bool(numbers & set(linked._ids)) or (empty and not linked)) != negative

        def to_sql(there, alias, query):
            plain = Domain(field.name, operator, value).optimize_full(there)
            return plain._to_sql(there, alias, query)

        judged = Domain.custom(to_sql=to_sql, predicate=is_met)
        return Domain(path.rpartition(".")[0], "any", judged) if "." in path else judged

    return domain.map_conditions(judge)


def get_languages(env, first=SOURCE_LANG):
    """Return the codes of all languages that a name can be in."""
    installed = [code for code, _name in env["res.lang"].get_installed()]
    return list(dict.fromkeys([first, *installed, SOURCE_LANG]))


def follow(model, path):
    """Return the model and the field at the end of a path; no field where it ends elsewhere.

    A path ends elsewhere in a part of a date, in a property, and in what is no field at all.
    """
    if not isinstance(path, str):
        return model, None
    *steps, last = path.split(".")
    for step in steps:
        field = model._fields.get(step)
        if field is None or not field.relational:
            return model, None
        model = model.env[field.comodel_name]
    return model, model._fields.get(last)


def _get_named_model(owner, field, operator):
    """Return the model of the records that a condition on a field names, or None."""
    if field is not None and field.relational:
        return owner.env[field.comodel_name]
    return owner if field is not None and field.name == "id" and operator in HIERARCHIC else None


def _spread(model, condition, test):
    """Return a condition without a language; as it is, where it has none.

    :param test: makes a domain of (model, condition, whether it must not hold, archived ones too)
    """
    path, operator, value = condition.field_expr, condition.operator, condition.value
    owner, field = follow(model, path)
    if field is None:
        return condition
    positive = Domain.NEGATIVE_OPERATORS.get(operator, operator)
    negative = positive != operator
    if (comodel := _get_named_model(owner, field, operator)) is not None:
        if operator in NESTED:
            if not isinstance(value, (Domain, list, tuple)):
                return condition
            inner = Domain(value).map_conditions(lambda one: _spread(comodel, one, test))
            return Domain(path, operator, inner)
        return _spread_relation(comodel, condition, field, negative, test)
    if not is_translated(owner, field) or not _has_text(value):
        return condition
    test_here = test(owner, (field.name, positive, value), negative, True)
    if "." not in path:
        return test_here
    return Domain(path.rpartition(".")[0], "any", test_here)


def _spread_relation(comodel, condition, field, negative, test):
    path, operator, value = condition.field_expr, condition.operator, condition.value
    names = [v for v in _as_list(value) if _is_name(v)]
    if not names or not has_translated_name(comodel):
        return condition
    if operator in HIERARCHIC:
        wanted = test(comodel, ("display_name", "ilike", names[0]), False, True)
        for name in names[1:]:
            wanted |= test(comodel, ("display_name", "ilike", name), False, True)
        ids = comodel.with_context(active_test=False).search(wanted).ids
        return Domain(path, operator, ids + [v for v in _as_list(value) if not _is_name(v)])
    if operator.endswith("like"):
        plain = ("display_name", Domain.NEGATIVE_OPERATORS.get(operator, operator), value)
        rest = []
    elif operator in EXACT:
        plain = ("display_name", "in", names)
        rest = [v for v in _as_list(value) if not _is_name(v)]
    else:
        return condition
    # As Odoo: an archived record counts where it is the only one, in a many2one.
    named = test(comodel, plain, False, field.type == "many2one")
    if negative:
        found = Domain(path, "not any", named)
        return found & Domain(path, "not in", rest) if rest else found
    found = Domain(path, "any", named)
    return found | Domain(path, "in", rest) if rest else found


def _test_lazily(_owner, condition, negative, _archived):
    """Return a condition that holds in one of the languages, as a domain; or in none of them."""
    name, operator, value = condition

    def get_tests(model):
        langs = [SOURCE_LANG] if operator in INEQUALITIES else get_languages(model.env)
        for lang in langs:
            # A domain of its own each time: it keeps what it was optimized to.
            yield model.with_context(lang=lang), Domain(name, operator, value)

    def to_sql(model, alias, query):
        parts = [
            test.optimize_full(there)._to_sql(there, alias, query)
            for there, test in get_tests(model)
        ]
        found = SQL("(%s)", SQL(" OR ").join(SQL("(%s)", part) for part in parts))
        return SQL("(%s IS NOT TRUE)", found) if negative else found

    def is_met(record):
        met = any(there.filtered_domain(test) for there, test in get_tests(record))
        return met != negative

    return Domain.custom(to_sql=to_sql, predicate=is_met)


def _test_now(owner, condition, negative, archived):
    test = _test_lazily(owner, condition, False, archived)
    model = owner.with_context(active_test=False) if archived else owner
    return Domain("id", "not in" if negative else "in", model.search(test).ids)


def has_translated_name(model):
    """Tell whether a record is found by its name in another way in another language."""
    if _depends_on_language(model, model._fields["display_name"]):
        return True
    for path in model._rec_names_search or [model._rec_name]:
        owner, field = follow(model, path)
        if (
            field is not None
            and field.relational
            and has_translated_name(owner.env[field.comodel_name])
        ):
            return True
        if field is not None and is_translated(owner, field):
            return True
    return False


def is_translated(model, field):
    """Tell whether the value of a field is another one in another language."""
    if field.name == "display_name":
        return has_translated_name(model)
    while field.related:
        model, field = follow(model, field.related)
        if field is None:
            return False
    return bool(field.translate if hasattr(field, "translate") else False) or (
        field.type in ("char", "text", "html") and _depends_on_language(model, field)
    )


def _depends_on_language(model, field):
    return "lang" in model.pool.field_depends_context.get(field, ())


def _is_name(value):
    return isinstance(value, str) and bool(value)


def _has_text(value):
    return any(map(_is_name, _as_list(value)))


def _as_list(value):
    return list(value) if isinstance(value, COLLECTIONS) else [value]
