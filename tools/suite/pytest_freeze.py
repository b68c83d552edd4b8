"""Pytest plugin for tests with Odoo loaded: what is loaded is no garbage, so it is not looked at.

Python's collector would walk over the million objects of a registry again and again.
"""

import gc

import pytest


@pytest.fixture(scope="session", autouse=True)
def freeze_registry(load_registry):
    gc.freeze()
    yield
    gc.unfreeze()
