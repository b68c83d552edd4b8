"""What the engine works on: leads, teams, members and people as plain data.

Filters are rules with a number; what matches is a bit in the lead's ``matches``. So a
hundred rules over a hundred thousand leads are a hundred thousand numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import rotation

#: The bit of an empty filter: every lead has it.
EVERYTHING = 1


@dataclass(slots=True, eq=False)
class Lead:
    """A lead to give out.

    ``matches``: bits of the rules it passes; ``customer_user``: the customer's own
    salesperson; ``repeat_user``: who had the last enquiry of the same customer;
    ``langs``: languages it may be served in (empty: not known); ``kinds``: what win
    rates are told apart by, for each field a team uses; ``excluded``: users who had it
    and let it lie.
    """

    id: int
    team_id: int = 0
    probability: float = 0.0
    matches: int = EVERYTHING
    company_id: int = 0
    customer_user: int = 0
    repeat_user: int = 0
    langs: frozenset[str] = frozenset()
    kinds: dict[str, int] = field(default_factory=dict)
    excluded: frozenset[int] = frozenset()


@dataclass(slots=True, eq=False)
class Person:
    """What holds for a user in all teams together. ``credit`` None: no limit of its own."""

    user_id: int
    credit: float | None = None
    open_leads: int = 0
    company_ids: frozenset[int] = frozenset()


@dataclass(slots=True, eq=False)
class Member:
    """A person in a team.

    ``blocked``: a code of :mod:`.codes` when nothing can be received now; ``credit``:
    leads to be given out now; ``load``: leads that count as load for this team;
    ``received``: leads of the last 30 days;
    ``win_rates``: ``{kind: (won, closed)}``.
    """

    id: int
    team_id: int
    person: Person
    weight: float
    credit: float = 0.0
    blocked: str = ""
    rule: int = EVERYTHING
    preferred: int = 0
    langs: frozenset[str] = frozenset()
    position: float = 0.0
    open_max: int = 0
    load: int = 0
    received: int = 0
    win_rates: dict = field(default_factory=dict)

    @property
    def user_id(self) -> int:
        return self.person.user_id

    def takes(self, lead: Lead) -> bool:
        """Whether the lead is one for this member at all, whatever today's capacity."""
        return bool(
            lead.matches & self.rule
            and (not self.langs or not lead.langs or self.langs & lead.langs)
            and serves(self.person, lead)
        )

    def receive(self) -> None:
        """Count one more lead."""
        self.credit -= 1
        if self.person.credit is not None:
            self.person.credit -= 1
        self.person.open_leads += 1
        self.load += 1
        self.received += 1
        self.position = rotation.after_lead(self.position, self.weight)


@dataclass(slots=True, eq=False)
class Team:
    """A team and its way of choosing."""

    id: int
    rule: int = EVERYTHING
    weight: float = 0.0
    sequence: int = 10
    scheduled: bool = True
    exclusive: bool = False
    company_id: int = 0
    #: ``{bit of a territory: its depth}``; empty: not bound to territories
    territories: dict[int, int] = field(default_factory=dict)
    method: str = "round_robin"
    customer_first: bool = True
    repeat_first: bool = True
    exploration: float = 0.2
    #: the field in ``Lead.kinds`` win rates are told apart by; empty: one rate for all
    win_rate_by: str = ""
    fallback_user: int = 0
    fallback_when_full: bool = False
    members: Sequence[Member] = ()

    def matches(self, lead: Lead) -> bool:
        """Whether the lead passes the team's filter, territories and company."""
        return bool(
            lead.matches & self.rule
            and (not self.territories or self.depth(lead) is not None)
            and (not self.company_id or lead.company_id in (0, self.company_id))
        )

    def depth(self, lead: Lead) -> int | None:
        """How deep in the tree the most specific territory of the lead is."""
        depths = [depth for bit, depth in self.territories.items() if lead.matches & bit]
        return max(depths, default=None)


def serves(person: Person, lead: Lead) -> bool:
    """Whether the person works for the lead's company."""
    return not lead.company_id or lead.company_id in person.company_ids


@dataclass(slots=True, eq=False)
class Decision:
    """What was decided about a lead, and why; codes are those of :mod:`.codes`.

    ``candidates``: ``[[member, code or "", score]]`` in the order they were ranked,
    ``""`` for the one chosen; ``teams``: ``[[team, code]]``, the teams that matched and
    were not chosen; ``rank``: place of the chosen in the team's rotation, first is 1.
    """

    lead_id: int
    outcome: str
    team_id: int = 0
    member_id: int = 0
    user_id: int = 0
    rule: str = ""
    team_rule: str = ""
    reason: str = ""
    rank: int = 0
    candidates: list = field(default_factory=list)
    teams: list = field(default_factory=list)
    facts: dict = field(default_factory=dict)
    merged_ids: list = field(default_factory=list)
