"""Ranges of numbers: plain Python, without a database."""

from itertools import pairwise

INFINITE = float("inf")


def find_faults(ranges):
    """Find what is wrong with ranges that are to follow one another.

    :param ranges: pairs (from, to); ``None`` is an open end. A range holds ``from`` and what is
        below ``to``.
    :return: tuples ``("empty" | "overlap" | "hole", from, to)``: the numbers of which the fault
        speaks, ``None`` again for an open end
    :rtype: list
    """
    bounds = sorted(
        (-INFINITE if low is None else low, INFINITE if high is None else high)
        for low, high in ranges
    )
    faults = [("empty", low, high) for low, high in bounds if low >= high]
    for (_low, high), (next_low, next_high) in pairwise(bounds):
        if next_low < high:
            faults.append(("overlap", next_low, min(high, next_high)))
        elif next_low > high:
            faults.append(("hole", high, next_low))
    return [(kind, _close(low), _close(high)) for kind, low, high in faults]


def get_upper_bounds(lows):
    """Return {low: the next higher low, None for the highest}."""
    ordered = sorted(set(lows))
    return dict(zip(ordered, [*ordered[1:], None], strict=True))


def _close(bound):
    return None if abs(bound) == INFINITE else bound
