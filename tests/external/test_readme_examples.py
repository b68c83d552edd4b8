"""The examples of the README, run as they are written there."""

import os
import re
import subprocess
import sys
import xmlrpc.client

import pytest
from suite import paths

BLOCKS = re.compile(r"<!-- example: (\w+) -->\s*```python\n(.*?)```", re.DOTALL)


def examples() -> dict[str, str]:
    return dict(BLOCKS.findall((paths.ROOT / "README.md").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def api_key(demo_server, odoo):
    """A key for JSON-2, made as the administrator would: by Odoo itself."""
    script = (
        "user = env.ref('base.user_admin')\n"
        "key = env['res.users.apikeys'].with_user(user)._generate(None, 'test', None)\n"
        "env.cr.commit()\n"
        "print('KEY', key)\n"
    )
    done = subprocess.run(
        odoo.command("shell", f"--database={demo_server.database}", "--no-http"),
        input=script,
        env=odoo.env(),
        capture_output=True,
        text=True,
        check=True,
    )
    return re.search(r"KEY (\w+)", done.stdout).group(1)


def run_example(name: str, server, **variables) -> str:
    code = examples()[name]
    done = subprocess.run(
        [sys.executable, "-"],
        input=code,
        env={
            "PATH": os.environ["PATH"],
            "ODOO_URL": server.url,
            "ODOO_DATABASE": server.database,
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_both_interfaces_have_an_example():
    assert set(examples()) == {"xmlrpc", "json2"}


def test_xmlrpc_example(demo_server):
    output = run_example("xmlrpc", demo_server, ODOO_USER="admin", ODOO_PASSWORD="admin")
    assert re.search(r"'assigned_count': [1-9]", output)
    assert "has it because: " in output
    assert "Dealer" in output
    assert "No team's filter matches" in output


def test_json2_example(demo_server, api_key):
    output = run_example("json2", demo_server, ODOO_API_KEY=api_key)
    assert "assigned_count" in output
    assert "Dealer" in output
    assert "No team's filter matches" in output


def test_examples_are_stopped_by_a_wrong_password(demo_server):
    common = xmlrpc.client.ServerProxy(f"{demo_server.url}/xmlrpc/2/common")
    assert common.authenticate(demo_server.database, "admin", "wrong", {}) is False
