"""Leads of days gone by, given out again with other members: what if.

Day by day in memory: capacities fill as they would have, whose turn it is starts from
zero, who waits is asked about again the next day.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from . import allocation, capacity, codes, distribution, rotation
from .facts import Lead, Member, Team

#: What passes with time; the other reasons stay as they are while nobody changes the rules.
WAITS = (codes.CAPACITY_USED, codes.OPEN_LIMIT, codes.NOBODY_AVAILABLE)


@dataclass(slots=True)
class Result:
    """``received``: ``{(team, user): leads}``; ``reasons``: leads nobody got, by code;
    ``waited``: days between a lead's coming and its owner, in all."""

    received: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    waited: int = 0

    @property
    def assigned(self) -> int:
        return sum(self.received.values())


class Replay:
    """Gives leads out day by day.

    :param teams: with the members as they are to be tried out
    :param away: ``{member: days on which nothing is given}``, days counted from 0
    :param totals: ``{user: capacity over all teams}``, only who has one
    :param keys: ``{lead: what tells its customer}``; later leads with a key go to the same
        person where the team wants that
    :param known: ``{key: user}`` from before
    :param fallback: ``(team, user)`` for leads no team matches; 0 where there is none
    """

    def __init__(
        self,
        teams: Sequence[Team],
        away: Mapping[int, Collection[int]] | None = None,
        totals: Mapping[int, float] | None = None,
        keys: Mapping[int, Sequence] | None = None,
        known: Mapping | None = None,
        fallback: tuple[int, int] = (0, 0),
        carry_over: float = capacity.CARRY_OVER_DAYS,
        seed: int = 0,
    ):
        self.teams = {team.id: team for team in teams}
        self.away = away or {}
        self.totals = totals or {}
        self.keys = keys or {}
        self.known = dict(known or {})
        self.fallback = fallback
        self.carry_over = carry_over
        self.random = random.Random(seed)
        self.result = Result()
        self._waiting = defaultdict(list)
        self._came = {}
        self._history = defaultdict(list)
        self._usual = {m.id: m.blocked for team in teams for m in team.members}
        for team in teams:
            able = [m for m in team.members if m.blocked not in codes.NEVER_RECEIVES]
            team.weight = sum(member.weight for member in able)
            if not able and team.fallback_user:
                team.weight = 1

    def run(self, days: Sequence[Sequence[Lead]]) -> Result:
        """Give out the leads of each day, in the order of creation.

        Cost: leads × members comparisons; leads that wait, once more for each day with
        capacity left.
        """
        for day, leads in enumerate(days):
            self._start_day(day)
            self._give_out(day, leads)
        for waiting in self._waiting.values():
            self.result.reasons.update(reason for _lead, reason in waiting)
        return self.result

    def _start_day(self, day: int) -> None:
        for team in self.teams.values():
            rows = []
            for member in team.members:
                away = day in self.away.get(member.id, ())
                member.blocked = self._usual[member.id] or (codes.SKIP_AWAY if away else "")
                member.credit = self._credit(member.weight, (member.id,), day)
                member.received = sum(self._received((member.id,), day))
                stayed = day - 1 not in self.away.get(member.id, ())
                if member.blocked not in codes.NEVER_RECEIVES:
                    rows.append((member.id, member.position, member.weight, stayed))
            positions = rotation.calibrated(rows)
            for member in team.members:
                member.position = positions.get(member.id, member.position)
        people = defaultdict(list)
        for team in self.teams.values():
            for member in team.members:
                people[member.user_id].append(member)
        for user_id, members in people.items():
            total = self.totals.get(user_id)
            credit = total and self._credit(total, [member.id for member in members], day)
            for member in members:
                member.person.credit = credit or (0.0 if total else None)

    def _credit(self, leads: float, member_ids: Sequence[int], day: int) -> float:
        away = set.intersection(*(set(self.away.get(member, ())) for member in member_ids))
        return capacity.credit(
            leads,
            self._received(member_ids, day),
            min(day, capacity.PERIOD),
            away={day - other for other in away if 0 <= day - other < capacity.PERIOD},
            carry_over=self.carry_over,
        )

    def _received(self, member_ids: Sequence[int], day: int) -> list[int]:
        """Leads by day, today first."""
        received = [0] * min(day + 1, capacity.PERIOD)
        for member_id in member_ids:
            for other, count in self._history[member_id]:
                if day - other < len(received):
                    received[day - other] += count
        return received

    def _give_out(self, day: int, leads: Sequence[Lead]) -> None:
        by_team = defaultdict(list)
        for lead in leads:
            self._came[lead.id] = day
            self._tie(lead)
        teamless = [lead for lead in leads if not lead.team_id]
        found = {
            decision.lead_id: decision.team_id
            for decision in allocation.allocate(teamless, list(self.teams.values()), self.random)
        }
        for lead in leads:
            lead.team_id = lead.team_id or found.get(lead.id, 0)
            if lead.team_id:
                by_team[lead.team_id].append(lead)
            elif self.fallback[1]:
                self.result.received[self.fallback] += 1
            else:
                self.result.reasons[codes.NO_TEAM] += 1
        homeless = []
        for team_id, team in self.teams.items():
            homeless += self._distribute(team, by_team[team_id], day)
        self._relocate(homeless, day)

    def _tie(self, lead: Lead) -> None:
        keys = self.keys.get(lead.id, ())
        lead.repeat_user = next((self.known[key] for key in keys if key in self.known), 0)

    def _distribute(self, team: Team, new: Sequence[Lead], day: int) -> list:
        """The day's leads of a team; ``[(lead, reason)]`` of those nobody in it ever takes."""
        waiting = self._waiting[team.id]
        if waiting and any(has_room(member) for member in team.members):
            new = [lead for lead, _reason in waiting] + list(new)
            self._waiting[team.id] = []
        homeless = []
        by_id = {lead.id: lead for lead in new}
        for decision in distribution.distribute(team, new):
            lead = by_id[decision.lead_id]
            if decision.user_id:
                self._receive(decision, lead, day)
            elif decision.reason in WAITS:
                self._waiting[team.id].append((lead, decision.reason))
            else:
                homeless.append((lead, decision.reason))
        return homeless

    def _receive(self, decision, lead: Lead, day: int) -> None:
        self.result.received[decision.team_id, decision.user_id] += 1
        self.result.waited += day - self._came[lead.id]
        if decision.member_id:
            history = self._history[decision.member_id]
            if history and history[-1][0] == day:
                history[-1] = (day, history[-1][1] + 1)
            else:
                history.append((day, 1))
        for key in self.keys.get(lead.id, ()):
            self.known[key] = decision.user_id

    def _relocate(self, homeless, day: int) -> None:
        """As in a run: to a team where somebody takes them, once; the rest has nobody."""
        leads = {lead.id: lead for lead, _reason in homeless}
        moved = defaultdict(list)
        if len(self.teams) > 1 and leads:
            teams = list(self.teams.values())
            for decision in allocation.allocate(list(leads.values()), teams, self.random):
                lead = leads[decision.lead_id]
                lead.team_id = decision.team_id
                moved[decision.team_id].append(lead)
        gone = {lead.id for own in moved.values() for lead in own}
        for team_id, own in moved.items():
            for _lead, reason in self._distribute(self.teams[team_id], own, day):
                self.result.reasons[reason] += 1
        self.result.reasons.update(reason for lead, reason in homeless if lead.id not in gone)


def has_room(member: Member) -> bool:
    """Whether the member can be given anything at this moment."""
    return (
        not member.blocked
        and capacity.whole(member.credit) > 0
        and (member.person.credit is None or capacity.whole(member.person.credit) > 0)
    )
