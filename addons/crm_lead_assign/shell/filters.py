"""Assignment filters as Odoo stores them: a domain as text, literals only."""

from odoo.addons.crm_access.domains import find_fault, find_search_fault, read_domain

#: See :mod:`odoo.addons.crm_access.domains`.
parse_filter = read_domain


def get_filter_error(leads, *texts):
    """What is wrong with the first filter that can't be used, or an empty text.

    A filter is checked when it is saved, but what it names may vanish later: a field
    with its addon, for example.

    :param leads: any record set of ``crm.lead``, for its fields
    """
    return next(filter(None, (find_fault(leads, text) for text in texts)), "")


def get_search_error(leads, text):
    """As :func:`get_filter_error`, and whether the database can search it in time.

    Cost: one search of the first match, and a plan for each other language.
    """
    return find_search_fault(leads, text, as_system=True)
