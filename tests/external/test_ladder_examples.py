"""The examples of crm_marketing_ladder's readme, run as they are written there."""

import re
import textwrap

from helpers.examples import run_example
from suite import paths

README = paths.ADDONS / "crm_marketing_ladder" / "readme" / "USAGE.rst"
BLOCKS = re.compile(
    r"^\.\. code-block:: python\n   :name: (\w+)\n\n((?:   .*\n|\n)+)", re.MULTILINE
)


def examples() -> dict[str, str]:
    found = BLOCKS.findall(README.read_text(encoding="utf-8"))
    return {name: textwrap.dedent(code) for name, code in found}


def test_xmlrpc_example(demo_server):
    output = run_example(
        examples()["xmlrpc"], demo_server, ODOO_USER="admin", ODOO_PASSWORD="admin"
    )
    assert "answers “A branch office was attacked over its old router”" in output
    assert "Its Benefits" in output


def test_json2_example(demo_server, api_key):
    output = run_example(examples()["json2"], demo_server, ODOO_API_KEY=api_key)
    assert "Nobody knows whether the backup can be restored" in output
    assert "Convinced" in output
    assert "more" in output
