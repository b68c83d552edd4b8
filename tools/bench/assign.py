"""Native assignment, measured: run in Odoo's shell by bin/bench, prints JSON.

5 teams of 10 members, each member with a simple filter; leads with a country and
an e-mail address of their own (so nothing is merged); capacity for all of them.
``env`` and ``OPTIONS`` are there already.
"""

import json
import time

from odoo import sql_db

TEAMS, MEMBERS = 5, 10


def make_setting(env, count):
    env["crm.team"].search([]).action_archive()
    env["crm.lead"].search([]).action_archive()
    countries = env["res.country"].search([], limit=TEAMS)
    group = env.ref("sales_team.group_sale_salesman")
    quiet = env["res.users"].with_context(no_reset_password=True)
    for number, country in enumerate(countries):
        users = quiet.create(
            [
                {
                    "name": f"Member {number}-{index}",
                    "login": f"bench-{number}-{index}",
                    "group_ids": [(4, group.id)],
                }
                for index in range(MEMBERS)
            ]
        )
        env["crm.team"].create(
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
                            "assignment_domain": "[('type', '=', 'lead')]",
                        },
                    )
                    for user in users
                ],
            }
        )
    return make_leads(env, countries, count)


def make_leads(env, countries, count):
    return (
        env["crm.lead"]
        .with_context(tracking_disable=True)
        .create(
            [
                {
                    "name": f"Bench {number}",
                    "type": "lead",
                    "email_from": f"bench{number}@example{number}.com",
                    "country_id": countries[number % TEAMS].id,
                    "team_id": False,
                    "user_id": False,
                }
                for number in range(count)
            ]
        )
    )


def measure(env, leads):
    teams = env["crm.team"].search([("name", "=like", "Team %")])
    env.flush_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.invalidate_all()
    queries, cpu, wall = sql_db.sql_counter, time.process_time(), time.perf_counter()
    teams._action_assign_leads(force_quota=True, creation_delta_days=0)
    env.flush_all()
    seconds = time.perf_counter() - wall
    return {
        "leads": len(leads),
        "assigned": len(leads.filtered("user_id")),
        "seconds": seconds,
        "cpu_seconds": time.process_time() - cpu,
        "queries": sql_db.sql_counter - queries,
    }


result = measure(env, make_setting(env, OPTIONS["leads"]))  # noqa: F821
print("RESULT", json.dumps(result))
