"""The examples of the README, run as they are written there."""

import re
import xmlrpc.client

from helpers.examples import run_example
from suite import paths

BLOCKS = re.compile(r"<!-- example: (\w+) -->\s*```python\n(.*?)```", re.DOTALL)


def examples() -> dict[str, str]:
    return dict(BLOCKS.findall((paths.ROOT / "README.md").read_text(encoding="utf-8")))


def test_both_interfaces_have_an_example():
    assert set(examples()) == {"xmlrpc", "json2"}


def test_xmlrpc_example(demo_server):
    output = run_example(
        examples()["xmlrpc"], demo_server, ODOO_USER="admin", ODOO_PASSWORD="admin"
    )
    assert re.search(r"'assigned_count': [1-9]", output)
    assert "has it because: " in output
    assert "Dealer" in output
    assert "No team's filter matches" in output


def test_json2_example(demo_server, api_key):
    output = run_example(examples()["json2"], demo_server, ODOO_API_KEY=api_key)
    assert "assigned_count" in output
    assert "Dealer" in output
    assert "No team's filter matches" in output


def test_examples_are_stopped_by_a_wrong_password(demo_server):
    common = xmlrpc.client.ServerProxy(f"{demo_server.url}/xmlrpc/2/common")
    assert common.authenticate(demo_server.database, "admin", "wrong", {}) is False
