"""Domains that users store: read, checked and searched in one way.

What is stored is a text: a list of literals, nothing is executed. It is checked when it is saved,
with the rights of whoever saves it, and written so that it means the same for everybody (see
:mod:`.filter_names` and ``crm.filter.mixin``). What it names may vanish later (a field with its
addon), and what was stored before a check was there may be wrong: whoever meets such a domain later
asks :func:`find_fault`, says so and goes on.

To search with a filter: :func:`read_filter`; to put it into words: :func:`read_domain`.
"""

import contextlib

from psycopg2.errors import QueryCanceled

from odoo.api import SUPERUSER_ID
from odoo.fields import Domain
from odoo.tools import SQL

from .filter_names import (
    SUGGESTED,
    find_unknown_name,
    in_every_language,
    resolve_names,
    suggest_names,
    with_numbers,
)
from .filter_texts import EXAMPLE, FilterError, is_literal, read_list, write_list

#: A search that is slower than this is refused.
MAX_SECONDS = 30
#: Types of fields whose column holds a number: any text is an error of the database.
NUMBERS = ("integer", "float", "monetary", "many2one_reference")
COMPARING = ("=", "!=", "<>", "in", "not in", "<", ">", "<=", ">=", "=?")


def read_domain(text):
    """Return the domain in a text as it is written; an empty text is without conditions.

    :raises ValueError: when the text is no list of literals that makes a domain; see
        :func:`say_fault`
    """
    conditions = read_list(text)
    try:
        return Domain(conditions)
    except Exception as error:  # the ORM has no one kind of error for a bad domain
        raise ValueError(str(error) or type(error).__name__) from error


def read_filter(model, text):
    """Return the domain in a text, which finds the same for whoever searches with it. No query.

    See :func:`.filter_names.in_every_language`.

    :param model: any record set of the model that is searched
    :raises ValueError: as :func:`read_domain`
    """
    return in_every_language(model, read_domain(text))


def read_plain_filter(model, text):
    """As :func:`read_filter`, in literals: for actions, and for what other programs store.

    See :func:`.filter_names.with_numbers` for its cost.
    """
    return with_numbers(model, read_domain(text))


def write_filter(model, text):
    """Return the text of a filter as it is stored: as Odoo reads it, with numbers for names.

    A text that cannot be read stays as it is, and so do names that are not found:
    :func:`find_search_fault` says what is wrong with them.

    :param model: any record set of the model that is searched
    :param text: a text, or the list of conditions
    """
    if isinstance(text, (list, tuple)):
        text = write_list(text)
    try:
        conditions = read_list(text)
        resolved = resolve_names(model.browse().sudo(False), conditions)
    except ValueError:
        return text
    if resolved == conditions and is_literal(text, conditions):
        return text
    return write_list(resolved)


def say_fault(env, error):
    """Return what an error of this module says, in the language of the user.

    :param Exception error: from :func:`read_domain`, or from the ORM
    """
    if isinstance(error, FilterError):
        return _say_filter_error(env, error)
    return str(error).strip() or type(error).__name__


def _say_filter_error(env, error):
    values = {**error.values, "example": EXAMPLE}
    if error.code == "no_name":
        return _say_unknown_name(env, values)
    if error.code == "several":
        return _say_several(env, values)
    if error.code == "syntax":
        return env._(
            "line %(line)s, column %(column)s: %(part)s. Write a list of conditions, such as "
            "%(example)s",
            **values,
        )
    if error.code == "no_list":
        return env._(
            "line %(line)s, column %(column)s: “%(part)s” is no list of conditions. Write it as "
            "%(example)s",
            **values,
        )
    if error.code == "no_condition":
        return env._(
            "line %(line)s, column %(column)s: “%(part)s” is no condition. A condition is a field, "
            "an operator and a value, such as %(example)s; “&”, “|” and “!” stand before those "
            "they join",
            **values,
        )
    if error.code == "no_field":
        return env._(
            "line %(line)s, column %(column)s: “%(part)s” is no name of a field. Write it in "
            "quotes, such as %(example)s",
            **values,
        )
    if error.code == "lacks":
        return env._(
            "line %(line)s, column %(column)s: a condition is missing after %(part)s, which stands "
            "before those it joins",
            **values,
        )
    return env._(
        "line %(line)s, column %(column)s: “%(part)s” is no value. Write texts in quotes, numbers "
        "without, and True, False or None, such as %(example)s",
        **values,
    )


def _say_unknown_name(env, values):
    model = values["records"]
    names = suggest_names(model, values["value"])
    return env._(
        "there is no “%(value)s” among %(model)s, in the condition on “%(field)s”. There are: "
        "%(names)s",
        value=values["value"],
        field=values["field"],
        model=env["ir.model"]._get(model._name).sudo().name,  # sudo: of the name of a model
        names=", ".join(names) or env._("none"),
    )


def _say_several(env, values):
    records = values["records"]
    return env._(
        "“%(value)s” is the name of several records, in the condition on “%(field)s”: %(records)s. "
        "Write the number of the one that is meant",
        value=values["value"],
        field=values["field"],
        records=", ".join(f"{record.id} ({record.display_name})" for record in records[:SUGGESTED]),
    )


