"""Two people of different languages in one process: each reads texts in his own."""

import json

import pytest
from helpers.database import Database
from suite.paths import ROOT
from suite.roles import FOLDER, RoleTable
from suite.templates import BESIDE

SCRIPT = f"""
import json, sys
sys.path[:0] = [{str(FOLDER)!r}, {str(ROOT / "tests" / "helpers")!r}]
from world import World
from languages import compare
World(env, {list(RoleTable().roles.values())!r}).make()
env.cr.commit()
print(json.dumps(compare(env)))
"""
#: Texts that are stored once, for no reader: keys to sort by, and codes that programs use.
STORED = {
    "crm.contact.group.tree_order",
    "crm.relation.type.code",
    "crm.territory.tree_order",
    "crm.type.code",
}


@pytest.fixture(scope="module")
def found(all_templates):
    """What there is to read, in a database with records of every model."""
    with Database(all_templates, BESIDE, "suite_test_languages") as database:
        all_templates.fresh_copy(BESIDE, database.name)
        yield json.loads(database.run(SCRIPT).splitlines()[-1])


def test_the_second_reader_gets_his_own_language(found):
    assert found["wrong"] == []


def test_there_is_something_to_read(found):
    """Or the comparison above would say nothing."""
    assert sum(map(bool, found["models"].values())) > 60
    assert found["differ"] > 20


def test_no_text_is_stored_in_one_language_for_all(found):
    assert set(found["stored"]) == STORED
