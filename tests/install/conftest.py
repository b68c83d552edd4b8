"""Installations that several files look at. What their screens cost is asked at once: a test may
uninstall them."""

from dataclasses import dataclass

import pytest
from helpers.installation import Installation
from suite import paths
from suite.templates import BASE, SUITE, alone


@dataclass
class Measured:
    """An installation, and how many queries each of its screens cost."""

    installation: Installation
    queries: dict[str, int]


def measured(all_templates, template, name: str):
    with Installation(all_templates, template, name) as installation:
        yield Measured(installation, installation.queries())


@pytest.fixture(scope="session")
def bare(all_templates):
    """Odoo without an addon of ours."""
    yield from measured(all_templates, BASE, "suite_test_install_bare")


@pytest.fixture(scope="session", params=paths.SUITE_ADDONS)
def addon(request) -> str:
    return request.param


@pytest.fixture(scope="session")
def single(all_templates, addon):
    """One of the four addons, alone."""
    yield from measured(all_templates, alone(addon), f"suite_test_install_{addon}")


@pytest.fixture(scope="session")
def together(all_templates):
    """The four addons."""
    yield from measured(all_templates, SUITE, "suite_test_install_together")
