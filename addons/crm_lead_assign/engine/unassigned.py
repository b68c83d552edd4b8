"""Why a lead has no owner.

The order of the questions is that of Odoo's own run: a team first, then a person
in it. The answer is the first thing that stands in the way, and so the first
thing to mend.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

#: Reason codes, from "nothing fits" to "nothing stands in the way".
NO_TEAM = "no_team"
TEAM_SKIPPED = "team_skipped"
TEAM_NO_CAPACITY = "team_no_capacity"
TOO_OLD = "too_old"
NO_MEMBER = "no_member"
CAPACITY_USED = "capacity_used"
RELEASED = "released"
WAITING = "waiting"


@dataclass(frozen=True)
class Member:
    """A team member: the leads the filters let through, and what is left today."""

    lead_ids: Collection[int]
    remaining: int


@dataclass(frozen=True)
class Team:
    """A team: the leads its filter lets through, its members, its switches."""

    lead_ids: Collection[int]
    scheduled: bool = True
    capacity: int = 0
    members: Sequence[Member] = field(default_factory=tuple)


@dataclass(frozen=True)
class Lead:
    """A lead without an owner.

    ``team_id``: the team it was given to, if any. ``too_old``: created before the
    days a scheduled run looks back. ``released``: it had an owner before.
    """

    id: int
    team_id: int | None = None
    too_old: bool = False
    released: bool = False


def reason_for(lead: Lead, teams: dict[int, Team]) -> str:
    """The code of what stands between ``lead`` and an owner.

    :param teams: teams by id; a lead's own team may be missing (archived)
    """
    if lead.team_id:
        if lead.released:
            return RELEASED
        team = teams.get(lead.team_id)
        return within_team(lead, team) if team else NO_TEAM
    matching = [team for team in teams.values() if lead.id in team.lead_ids]
    if not matching:
        return NO_TEAM
    scheduled = [team for team in matching if team.scheduled]
    if not scheduled:
        return TEAM_SKIPPED
    able = [team for team in scheduled if team.capacity > 0]
    if not able:
        return TEAM_NO_CAPACITY
    return TOO_OLD if lead.too_old else WAITING


def within_team(lead: Lead, team: Team) -> str:
    """As ``reason_for``, for a lead that has its team already."""
    if not team.scheduled:
        return TEAM_SKIPPED
    if team.capacity <= 0:
        return TEAM_NO_CAPACITY
    willing = [member for member in team.members if lead.id in member.lead_ids]
    if not willing:
        return NO_MEMBER
    if all(member.remaining <= 0 for member in willing):
        return CAPACITY_USED
    return WAITING
