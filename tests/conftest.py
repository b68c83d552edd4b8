"""Fixtures for tests from outside: a real server on a copy of a real database.

The database server is up already (bin/test keeps it so); its address is in the
environment.
"""

import os
import sys
from pathlib import Path

import pytest
from helpers import clients

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from suite import odoo_source, paths, templates  # noqa: E402
from suite.odoo import Odoo, free_port  # noqa: E402

#: Stages may run at the same time: each has its own demo server.
STAGE = os.environ.get("CRM_SUITE_STAGE", "outside")
MAVEN = ROOT.parent / "shared" / "data" / "maven_crm"


@pytest.fixture(scope="session")
def odoo() -> Odoo:
    names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
    variables = {name: os.environ[name] for name in names if name in os.environ}
    if "PGHOST" not in variables:
        pytest.exit("no database server: start the tests with bin/test", returncode=4)
    source = odoo_source.find()
    return Odoo(source, variables)


@pytest.fixture(scope="session")
def all_templates(odoo) -> templates.Templates:
    return templates.Templates(odoo)


@pytest.fixture(scope="session")
def demo_server(odoo, all_templates):
    """A server on the four addons with demo data; login admin / admin."""
    database = all_templates.fresh_copy(templates.DEMO, f"suite_test_demo_server_{STAGE}")
    log = f"test-demo-server-{STAGE}.log"
    with odoo.server(database, free_port(), log, crons=False) as server:
        yield server


@pytest.fixture(scope="session")
def api_key(demo_server) -> str:
    """The administrator's key for JSON-2."""
    return clients.make_api_key(demo_server)


@pytest.fixture(scope="session")
def json2(demo_server, api_key):
    return clients.json2(demo_server, api_key)


@pytest.fixture(scope="session")
def xml_rpc(demo_server):
    return clients.xml_rpc(demo_server)


@pytest.fixture(params=["xmlrpc", "json2"])
def call(request):
    """A client of the demo server: a test runs once over each interface."""
    return request.getfixturevalue({"xmlrpc": "xml_rpc", "json2": "json2"}[request.param])


@pytest.fixture(scope="session")
def maven_folder() -> Path:
    if not MAVEN.is_dir():
        pytest.skip("the real data set is not here: it is not part of the project")
    return MAVEN


@pytest.fixture(scope="session")
def screenshots() -> Path:
    folder = paths.LOCAL / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
