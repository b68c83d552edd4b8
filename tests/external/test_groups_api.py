"""Contact groups from outside: the same calls over XML-RPC and over JSON-2."""

import json
import re
import subprocess
import urllib.error
import urllib.request
import xmlrpc.client

import pytest


@pytest.fixture(scope="module")
def api_key(demo_server, odoo):
    script = (
        "user = env.ref('base.user_admin')\n"
        "key = env['res.users.apikeys'].with_user(user)._generate(None, 'groups', None)\n"
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
    models = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)

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


def test_a_contact_through_the_groups(call):
    [partner] = call("res.partner", "create", vals_list=[{"name": "Groups API Ltd"}])
    dealers = call("crm.contact.group", "search", domain=[["code", "=", "KEY"]])
    [target] = call("crm.contact.group", "search", domain=[["code", "=", "PARTNER"]])
    added = call(
        "crm.contact.group",
        "add_contacts",
        ids=dealers,
        partner_ids=[partner],
        reason="Web shop",
        until="2099-12-31",
    )
    assert added == {"added": 1, "updated": 0, "unchanged": 0}
    moved = call(
        "crm.contact.group",
        "move_contacts",
        ids=dealers,
        partner_ids=[partner],
        target_group_id=target,
    )
    assert moved == {"removed": 1, "added": 1, "updated": 0, "unchanged": 0}
    [row] = call("res.partner", "read", ids=[partner], fields=["contact_group_ids"])
    assert row["contact_group_ids"] == [target]
    excluded = call(
        "crm.contact.group", "exclude_contacts", ids=[target], partner_ids=[partner], reason="No"
    )
    assert excluded == {"excluded": 1, "unchanged": 0}
    removed = call("crm.contact.group", "remove_contacts", ids=[target], partner_ids=[partner])
    assert removed == {"removed": 0, "unchanged": 1}


def test_rules(call):
    smart = call("crm.contact.group", "search", domain=[["code", "=", "WEST"]])
    preview = call(
        "crm.contact.group", "preview_rule", ids=smart, domain=[["country_id.code", "=", "BE"]]
    )
    assert set(preview) == {"matching", "entering", "leaving", "entering_ids", "leaving_ids"}
    [result] = call("crm.contact.group", "action_rebuild", ids=smart)
    assert result["group_id"] == smart[0]


def test_why(call):
    partners = call("res.partner", "search", domain=[["is_company", "=", True]], limit=1)
    reasons = call("res.partner", "get_access_reasons", ids=partners)
    assert {line["reason"] for line in reasons} == {"open"}


def test_a_wrong_contact_is_named(call):
    groups = call("crm.contact.group", "search", domain=[["code", "=", "KEY"]])
    with pytest.raises((xmlrpc.client.Fault, urllib.error.HTTPError)) as caught:
        call("crm.contact.group", "add_contacts", ids=groups, partner_ids=[987654321])
    error = caught.value
    text = error.faultString if isinstance(error, xmlrpc.client.Fault) else error.read().decode()
    assert "987654321" in text
