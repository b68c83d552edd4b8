"""How many leads a person may get now: a bucket that fills with time.

A capacity of ``c`` leads in 30 days fills the bucket by ``c / 30`` a day; each lead
received, by whomever it was given, takes one out. So 10 a month is one every three
days, 45 is two and one in turns, and what was not used is carried over for some days.
The bucket is not stored: it is worked out again from the leads of the last 30 days, so
that assignments by hand, mergers and deletions count by themselves.
"""

import math
from collections.abc import Collection, Sequence

#: The days a capacity is given for (Odoo: "Average Leads Capacity (on 30 days)").
PERIOD = 30
#: How many days' leads may pile up while none come.
CARRY_OVER_DAYS = 7
_EPSILON = 1e-9


def first_day(capacity: float) -> int:
    """What somebody gets on the first day: Odoo's daily quota, and at least one lead."""
    if capacity <= 0:
        return 0
    return max(1, math.floor(capacity / PERIOD + 0.5))


def credit(
    capacity: float,
    received: Sequence[int],
    age: int,
    away: Collection[int] = (),
    carry_over: float = CARRY_OVER_DAYS,
) -> float:
    """What is in the bucket now, in leads; negative when somebody got too many.

    :param capacity: leads in 30 days
    :param received: leads received, by 24 hours, the last 24 hours first
    :param age: whole days since the person joined
    :param away: the days (as in ``received``) on which the person was away: nothing is
        filled in, so that nobody is flooded on return
    :param carry_over: how many days' leads may pile up
    """
    if capacity <= 0:
        return 0.0
    daily = capacity / PERIOD
    start = first_day(capacity)
    limit = max(start, daily * carry_over)
    oldest = max((day for day, count in enumerate(received) if count), default=0)
    since = min(max(age, oldest), PERIOD - 1)
    # Who has been here for longer than we look back has had the first day's gift already.
    level = float(start) if since < PERIOD - 1 else daily
    for day in range(since, -1, -1):
        if day != since and day not in away:
            level = min(limit, level + daily)
        if day < len(received):
            level -= received[day]
    return max(level, -float(capacity))


def whole(level: float) -> int:
    """The leads that a bucket has for giving out now (negative: too many were given)."""
    return math.floor(level + _EPSILON)
