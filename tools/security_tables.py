#!/usr/bin/env python3
"""The tables of docs/security.md from the role table in tests/roles.

    tools/security_tables.py            write them
    tools/security_tables.py --check    say when they are not up to date, and fail

What stands between the two marks is generated; the rest of the page is written by hand.
"""

import re
import sys
from collections.abc import Iterable, Iterator

from suite import paths
from suite.roles import RoleTable

PAGE = paths.ROOT / "docs" / "security.md"
BEGIN = "<!-- role tables: made by tools/security_tables.py from tests/roles -->\n"
END = "<!-- end of the role tables -->\n"
MADE = re.compile(r'^ +_name = "([a-z.]+)"', re.MULTILINE)


def page(text: str, table: RoleTable) -> str:
    """The page with the tables as they must be."""
    before, _begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE} has not both marks")
    return "".join([before, BEGIN, "\n", "\n".join(tables(table)), "\n", END, after])


def tables(table: RoleTable) -> Iterator[str]:
    yield from roles_table(table)
    yield from kinds_table(table)
    yield from record_tables(table)
    yield from system_fields(table)
    yield from method_tables(table)


def roles_table(table: RoleTable) -> Iterator[str]:
    yield "### The roles\n"
    rows = (
        (role, row["who"], row["company"], " ".join(f"`{name}`" for name in row["groups"].split()))
        for role, row in table.roles.items()
    )
    yield from grid(("role", "who", "company", "groups"), rows)


def kinds_table(table: RoleTable) -> Iterator[str]:
    yield "### The kinds of records\n"
    rows = ((row["kind"], row["meaning"]) for row in table.rows("kinds"))
    yield from grid(("kind", "the record is"), rows)


def record_tables(table: RoleTable) -> Iterator[str]:
    yield "### Who creates (c), reads (r), writes (w) and deletes (d) what\n"
    for addon, models in by_addon(table.models()):
        yield f"#### {addon}\n"
        rows = (
            (f"`{model}`", ", ".join(kinds), *(letters or "–" for letters in rights))
            for model in models
            for rights, kinds in alike(
                (tuple(table.records[model, kind].values()), kind) for kind in table.kinds(model)
            )
        )
        yield from grid(("model", "record", *table.roles), rows)


def system_fields(table: RoleTable) -> Iterator[str]:
    yield "### What the system keeps: nobody writes it, nor sets it as a default\n"
    kept = {}
    for (model, field), row in table.fields.items():
        if row["kind"] == "system":
            kept.setdefault(model, []).append(f"`{field}`")
    yield from grid(
        ("model", "fields"), ((f"`{model}`", ", ".join(names)) for model, names in kept.items())
    )


def method_tables(table: RoleTable) -> Iterator[str]:
    yield "### Who calls what (+)\n"
    calls = {}
    for call in table.calls:
        name = f"`{call.method}`" + (f" ({call.record})" if call.record else "")
        rights = tuple("+" if role in call.callers else "–" for role in table.roles)
        calls.setdefault(call.model, []).append((rights, name))
    rows = (
        (f"`{model}`", ", ".join(dict.fromkeys(names)), *rights)
        for model, of_model in sorted(calls.items())
        for rights, names in alike(of_model)
    )
    yield from grid(("model", "method", *table.roles), rows)


def alike(rows: Iterable[tuple]) -> list[tuple]:
    """Put what has the same rights together: [(rights, names)]."""
    found = {}
    for rights, name in rows:
        found.setdefault(rights, []).append(name)
    return list(found.items())


def by_addon(models: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The models of each addon; those of Odoo at the end."""
    left = set(models)
    for manifest in sorted(paths.ADDONS.glob("*/__manifest__.py")):
        files = sorted(manifest.parent.rglob("*.py"))
        made = {name for path in files for name in MADE.findall(path.read_text("utf-8"))}
        if found := sorted(made & left):
            left -= made
            yield manifest.parent.name, found
    yield "Odoo", sorted(left)


def grid(head: tuple, rows: Iterable[tuple]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def main(arguments: list[str]) -> int:
    text = PAGE.read_text("utf-8")
    wanted = page(text, RoleTable())
    if "--check" in arguments:
        if text != wanted:
            print(f"{PAGE.relative_to(paths.ROOT)} is not up to date: run tools/security_tables.py")
        return int(text != wanted)
    PAGE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
