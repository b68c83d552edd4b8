"""Owners of contacts from outside: a shop takes a contact and asks whose it is and why."""

import threading

import pytest
from helpers import clients

SELLERS = ("owner_api_one", "owner_api_two")


@pytest.fixture(scope="module")
def sellers(demo_server, xml_rpc):
    [group] = xml_rpc(
        "ir.model.data",
        "search_read",
        domain=[["module", "=", "sales_team"], ["name", "=", "group_sale_salesman"]],
        fields=["res_id"],
    )
    xml_rpc(
        "res.users",
        "create",
        vals_list=[
            {"name": login, "login": login, "password": login, "group_ids": [[4, group["res_id"]]]}
            for login in SELLERS
        ],
    )
    return [clients.xml_rpc(demo_server, login) for login in SELLERS]


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


def test_two_people_take_the_same_contact_at_once(xml_rpc, sellers):
    """One gets it, the other is told who was quicker; over and over."""
    contacts = make_free(xml_rpc, *(f"Race {n}" for n in range(12)))
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
        changes = xml_rpc("crm.owner.change", "search_count", domain=[["partner_id", "=", contact]])
        assert changes == 1


def test_one_person_in_two_windows_keeps_to_the_limit(demo_server, xml_rpc, sellers):
    contacts = make_free(xml_rpc, *(f"Two {n}" for n in range(30)))
    xml_rpc("ir.config_parameter", "set_param", key="crm_segmentation.owner_take_limit", value="20")
    start = threading.Barrier(3)
    results = []

    def take(part):
        seller = clients.xml_rpc(demo_server, SELLERS[0])
        start.wait()
        results.append(seller("res.partner", "take_ownership", part))

    threads = [threading.Thread(target=take, args=(contacts[n::3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    xml_rpc("ir.config_parameter", "set_param", key="crm_segmentation.owner_take_limit", value="0")
    assert len(results) == 3
    taken = sum(len(result["taken"]) for result in results)
    assert taken == 20, results
    assert {line["code"] for result in results for line in result["refused"]} == {"limit"}


def test_preview_release_and_handover(call):
    preview = call("crm.owner.operation", "action_preview_release", days=1, notice_days=0)
    operation = preview["res_id"]
    [row] = call("crm.owner.operation", "read", ids=[operation], fields=["state", "planned_count"])
    assert row["state"] == "preview" and row["planned_count"] > 0
