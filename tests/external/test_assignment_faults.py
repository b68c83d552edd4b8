"""Lead assignment with real processes: two at once, one killed, leads edited meanwhile."""

import re
import threading

import pytest
from helpers.database import Database
from suite.templates import alone

LEADS = 1200

SET_UP = """
env["crm.team"].search([]).action_archive()
env["crm.lead"].search([]).action_archive()
env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
# Small batches: many commits for the others to come between.
env["ir.config_parameter"].set_param("crm.assignment.commit.bundle", "50")
group = env.ref("sales_team.group_sale_salesman")
users = env["res.users"].with_context(no_reset_password=True).create(
    [{{"name": f"Seller {{n}}", "login": f"seller{{n}}", "group_ids": [(4, group.id)]}}
     for n in range(6)]
)
for number in range(3):
    env["crm.team"].create({{
        "name": f"Team {{number}}", "use_leads": True, "company_id": False,
        "assignment_domain": f"[('priority', '=', '{{number}}')]",
        "crm_team_member_ids": [
            (0, 0, {{"user_id": user.id, "assignment_max": 90000}})
            for user in users[2 * number: 2 * number + 2]
        ],
    }})
env["crm.lead"].with_context(tracking_disable=True).create(
    [{{"name": f"Lead {{n}}", "type": "lead", "priority": str(n % 3), "team_id": False,
       "user_id": False, "email_from": f"lead{{n}}@example{{n}}.com"}} for n in range({leads})]
)
env.cr.commit()
"""

#: What must hold whatever happened: an owner and the one decision about it, or neither.
FACTS = {
    "owned": "SELECT count(*) FROM crm_lead WHERE active AND user_id IS NOT NULL",
    "twice": """
        SELECT count(*) FROM (
            SELECT lead_id FROM crm_assignment_decision WHERE outcome = 'assigned'
            GROUP BY lead_id HAVING count(*) > 1) more
    """,
    "owned without reason": """
        SELECT count(*) FROM crm_lead lead WHERE active AND user_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM crm_assignment_decision row
             WHERE row.lead_id = lead.id AND row.user_id = lead.user_id)
    """,
    "reason without owner": """
        SELECT count(*) FROM crm_assignment_decision row JOIN crm_lead lead ON lead.id = lead_id
         WHERE outcome = 'assigned' AND lead.user_id IS DISTINCT FROM row.user_id
    """,
    "notes": """
        SELECT count(*) - count(DISTINCT message.res_id) FROM mail_message message
          JOIN mail_tracking_value value ON value.mail_message_id = message.id
          JOIN ir_model_fields field ON field.id = value.field_id AND field.name = 'user_id'
         WHERE message.model = 'crm.lead'
    """,
}


ASSIGN = "env['crm.team']._cron_assign_leads()\nenv.cr.commit()\n"
WHOLE = {
    "owned": LEADS,
    "twice": 0,
    "owned without reason": 0,
    "reason without owner": 0,
    "notes": 0,
}


@pytest.fixture(scope="module")
def copies(all_templates):
    with Database(all_templates, alone("crm_lead_assign"), "suite_test_assignment") as copies:
        yield copies


@pytest.fixture
def database(copies):
    """Three teams, and leads for them."""
    return copies.make(SET_UP.format(leads=LEADS))


def test_two_runs_at_once_give_out_each_lead_once(database):
    runs = [database.start(ASSIGN) for _number in range(2)]
    for run in runs:
        run.finish()
    # What the second found busy it left to the first; nothing is lost, nothing twice.
    database.run(ASSIGN)
    assert database.values(FACTS) == WHOLE


def test_killed_in_the_middle(database):
    database.kill_when(ASSIGN, FACTS["owned"], lambda count: count >= 200)
    owned = database.value(FACTS["owned"])
    assert 0 < owned < LEADS
    assert database.values(FACTS) == {**WHOLE, "owned": owned}
    database.run(ASSIGN)
    assert database.values(FACTS) == WHOLE
    states = database.value("SELECT array_agg(state ORDER BY id) FROM crm_assignment_run")
    assert states == ["interrupted", "done"]


def test_leads_edited_meanwhile(database):
    """Somebody renames leads all the time; one lead is held for the whole run."""
    holder = database.connect()
    cursor = holder.cursor()
    cursor.execute("SELECT min(id) FROM crm_lead WHERE active")
    held = cursor.fetchone()[0]
    cursor.execute("UPDATE crm_lead SET name = 'Mine' WHERE id = %s", (held,))
    stop = threading.Event()

    def edit():
        connection = database.connect()
        number = 0
        while not stop.is_set():
            number += 1
            with connection, connection.cursor() as editing:
                editing.execute(
                    "UPDATE crm_lead SET name = name || '.' WHERE id = %s",
                    (held + 1 + number * 7 % (LEADS - 1),),
                )

    editor = threading.Thread(target=edit)
    editor.start()
    try:
        database.run(ASSIGN)
    finally:
        stop.set()
        editor.join()
    first = database.values(FACTS)
    assert first == {**WHOLE, "owned": first["owned"]}
    assert first["owned"] >= LEADS * 0.9
    assert database.value(f"SELECT user_id IS NULL FROM crm_lead WHERE id = {held}")
    holder.commit()
    holder.close()
    database.run(ASSIGN)
    assert database.values(FACTS) == WHOLE
    renamed = database.value("SELECT count(*) FROM crm_lead WHERE active AND name LIKE '%.'")
    assert renamed > 0
    assert re.match("Mine", database.value(f"SELECT name FROM crm_lead WHERE id = {held}"))
