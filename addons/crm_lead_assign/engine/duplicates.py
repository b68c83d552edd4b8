"""Which leads are the same enquiry.

Found for all leads at once: leads that share a key (an e-mail address, a phone number,
a company) belong together, and so do those linked by way of a third.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping


class SharedMailboxes:
    """Addresses that many people write from: ``info@``, a web shop's, a marketplace's.

    :param patterns: ``info`` or ``info@`` (any domain), ``@example.com`` or
        ``example.com`` (any mailbox), ``office@example.com`` (just this one)
    """

    def __init__(self, patterns: Iterable[str]):
        self.mailboxes, self.domains, self.addresses = set(), set(), set()
        for pattern in patterns:
            text = pattern.strip().lower()
            local, at, domain = text.partition("@")
            if at and local and domain:
                self.addresses.add(text)
            elif at and domain:
                self.domains.add(domain)
            elif local and "." in local and not at:
                self.domains.add(local)
            elif local:
                self.mailboxes.add(local)

    def __contains__(self, address: str) -> bool:
        local, _at, domain = address.lower().partition("@")
        return (
            address.lower() in self.addresses or local in self.mailboxes or domain in self.domains
        )


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
