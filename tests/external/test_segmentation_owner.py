"""Owners of contacts from outside: a shop takes a contact and asks whose it is and why."""

import json
import re
import subprocess
import threading
import urllib.request
import xmlrpc.client

import pytest

SELLERS = ("owner_api_one", "owner_api_two")


@pytest.fixture(scope="module")
def api_key(demo_server, odoo):
    script = (
        "user = env.ref('base.user_admin')\n"
        "key = env['res.users.apikeys'].with_user(user)._generate(None, 'owner', None)\n"
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


def xml_rpc(server, login="admin"):
    common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
    uid = common.authenticate(server.database, login, login, {})
    models = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)

    def call(model, method, ids=None, **arguments):
        positional = [ids] if ids is not None else []
        if "vals_list" in arguments:
            positional = [arguments.pop("vals_list")]  # create takes them so over XML-RPC
        return models.execute_kw(server.database, uid, login, model, method, positional, arguments)

    return call


@pytest.fixture(params=["xmlrpc", "json2"])
def call(request, demo_server):
    if request.param == "xmlrpc":
        return xml_rpc(demo_server)
    return json2(demo_server, request.getfixturevalue("api_key"))


@pytest.fixture(scope="module")
def sellers(demo_server):
    admin = xml_rpc(demo_server)
    [group] = admin(
        "ir.model.data",
        "search_read",
        domain=[["module", "=", "sales_team"], ["name", "=", "group_sale_salesman"]],
        fields=["res_id"],
    )
    admin(
        "res.users",
        "create",
        vals_list=[
            {"name": login, "login": login, "password": login, "group_ids": [[4, group["res_id"]]]}
            for login in SELLERS
        ],
    )
    return [xml_rpc(demo_server, login) for login in SELLERS]


def make_free(call, *names):
    return call("res.partner", "create", vals_list=[{"name": n, "user_id": False} for n in names])


def test_a_shop_takes_a_contact_and_says_why(call):
    [partner] = make_free(call, "Owner API Ltd")
    [line] = call("res.partner", "get_owner_explanation", ids=[partner])
    assert (line["owner"], line["is_free"], line["reason"]) == (False, True, False)
    result = call("res.partner", "take_ownership", ids=[partner])
    assert result["taken"] == [partner]
    [line] = call("res.partner", "get_owner_explanation", ids=[partner])
    assert line["owner"] and not line["is_free"]
    assert (line["reason"], line["reason_label"]) == ("take", "Taken from the free contacts")
    [refused] = call("res.partner", "take_ownership", ids=[partner])["refused"]
    assert refused["code"] == "owned"
    assert "Owner API Ltd belongs to" in refused["reason"]
    changes = call(
        "crm.owner.change",
        "search_read",
        domain=[["partner_id", "=", partner]],
        fields=["reason", "new_user_id"],
    )
    assert [change["reason"] for change in changes] == ["take"]


def test_two_people_take_the_same_contact_at_once(demo_server, sellers):
    """One gets it, the other is told who was quicker; over and over."""
    admin = xml_rpc(demo_server)
    contacts = make_free(admin, *(f"Race {n}" for n in range(12)))
    for contact in contacts:
        results = {}
        start = threading.Barrier(len(sellers))

        def take(number, seller, results=results, start=start, contact=contact):
            start.wait()
            results[number] = seller("res.partner", "take_ownership", [contact])

        threads = [threading.Thread(target=take, args=pair) for pair in enumerate(sellers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken = [number for number, result in results.items() if result["taken"] == [contact]]
        assert len(results) == 2 and len(taken) == 1, results
        [refused] = results[1 - taken[0]]["refused"]
        assert refused["code"] == "owned"
        assert SELLERS[taken[0]] in refused["reason"]
        changes = admin("crm.owner.change", "search_count", domain=[["partner_id", "=", contact]])
        assert changes == 1


def test_one_person_in_two_windows_keeps_to_the_limit(demo_server, sellers):
    admin = xml_rpc(demo_server)
    contacts = make_free(admin, *(f"Two {n}" for n in range(30)))
    admin("ir.config_parameter", "set_param", key="crm_segmentation.owner_take_limit", value="20")
    start = threading.Barrier(3)
    results = []

    def take(part):
        seller = xml_rpc(demo_server, SELLERS[0])
        start.wait()
        results.append(seller("res.partner", "take_ownership", part))

    threads = [threading.Thread(target=take, args=(contacts[n::3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    admin("ir.config_parameter", "set_param", key="crm_segmentation.owner_take_limit", value="0")
    assert len(results) == 3
    taken = sum(len(result["taken"]) for result in results)
    assert taken == 20, results
    assert {line["code"] for result in results for line in result["refused"]} == {"limit"}


def test_preview_release_and_handover(call):
    preview = call("crm.owner.operation", "action_preview_release", days=1, notice_days=0)
    operation = preview["res_id"]
    [row] = call("crm.owner.operation", "read", ids=[operation], fields=["state", "planned_count"])
    assert row["state"] == "preview" and row["planned_count"] > 0
