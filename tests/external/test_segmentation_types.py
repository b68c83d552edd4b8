"""Types from outside, over XML-RPC: import with rubbish, glance, merge and its undo."""

import uuid


def test_the_other_rows_are_in(xml_rpc):
    mark = uuid.uuid4().hex
    rows = [[f"{mark} {number}", "1", "dealer"] for number in range(50)]
    rows[7][2] = "no_such_type"
    result = xml_rpc("res.partner", "load", fields=["name", "is_company", "crm_type_id"], data=rows)
    assert len(result["ids"]) == 49
    [message] = result["messages"]
    assert message["record"] == 7
    for part in ("CRM Type", "no_such_type", "dealer", "integrator"):
        assert part in message["message"]
    assert xml_rpc("res.partner", "search_count", domain=[("name", "like", mark)]) == 49


def test_glance(xml_rpc):
    [partner] = xml_rpc(
        "res.partner", "search", domain=[("crm_type_id.code", "=", "dealer")], limit=1
    )
    items = {
        item["key"]: item["value"]
        for item in xml_rpc("res.partner", "get_segmentation_glance", ids=[partner])
    }
    assert items["type"] == "Dealer"


def test_merge_and_back(xml_rpc):
    name = uuid.uuid4().hex
    [old, new] = xml_rpc(
        "crm.type", "create", vals_list=[{"name": f"{name} {n}", "kind": "company"} for n in "ab"]
    )
    partners = xml_rpc(
        "res.partner",
        "create",
        vals_list=[{"name": name, "is_company": True, "crm_type_id": old} for _n in range(5)],
    )
    [merge] = xml_rpc(
        "crm.type.merge", "create", vals_list=[{"source_ids": [old], "target_id": new}]
    )

    def types():
        return {
            row["crm_type_id"][0]
            for row in xml_rpc("res.partner", "read", ids=partners, fields=["crm_type_id"])
        }

    xml_rpc("crm.type.merge", "action_merge", ids=[merge])
    assert types() == {new}
    xml_rpc("crm.type.merge", "action_undo", ids=[merge])
    assert types() == {old}