def find_fault(model, text):
    """Say what is wrong with a stored domain, without a query; an empty text if nothing is.

    :param model: any record set of the model that is searched
    """
    try:
        domain = read_domain(text)
        domain.validate(model)
        _check_values(model, domain)
    except Exception as error:  # the ORM has no one kind of error for a bad domain
        return say_fault(model.env, error)
    return ""


def find_search_fault(model, text, seconds=MAX_SECONDS, *, as_system=False):
    """As :func:`find_fault`, and whether the database can search it, with the user's own rights.

    Not as superuser, in which the ORM runs constraints: nobody shall learn by a domain what is in
    fields that he may not read. The search finds what no check of names and values can; it is the
    one in all languages that everybody makes later.

    Cost: one search of the first match, and those of :func:`.filter_names.find_unknown_name`.

    :param bool as_system: it will be searched as superuser, for all who read the result
    """
    fault = find_fault(model, text)
    if fault or read_domain(text).is_true():
        return fault  # without conditions, nothing is asked of anybody
    model = model.browse().sudo(False)
    if as_system and (fault := _find_foreign_documents(model, read_domain(text))):
        return fault
    cr = model.env.cr
    try:
        with cr.savepoint(flush=False), limit_time(cr, seconds):
            if error := find_unknown_name(model, read_list(text)):
                return say_fault(model.env, error)
            model.search(read_filter(model, text), limit=1)
    except QueryCanceled:
        return model.env._("the search takes longer than %s seconds", seconds)
    except Exception as error:  # whatever the database or the rights have against it
        return say_fault(model.env, error)
    return ""


@contextlib.contextmanager
def limit_time(cr, seconds=MAX_SECONDS):
    """Let no statement in here take longer; what was set before holds again after it."""
    cr.execute("SHOW statement_timeout")
    before = cr.fetchone()[0]
    cr.execute(SQL("SET LOCAL statement_timeout = %s", f"{seconds}s"))
    yield
    cr.execute(SQL("SET LOCAL statement_timeout = %s", before))


def _find_foreign_documents(model, domain):
    """Say which documents of all companies a domain looks at, for who works in some of them.

    A condition on the deals or orders of a contact, searched as superuser, would tell of those of
    other companies, letter by letter.
    """
    env = model.env
    if env.uid == SUPERUSER_ID or env.user._works_in_all_companies():
        return ""
    names = sorted(
        env["ir.model"]._get(name).sudo().name  # sudo: of the name of a model
        for name in set(_follow_lines(model, domain))
        if _has_documents(env[name])
    )
    if not names:
        return ""
    return env._(
        "it looks at documents of all companies (%s), and you do not work in all of them",
        ", ".join(names),
    )


def _follow_lines(model, domain, far=False):
    """Yield the models that a domain comes to by a one2many or many2many, and from there on.

    :param bool far: whether the domain stands behind such a field already
    """
    for condition in domain.iter_conditions():
        at, field, beyond = model, None, far
        for step in condition.field_expr.split("."):
            field = at._fields.get(step)
            if field is None or not field.relational:
                break
            at = model.env[field.comodel_name]
            beyond = beyond or field.type in ("one2many", "many2many")
            if beyond:
                yield at._name
        value = condition.value
        if condition.operator in ("any", "not any", "any!", "not any!") and field is not None:
            nested = value if isinstance(value, Domain) else Domain(list(value))
            yield from _follow_lines(at, nested, beyond)


def _has_documents(model):
    """Tell whether records of a model belong to companies; contacts and users are shared."""
    if model._name in ("res.partner", "res.users") or "company_id" not in model._fields:
        return False
    return not isinstance(model, model.env.registry["crm.shared.mixin"])


def _check_values(model, domain):
    """Refuse texts where a number is compared.

    :raises ValueError: that names the condition
    """
    for condition in domain.iter_conditions():
        comodel, field = _follow(model, condition.field_expr)
        value = condition.value
        if isinstance(value, Domain):
            _check_values(comodel.env[field.comodel_name], value)
        elif condition.operator in COMPARING and (field.name == "id" or field.type in NUMBERS):
            values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
            for single in values:
                if not _is_number(single):
                    raise ValueError(
                        model.env._(
                            "“%(value)s” is no number, in the condition on “%(field)s”",
                            value=single,
                            field=condition.field_expr,
                        )
                    )
        elif condition.operator in ("any", "not any") and isinstance(value, (list, tuple)):
            _check_values(comodel.env[field.comodel_name], Domain(list(value)))


def _follow(model, path):
    """Return the model and the field at the end of a path."""
    *steps, last = path.split(".")
    for step in steps:
        field = model._fields[step]
        if not field.relational:
            return model, field  # a part of a date, or of a property
        model = model.env[field.comodel_name]
    return model, model._fields[last]


def _is_number(value):
    if value is None or isinstance(value, (bool, int, float)):
        return True
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
