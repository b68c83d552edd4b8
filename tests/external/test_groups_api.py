"""Contact groups from outside: the same calls over XML-RPC and over JSON-2."""

import pytest
from helpers.clients import REFUSED, reason_of


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
    assert set(preview) == {
        "matching",
        "inside",
        "entering",
        "leaving",
        "entering_ids",
        "leaving_ids",
    }
    [result] = call("crm.contact.group", "action_rebuild", ids=smart)
    assert result["group_id"] == smart[0]


def test_why(call):
    partners = call("res.partner", "search", domain=[["is_company", "=", True]], limit=1)
    reasons = call("res.partner", "get_access_reasons", ids=partners)
    assert {line["reason"] for line in reasons} == {"open"}


def test_a_wrong_contact_is_named(call):
    groups = call("crm.contact.group", "search", domain=[["code", "=", "KEY"]])
    with pytest.raises(REFUSED) as caught:
        call("crm.contact.group", "add_contacts", ids=groups, partner_ids=[987654321])
    assert "987654321" in reason_of(caught.value)
