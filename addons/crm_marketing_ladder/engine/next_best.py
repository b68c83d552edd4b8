"""Which content fits a deal best, and why. Plain data in, plain data out.

Points are added up, each with its reason, so that the rank of a content can be explained line by
line and the weights can be discussed.
"""

from dataclasses import dataclass, field

PAIN_FIRST, PAIN_MORE = 40, 10
STEP_SAME, STEP_NEXT, STEP_ANY = 30, 10, 5
INDUSTRY_SAME, INDUSTRY_OTHER = 15, -25
PRODUCT_SAME = 10
EVIDENCE_MOST = 15
SENT_BEFORE = -60
#: Evidence counts fully from this number of sendings on.
EVIDENCE_FULL = 20


@dataclass
class Deal:
    """What is known of the prospect."""

    pains: dict  # id: name
    step: int | None = None
    next_step: int | None = None
    industry: int | None = None
    product: int | None = None


@dataclass
class Candidate:
    """A published content.

    :param sent: when it was sent to this deal, or None
    :param sendings: how often it was sent to anybody; ``credited``: how often a move up followed
    """

    content: int
    pains: list = field(default_factory=list)
    step: int | None = None
    industries: list = field(default_factory=list)
    product: int | None = None
    sent: object = None
    sendings: int = 0
    credited: int = 0


def score(deal, candidate):
    """Score one content for one deal.

    :return: (score, [(code of the reason, points, what it is about)])
    """
    reasons = []
    matching = [pain for pain in candidate.pains if pain in deal.pains]
    if matching:
        points = PAIN_FIRST + PAIN_MORE * (len(matching) - 1)
        reasons.append(("pain", points, [deal.pains[pain] for pain in matching]))
    if candidate.step is None:
        reasons.append(("any_step", STEP_ANY, None))
    elif candidate.step == deal.step:
        reasons.append(("step", STEP_SAME, candidate.step))
    elif candidate.step == deal.next_step:
        reasons.append(("next_step", STEP_NEXT, candidate.step))
    if candidate.industries and deal.industry:
        if deal.industry in candidate.industries:
            reasons.append(("industry", INDUSTRY_SAME, deal.industry))
        else:
            reasons.append(("other_industry", INDUSTRY_OTHER, None))
    if candidate.product and candidate.product == deal.product:
        reasons.append(("product", PRODUCT_SAME, candidate.product))
    if candidate.credited:
        share = candidate.credited / max(candidate.sendings, EVIDENCE_FULL)
        reasons.append(
            (
                "evidence",
                round(EVIDENCE_MOST * share, 1),
                (candidate.credited, candidate.sendings),
            )
        )
    if candidate.sent:
        reasons.append(("sent", SENT_BEFORE, candidate.sent))
    # One decimal, as its parts: a sum of them in binary has more.
    return round(sum(points for _code, points, _about in reasons), 1), reasons


def rank(deal, candidates, limit):
    """Rank contents, the best first; what has nothing to do with the deal is left out.

    :return: list of (candidate, score, reasons); ties go to the newest content
    """
    scored = [(candidate, *score(deal, candidate)) for candidate in candidates]
    fitting = [row for row in scored if row[1] > 0]
    return sorted(fitting, key=lambda row: (-row[1], -row[0].content))[:limit]
