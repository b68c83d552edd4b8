"""Leads to teams.

In this order: the team of the customer's own salesperson, the team of who had the
customer's last enquiry, exclusive teams by sequence, the most specific territory, and
among the rest a share by capacity. The shares are drawn exactly as Odoo draws them, one
team after the other, so that the same random numbers give the same teams.
"""

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from . import codes
from .facts import Decision, Lead, Team


def allocate(
    leads: Sequence[Lead],
    teams: Sequence[Team],
    random,
    together: Mapping[int, Iterable[int]] | None = None,
) -> list[Decision]:
    """A decision about the team of each lead, in the order they are drawn.

    :param leads: leads without an owner, in the order they are to be given out; those
        with a team have been found stuck there
    :param teams: in their order
    :param random: a :class:`random.Random`; only used where teams share
    :param together: ``{lead: leads of the same enquiry}``; decided with the first of them
    """
    together = together or {}
    able = [team for team in teams if team.weight > 0]
    options = {lead.id: options_for(lead, able) for lead in leads}
    queues = {
        team.id: [lead.id for lead in leads if team.id in options[lead.id][0]] for team in able
    }
    linked = independent(able, (options[lead.id][0] for lead in leads))
    generators = generators_for(random, linked)
    decisions = []
    for group, own in zip(linked, generators, strict=True):
        members = [team for team in able if team.id in group]
        for lead_id, team_id in draw(members, queues, own, together):
            teams_left, rule, others = options[lead_id]
            decisions.append(
                Decision(
                    lead_id,
                    codes.ALLOCATED,
                    team_id=team_id,
                    team_rule=rule,
                    teams=others
                    + [[other, codes.TEAM_SHARED] for other in teams_left if other != team_id],
                )
            )
    return decisions


def independent(teams: Sequence[Team], together: Iterable[Iterable[int]]) -> list[frozenset[int]]:
    """Teams in groups that have nothing to do with each other, in the order of ``teams``.

    :param together: ids of teams that want the same lead or share a person
    """
    parent = {team.id: team.id for team in teams}

    def root(team_id):
        while parent[team_id] != team_id:
            team_id = parent[team_id]
        return team_id

    for linked in set(map(frozenset, together)):
        known = [team_id for team_id in linked if team_id in parent]
        for other in known[1:]:
            parent[root(other)] = root(known[0])
    groups = {}
    for team in teams:
        groups.setdefault(root(team.id), set()).add(team.id)
    return [frozenset(group) for group in groups.values()]


def generators_for(random, groups: Sequence[frozenset[int]]) -> list:
    """A generator for each group: the same wherever and with whom the group is worked on.

    One group alone goes on with ``random`` itself, as Odoo does, unless a seed was given.
    """
    base = getattr(random, "base", None)
    if base is None:
        if len(groups) == 1:
            return [random]
        base = random.getrandbits(64)
    return [Random(f"{base}/{min(group)}") for group in groups]


class SeededRandom(Random):
    """A generator that remembers its seed, to make those of independent groups from."""

    def __init__(self, base):
        super().__init__(base)
        self.base = base


def options_for(lead: Lead, teams: Sequence[Team]) -> tuple[frozenset[int], str, list]:
    """The teams that may have ``lead`` on equal terms, by which rule, and the others.

    :return: ``(team ids, rule, [[team id, rule by which it lost]])``
    """
    matching = [team for team in teams if team.matches(lead)]
    if lead.team_id:
        # Stuck: only a team where somebody takes it is better than the one it has.
        willing = [team for team in matching if team.id != lead.team_id and is_willing(team, lead)]
        best, _rule, others = narrowed(lead, willing)
        return best, codes.TEAM_STUCK, others
    return narrowed(lead, matching)


def narrowed(lead: Lead, matching: Sequence[Team]) -> tuple[frozenset[int], str, list]:
    """``matching`` without those that stand back, see :func:`options_for`."""
    others = []
    rule = codes.TEAM_ONLY
    for code, wanted in (
        (codes.TEAM_CUSTOMER, lambda team: has_user(team, lead, lead.customer_user, True)),
        (codes.TEAM_REPEAT, lambda team: has_user(team, lead, lead.repeat_user, False)),
    ):
        preferred = [team for team in matching if wanted(team)]
        if preferred:
            others += [[team.id, code] for team in matching if team not in preferred]
            matching, rule = preferred, code
            break
    willing = [team for team in matching if is_willing(team, lead)]
    if willing and len(willing) < len(matching):
        others += [[team.id, codes.NO_MEMBER] for team in matching if team not in willing]
        matching = willing
    exclusive = [team for team in matching if team.exclusive]
    if exclusive:
        first = min(exclusive, key=lambda team: team.sequence)
        others += [[team.id, codes.TEAM_EXCLUSIVE] for team in matching if team is not first]
        if len(matching) > 1 or rule == codes.TEAM_ONLY:
            rule = codes.TEAM_EXCLUSIVE
        matching = [first]
    depths = {team.id: team.depth(lead) for team in matching if team.territories}
    if depths:
        deepest = max(depths.values())
        shallow = [team for team in matching if depths.get(team.id, -1) < deepest]
        others += [[team.id, codes.TEAM_TERRITORY] for team in shallow]
        matching = [team for team in matching if team not in shallow]
        if rule == codes.TEAM_ONLY:
            rule = codes.TEAM_TERRITORY
    if len(matching) > 1 and rule in (codes.TEAM_ONLY, codes.TEAM_TERRITORY):
        rule = codes.TEAM_SHARED
    return frozenset(team.id for team in matching), rule, others


def has_user(team: Team, lead: Lead, user_id: int, customer: bool) -> bool:
    """Whether the person the lead is tied to can get it in this team."""
    if not user_id or not (team.customer_first if customer else team.repeat_first):
        return False
    return any(
        member.user_id == user_id and not member.blocked and member.takes(lead)
        for member in team.members
    )


def is_willing(team: Team, lead: Lead) -> bool:
    """Whether somebody in the team takes such leads, be it today or later."""
    if team.fallback_user:
        return True
    return any(
        member.blocked not in codes.NEVER_RECEIVES and member.takes(lead) for member in team.members
    )


def draw(
    teams: Sequence[Team],
    queues: Mapping[int, Sequence[int]],
    random,
    together: Mapping[int, Iterable[int]],
):
    """Yield ``(lead, team)``: a team by capacity at random, its first lead, and again.

    As ``crm.team._allocate_leads`` does, in time linear in the leads: a team is left
    out when a draw finds nothing more for it.
    """
    population = list(teams)
    weights = [team.weight for team in teams]
    position = dict.fromkeys(queues, 0)
    done = set()
    while population:
        # Drawn even from a single team: the draws that follow depend on it, as in Odoo.
        team = random.choices(population, weights=weights, k=1)[0]
        queue, index = queues[team.id], position[team.id]
        while index < len(queue) and queue[index] in done:
            index += 1
        position[team.id] = index
        if index == len(queue):
            place = population.index(team)
            del population[place], weights[place]
            continue
        lead_id = queue[index]
        done.add(lead_id)
        done.update(together.get(lead_id, ()))
        yield lead_id, team.id
