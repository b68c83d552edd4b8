"""How even a distribution is, as figures."""

from collections import defaultdict
from collections.abc import Iterable, Sequence


def gini(loads: Sequence[float]) -> float:
    """The Gini coefficient: 0 when all have the same, near 1 when one has everything.

    Source: the mean-difference form over sorted values,
    https://en.wikipedia.org/wiki/Gini_coefficient#Calculation.

    :param loads: leads per unit of capacity, or any other non-negative load
    """
    values = sorted(loads)
    total = sum(values)
    if not values or total <= 0:
        return 0.0
    count = len(values)
    weighted = sum(rank * value for rank, value in enumerate(values, start=1))
    return 2 * weighted / (count * total) - (count + 1) / count


def within_teams(rows: Iterable[tuple[int, float, float]]) -> tuple[float, float]:
    """Gini and spread where each is compared with the own team only.

    Teams have more or less to give out for their capacity; that is no matter between their
    members.

    :param rows: ``(team, received, capacity)`` of each member
    :return: the Gini coefficient of what everybody got of the due share, and the largest
        spread of all teams
    """
    by_team = defaultdict(list)
    for team, got, capacity in rows:
        if capacity > 0:
            by_team[team].append((got, capacity))
    shares, widest = [], 0.0
    for members in by_team.values():
        received, capacities = zip(*members, strict=True)
        total = sum(received)
        if total <= 0:
            continue
        room = sum(capacities)
        shares += [got * room / (total * own) for got, own in members]
        widest = max(widest, spread(received, capacities))
    return gini(shares), widest


def spread(received: Sequence[float], capacity: Sequence[float]) -> float:
    """The distance between the largest and the smallest share of what was due.

    1 is due to everybody; 0 means all got their due, 1 that somebody got a whole due
    more than somebody else.
    """
    total, room = sum(received), sum(capacity)
    if total <= 0 or room <= 0:
        return 0.0
    shares = [
        got * room / (total * own) for got, own in zip(received, capacity, strict=True) if own > 0
    ]
    return max(shares) - min(shares) if shares else 0.0
