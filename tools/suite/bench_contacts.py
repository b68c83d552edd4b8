"""bin/bench groups, bin/bench segmentation: on many contacts, beside the bare or native way."""

from . import paths
from .console import say, step


def run(odoo, templates, measure, what: str, contacts: int, parts: list[str]) -> int:
    """Measure each part (all without any named) in a fresh copy of its addon's database."""
    from .templates import alone

    lines = []
    for name in _scripts(what, parts):
        database = templates.fresh_copy(alone(f"crm_{what}"), f"suite_bench_{name}")
        try:
            with step(f"{name} on {contacts} contacts"):
                found = measure(odoo, database, ["contacts", name], {"contacts": contacts})
        finally:
            templates.databases.drop(database)
        for line in found["lines"]:
            verdict = "" if line["limit"] is None else ("ok" if line["ok"] else "TOO SLOW")
            limit = "" if line["limit"] is None else f"(at most {line['limit']})"
            say(f"  {line['name']:<58} {line['text']:<44} {limit:<18} {verdict}")
        lines += found["lines"]
    return 0 if all(line["ok"] for line in lines) else 1


def _scripts(what: str, parts: list[str]) -> list[str]:
    names = sorted(path.stem for path in (paths.TOOLS / "bench").glob(f"{what}*.py"))
    return [name for name in names if not parts or name.removeprefix(f"{what}_") in parts]
