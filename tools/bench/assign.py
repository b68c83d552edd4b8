"""Lead assignment, measured: run in Odoo's shell by bin/bench, prints JSON.

Teams of ten members, each team with a country, each member with a simple filter; leads
with a country and an e-mail address of their own (so nothing is merged); capacity for all
of them. ``env`` and ``OPTIONS`` are there already; ``OPTIONS["case"]`` says what to do.
"""

import json
import resource
import time

from odoo import sql_db
from odoo.tools import SQL

MEMBERS = 10


def make_teams(env, count, teams, members=MEMBERS):
    env["crm.team"].search([]).action_archive()
    env["crm.lead"].search([]).action_archive()
    countries = env["res.country"].search([], limit=teams)
    group = env.ref("sales_team.group_sale_salesman")
    quiet = env["res.users"].with_context(no_reset_password=True)
    made = env["crm.team"]
    for number, country in enumerate(countries):
        users = quiet.create(
            [
                {
                    "name": f"Member {number}-{index}",
                    "login": f"bench-{number}-{index}",
                    "group_ids": [(4, group.id)],
                }
                for index in range(members)
            ]
        )
        made += env["crm.team"].create(
            {
                "name": f"Team {number}",
                "use_leads": True,
                "assignment_domain": f"[('country_id', '=', {country.id})]",
                "crm_team_member_ids": [
                    (
                        0,
                        0,
                        {
                            "user_id": user.id,
                            "assignment_max": count * 30,
                            "assignment_domain": f"[('type', '=', 'lead'), ('id', '!=', {index})]",
                        },
                    )
                    for index, user in enumerate(users)
                ],
            }
        )
    return made, countries


