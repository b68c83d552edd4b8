"""How even a distribution is, as figures."""

from collections.abc import Sequence


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
