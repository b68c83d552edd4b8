"""Bulk operations from outside: over XML-RPC and JSON-2, and with a process killed."""

import pytest
from helpers.clients import REFUSED, reason_of
from helpers.database import COPY_CONTACT, Database
from suite.templates import alone

CONTACTS = 3000


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
    with pytest.raises(REFUSED) as caught:
        call("crm.bulk.operation", "action_undo", ids=bulk)
    assert "undone already" in reason_of(caught.value)


def test_wrong_code_names_those_that_exist(call):
    with pytest.raises(REFUSED) as caught:
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
    text = reason_of(caught.value)
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


SET_UP = f"""
{COPY_CONTACT}
groups = [(4, env.ref("sales_team.group_sale_manager").id),
          (4, env.ref("base.group_partner_manager").id)]
users = env["res.users"].with_context(no_reset_password=True).create(
    [{{"name": f"Owner {{n}}", "login": f"owner{{n}}", "group_ids": groups}} for n in range(3)]
)
first = env["res.partner"].with_context(tracking_disable=True).create(
    {{"name": "Killed 0", "is_company": True, "user_id": users[0].id}}
)
copy_contact(first, {CONTACTS - 1}, name="'Killed ' || n", complete_name="'Killed ' || n")
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


@pytest.fixture(scope="module")
def copies(all_templates):
    with Database(all_templates, alone("crm_segmentation"), "suite_test_bulk") as copies:
        yield copies


@pytest.fixture
def database(copies):
    """A bulk operation that waits."""
    return copies.make(SET_UP)


def test_killed_in_the_middle(database):
    database.kill_when(RUN, OWNED, lambda count: count >= 200)
    owned = database.value(OWNED)
    assert 0 < owned < CONTACTS
    assert database.values(FACTS) == dict.fromkeys(FACTS, owned)
    state = "SELECT state FROM crm_bulk_operation"
    assert database.value(state) == "running"
    database.run(RUN)
    assert database.values(FACTS) == dict.fromkeys(FACTS, CONTACTS)
    assert database.value(state) == "done"
    each = f"{OWNED} AND login = 'owner1'"
    assert database.value(each) == CONTACTS // 2

    database.run(UNDO)
    database.kill_when(RUN, OWNED, lambda count: count <= CONTACTS - 200)
    assert 0 < database.value(OWNED) < CONTACTS
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
    assert database.values(FACTS) == dict.fromkeys(FACTS, CONTACTS - 1)
    reason = "SELECT reason FROM crm_bulk_operation_line WHERE state = 'refused'"
    assert database.value(reason) == "Somebody else was changing it at that moment."
    assert database.value("SELECT state FROM crm_bulk_operation") == "done"