def make_leads(env, countries, count):
    """One lead by the ORM, the others as copies of its row: the same columns, at once."""
    env["crm.lead"].with_context(tracking_disable=True).create(
        {
            "name": "Bench 0",
            "type": "lead",
            "email_from": "bench0@example0.com",
            "country_id": countries[0].id,
            "team_id": False,
            "user_id": False,
            "company_id": False,
        }
    )
    env.flush_all()
    first = env["crm.lead"].search([("name", "=", "Bench 0")], limit=1, order="id desc")
    # What follows from the address; the last of these is ours, and not there in Odoo alone.
    address = SQL("'bench' || n || '@example' || n || '.com'")
    made = {
        "name": SQL("'Bench ' || n"),
        "email_from": address,
        "email_normalized": address,
        "email_domain_criterion": SQL("'@example' || n || '.com'"),
        "duplicate_keys": SQL("'email:' || %s", address),
        "country_id": SQL("(%s::int[])[1 + n %% %s]", countries.ids, len(countries)),
    }
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'crm_lead' AND is_generated = 'NEVER' AND column_name <> 'id'"
    )
    names = [name for (name,) in env.cr.fetchall()]
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_lead (%(names)s)
            SELECT %(values)s FROM crm_lead, generate_series(1, %(last)s) AS n
             WHERE id = %(first)s
            """,
            names=SQL(", ").join(map(SQL.identifier, names)),
            values=SQL(", ").join(made.get(name) or SQL.identifier(name) for name in names),
            last=count - 1,
            first=first.id,
        )
    )
    env.invalidate_all()


def settle(env):
    """Committed, with fresh statistics and an empty cache."""
    env.flush_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()


def measured(call):
    queries, cpu, wall = sql_db.sql_counter, time.process_time(), time.perf_counter()
    call()
    return {
        "seconds": time.perf_counter() - wall,
        "cpu_seconds": time.process_time() - cpu,
        "queries": sql_db.sql_counter - queries,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def case_assign(env, count, teams):
    """Leads to teams and people, committed."""
    records, countries = make_teams(env, count, teams)

    def call():
        records._action_assign_leads(force_quota=True, creation_delta_days=0)
        env.flush_all()
        env.cr.commit()

    # A server that has been asked before: neither way pays for the first call.
    make_leads(env, countries, 50)
    call()
    env["crm.lead"].search([("user_id", "!=", False)]).action_archive()
    make_leads(env, countries, count)
    settle(env)
    result = measured(call)
    assigned = env["crm.lead"].search_count([("user_id", "!=", False)])
    return {**result, "leads": count, "assigned": assigned, "floor": floor(env)}


def floor(env):
    """The same columns and rows by bare SQL, one statement for each table, rolled back."""
    if "crm.assignment.decision" not in env:
        return None
    settle(env)
    env.cr.execute("SELECT array_agg(id) FROM crm_lead WHERE user_id IS NOT NULL AND active")
    ids = env.cr.fetchone()[0]
    copies = ("mail_message", "mail_tracking_value", "mail_followers", "crm_assignment_decision")
    wheres = {
        "mail_message": "model = 'crm.lead' AND res_id = ANY(%s)",
        "mail_tracking_value": "mail_message_id IN (SELECT id FROM mail_message"
        " WHERE model = 'crm.lead' AND res_id = ANY(%s))",
        "mail_followers": "res_model = 'crm.lead' AND res_id = ANY(%s)",
        "crm_assignment_decision": "lead_id = ANY(%s)",
    }
    started = time.perf_counter()
    env.cr.execute(
        "UPDATE crm_lead SET team_id = team_id, user_id = user_id, type = 'opportunity',"
        " date_conversion = now(), date_open = now(), company_id = company_id,"
        " probability = probability, automated_probability = automated_probability,"
        " write_date = now() WHERE id = ANY(%s)",
        (ids,),
    )
    for table in copies:
        env.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name NOT IN ('id', 'res_id')",
            (table,),
        )
        names = [name for (name,) in env.cr.fetchall()]
        columns = ", ".join(f'"{name}"' for name in names)
        extra = {"mail_message": "res_id", "mail_followers": "res_id"}.get(table)
        target = f"{columns}, {extra}" if extra else columns
        # Followers are unique for each lead: copied to ids that no lead has.
        source = f"{columns}, res_id + 100000000" if extra else columns
        env.cr.execute(
            f"INSERT INTO {table} ({target}) SELECT {source} FROM {table} WHERE {wheres[table]}",
            (ids,),
        )
    seconds = time.perf_counter() - started
    env.cr.rollback()
    return seconds


def case_preview(env, count, teams):
    """A hundred rules over all leads, decided and written down as a preview."""
    records, countries = make_teams(env, count, teams)
    make_leads(env, countries, count)
    settle(env)
    result = measured(lambda: (records.action_preview_assignment(), env.flush_all()))
    rules = len(records) + len(records.crm_team_member_ids)
    env.cr.rollback()
    return {**result, "leads": count, "rules": rules}


def case_create(env, count, _teams):
    """What waking the assignment adds to ``create``: leads one by one, with and without."""
    values = {"name": "New", "type": "lead", "team_id": False, "user_id": False}
    params = env["ir.config_parameter"]
    params.set_param("crm.lead.auto.assignment", True)
    env["crm.lead"].create(values)
    seconds = {"on": 0.0, "off": 0.0}
    for number in range(2 * count):
        mode = "on" if number % 2 else "off"
        params.set_param("crm_lead_assign.on_create", mode == "on" and "True")
        env.flush_all()
        started = time.perf_counter()
        env["crm.lead"].create({**values, "name": f"New {number}"})
        env.flush_all()
        seconds[mode] += time.perf_counter() - started
        env.cr.commit()
    return {"added_ms": 1000 * (seconds["on"] - seconds["off"]) / count, "leads": count}


CASES = {"assign": case_assign, "preview": case_preview, "create": case_create}
result = CASES[OPTIONS["case"]](env, OPTIONS["leads"], OPTIONS["teams"])  # noqa: F821
print("RESULT", json.dumps(result))
