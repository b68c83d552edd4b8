"""Leads of a team to its members.

Members whose preferred filter matches are asked before the others, the most promising
leads first: Odoo's two passes. Within a pass the order is: the customer's own
salesperson, who had the customer's last enquiry, then the team's method.
"""

from collections.abc import Callable, Iterable, Sequence

from . import capacity, codes, rotation
from .facts import Decision, Lead, Member, Team

#: Weight of the team's win rate, in leads, when a member has few of a kind: somebody who
#: won one of one is not better than somebody who won forty of eighty.
PRIOR_LEADS = 10
#: Candidates kept with a decision; the rest is counted.
MAX_CANDIDATES = 50


def distribute(team: Team, leads: Sequence[Lead]) -> list[Decision]:
    """A decision for each of ``leads``, all of ``team``; members' counters go on.

    Cost: leads × members comparisons, nothing else.
    """
    ordered = sorted(leads, key=lambda lead: (-lead.probability, lead.id))
    decisions = {}
    if any(member.preferred for member in team.members):
        for lead in ordered:
            if any(lead.matches & member.preferred for member in team.members):
                decision = choose(team, lead, preferred=True)
                if decision.user_id:
                    decisions[lead.id] = decision
    for lead in ordered:
        if lead.id not in decisions:
            decisions[lead.id] = choose(team, lead)
    return [decisions[lead.id] for lead in ordered]


def choose(team: Team, lead: Lead, preferred: bool = False) -> Decision:
    """Who gets ``lead``. With ``preferred``, only those who prefer it are asked."""
    skipped, eligible, tied = [], [], {}
    for member in team.members:
        code = why_not(member, lead)
        if code in ("", codes.SKIP_CAPACITY, codes.SKIP_PERSON_CAPACITY):
            tied[member.user_id] = member
        if code:
            skipped.append([member.id, code])
        elif not preferred or lead.matches & member.preferred:
            eligible.append(member)
        else:
            skipped.append([member.id, codes.SKIP_NOT_PREFERRED])
    rule, ranked = by_method(team, lead, eligible)
    if preferred:
        rule = codes.PREFERRED
    chosen, tied_by = tied_member(team, lead, tied)
    if chosen:
        rule = tied_by
    elif ranked:
        chosen = ranked[0][-1]
    if chosen:
        return taken(team, lead, chosen, rule, ranked, skipped)
    if preferred:
        # The others are asked next; the fallback comes after them.
        return Decision(lead.id, codes.UNASSIGNED, team_id=team.id)
    return nobody(team, lead, skipped)


def tied_member(team: Team, lead: Lead, able: dict[int, Member]):
    """The person the customer is tied to; the month's capacity does not come between.

    :param able: members by user who can have the lead, or could but for their capacity
    """
    for user_id, wanted, rule in (
        (lead.customer_user, team.customer_first, codes.CUSTOMER),
        (lead.repeat_user, team.repeat_first, codes.REPEAT),
    ):
        if wanted and user_id in able:
            return able[user_id], rule
    return None, ""


def why_not(member: Member, lead: Lead) -> str:
    """The first thing that keeps ``member`` from having ``lead``, or an empty text."""
    if member.blocked:
        return member.blocked
    person = member.person
    if lead.company_id and lead.company_id not in person.company_ids:
        return codes.SKIP_COMPANY
    if not lead.matches & member.rule:
        return codes.SKIP_FILTER
    if member.langs and lead.langs and not member.langs & lead.langs:
        return codes.SKIP_LANGUAGE
    if member.person.user_id in lead.excluded:
        return codes.SKIP_PREVIOUS
    if member.open_max and person.open_leads >= member.open_max:
        return codes.SKIP_OPEN
    if capacity.whole(member.credit) < 1:
        return codes.SKIP_CAPACITY
    if person.credit is not None and capacity.whole(person.credit) < 1:
        return codes.SKIP_PERSON_CAPACITY
    return ""


def turn_of(member: Member) -> float:
    """The smallest is next, see :mod:`.rotation`."""
    return rotation.turn(member.position, member.weight)


def by_method(team: Team, lead: Lead, eligible: Sequence[Member]) -> tuple[str, list[tuple]]:
    """The team's method for the lead, and ``eligible`` in the order it puts them.

    :return: ``(rule, [(sorting value, turn, id, member)])``, the best first
    """
    rule, score = team.method, turn_of
    if rule == codes.OPEN_LOAD:
        score = load_of
    elif rule == codes.WIN_RATE:
        if is_exploration(lead.id, team.exploration):
            rule = codes.EXPLORATION
        else:
            score = win_rate_score(team, lead.kinds.get(team.win_rate_by))
    if score is turn_of:
        ranked = []
        for member in eligible:
            turn = turn_of(member)
            ranked.append((turn, turn, member.id, member))
    else:
        ranked = [(score(member), turn_of(member), member.id, member) for member in eligible]
    ranked.sort()
    return rule, ranked


def load_of(member: Member) -> float:
    """Load after one more lead, for the capacity: half a day's job carries half."""
    return (member.load + 1) / member.weight


