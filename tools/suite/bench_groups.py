"""bin/bench groups: contact groups beside the bare or native way."""

from .console import say, step


def run(odoo, templates, measure, contacts: int) -> int:
    from .templates import alone

    database = templates.fresh_copy(alone("crm_groups"), "suite_bench_groups")
    try:
        with step(f"Groups on {contacts} contacts"):
            result = measure(odoo, database, "groups", {"contacts": contacts})
    finally:
        templates.databases.drop(database)
    for line in result["lines"]:
        verdict = "" if line["limit"] is None else ("ok" if line["ok"] else "TOO SLOW")
        limit = "" if line["limit"] is None else f"(at most {line['limit']})"
        say(f"  {line['name']:<58} {line['text']:<44} {limit:<18} {verdict}")
    return 0 if all(line["ok"] for line in result["lines"]) else 1
