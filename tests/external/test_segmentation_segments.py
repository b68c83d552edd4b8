"""The examples of the readme about segments and scores, run as they are written there."""

import re
import textwrap

from helpers.examples import run_example
from suite import paths

README = paths.ADDONS / "crm_segmentation" / "readme" / "USAGE.rst"
BLOCKS = re.compile(
    r"^\.\. code-block:: python\n   :name: segments_(\w+)\n\n((?:   .*\n|\n)+)", re.MULTILINE
)


def examples() -> dict[str, str]:
    found = BLOCKS.findall(README.read_text(encoding="utf-8"))
    return {name: textwrap.dedent(code) for name, code in found}


def test_xmlrpc_example(demo_server):
    output = run_example(
        examples()["xmlrpc"], demo_server, ODOO_USER="admin", ODOO_PASSWORD="admin"
    )
    assert "Customers: won deals" in output
    assert re.search(r": Fit for the dealer programme: First rank, \d+", output)
    assert "  What it is to us: Dealer → 40" in output


def test_json2_example(demo_server, api_key):
    output = run_example(examples()["json2"], demo_server, ODOO_API_KEY=api_key)
    assert re.search(r"Dealers with open deals: \d+ now", output)
    assert re.search(r"RFM of companies: [A-D]", output)
