"""Fixtures for access from outside that several files share."""

import pytest
from helpers.imports import run_import
from import_csv import Connection
from suite.odoo import free_port
from suite.sample import ASSIGNMENT_CRON, Company
from suite.templates import SUITE


@pytest.fixture(scope="session")
def maven(odoo, all_templates, maven_folder, tmp_path_factory):
    """The real set loaded, and given out by the scheduled action."""
    database = all_templates.fresh_copy(SUITE, "suite_test_maven")
    with odoo.server(database, free_port(), "test-maven.log", crons=False) as running:
        connection = Connection(running.url, database, "admin", "admin")
        reports = run_import(connection, maven_folder, tmp_path_factory.mktemp("rejected"))
        Company(odoo, database, maven_folder).run_cron(connection, ASSIGNMENT_CRON)
        yield connection, reports, maven_folder
