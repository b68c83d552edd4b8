"""Opening a list or a card costs at most five queries more than without an addon."""

import json
import subprocess

import pytest
from suite import paths
from suite.processes import die_with_parent
from suite.templates import BASE, SUITE, alone

BUDGET = 5

#: Opens each screen twice, as the web client does, and counts the second time: what is
#: asked once in a server's life is no matter.
SCRIPT = """
import json
from lxml import etree
from odoo import sql_db
from odoo.tests import Form

admin = env.ref("base.user_admin")
env = env(user=admin)
Partner = env["res.partner"].with_context(tracking_disable=True)
Lead = env["crm.lead"].with_context(tracking_disable=True)
companies = Partner.create(
    [{"name": f"Budget {n}", "is_company": True, "user_id": admin.id} for n in range(40)]
)
Partner.create([{"name": f"Person {n}", "parent_id": c.id} for n, c in enumerate(companies)])
leads = Lead.create(
    [{"name": f"Budget {n}", "type": "opportunity", "partner_id": c.id} for n, c in
     enumerate(companies)]
)
env.flush_all()

def specification(model, view):
    spec = {}
    for node in etree.fromstring(view["arch"]).iterchildren("field"):
        field = env[model]._fields[node.get("name")]
        if field.type in ("one2many", "many2many", "many2one"):
            spec[field.name] = {"fields": {"display_name": {}}}
        else:
            spec[field.name] = {}
    return spec

def counted(call):
    for _time in range(2):
        env.flush_all()
        env.invalidate_all()
        before = sql_db.sql_counter
        call()
    return sql_db.sql_counter - before

found = {}
for model, records in (("res.partner", companies), ("crm.lead", leads)):
    view = env[model].get_views([(False, "list")])["views"]["list"]
    spec = specification(model, view)
    domain = [("id", "in", records.ids)]
    found[f"{model} list"] = counted(
        lambda: env[model].web_search_read(domain, spec, limit=40, count_limit=10001)
    )
    found[f"{model} form"] = counted(lambda: Form(records[0]))
print("FOUND", json.dumps(found))
"""


def opened(odoo, database: str) -> dict[str, int]:
    done = subprocess.run(
        odoo.command("shell", f"--database={database}", "--no-http", "--shell-interface=python"),
        input=f"exec({SCRIPT!r})\n",
        env=odoo.env(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=die_with_parent(),
    )
    assert "FOUND" in done.stdout, done.stdout + done.stderr
    return json.loads(done.stdout.split("FOUND", 1)[1].splitlines()[0])


@pytest.fixture(scope="module")
def without(odoo, all_templates):
    return opened(odoo, all_templates.ensure(BASE))


@pytest.mark.parametrize("addon", paths.SUITE_ADDONS)
def test_queries_of_lists_and_cards(odoo, all_templates, without, addon):
    found = opened(odoo, all_templates.ensure(alone(addon)))
    more = {name: count - without[name] for name, count in found.items()}
    print(f"{addon}: {more} (without: {without})")
    assert {name: count for name, count in more.items() if count > BUDGET} == {}


def test_queries_with_all_addons(odoo, all_templates, without):
    found = opened(odoo, all_templates.ensure(SUITE))
    more = {name: count - without[name] for name, count in found.items()}
    print(f"all: {more}")
    assert max(more.values()) <= BUDGET * len(paths.SUITE_ADDONS)
