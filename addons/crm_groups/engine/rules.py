"""A rule as it is kept for judging contacts, and what a contact must have to match at all."""

from collections.abc import Collection
from typing import NamedTuple


class Rule(NamedTuple):
    """The rule of a smart group, read once and used for each contact that is saved."""

    group_id: int
    domain: object
    #: The same for contacts in memory.
    judged: object
    company_id: int
    #: Names of the fields of a contact that the rule looks at.
    watched: frozenset
    #: Ids of the groups that the rule asks for.
    needs: frozenset
    #: Groups of one level do not need each other.
    level: int
    #: See :func:`find_tests`.
    tests: tuple


def find_tests(domain, is_plain):
    """Return ((field name, values), ...): whoever matches has one of the values in each field.

    With hundreds of rules most contacts fail the first of these, which costs next to nothing
    beside the whole domain.

    :param domain: an Odoo domain whose conditions are optimized
    :param is_plain: tells of (field name, value) whether the field of a record can be compared
        with the value as it is
    """
    parts = domain.children if getattr(domain, "OPERATOR", "") == "&" else [domain]
    return tuple(
        (part.field_expr, frozenset(part.value))
        for part in parts
        if getattr(part, "operator", "") == "in"
        and isinstance(part.value, Collection)
        and all(is_plain(part.field_expr, value) for value in part.value)
    )
