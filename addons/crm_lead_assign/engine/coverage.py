"""Which leads which rules are for, all rules taken together.

Leads that pass the same filters are one case: what holds for one holds for all of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from . import codes
from .facts import Lead, Team


@dataclass(slots=True)
class Coverage:
    """``no_team``: leads no team is for; ``no_member``: ``{team: leads nobody in it ever
    takes, nor anybody in another team that matches}``; ``overlaps``: ``{teams: leads}``;
    ``hits``: ``{bit: leads}``; ``team_hits``: ``{team: leads}``; ``member_hits``:
    ``{member: leads of the team}``."""

    no_team: list = field(default_factory=list)
    no_member: dict = field(default_factory=lambda: defaultdict(list))
    overlaps: dict = field(default_factory=lambda: defaultdict(list))
    hits: Counter = field(default_factory=Counter)
    team_hits: Counter = field(default_factory=Counter)
    member_hits: Counter = field(default_factory=Counter)


def measure(leads: Iterable[Lead], teams: Sequence[Team], recent: frozenset[int]) -> Coverage:
    """Look at all leads; at just the ``recent`` for what is missing or double.

    Cost: cases × (teams + members), and once through the leads.
    """
    cases = defaultdict(list)
    for lead in leads:
        cases[lead.matches, lead.company_id, lead.langs, lead.team_id].append(lead)
    coverage = Coverage()
    bits = {bit for team in teams for bit in rules_of(team)}
    by_id = {team.id: team for team in teams}
    for own in cases.values():
        lead, count = own[0], len(own)
        coverage.hits.update({bit: count for bit in bits if lead.matches & bit})
        matching = [team for team in teams if team.matches(lead)]
        for team in matching:
            coverage.team_hits[team.id] += count
            for member in team.members:
                if lead.matches & member.rule:
                    coverage.member_hits[member.id] += count
        ids = [lead.id for lead in own if lead.id in recent]
        if not ids:
            continue
        # Teams out of the schedule wait for somebody's button: they take nothing from others.
        scheduled = [team for team in matching if team.scheduled]
        if len(scheduled) > 1:
            coverage.overlaps[frozenset(team.id for team in scheduled)] += ids
        held = by_id.get(lead.team_id)
        able = matching if held is None or held in matching else [held, *matching]
        if not able and not lead.team_id:
            coverage.no_team += ids
        elif able and not any(takes(team, lead) for team in able):
            asked = [team for team in able if team.scheduled]
            if asked:
                coverage.no_member[asked[0].id] += ids
    return coverage


def rules_of(team: Team) -> set[int]:
    """The bits of a team: own filter, territories, members' filters."""
    bits = {team.rule, *team.territories}
    for member in team.members:
        bits |= {member.rule, member.preferred}
    return bits - {0}


def takes(team: Team, lead: Lead) -> bool:
    """Whether somebody in the team takes such leads when there is room."""
    return bool(team.fallback_user) or any(
        member.blocked not in codes.NEVER_RECEIVES and member.takes(lead) for member in team.members
    )
