"""What codes are called on the screens.

Each text is literal so that it reaches the translation files.
"""


def get_labels(env, kind, codes):
    """``[(code, text)]`` for a selection, in the order of ``codes``."""
    texts = TEXTS[kind](env)
    return [(code, texts[code]) for code in codes]


def _outcomes(env):
    return {
        "assigned": env._("Assigned"),
        "allocated": env._("In a team, nobody yet"),
        "unassigned": env._("Nobody"),
        "merged": env._("Merged as duplicate"),
        "reassigned": env._("Handed over"),
        "changed": env._("Left alone: changed meanwhile"),
        "error": env._("Refused"),
    }


def _rules(env):
    return {
        "customer": env._("Customer's own salesperson"),
        "repeat": env._("Had the customer's last enquiry"),
        "preferred": env._("Preferred filter"),
        "round_robin": env._("Next in turn"),
        "open_load": env._("Least load"),
        "win_rate": env._("Best win rate"),
        "exploration": env._("In turn, to learn win rates"),
        "fallback": env._("Fallback"),
    }


def _team_rules(env):
    return {
        "kept": env._("Lead was in the team"),
        "only": env._("Only team that matches"),
        "customer": env._("Team of the customer's salesperson"),
        "repeat": env._("Team of the last enquiry"),
        "exclusive": env._("Exclusive team"),
        "territory": env._("Closest territory"),
        "shared": env._("Share by capacity"),
        "stuck": env._("Nobody in its team took it"),
        "fallback": env._("Fallback team"),
    }


def _skips(env):
    return {
        "archived": env._("is archived"),
        "paused": env._("is paused"),
        "no_capacity": env._("has no capacity"),
        "broken_filter": env._("has a filter that can't be used"),
        "away": env._("is not at work"),
        "other_company": env._("works for another company"),
        "filter": env._("filter does not match"),
        "language": env._("does not speak the language"),
        "previous_owner": env._("had it before"),
        "capacity_used": env._("capacity is used up"),
        "person_capacity_used": env._("capacity over all teams is used up"),
        "open_limit": env._("has enough open leads"),
        "not_preferred": env._("did not ask for such leads first"),
        "later_in_turn": env._("is later in turn"),
    }


def _reasons(env):
    return {
        "no_team": env._("No team's filter matches"),
        "team_skipped": env._("Only teams left out of the schedule match"),
        "own_team_closed": env._("In a team that takes no leads"),
        "own_team_skipped": env._("In a team left out of the schedule"),
        "team_no_capacity": env._("Team has no capacity"),
        "too_old": env._("Too old for the schedule: assign from the team"),
        "no_member": env._("No member's filter matches"),
        "no_language": env._("Nobody speaks the language"),
        "nobody_available": env._("Nobody is at work"),
        "capacity_used": env._("Today's capacity is used up"),
        "open_limit": env._("All have enough open leads"),
        "released": env._("Released by its last owner: assign by hand"),
        "waiting": env._("Waiting for the next run"),
    }


TEXTS = {
    "outcome": _outcomes,
    "rule": _rules,
    "team_rule": _team_rules,
    "skip": _skips,
    "reason": _reasons,
}
