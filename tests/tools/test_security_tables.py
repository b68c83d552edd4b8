"""The tables of docs/security.md are those of the tests, and the tests' tables hold together."""

import subprocess
import sys

from suite import paths
from suite.roles import OPERATIONS, RoleTable

TABLE = RoleTable()


def test_the_page_is_made_from_the_data():
    command = [sys.executable, str(paths.TOOLS / "security_tables.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_kind_is_explained():
    explained = {row["kind"] for row in TABLE.rows("kinds")}
    assert explained == {kind for _model, kind in TABLE.records}


def test_rights_are_written_in_one_way():
    order = "".join(OPERATIONS)
    for row, letters in TABLE.records.items():
        for role, rights in letters.items():
            assert rights == "".join(letter for letter in order if letter in rights), (row, role)


def test_nobody_is_let_in_without_a_login():
    assert not any(letters["public"] for letters in TABLE.records.values())
    assert not any("public" in call.callers for call in TABLE.calls)


def test_no_line_twice():
    for name, keys in {
        "records": ("model", "kind"),
        "fields": ("model", "field"),
        "methods": ("model", "method", "record", "arguments"),
    }.items():
        lines = [tuple(row[key] for key in keys) for row in TABLE.rows(name)]
        assert len(lines) == len(set(lines)), name
