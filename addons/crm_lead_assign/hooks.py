"""Switching Odoo's scheduled assignment on at install, and back at uninstall.

Nobody's leads move by installing: teams that exist already stay out of the
schedule until their own switch ("Skip auto assignment") is turned.
"""

import json

ENABLED = "crm.lead.auto.assignment"
STATE = "crm_lead_assign.before_install"
SCHEDULE_DAYS = "crm_lead_assign.schedule_days"
CAPACITY_SCOPE = "crm_lead_assign.capacity_scope"
ON_CREATE = "crm_lead_assign.on_create"
CRON = "crm.ir_cron_crm_lead_assign"


def pre_init_hook(env):
    """Remember how assignment was set; keep the teams of before out of it.

    Runs before our own teams are loaded, so that only others' are kept out. Where
    the schedule is on already, it goes on as it is.
    """
    params = env["ir.config_parameter"]
    cron = env.ref(CRON, raise_if_not_found=False)
    scheduled = bool(params.get_param(ENABLED)) and bool(cron and cron.active)
    teams = env["crm.team"].with_context(active_test=False)
    kept_out = teams.browse() if scheduled else teams.search([("assignment_optout", "=", False)])
    kept_out.assignment_optout = True
    state = {
        "enabled": params.get_param(ENABLED) or False,
        "cron": bool(cron and cron.active),
        "team_ids": kept_out.ids,
    }
    params.set_param(STATE, json.dumps(state))
    if scheduled:
        # What is older, Odoo's schedule has left alone so far: it stays so until somebody
        # sets the parameter to 0.
        params.set_param(SCHEDULE_DAYS, 7)
    else:
        # Nobody relies on the capacities yet: they mean what people expect, a person's.
        # In use already, they go on for each membership until somebody turns the setting.
        params.set_param(CAPACITY_SCOPE, "person")
        params.set_param(ON_CREATE, True)


def post_init_hook(env):
    """Switch rule-based assignment and its scheduled action on."""
    env["ir.config_parameter"].set_param(ENABLED, True)
    cron = env.ref(CRON, raise_if_not_found=False)
    if cron and not cron.active:
        cron.active = True


def uninstall_hook(env):
    """Put back what the install found: setting, scheduled action, teams."""
    params = env["ir.config_parameter"]
    state = json.loads(params.get_param(STATE) or "{}")
    if not state:
        return
    params.set_param(ENABLED, state["enabled"])
    cron = env.ref(CRON, raise_if_not_found=False)
    if cron and cron.active != state["cron"]:
        cron.active = state["cron"]
    teams = env["crm.team"].with_context(active_test=False).browse(state["team_ids"])
    teams.exists().assignment_optout = False
    params.search([("key", "=like", "crm_lead_assign.%")]).unlink()
