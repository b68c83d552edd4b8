"""Duplicates: what makes two contacts alike, and who belongs together.

No database here: keys are made of the values of a contact, groups in memory.
"""

from collections.abc import Callable
from typing import NamedTuple

from odoo.tools import SQL

from odoo.addons.crm_access import fold

#: Above this, agreeing over others is no longer sure of anybody.
SURE_SIZE = 10


class Key(NamedTuple):
    """What one criterion compares."""

    #: Columns that the keys are made of, and whose keys are made at all.
    columns: tuple[str, ...]
    filled: SQL
    #: Function of their values, the code of the contact's country, and a function that sanitises a
    #: number: list of (key, what else must agree).
    keys: Callable
    #: Shorter is no value ("0", "n/a").
    shortest: int
    #: Values that the database makes the same keys of, faster; most are like that.
    plain: SQL = SQL("FALSE")
    plain_key: SQL = SQL("''")
    plain_besides: SQL = SQL("''")
    #: Function of a key made by the database: whether it is none.
    is_filler: Callable | None = None
    #: What else must hold of two contacts with the same key.
    condition: SQL = SQL("TRUE")

    def get_plain(self):
        """What the statements about plain values want."""
        return {
            "filled": self.filled,
            "plain": self.plain,
            "key": self.plain_key,
            "besides": self.plain_besides,
        }


def _email_keys(values, _country_code, _sanitize):
    return [(key, "") for key in fold.email_keys(values[0])]


def _phone_keys(values, _country_code, sanitize):
    name, phone, sanitized = values
    return [(key, name or "") for key in fold.phone_keys(phone, sanitized or "", sanitize)]


def _tax_keys(values, country_code, _sanitize):
    return list(fold.tax_keys(values[0], country_code).items())


def _name_keys(values, _country_code, _sanitize):
    name, city = fold.fold_name(values[0]), fold.fold(values[1])
    if not name or not city or fold.is_filler_name(name):
        return []
    return [(f"{name} · {city}", "")]


KEYS = {
    "email": Key(
        ("email",),
        SQL("(p.email > '' OR p.email_normalized > '')"),
        _email_keys,
        5,
        # As Odoo has made it, but for what only looks so: IDN, a full stop at its end.
        plain=SQL(
            "(p.email_normalized > '' "
            "AND (p.email IS NULL OR lower(p.email) = p.email_normalized) "
            "AND p.email_normalized ~ %s "
            "AND strpos(p.email_normalized, 'xn--') = 0 "
            "AND right(p.email_normalized, 1) <> '.')",
            "^[a-z0-9.@_+%-]+$",
        ),
        plain_key=SQL("p.email_normalized"),
        is_filler=lambda key: not fold.email_keys(key),
    ),
    "phone": Key(
        ("name", "phone", "phone_sanitized"),
        SQL("(p.phone_sanitized > '' OR p.phone > '')"),
        _phone_keys,
        7,
        # Nothing but digits and what stands between them, and neither two numbers nor one that a
        # spreadsheet cut.
        plain=SQL(
            "(p.phone_sanitized > '' "
            "AND p.phone ~ '^[0-9+.() -]+$' "
            "AND strpos(substr(p.phone, 2), '+') = 0 AND strpos(p.phone, ' - ') = 0 "
            "AND (strpos(p.phone, ' 00') = 0 OR p.phone !~ ' 00[1-9]') "
            "AND right(p.phone, 2) <> '.0' AND right(p.phone, 3) <> '.00')"
        ),
        plain_key=SQL("p.phone_sanitized"),
        plain_besides=SQL("COALESCE(p.name, '')"),
        is_filler=lambda key: not fold.phone_keys(key, key),
        # Colleagues have the number of their switchboard: of persons under one company the name
        # must be the same too.
        condition=SQL(
            "(a.is_company OR a.commercial_partner_id <> b.commercial_partner_id "
            "OR (SELECT folded FROM crm_duplicate_besides WHERE value = one.besides) "
            "= (SELECT folded FROM crm_duplicate_besides WHERE value = other.besides))"
        ),
    ),
    "vat": Key(
        ("vat",),
        SQL("p.vat > ''"),
        _tax_keys,
        6,
        # The code of a country and digits.
        plain=SQL(
            "(p.vat ~ '^[A-Z]{2}[0-9 .-]+$' "
            "AND length(translate(substr(p.vat, 3), ' .-', '')) BETWEEN 8 AND 12 "
            "AND left(p.vat, 2) = ANY(%s))",
            sorted(fold.COUNTRIES),
        ),
        plain_key=SQL("translate(substr(p.vat, 3), ' .-', '')"),
        plain_besides=SQL("left(p.vat, 2)"),
        is_filler=lambda key: not fold.tax_keys(key),
        # Persons have the number of their company: Odoo copies it to them. The same number may
        # be given out by two countries.
        condition=SQL(
            "(a.is_company OR a.commercial_partner_id = a.id AND b.commercial_partner_id = b.id) "
            "AND (one.besides = other.besides OR '' IN (one.besides, other.besides))"
        ),
    ),
    "name_city": Key(("name", "city"), SQL("(p.name > '' AND p.city > '')"), _name_keys, 6),
}


def contradicted(vat, other):
    """Whether two tax IDs are two companies."""
    return fold.contradicts(fold.tax_keys(vat), fold.tax_keys(other))


def find_groups(pairs):
    """Put whoever is alike over others into one group.

    :param pairs: iterable of (id, id, is sure, is contradicted)
    :return: id → smallest id of its group, and the set of those smallest ids whose group is sure:
        everybody in it is tied to everybody by sure pairs, and nothing speaks against one
    :rtype: tuple[dict, set]
    """
    groups, sure_groups, doubted = _Groups(), _Groups(), set()
    for a, b, sure, contradicted in pairs:
        groups.join(a, b)
        if sure and not contradicted:
            sure_groups.join(a, b)
        elif contradicted:
            doubted.add(a)
    roots = {member: groups.find(member) for member in groups.parents}
    sizes = {}
    for root in roots.values():
        sizes[root] = sizes.get(root, 0) + 1
    unsure = {roots[a] for a in doubted} | {
        root for member, root in roots.items() if sure_groups.find(member) != root
    }
    return roots, {root for root, size in sizes.items() if size <= SURE_SIZE} - unsure


class _Groups:
    """Disjoint sets, each named by its smallest member (union-find with path halving)."""

    def __init__(self):
        self.parents = {}

    def find(self, member):
        parents = self.parents
        if member not in parents:
            return member
        while parents[member] != member:
            parents[member] = parents[parents[member]]
            member = parents[member]
        return member

    def join(self, a, b):
        self.parents.setdefault(a, a)
        self.parents.setdefault(b, b)
        a, b = self.find(a), self.find(b)
        if a != b:
            self.parents[max(a, b)] = min(a, b)
