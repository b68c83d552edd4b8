"""Which leads are the same enquiry.

Found for all leads at once: leads that share a key (an e-mail address, a phone number,
a company) belong together, and so do those linked by way of a third.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress

from odoo.addons.crm_access import fold

#: Left of a pattern: a link or a kind of address, and what a browser shows before a domain.
_LINK = re.compile(r"^(?:mailto:|[a-z][a-z0-9+.-]*:/+)", re.IGNORECASE)


def read_pattern(pattern: str) -> tuple[str, str]:
    """Return mailbox and domain of a pattern, each empty where it is any.

    :param pattern: ``info``, ``info@`` or ``info@*`` (any domain); ``@example.com``,
        ``*@example.com``, ``example.com`` or ``https://example.com`` (any mailbox);
        ``office@example.com`` (just this one)
    :raises ValueError: it is none of these
    """
    text = unicodedata.normalize("NFKC", pattern).strip().lower()
    is_link = bool(_LINK.match(text))
    text = re.split(r"[/?#]", _LINK.sub("", text))[0].strip()
    local, at, domain = text.partition("@")
    if not at and ("." in local or is_link):
        local, domain = "", re.sub(r":\d+$", "", local.removeprefix("www."))
    local, domain = ("" if part == "*" else part for part in (local, domain))
    domain = fold.fold_domain(domain)
    if not (local or domain) or re.search(r"[\s@*,;:<>()\"]", local + domain):
        raise ValueError(pattern)
    if domain and not all(domain.split(".")):
        raise ValueError(pattern)
    return local, domain


class SharedMailboxes:
    """Addresses that many people write from: ``info@``, a web shop's, a marketplace's.

    :param patterns: see :func:`read_pattern`; what is none matches nothing
    """

    def __init__(self, patterns: Iterable[str]):
        self.patterns = set()
        for pattern in patterns:
            with suppress(ValueError):
                self.patterns.add(read_pattern(pattern))

    def __contains__(self, address: str) -> bool:
        local, _at, domain = address.lower().partition("@")
        domain = fold.fold_domain(domain)
        return not self.patterns.isdisjoint({(local, domain), (local, ""), ("", domain)})


#: What the keys of a lead begin with.
EMAIL, PHONE, NAME = "email:", "phone:", "name:"


def make_keys(email="", phone="", sanitized="", sanitize=None, company="") -> list[str]:
    """Return what a lead may be compared by: its e-mail addresses, phone numbers, company.

    The same as contacts are compared by: what is written differently and means the same is one
    key, what was entered only because the field asked for something is none.

    :param sanitized: the phone number with its country, where Odoo could make it
    :param sanitize: function that tries the same with a part of ``phone``
    """
    name = fold.fold_name(company)
    return [
        *(EMAIL + address for address in fold.email_keys(email)),
        *(PHONE + number for number in fold.phone_keys(phone, sanitized, sanitize)),
        *([NAME + name] if name and not fold.is_filler_name(name) else []),
    ]


def read_keys(text: str | None, *kinds: str) -> list[str]:
    """Return the keys of some kinds out of the text that they are stored in, one a line."""
    return [key for key in (text or "").splitlines() if key.startswith(kinds)]


def read_addresses(keys: Iterable[str]) -> list[str]:
    """Return the e-mail addresses among keys."""
    return [key.removeprefix(EMAIL) for key in keys if key.startswith(EMAIL)]


def groups(keys_by_lead: Mapping[int, Iterable]) -> dict[int, frozenset[int]]:
    """Leads that belong together: ``{lead: all of its group}``, only groups of two or more.

    :param keys_by_lead: ``{lead: keys}``; leads that share a key belong together
    """
    parent = {lead: lead for lead in keys_by_lead}

    def root(lead):
        while parent[lead] != lead:
            parent[lead] = parent[parent[lead]]
            lead = parent[lead]
        return lead

    first = {}
    for lead, keys in keys_by_lead.items():
        for key in keys:
            other = first.setdefault(key, lead)
            if other != lead:
                parent[root(lead)] = root(other)
    members = defaultdict(set)
    for lead in parent:
        members[root(lead)].add(lead)
    return {
        lead: frozenset(together)
        for together in members.values()
        if len(together) > 1
        for lead in together
    }
