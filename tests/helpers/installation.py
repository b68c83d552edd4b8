"""An installation of our addons: what it brings into a database, what its screens cost, and what
is left of it."""

import json

from suite.shell import Shell
from suite.templates import Template, Templates, bad_log_lines

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

#: Installs in a session as the Apps menu does, one after the other.
INSTALL = """
for name in {names!r}:
    modules = env["ir.module.module"]
    modules.update_list()
    module = modules.search([("name", "=", name), ("state", "=", "uninstalled")])
    module.button_immediate_install()
    assert module.state == "installed", name
"""
#: Uninstalls sets of addons, one after the other.
UNINSTALL = """
for names in {sets!r}:
    domain = [("name", "in", names), ("state", "=", "installed")]
    modules = env["ir.module.module"].search(domain)
    assert len(modules) == len(names), modules.mapped("name")
    modules.button_immediate_uninstall()
    domain = [("name", "in", names), ("state", "!=", "uninstalled")]
    left = env["ir.module.module"].search(domain)
    assert not left, left.mapped("name")
"""
#: Opens each screen twice, as the web client does, and counts the second time: what is
#: asked once in a server's life is no matter.
OPEN = """
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


class Installation:
    """A copy of a template and a shell on it; also a context manager, which drops the copy."""

    def __init__(self, templates: Templates, template: Template, name: str):
        self.databases = templates.databases
        self.name = templates.fresh_copy(template, name)
        self.shell = Shell(templates.odoo, name)
        #: The registers as they were in the beginning.
        self.before = self.traces()

    def traces(self) -> dict[str, set]:
        return {
            name: {row[0] for row in self.databases.execute(query, database=self.name)}
            for name, query in TRACES.items()
        }

    def queries(self) -> dict[str, int]:
        """How many queries each screen costs."""
        output = self.shell.run(OPEN)
        return json.loads(output.split("FOUND", 1)[1].splitlines()[0])

    def install(self, *addons: str) -> None:
        self.run(INSTALL.format(names=addons))

    def uninstall(self, *sets: tuple[str, ...]) -> None:
        """Uninstall sets of addons one after the other, each at once."""
        self.run(UNINSTALL.format(sets=sets))

    def run(self, script: str) -> None:
        """Run a script without a warning, be it of the shell while it loaded."""
        output = self.shell.run(script)
        assert bad_log_lines(self.shell.log.read_text(errors="replace") + output) == []

    def __enter__(self) -> "Installation":
        return self

    def __exit__(self, *_exc) -> None:
        self.shell.close()
        self.databases.drop(self.name)
