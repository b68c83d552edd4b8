"""Relations and duplicates from outside: the same calls over XML-RPC and over JSON-2."""

import pytest
from helpers.clients import REFUSED, reason_of


@pytest.fixture
def companies(call):
    vals_list = [{"name": f"Relations API {name}", "is_company": True} for name in "ABC"]
    return call("res.partner", "create", vals_list=vals_list)


def test_a_branch_and_its_headquarters(call, companies):
    branch, headquarters, _other = companies
    added = call(
        "res.partner",
        "add_relation",
        ids=[branch],
        relation_type="branch_headquarters",
        partner_ids=[headquarters],
        date_from="2024-01-01",
        note="From the register",
    )
    assert added == {"added": 1, "unchanged": 0}
    [row] = call("res.partner", "get_relations", ids=[branch])
    assert (row["role"], row["other_id"], row["date_from"]) == (
        "Headquarters",
        headquarters,
        "2024-01-01",
    )
    [row] = call("res.partner", "get_relations", ids=[headquarters])
    assert (row["role"], row["other_id"]) == ("Branch", branch)
    found = call(
        "res.partner",
        "search",
        domain=[["relation_search", "ilike", "headquarters: Relations API B"]],
    )
    assert branch in found
    network = call("crm.relation", "get_network", res_model="res.partner", res_id=branch)
    assert {node["id"] for node in network["nodes"]} == {branch, headquarters}
    ended = call(
        "res.partner",
        "remove_relation",
        ids=[branch],
        relation_type="branch_headquarters",
        partner_ids=[headquarters],
        date_to="2025-12-31",
    )
    assert ended == {"ended": 1}


def test_a_wrong_code_names_the_right_ones(call, companies):
    with pytest.raises(REFUSED) as caught:
        call(
            "res.partner",
            "add_relation",
            ids=companies[:1],
            relation_type="brunch",
            partner_ids=companies[1:2],
        )
    text = reason_of(caught.value)
    assert "brunch" in text
    assert "branch_headquarters" in text


def test_what_is_there_already_is_told(call, companies):
    values = {
        "type_id": call("crm.relation.type", "search", domain=[["code", "=", "competitor"]])[0],
        "left_partner_id": companies[0],
        "right_partner_id": companies[1],
    }
    call("crm.relation", "create", vals_list=[values])
    reversed_sides = values | {
        "left_partner_id": companies[1],
        "right_partner_id": companies[0],
    }
    with pytest.raises(REFUSED) as caught:
        call("crm.relation", "create", vals_list=[reversed_sides])
    assert "have this relation already" in reason_of(caught.value)


def test_duplicates_side_by_side(call):
    groups = call("crm.duplicate.group", "search", domain=[["is_sure", "=", False]])
    assert groups
    data = call("crm.duplicate.group", "get_comparison", ids=groups[:1])
    assert len(data["members"]) >= 2
    assert data["reasons"]
    assert data["keep_id"] in [member["id"] for member in data["members"]]
