"""How well an offer matches the criteria of one customer. Plain data in, plain data out."""

#: How much a criterion weighs, by its importance to the customer.
WEIGHTS = {"mandatory": 3, "important": 2, "nice": 1}
#: What a match is worth. What was not assessed counts neither for nor against.
VALUES = {"fully": 1.0, "partly": 0.5, "not_met": 0.0}


def weighted_score(pairs):
    """Weigh matches by importance.

    :param pairs: (importance, match) for each criterion
    :return: 0 to 100, or None when nothing is assessed
    """
    total = points = 0
    for importance, match in pairs:
        if match in VALUES:
            total += WEIGHTS[importance]
            points += WEIGHTS[importance] * VALUES[match]
    return 100.0 * points / total if total else None


def explain(lines):
    """Score the criteria of one deal, and say where the score comes from.

    :param lines: dicts of ``name``, ``importance``, ``our_match``, ``rival_match``
    :return: dict of ``score`` and ``rival_score`` (0 to 100 or None), ``assessed`` and ``total``
        (numbers of criteria), ``knockouts`` (names of mandatory criteria that are not met) and
        ``lines``: the same with ``weight``, ``points`` won and ``lost`` of the score, the greatest
        loss first
    """
    assessed = [line for line in lines if line["our_match"] in VALUES]
    total = sum(WEIGHTS[line["importance"]] for line in assessed)
    rows = []
    for line in lines:
        weight = WEIGHTS[line["importance"]]
        value = VALUES.get(line["our_match"])
        share = 100.0 * weight / total if total and value is not None else 0.0
        rows.append(
            {
                **line,
                "weight": weight,
                "points": round(share * (value or 0.0), 1),
                "lost": round(share * (1 - value), 1) if value is not None else 0.0,
            }
        )
    return {
        "score": weighted_score((line["importance"], line["our_match"]) for line in lines),
        "rival_score": weighted_score((line["importance"], line["rival_match"]) for line in lines),
        "assessed": len(assessed),
        "total": len(lines),
        "knockouts": [
            line["name"]
            for line in lines
            if line["importance"] == "mandatory" and line["our_match"] == "not_met"
        ],
        "lines": sorted(rows, key=lambda row: (-row["lost"], row["name"])),
    }
