"""bin/bench ladder: the analyses of crm_marketing_ladder at 100 000 leads."""

from .console import SuiteError, say, step

LEADS = 100_000
#: A list under the rules of the sales directorates may take so many times the same without.
RULES_AT_MOST = 1.3


def run(odoo, templates, measure) -> int:
    from .templates import alone

    database = templates.fresh_copy(alone("crm_marketing_ladder"), "suite_bench_ladder")
    try:
        with step(f"Marketing ladder, {LEADS} leads"):
            result = measure(odoo, database, "ladder", {"leads": LEADS})
    finally:
        templates.databases.drop(database)
    return report(result)


def report(result: dict) -> int:
    slow = []
    for row in result["rows"]:
        say(
            f"{row['name']:<18} {1000 * row['seconds']:7.0f} ms, {row['queries']:3d} queries; "
            f"naive {row['naive']:.2f} s, {row['naive'] / row['seconds']:.0f} times as long"
        )
        if row["seconds"] > row["limit"]:
            slow.append(f"{row['name']} above {row['limit']} s")
    for row in result["rules"]:
        say(
            f"{row['name']:<18} {1000 * row['seconds']:7.1f} ms, {row['ratio']:.2f} times the same "
            "without directorate rules"
        )
        if row["ratio"] > RULES_AT_MOST:
            slow.append(f"{row['name']} above {RULES_AT_MOST}")
    if slow:
        raise SuiteError("slower than promised: " + "; ".join(slow))
    return 0
