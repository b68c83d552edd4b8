"""Bulk operations from outside: over XML-RPC and JSON-2, and with a process killed."""

import json
import re
import subprocess
import urllib.error
import urllib.request
import xmlrpc.client

import psycopg2
import pytest
from suite.processes import die_with_parent
from suite.templates import alone

CONTACTS = 3000


@pytest.fixture(scope="module")
def api_key(demo_server, odoo):
    script = (
        "user = env.ref('base.user_admin')\n"
        "key = env['res.users.apikeys'].with_user(user)._generate(None, 'bulk', None)\n"
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


def json2(server, key):
    def call(model, method, **arguments):
        request = urllib.request.Request(
            f"{server.url}/json/2/{model}/{method}",
            data=json.dumps(arguments).encode(),
            headers={
                "Authorization": f"Bearer {key}",
                "X-Odoo-Database": server.database,
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    return call


def xml_rpc(server):
    common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
    uid = common.authenticate(server.database, "admin", "admin", {})
    # Without allow_none, as most clients are: the answers hold no None.
    models = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object")

    def call(model, method, ids=None, **arguments):
        positional = [ids] if ids is not None else []
        if "vals_list" in arguments:
            positional = [arguments.pop("vals_list")]  # create takes them so over XML-RPC
        return models.execute_kw(
            server.database, uid, "admin", model, method, positional, arguments
        )

    return call


@pytest.fixture(params=["xmlrpc", "json2"])
def call(request, demo_server):
    if request.param == "xmlrpc":
        return xml_rpc(demo_server)
    return json2(demo_server, request.getfixturevalue("api_key"))


def test_owner_with_deals_and_back(call):
    companies = call(
        "res.partner",
        "create",
        vals_list=[{"name": f"Bulk API {number}", "is_company": True} for number in range(3)],
    )
    [deal] = call(
        "crm.lead",
        "create",
        vals_list=[{"name": "Bulk API deal", "type": "opportunity", "partner_id": companies[0]}],
    )
    [user] = call("res.users", "search", domain=[["login", "=", "demo"]])
    bulk = call(
        "crm.bulk.operation",
        "create",
        vals_list=[
            {
                "model": "res.partner",
                "domain": str([("id", "in", [*companies, 999999999])]),
                "operation": "owner",
                "vals": {"user_id": user},
                "cascade": ["deals"],
                "reason": "Web shop",
            }
        ],
    )
    answer = call("crm.bulk.operation", "action_preview", ids=bulk)
    assert (answer["state"], answer["changed"], answer["refused"]) == ("preview", 4, 1)
    assert answer["models"] == {
        "res.partner": {"waiting": 3, "refused": 1},
        "crm.lead": {"waiting": 1},
    }
    assert answer["rows"][0]["id"] == 999999999
    answer = call("crm.bulk.operation", "action_apply", ids=bulk)
    assert (answer["state"], answer["changed"], answer["waiting"]) == ("done", 4, 0)
    [row] = call("crm.lead", "read", ids=[deal], fields=["user_id"])
    assert row["user_id"][0] == user
    call("res.partner", "write", ids=companies[:1], vals={"user_id": False})
    answer = call(
        "crm.bulk.operation", "action_undo", ids=bulk, domain=[["name", "!=", "Bulk API 2"]]
    )
    assert (answer["state"], answer["undone"], answer["skipped"]) == ("partly", 2, 1)
    answer = call("crm.bulk.operation", "action_undo", ids=bulk)
    assert (answer["state"], answer["undone"]) == ("undone", 3)
    with pytest.raises((xmlrpc.client.Fault, urllib.error.HTTPError)) as caught:
        call("crm.bulk.operation", "action_undo", ids=bulk)
    error = caught.value
    text = error.faultString if hasattr(error, "faultString") else error.read().decode()
    assert "undone already" in text


def test_wrong_code_names_those_that_exist(call):
    with pytest.raises((xmlrpc.client.Fault, urllib.error.HTTPError)) as caught:
        call(
            "crm.bulk.operation",
            "create",
            vals_list=[
                {
                    "domain": "[]",
                    "operation": "type",
                    "vals": {"crm_type_id": "no_such_code"},
                }
            ],
        )
    error = caught.value
    text = error.faultString if hasattr(error, "faultString") else error.read().decode()
    assert "no_such_code" in text
    assert "dealer" in text


def test_from_a_server_action(call):
    """The same three calls in the code of a server action, on the records it runs on."""
    [model] = call("ir.model", "search", domain=[["model", "=", "res.partner"]])
    companies = call(
        "res.partner", "create", vals_list=[{"name": "Bulk action", "is_company": True}]
    )
    [tag] = call("res.partner.category", "create", vals_list=[{"name": "Bulk action"}])
    code = (
        "bulk = env['crm.bulk.operation'].create({'model': records._name, "
        "'domain': [('id', 'in', records.ids)], 'operation': 'tag', "
        f"'vals': {{'tag_ids': [{tag}]}}}})\n"
        "bulk.action_apply()\n"
        # XML-RPC has no None to answer with.
        "action = {'type': 'ir.actions.act_window_close'}\n"
    )
    action = call(
        "ir.actions.server",
        "create",
        vals_list=[{"name": "Tag", "model_id": model, "state": "code", "code": code}],
    )
    context = {"active_model": "res.partner", "active_ids": companies, "active_id": companies[0]}
    call("ir.actions.server", "run", ids=action, context=context)
    [row] = call("res.partner", "read", ids=companies, fields=["category_id"])
    assert row["category_id"] == [tag]


SET_UP = """
groups = [(4, env.ref("sales_team.group_sale_manager").id),
          (4, env.ref("base.group_partner_manager").id)]
users = env["res.users"].with_context(no_reset_password=True).create(
    [{{"name": f"Owner {{n}}", "login": f"owner{{n}}", "group_ids": groups}} for n in range(3)]
)
env["res.partner"].with_context(tracking_disable=True).create(
    [{{"name": f"Killed {{n}}", "is_company": True, "user_id": users[0].id}}
     for n in range({contacts})]
)
bulk = env["crm.bulk.operation"].with_user(users[0]).create({{
    "domain": "[('name', '=like', 'Killed %')]", "operation": "owner",
    "vals": {{"user_ids": users[1:].ids}},
}})
bulk.action_apply(background=True)
env.cr.commit()
"""

#: Many commits for the kill to come between.
RUN = """
from odoo.addons.crm_segmentation.models import crm_bulk_operation_run
crm_bulk_operation_run.BATCH = 50
env["crm.bulk.operation"]._cron_run_waiting()
env.cr.commit()
"""
UNDO = """
bulk = env["crm.bulk.operation"].search([], limit=1)
bulk.with_user(bulk.user_id).action_undo(background=True)
env.cr.commit()
"""

OWNED = """
    SELECT count(*) FROM res_partner partner JOIN res_users owner ON owner.id = user_id
     WHERE name LIKE 'Killed %' AND login <> 'owner0'
"""
#: What must hold whatever happened: a new owner, its line and its history, or none of them.
FACTS = {
    "owned": OWNED,
    "done": "SELECT count(*) FROM crm_bulk_operation_line WHERE state = 'done'",
    "counted": "SELECT changed_count FROM crm_bulk_operation",
    "told": """
        SELECT count(*) FROM mail_message message
          JOIN mail_tracking_value value ON value.mail_message_id = message.id
          JOIN ir_model_fields field ON field.id = value.field_id AND field.name = 'user_id'
         WHERE message.model = 'res.partner'
    """,
}


class Database:
    """A database with a bulk operation that waits, and processes on it."""

    def __init__(self, odoo, name):
        self.odoo, self.name = odoo, name

    def start(self, script):
        process = subprocess.Popen(
            self.odoo.command("shell", f"--database={self.name}", "--no-http", "--log-level=error"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.odoo.env(),
            text=True,
            preexec_fn=die_with_parent(),
        )
        process.stdin.write(script)
        process.stdin.close()
        return process

    def run(self, script):
        process = self.start(script)
        output = process.stdout.read()
        assert process.wait() == 0, output
        assert "Traceback" not in output, output

    def connect(self):
        variables = self.odoo.env()
        return psycopg2.connect(
            dbname=self.name,
            host=variables["PGHOST"],
            port=variables.get("PGPORT") or 5432,
            user=variables.get("PGUSER"),
            password=variables.get("PGPASSWORD"),
        )

    def value(self, query):
        connection = self.connect()
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchone()[0]
        finally:
            connection.close()

    def facts(self):
        return {name: self.value(query) for name, query in FACTS.items()}

    def kill_when(self, script, is_time):
        process = self.start(script)
        while not is_time(self.value(OWNED)):
            assert process.poll() is None, process.stdout.read()
        process.kill()
        process.wait()
        return self.value(OWNED)


@pytest.fixture
def database(odoo, all_templates):
    name = all_templates.fresh_copy(alone("crm_segmentation"), "suite_test_bulk")
    database = Database(odoo, name)
    database.run(SET_UP.format(contacts=CONTACTS))
    yield database
    all_templates.databases.drop(name)


def test_killed_in_the_middle(database):
    owned = database.kill_when(RUN, lambda count: count >= 200)
    assert 0 < owned < CONTACTS
    assert database.facts() == dict.fromkeys(FACTS, owned)
    state = "SELECT state FROM crm_bulk_operation"
    assert database.value(state) == "running"
    database.run(RUN)
    assert database.facts() == dict.fromkeys(FACTS, CONTACTS)
    assert database.value(state) == "done"
    each = f"{OWNED} AND login = 'owner1'"
    assert database.value(each) == CONTACTS // 2

    database.run(UNDO)
    owned = database.kill_when(RUN, lambda count: count <= CONTACTS - 200)
    assert 0 < owned < CONTACTS
    assert database.value(state) == "undoing"
    database.run(RUN)
    assert database.value(OWNED) == 0
    assert database.value(state) == "undone"
    assert database.value("SELECT undone_count FROM crm_bulk_operation") == CONTACTS


def test_a_record_that_somebody_else_holds(database):
    """It is tried again, told as not possible at last, and waited for by nobody."""
    holder = database.connect()
    cursor = holder.cursor()
    cursor.execute("SELECT min(id) FROM res_partner WHERE name LIKE 'Killed %'")
    [held] = cursor.fetchone()
    cursor.execute("UPDATE res_partner SET ref = 'mine' WHERE id = %s", (held,))
    try:
        database.run(RUN)
    finally:
        holder.commit()
        holder.close()
    assert database.facts() == dict.fromkeys(FACTS, CONTACTS - 1)
    reason = "SELECT reason FROM crm_bulk_operation_line WHERE state = 'refused'"
    assert database.value(reason) == "Somebody else was changing it at that moment."
    assert database.value("SELECT state FROM crm_bulk_operation") == "done"
