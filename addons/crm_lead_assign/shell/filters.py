"""Assignment filters as Odoo stores them: a domain as text, literals only."""

import ast
import contextlib

from psycopg2.errors import QueryCanceled

from odoo.fields import Domain
from odoo.tools import SQL

#: A filter that is slower than this is refused, and left out of a run.
MAX_SECONDS = 30


def parse_filter(text):
    """The domain of a stored filter; an empty one lets everything through.

    :raises ValueError: when the text is no domain of literals; says where
    """
    try:
        return Domain(ast.literal_eval(text or "[]"))
    except SyntaxError as error:
        place = f"line {error.lineno}, column {error.offset}"
        raise ValueError(f"{error.msg} ({place})") from error
    except (TypeError, MemoryError, RecursionError) as error:
        raise ValueError(str(error)) from error


def get_filter_error(leads, *texts):
    """What is wrong with the first filter that can't be used, or an empty text.

    A filter is checked when it is saved, but what it names may vanish later: a field
    with its addon, for example.

    :param leads: any record set of ``crm.lead``, for its fields
    """
    for text in texts:
        try:
            parse_filter(text).validate(leads)
        except Exception as error:  # the ORM has no one kind of error for a bad domain
            return str(error) or type(error).__name__
    return ""


@contextlib.contextmanager
def time_limit(cr, seconds=MAX_SECONDS):
    """Let no statement in here take longer; what was set before holds again after it."""
    cr.execute("SHOW statement_timeout")
    before = cr.fetchone()[0]
    cr.execute(SQL("SET LOCAL statement_timeout = %s", f"{seconds}s"))
    yield
    cr.execute(SQL("SET LOCAL statement_timeout = %s", before))


def get_search_error(leads, text):
    """As :func:`get_filter_error`, and whether the database can search it in time.

    Cost: one search of the first match.
    """
    error = get_filter_error(leads, text)
    if error:
        return error
    try:
        with leads.env.cr.savepoint(), time_limit(leads.env.cr):
            leads.search(parse_filter(text), limit=1)
    except QueryCanceled:
        return leads.env._("the search takes longer than %s seconds", MAX_SECONDS)
    except Exception as error:  # whatever the database has against it
        return str(error) or type(error).__name__
    return ""
