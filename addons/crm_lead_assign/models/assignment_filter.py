"""Assignment filters as Odoo stores them: a domain as text, literals only."""

import ast

from odoo.fields import Domain


def parse_filter(text):
    """The domain of a stored filter; an empty one lets everything through.

    :raises ValueError: when the text is no domain of literals
    """
    try:
        return Domain(ast.literal_eval(text or "[]"))
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
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
