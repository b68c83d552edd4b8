"""Pytest plugin for Odoo's own tests with our addons installed.

It skips the listed ones, each with its reason, and keeps assignment runs in the transaction
that a test rolls back.

tests/core_skipped.txt has a line for each: ``file::Class::test  reason``.
"""

import pytest

from . import paths

LIST = paths.ROOT / "tests" / "core_skipped.txt"


def read_list() -> dict[str, str]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    pairs = (line.split(None, 1) for line in lines if line.strip() and line[0] != "#")
    return {name: reason.strip() for name, reason in pairs}


def is_part(arguments: list[str]) -> bool:
    """Whether single tests were asked for, as those that failed the last time are."""
    return any("::" in str(argument) for argument in arguments)


def pytest_collection_modifyitems(config, items):
    listed = read_list()
    for item in items:
        name = "::".join([item.path.name, *item.nodeid.split("::")[1:]])
        if name in listed:
            item.add_marker(pytest.mark.skip(reason=listed.pop(name)))
    if listed and not is_part(config.args):
        # A name that is gone hides nothing any more: take it out of the list.
        raise pytest.UsageError(f"{LIST.name} names tests that are not there: {sorted(listed)}")


@pytest.fixture(scope="session", autouse=True)
def assignment_in_one_transaction(load_registry):
    from odoo.addons.crm_lead_assign.tests.common import in_one_transaction

    with in_one_transaction():
        yield
