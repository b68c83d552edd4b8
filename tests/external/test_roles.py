"""Every role tries everything with every model of ours, over XML-RPC and JSON-2.

What it may do is in ``tests/roles``: one table, read by people as well. Each answer is looked
through for words that stand in records which the role may not read.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from operator import attrgetter

import pytest
from helpers.database import Database
from helpers.roles import World, for_each
from suite.odoo import free_port
from suite.roles import FOLDER, RoleTable
from suite.templates import BESIDE

TABLE = RoleTable()
ROLES = list(TABLE.roles)
SET_UP = f"""
import json, sys
sys.path.insert(0, {str(FOLDER)!r})
from world import World
print(json.dumps(World(env, {list(TABLE.roles.values())!r}).make(), default=str))
"""


@pytest.fixture(scope="module")
def world(odoo, all_templates):
    """A server on a database with two companies, the roles, and records of every model."""
    with Database(all_templates, BESIDE, "suite_test_roles") as database:
        all_templates.fresh_copy(BESIDE, database.name)
        # Processes, not threads: seven thousand requests are work for more than one core. Each of
        # them would ask for the list of databases, to filter it.
        several = ("--workers=2", f"--gevent-port={free_port()}", "--db-filter=")
        server = odoo.server(database.name, free_port(), "test-roles.log", *several, crons=False)
        with ThreadPoolExecutor(1) as pool:
            filling = pool.submit(database.run, SET_UP)
            with server:
                facts = json.loads(filling.result().splitlines()[-1])
                all_templates.databases.execute("ANALYZE", database=database.name)
                connection = database.connect()
                connection.autocommit = True
                yield World(server, facts, connection, TABLE)
                connection.close()


@pytest.fixture(scope="module")
def administrator(world):
    return world.session("administrator")


def told(session) -> str:
    return "\n".join(session.problems)


# The table is about all there is -----------------------------------------------------------


def test_every_model_is_in_the_table(world):
    inventory = world.facts["inventory"]
    models = {name for name in inventory["ours"] if not inventory["models"][name]["abstract"]}
    missing = models - set(TABLE.models())
    assert not missing, "\n".join(
        f"records.csv has no line for a model, such as: {model},shared,{','.join('-' * len(ROLES))}"
        for model in sorted(missing)
    )
    gone = {model for model in TABLE.models() if model not in inventory["models"]}
    assert not gone, f"records.csv tells of models that there are not: {sorted(gone)}"


def test_every_kind_of_record_is_in_the_table(world):
    in_world = set(world.records)
    assert in_world - set(TABLE.records) == set(), "in world.py, without a line in records.csv"
    without = {
        row for row in TABLE.records if row not in in_world and not is_made_by_itself(world, row)
    }
    assert without == set(), "in records.csv, and nowhere in world.py"


def is_made_by_itself(world, row) -> bool:
    """A report is a query, and has rows of its own."""
    return row[1] == "report" and not world.facts["inventory"]["models"][row[0]]["stored"]


def test_every_field_is_in_the_table(world):
    facts = world.facts["inventory"]["models"]
    lines = {
        (model, row["field"]): (kind_of(row, facts[model]["transient"]), row["groups"])
        for model, rows in world.facts["inventory"]["fields"].items()
        if not facts[model]["abstract"]
        for row in rows
    }
    missing = [",".join(key + line) for key, line in lines.items() if key not in TABLE.fields]
    assert not missing, "fields.csv lacks:\n" + "\n".join(missing)
    gone = set(TABLE.fields) - set(lines)
    assert not gone, f"fields.csv tells of fields that there are not: {sorted(gone)}"
    other = [
        f"{','.join(key + line)}   (the table has {row['kind']},{row['readers']})"
        for key, line in lines.items()
        for row in [TABLE.fields[key]]
        if (row["kind"], row["readers"]) != line
    ]
    assert not other, "fields are not what the table says:\n" + "\n".join(other)


def kind_of(row: dict, transient: bool) -> str:
    if row["odoo"]:
        return "odoo"
    if not row["readonly"]:
        return "set"
    if not row["stored"]:
        return "shown"
    return "form" if transient else "system"


def test_every_method_is_in_the_table(world):
    listed = {(call.model, call.method) for call in TABLE.calls}
    there = {
        (model, row["method"]): row
        for model, rows in world.facts["inventory"]["methods"].items()
        for row in rows
    }
    missing = [
        f"{model},{method},{'' if row['model'] else 'shared'},{{}},{','.join('-' * len(ROLES))}"
        f"   (takes {', '.join(row['arguments']) or 'nothing'})"
        for (model, method), row in there.items()
        if (model, method) not in listed
    ]
    assert not missing, "methods.csv lacks:\n" + "\n".join(missing)
    gone = listed - set(there)
    assert not gone, f"methods.csv tells of methods that there are not: {sorted(gone)}"


# The roles try ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_reading(world, role):
    session = world.session(role)
    for_each(world.models_of(role), session.try_reading)
    assert not session.problems, told(session)


@pytest.mark.parametrize("role", ROLES)
def test_changing(world, administrator, role):
    session = world.session(role)
    for_each(world.models_of(role), lambda model: session.try_changing(model, administrator))
    assert not session.problems, told(session)


@pytest.mark.parametrize("role", ROLES)
def test_what_the_system_keeps(world, administrator, role):
    session = world.session(role)
    for_each(
        world.models_of(role),
        lambda model: session.try_system_fields(model, administrator, role == "manager"),
    )
    assert not session.problems, told(session)


@pytest.mark.parametrize("role", ROLES)
def test_methods(world, role):
    session = world.session(role)
    by_model = groupby(TABLE.calls_of(role), attrgetter("model"))
    for_each([list(calls) for _model, calls in by_model], session.try_calls)
    assert not session.problems, told(session)


@pytest.mark.parametrize("role", ROLES)
def test_deleting(world, role):
    session = world.session(role)
    for_each(TABLE.models(), session.try_deleting_at_last)
    assert not session.problems, told(session)


BLIND = [
    role
    for role, letters in TABLE.records["res.partner", "hidden"].items()
    if "r" not in letters and TABLE.roles[role]["login"] == "yes"
]


@pytest.mark.parametrize("role", BLIND)
def test_ways_around(world, role):
    """At last: a login hashes the password anew, in many rounds, for every call after it."""
    session = world.session(role)
    session.try_ways_around()
    assert not session.problems, told(session)
