"""Duplicates: what makes two contacts alike, and who belongs together.

No database here: the keys are SQL for whoever has one, the groups are made in memory.
"""

from odoo.tools import SQL

#: Letters with marks, and what they are without: PostgreSQL has no ``unaccent`` by itself.
MARKED = "àáâãäåāăąçćčďđèéêëēėęěģğìíîïīįıķļľłñńňņòóôõöøōőŕřśšșşťțţùúûüūůűųýÿźžż"
PLAIN = "aaaaaaaaacccddeeeeeeeeggiiiiiiiklllnnnnoooooooorrsssstttuuuuuuuuyyzzz"

#: Words that say which law a company is under, not which company it is.
LEGAL_FORMS = (
    "ab|ag|aps|as|asa|bv|bvba|co|corp|corporation|doo|eood|gmbh|inc|incorporated|kft|kg|limited|llc|"
    "llp|ltd|mbh|nv|ood|oy|oyj|plc|pte|pty|pvt|sa|sarl|sas|se|sia|sl|spa|spzoo|srl|sro|uab"
)

#: Above this, agreeing over others is no longer sure of anybody.
SURE_SIZE = 10


#: Signs between words, and signs within them ("S.p.A." is a word without its dots).
BETWEEN, WITHIN = "-,&/()+_;:|!*#", ".'\"`´’"


def _fold(column):
    """Lower case, without marks and signs; words with one blank between them.

    No regular expression: this is run over all contacts.
    """
    plain = SQL(
        "translate(lower(%s), %s, %s)",
        column,
        MARKED + BETWEEN + WITHIN,
        PLAIN + " " * len(BETWEEN),
    )
    return _squeeze(plain)


def _squeeze(text):
    return SQL("btrim(replace(replace(%s, '  ', ' '), '  ', ' '))", text)


def fold_name(column):
    """A name without marks, signs and legal form."""
    bare = SQL("regexp_replace(%s, %s, '', 'g')", _fold(column), rf"\m({LEGAL_FORMS})\M")
    return _squeeze(bare)


def _digits(column):
    return SQL("regexp_replace(%s, '[^0-9]+', '', 'g')", column)


VAT = SQL("regexp_replace(upper(p.vat), '[^A-Z0-9]+', '', 'g')")

#: What each criterion compares: the key, whom it is made for, and what is too short to be a value
#: ("0", "n/a").
KEYS = {
    "email": (SQL("p.email_normalized"), SQL("p.email_normalized > ''"), 5),
    "phone": (
        SQL("COALESCE(NULLIF(p.phone_sanitized, ''), '+' || %s)", _digits(SQL("p.phone"))),
        SQL("(p.phone_sanitized > '' OR p.phone > '')"),
        7,
    ),
    "vat": (VAT, SQL("p.vat > ''"), 6),
    "name_city": (
        SQL(
            "NULLIF(%s, '') || ' · ' || NULLIF(%s, '')",
            fold_name(SQL("p.name")),
            _fold(SQL("p.city")),
        ),
        SQL("(p.name > '' AND p.city > '')"),
        6,
    ),
}

#: What else must hold of two contacts with the same value.
CONDITIONS = {
    # Colleagues have the number of their switchboard: of persons under one company the name
    # must be the same too.
    "phone": SQL(
        "(a.is_company OR a.commercial_partner_id <> b.commercial_partner_id OR %s = %s)",
        fold_name(SQL("a.name")),
        fold_name(SQL("b.name")),
    ),
    # Persons have the number of their company: Odoo copies it to them.
    "vat": SQL(
        "(a.is_company OR a.commercial_partner_id = a.id AND b.commercial_partner_id = b.id)"
    ),
}


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
