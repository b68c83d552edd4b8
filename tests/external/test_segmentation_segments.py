"""The examples of the readme about segments and scores, run as they are written there."""

import os
import re
import subprocess
import sys
import textwrap

import pytest
from suite import paths

README = paths.ADDONS / "crm_segmentation" / "readme" / "USAGE.rst"
BLOCKS = re.compile(
    r"^\.\. code-block:: python\n   :name: segments_(\w+)\n\n((?:   .*\n|\n)+)", re.MULTILINE
)


def examples() -> dict[str, str]:
    found = BLOCKS.findall(README.read_text(encoding="utf-8"))
    return {name: textwrap.dedent(code) for name, code in found}


@pytest.fixture(scope="module")
def api_key(demo_server, odoo):
    """A key for JSON-2, made as the administrator would: by Odoo itself."""
    script = (
        "user = env.ref('base.user_admin')\n"
        "key = env['res.users.apikeys'].with_user(user)._generate(None, 'segments', None)\n"
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
    done = subprocess.run(
        [sys.executable, "-"],
        input=examples()[name],
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


def test_xmlrpc_example(demo_server):
    output = run_example("xmlrpc", demo_server, ODOO_USER="admin", ODOO_PASSWORD="admin")
    assert "Customers: won deals" in output
    assert re.search(r": Fit for the dealer programme: First rank, \d+", output)
    assert "  What it is to us: Dealer → 40" in output


def test_json2_example(demo_server, api_key):
    output = run_example("json2", demo_server, ODOO_API_KEY=api_key)
    assert re.search(r"Dealers with open deals: \d+ now", output)
    assert re.search(r"RFM of companies: [A-D]", output)
