"""What a number of won deals says, and what it does not."""

import math

#: 95 % of a normal distribution lie within this many standard deviations.
Z_95 = 1.959964


def wilson_interval(won, total, z=Z_95):
    """Confidence interval of a share.

    Wilson's score interval (E. B. Wilson, 1927): unlike the textbook interval it stays within 0
    and 1 and holds for small samples.

    :return: (low, high), both 0 to 1; (0, 1) for an empty sample
    """
    if not total:
        return 0.0, 1.0
    share = won / total
    denominator = 1 + z * z / total
    centre = (share + z * z / (2 * total)) / denominator
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / denominator
    return max(0.0, centre - spread), min(1.0, centre + spread)


def judge(won, total, base_won, base_total, minimum):
    """Compare the win rate of some deals with that of all.

    :param minimum: below this number of deals nothing is claimed
    :return: dict of ``rate``, ``low``, ``high`` (0 to 1), ``lift`` (rate divided by the rate of
        all; None without one) and ``claim``: "more", "less", "none" (within what chance makes) or
        "few" (too few deals for a claim)
    """
    rate = won / total if total else 0.0
    base = base_won / base_total if base_total else 0.0
    low, high = wilson_interval(won, total)
    if total < minimum:
        claim = "few"
    elif low > base:
        claim = "more"
    elif high < base:
        claim = "less"
    else:
        claim = "none"
    return {
        "rate": rate,
        "low": low,
        "high": high,
        "lift": rate / base if base else None,
        "claim": claim,
    }
