"""Types from outside, over XML-RPC: import with rubbish, glance, merge and its undo."""

import uuid
import xmlrpc.client

import pytest


@pytest.fixture(scope="module")
def call(demo_server):
    url, database = demo_server.url, demo_server.database
    uid = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common").authenticate(
        database, "admin", "admin", {}
    )
    models = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object", allow_none=True)

    def call(model, method, *arguments, **named):
        return models.execute_kw(database, uid, "admin", model, method, arguments, named)

    return call


def test_the_other_rows_are_in(call):
    mark = uuid.uuid4().hex
    rows = [[f"{mark} {number}", "1", "dealer"] for number in range(50)]
    rows[7][2] = "no_such_type"
    result = call("res.partner", "load", ["name", "is_company", "crm_type_id"], rows)
    assert len(result["ids"]) == 49
    [message] = result["messages"]
    assert message["record"] == 7
    for part in ("CRM Type", "no_such_type", "dealer", "integrator"):
        assert part in message["message"]
    assert call("res.partner", "search_count", [("name", "like", mark)]) == 49


def test_glance(call):
    [partner] = call("res.partner", "search", [("crm_type_id.code", "=", "dealer")], limit=1)
    items = {
        item["key"]: item["value"]
        for item in call("res.partner", "get_segmentation_glance", [partner])
    }
    assert items["type"] == "Dealer"


def test_merge_and_back(call):
    name = uuid.uuid4().hex
    [old, new] = call(
        "crm.type", "create", [{"name": f"{name} {n}", "kind": "company"} for n in "ab"]
    )
    partners = call(
        "res.partner",
        "create",
        [{"name": name, "is_company": True, "crm_type_id": old} for _n in range(5)],
    )
    [merge] = call("crm.type.merge", "create", [{"source_ids": [old], "target_id": new}])

    def types():
        return {
            row["crm_type_id"][0] for row in call("res.partner", "read", partners, ["crm_type_id"])
        }

    call("crm.type.merge", "action_merge", [merge])
    assert types() == {new}
    call("crm.type.merge", "action_undo", [merge])
    assert types() == {old}