def win_rate_score(team: Team, kind) -> Callable[[Member], float]:
    """Minus the win rate for a kind of lead, drawn towards the team's where leads are few.

    The posterior mean of a beta-binomial model whose prior has the team's rate and the
    weight of :data:`PRIOR_LEADS`
    (https://en.wikipedia.org/wiki/Beta-binomial_distribution).
    """
    results = [member.win_rates.get(kind, (0, 0)) for member in team.members]
    won, closed = sum(result[0] for result in results), sum(result[1] for result in results)
    rate = won / closed if closed else 0.0

    def score(member: Member) -> float:
        own_won, own_closed = member.win_rates.get(kind, (0, 0))
        return -(own_won + PRIOR_LEADS * rate) / (own_closed + PRIOR_LEADS)

    return score


def is_exploration(lead_id: int, share: float) -> bool:
    """Whether this lead goes by turn, so that everybody's win rate stays known.

    Spread evenly over the leads by multiplicative hashing (Knuth, TAOCP 3, 6.4): the
    same lead gives the same answer in a preview, in a run and in another process.
    """
    return (lead_id * 2654435761 % 2**32) / 2**32 < share


def taken(team, lead, chosen, rule, ranked, skipped) -> Decision:
    """The decision that gives ``lead`` to ``chosen``, and counts it."""
    places = [row[-1] for row in ranked]
    score = ranked[places.index(chosen)][0] if chosen in places else turn_of(chosen)
    decision = Decision(
        lead.id,
        codes.ASSIGNED,
        team_id=team.id,
        member_id=chosen.id,
        user_id=chosen.user_id,
        rule=rule,
        rank=places.index(chosen) + 1 if chosen in places else 1,
        candidates=limited(
            [[chosen.id, "", round(score, 4)]]
            + [
                [row[2], codes.NOT_IN_TURN, round(row[0], 4)]
                for row in ranked
                if row[-1] is not chosen
            ]
            + [row for row in skipped if row[0] != chosen.id]
        ),
        facts={"capacity": chosen.weight, "received": chosen.received + 1},
    )
    if lead.langs and chosen.langs:
        decision.facts["langs"] = sorted(chosen.langs & lead.langs)
    if rule == codes.OPEN_LOAD:
        decision.facts["load"] = chosen.load
    elif rule == codes.WIN_RATE:
        decision.facts["win_rate"] = round(-score, 4)
        decision.facts["closed"] = chosen.win_rates.get(lead.kinds.get(team.win_rate_by), (0, 0))[1]
    chosen.receive()
    return decision


def nobody(team: Team, lead: Lead, skipped: list) -> Decision:
    """The decision about a lead that no member can have now."""
    reason = reason_of([code for _member, code in skipped])
    full = reason in (codes.CAPACITY_USED, codes.OPEN_LIMIT, codes.NOBODY_AVAILABLE)
    if (
        team.fallback_user
        and team.fallback_user not in lead.excluded
        and (not full or team.fallback_when_full)
    ):
        return Decision(
            lead.id,
            codes.ASSIGNED,
            team_id=team.id,
            user_id=team.fallback_user,
            rule=codes.FALLBACK,
            reason=reason,
            candidates=limited(skipped),
        )
    return Decision(
        lead.id, codes.UNASSIGNED, team_id=team.id, reason=reason, candidates=limited(skipped)
    )


def reason_of(skips: Sequence[str]) -> str:
    """Why nobody could, from why each could not: the reason that is nearest to an owner."""
    for skip, reason in (
        ((codes.SKIP_CAPACITY, codes.SKIP_PERSON_CAPACITY), codes.CAPACITY_USED),
        ((codes.SKIP_OPEN,), codes.OPEN_LIMIT),
        ((codes.SKIP_AWAY,), codes.NOBODY_AVAILABLE),
        ((codes.SKIP_LANGUAGE,), codes.NO_LANGUAGE),
    ):
        if any(code in skip for code in skips):
            return reason
    return codes.NO_MEMBER


def limited(candidates: list) -> list:
    """At most :data:`MAX_CANDIDATES`, and how many more there were."""
    if len(candidates) <= MAX_CANDIDATES:
        return candidates
    more = len(candidates) - MAX_CANDIDATES
    return candidates[:MAX_CANDIDATES] + [[0, "more", more]]


def explain_open(teams: Iterable[Team], lead: Lead, **state) -> str:
    """Why ``lead`` has nobody yet, on its own: nothing is given out.

    :param teams: all that take leads, also those that are left out of the schedule
    :param state: ``too_old``, ``released`` (had an owner before)
    """
    teams = {team.id: team for team in teams}
    if lead.team_id:
        if state.get("released"):
            return codes.RELEASED
        own = teams.get(lead.team_id)
        return within_team(own, lead) if own else codes.OWN_TEAM_CLOSED
    matching = [team for team in teams.values() if team.matches(lead)]
    if not matching:
        return codes.NO_TEAM
    scheduled = [team for team in matching if team.scheduled]
    if not scheduled:
        return codes.TEAM_SKIPPED
    able = [team for team in scheduled if team.weight > 0]
    if not able:
        return codes.TEAM_NO_CAPACITY
    return codes.TOO_OLD if state.get("too_old") else codes.WAITING


def within_team(team: Team, lead: Lead) -> str:
    """As :func:`explain_open`, for a lead that has its team already."""
    if not team.scheduled:
        return codes.OWN_TEAM_SKIPPED
    if team.weight <= 0:
        return codes.TEAM_NO_CAPACITY
    skips = [why_not(member, lead) for member in team.members]
    return codes.WAITING if "" in skips else reason_of(skips)
