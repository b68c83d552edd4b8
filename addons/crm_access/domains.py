"""Domains that users store: read, checked and searched in one way.

What is stored is a text: a list of literals, nothing is executed. It is checked when it is saved,
with the rights of whoever saves it. What it names may vanish later (a field with its addon), and
what was stored before a check was there may be wrong: whoever meets such a domain later asks
:func:`find_fault`, says so and goes on.
"""

import ast
import contextlib

from psycopg2.errors import QueryCanceled

from odoo.api import SUPERUSER_ID
from odoo.fields import Domain
from odoo.tools import SQL

#: A search that is slower than this is refused.
MAX_SECONDS = 30
#: Types of fields whose column holds a number: any text is an error of the database.
NUMBERS = ("integer", "float", "monetary", "many2one_reference")
COMPARING = ("=", "!=", "<>", "in", "not in", "<", ">", "<=", ">=", "=?")


def read_domain(text):
    """Return the domain in a text; an empty text is a domain without conditions.

    :raises ValueError: when the text is no list of literals that makes a domain; it says where
    """
    try:
        value = ast.literal_eval((text or "").strip() or "[]")
    except SyntaxError as error:
        place = f"line {error.lineno}, column {error.offset}"
        raise ValueError(f"{error.msg} ({place})") from error
    except (ValueError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(str(error) or type(error).__name__) from error
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"{value!r:.80} is no list of conditions")
    try:
        return Domain(list(value))
    except Exception as error:  # the ORM has no one kind of error for a bad domain
        raise ValueError(str(error) or type(error).__name__) from error


def find_fault(model, text):
    """Say what is wrong with a stored domain, without a query; an empty text if nothing is.

    :param model: any record set of the model that is searched
    """
    try:
        domain = read_domain(text)
        domain.validate(model)
        _check_values(model, domain)
    except Exception as error:  # the ORM has no one kind of error for a bad domain
        return str(error).strip() or type(error).__name__
    return ""


def find_search_fault(model, text, seconds=MAX_SECONDS, *, as_system=False):
    """As :func:`find_fault`, and whether the database can search it, with the user's own rights.

    Not as superuser, in which the ORM runs constraints: nobody shall learn by a domain what is in
    fields that he may not read. The search finds what no check of names and values can. In the
    other languages that are installed it is only planned: that finds what differs there.

    Cost: one search of the first match, and a plan for each other language.

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
            domain = read_domain(text)
            model.search(domain, limit=1)
            for lang, _name in model.env["res.lang"].get_installed():
                if lang != model.env.lang:
                    query = model.with_context(lang=lang)._search(domain)
                    cr.execute(SQL("EXPLAIN %s", query.select()))
    except QueryCanceled:
        return model.env._("the search takes longer than %s seconds", seconds)
    except Exception as error:  # whatever the database or the rights have against it
        return str(error).strip() or type(error).__name__
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


def _follow_lines(model, domain):
    """Yield the models that a domain comes to by a one2many or many2many."""
    for condition in domain.iter_conditions():
        at, field = model, None
        for step in condition.field_expr.split("."):
            field = at._fields.get(step)
            if field is None or not field.relational:
                break
            at = model.env[field.comodel_name]
            if field.type in ("one2many", "many2many"):
                yield at._name
        value = condition.value
        if condition.operator in ("any", "not any", "any!", "not any!") and field is not None:
            nested = value if isinstance(value, Domain) else Domain(list(value))
            yield from _follow_lines(at, nested)


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
