"""Whose turn it is: smooth weighted round robin with a stored position.

A member's position is the leads received, divided by capacity. The next lead goes to
the smallest ``position + 0.5 / capacity``: the divisor method of Webster/Sainte-Laguë,
which keeps the shares proportional after every single lead and not just in the end
(https://en.wikipedia.org/wiki/Webster_method). 300 and 30 gives five, one, five.

Positions are kept between runs, so it matters neither how many runs there are nor who
starts them.
"""

from collections.abc import Iterable

#: How far behind the others somebody may be, in 30 days' capacity: a week.
MAX_BEHIND = 7 / 30
#: How far ahead, as by leads given out by hand: a month.
MAX_AHEAD = 1.0


def turn(position: float, weight: float) -> float:
    """The sorting value of a member's turn: the smallest is next."""
    return position + 0.5 / weight


def after_lead(position: float, weight: float, leads: int = 1) -> float:
    """The position after receiving ``leads`` more."""
    return position + leads / weight


def calibrated(members: Iterable[tuple[int, float | None, float, bool]]) -> dict[int, float]:
    """Positions to start a run from.

    Newcomers and those who return stand where the others stand on average: they get
    their share from now on and no flood of what they missed.

    :param members: ``(id, stored position or None, weight, stayed since the last run)``
    :return: ``{id: position}``
    """
    members = list(members)
    stayers = [(position, weight) for _id, position, weight, stayed in members if stayed]
    total = sum(weight for _position, weight in stayers)
    level = sum(position * weight for position, weight in stayers) / total if total else 0.0
    positions = {}
    for member_id, position, _weight, stayed in members:
        if position is None:
            position = level
        elif not stayed:
            position = max(position, level)
        positions[member_id] = min(max(position, level - MAX_BEHIND), level + MAX_AHEAD)
    return positions
