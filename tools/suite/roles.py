"""The role table: who may do what with the models of ours, as data in ``tests/roles``.

- ``roles.csv``: the roles, each a user of a company with some groups; one that is like others
  is tried with the models alone in which it has other rights than all of them together;
- ``records.csv``: for each kind of record of each model what a role may do: ``c`` create one
  like it, ``r`` read, ``w`` write, ``d`` delete, ``-`` nothing;
- ``fields.csv``: the fields, each of one class: ``set`` by whoever may write the record,
  ``system`` kept by the program and by nobody else, ``shown`` computed and not stored,
  ``form`` of a form that is its user's own, ``odoo`` a field of Odoo's that we change; and the
  group that may read it, where not all do who read the record;
- ``names.csv``: documents that tell what another record is called to whoever reads them;
- ``methods.csv``: what can be called from outside: ``+`` answers the role, ``-`` refuses it.

``tests/external/test_roles.py`` tries all of it; ``tools/security_tables.py`` makes the tables
of ``docs/security.md`` from it.
"""

import csv
import json
from dataclasses import dataclass

from . import paths

FOLDER = paths.ROOT / "tests" / "roles"
OPERATIONS = {"c": "create", "r": "read", "w": "write", "d": "unlink"}


@dataclass(frozen=True)
class Call:
    """A method and what it is tried with: a record of the world, and its arguments by name."""

    model: str
    method: str
    record: str
    arguments: dict
    callers: frozenset[str]


class RoleTable:
    """The whole table, read."""

    def __init__(self, folder=FOLDER):
        self.folder = folder
        self.roles = {row["role"]: row for row in self.rows("roles")}
        #: {(model, kind): {role: letters}}
        self.records = {
            (row["model"], row["kind"]): {
                role: "" if row[role] == "-" else row[role] for role in self.roles
            }
            for row in self.rows("records")
        }
        self._names = {(row["model"], row["names"]) for row in self.rows("names")}
        #: {(model, field): row}
        self.fields = {(row["model"], row["field"]): row for row in self.rows("fields")}
        self.calls = [
            Call(
                row["model"],
                row["method"],
                row["record"],
                json.loads(row["arguments"] or "{}"),
                frozenset(role for role in self.roles if row[role] == "+"),
            )
            for row in self.rows("methods")
        ]

    def rows(self, name: str) -> list[dict]:
        with (self.folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def names(self, model: str, other: str) -> bool:
        """Tell whether a record of the model names one of another, whoever may read that."""
        return (model, other) in self._names

    def models(self) -> list[str]:
        return sorted({model for model, _kind in self.records})

    def like(self, role: str) -> list[str]:
        """The roles whose rights it has, and more."""
        return self.roles[role]["like"].split()

    def differs(self, role: str, model: str) -> bool:
        """Tell whether a role has other rights than those that it is like."""
        others = self.like(role)
        return not others or any(
            set(self.records[model, kind][role])
            != set().union(*(self.records[model, kind][other] for other in others))
            for kind in self.kinds(model)
        )

    def calls_of(self, role: str) -> list[Call]:
        """The methods that a role is tried with; without a login, one of each model."""
        if self.roles[role]["login"] == "no":
            return list({call.model: call for call in self.calls}.values())
        others = self.like(role)
        return [
            call
            for call in self.calls
            if not others or (role in call.callers) != bool(call.callers & set(others))
        ]

    def kinds(self, model: str) -> list[str]:
        return [kind for name, kind in self.records if name == model]

    def may(self, role: str, letter: str, model: str, kind: str) -> bool:
        return letter in self.records[model, kind][role]

    def may_with_any(self, role: str, letter: str, model: str) -> bool:
        return any(self.may(role, letter, model, kind) for kind in self.kinds(model))
