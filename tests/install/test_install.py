"""Each addon alone and all together: installed, then uninstalled without a trace."""

import json
import subprocess

import pytest
from suite import paths
from suite.processes import die_with_parent
from suite.templates import BASE, DEMO, SUITE, alone, bad_log_lines

#: What an addon may leave behind nothing of. Tables and columns come from the
#: catalogue, the rest from Odoo's own registers.
TRACES = {
    "tables": """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'm')
    """,
    "columns": """
        SELECT table_name || '.' || column_name FROM information_schema.columns
        WHERE table_schema = 'public'
    """,
    "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass || '.' || conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    """,
    "functions": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "models": "SELECT model FROM ir_model",
    "fields": "SELECT model || '.' || name FROM ir_model_fields",
    "record rules": "SELECT name || ' ' || model_id::text FROM ir_rule",
    "access rights": "SELECT name FROM ir_model_access",
    "groups": "SELECT g.name->>'en_US' FROM res_groups g",
    "privileges": "SELECT name->>'en_US' FROM res_groups_privilege",
    "implied groups": "SELECT gid::text || ' implies ' || hid::text FROM res_groups_implied_rel",
    "menus": "SELECT id::text || ' ' || (name->>'en_US') FROM ir_ui_menu",
    "actions": "SELECT id::text || ' ' || (name->>'en_US') FROM ir_actions",
    "views": "SELECT name || ' ' || model FROM ir_ui_view WHERE model IS NOT NULL",
    "scheduled actions": """
        SELECT c.cron_name || ' ' || c.active FROM ir_cron c
    """,
    "parameters": "SELECT key FROM ir_config_parameter",
    "sequences": "SELECT code FROM ir_sequence WHERE code IS NOT NULL",
    "external ids": """
        SELECT module || '.' || name FROM ir_model_data
        WHERE module NOT IN ('base', '__export__')
    """,
    "team switches": "SELECT id::text || ' ' || coalesce(assignment_optout, false) FROM crm_team",
    "user groups": "SELECT uid::text || ' in ' || gid::text FROM res_groups_users_rel",
}

UNINSTALL = """
import json
modules = env["ir.module.module"].search([("name", "in", {names!r}), ("state", "=", "installed")])
assert len(modules) == {count}, modules.mapped("name")
modules.button_immediate_uninstall()
left = env["ir.module.module"].search([("name", "in", {names!r}), ("state", "!=", "uninstalled")])
print("LEFT", json.dumps(left.mapped("name")))
"""


def traces(databases, database: str) -> dict[str, set]:
    return {
        name: {row[0] for row in databases.execute(query, database=database)}
        for name, query in TRACES.items()
    }


def shell(odoo, database: str, script: str) -> str:
    done = subprocess.run(
        odoo.command("shell", f"--database={database}", "--no-http", "--shell-interface=python"),
        input=script,
        env=odoo.env(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=die_with_parent(),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def install(odoo, database: str, *addons: str) -> str:
    return odoo.run(
        f"test-install-{database}.log",
        "server",
        f"--database={database}",
        f"--init={','.join(addons)}",
        "--stop-after-init",
        "--no-http",
        "--max-cron-threads=0",
    )


def uninstall(odoo, database: str, *addons: str) -> None:
    output = shell(odoo, database, UNINSTALL.format(names=list(addons), count=len(addons)))
    left = json.loads(output.split("LEFT", 1)[1].splitlines()[0])
    assert left == []
    assert bad_log_lines(output) == []


def assert_nothing_left(before: dict, after: dict) -> None:
    left = {name: sorted(after[name] - before[name])[:10] for name in before}
    assert {name: found for name, found in left.items() if found} == {}
    gone = {name: sorted(before[name] - after[name])[:10] for name in before}
    assert {name: found for name, found in gone.items() if found} == {}


@pytest.fixture
def database(odoo, all_templates):
    """A fresh copy, dropped afterwards."""
    name = "suite_test_install"
    all_templates.fresh_copy(BASE, name)
    yield name
    all_templates.databases.drop(name)


@pytest.mark.parametrize("addon", paths.SUITE_ADDONS)
def test_alone_and_away_again(odoo, all_templates, database, addon):
    databases = all_templates.databases
    before = traces(databases, database)
    all_templates.fresh_copy(alone(addon), database)
    assert traces(databases, database)["models"] - before["models"] or addon == "crm_lead_assign"
    libraries = [name for name in paths.depends(addon) if name in paths.LIBRARY_ADDONS]
    uninstall(odoo, database, addon, *libraries)
    assert_nothing_left(before, traces(databases, database))


def test_together_in_the_other_order_and_away_one_by_one(odoo, all_templates, database):
    databases = all_templates.databases
    before = traces(databases, database)
    for addon in reversed(paths.SUITE_ADDONS):
        assert bad_log_lines(install(odoo, database, addon)) == []
    for addon in paths.SUITE_ADDONS:
        uninstall(odoo, database, addon)
    uninstall(odoo, database, *paths.LIBRARY_ADDONS)
    assert_nothing_left(before, traces(databases, database))


def test_together_with_demo_data_and_away_at_once(odoo, all_templates, database):
    """Demo records go too; what they made in others' tables may stay, as in Odoo."""
    databases = all_templates.databases
    all_templates.fresh_copy(DEMO, database)
    uninstall(odoo, database, *paths.SUITE_ADDONS)
    after = traces(databases, database)
    for addon in paths.SUITE_ADDONS:
        assert not [name for name in after["external ids"] if name.startswith(f"{addon}.")]
    ours = [name for name in after["tables"] if name.startswith(("crm_contact_group", "crm_pain"))]
    assert ours == []


def test_update_of_all_changes_nothing(odoo, all_templates, database):
    """``-u`` of the installed addons runs clean and leaves the same registers."""
    databases = all_templates.databases
    all_templates.fresh_copy(SUITE, database)
    before = traces(databases, database)
    log = odoo.run(
        "test-update.log",
        "server",
        f"--database={database}",
        f"--update={','.join(paths.SUITE_ADDONS)}",
        "--stop-after-init",
        "--no-http",
        "--max-cron-threads=0",
    )
    assert bad_log_lines(log) == []
    assert_nothing_left(before, traces(databases, database))
