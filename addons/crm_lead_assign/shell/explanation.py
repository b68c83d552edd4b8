"""A decision in words: for the lead's panel and for who asks from outside."""

from markupsafe import Markup

from ..engine import codes
from ..labels import TEXTS


def explain(decision, lead):
    """See ``crm.lead.get_assignment_explanation``.

    :param decision: ``crm.assignment.decision`` as superuser; may be empty
    """
    env = decision.env
    rule_texts, team_texts = TEXTS["rule"](env), TEXTS["team_rule"](env)
    current = bool(decision) and lead.user_id == decision.user_id
    # The reason is the list's: what a run found may have passed since.
    # sudo: who may read the lead may know what stands between it and an owner.
    reason = lead.sudo().unassigned_reason
    told = decision if _still_holds(decision, lead, reason) else decision.browse()
    result = {
        "lead_id": lead.id,
        "outcome": decision.outcome or False,
        "user": _named(lead.user_id.sudo()),
        "team": _named(lead.team_id.sudo()),
        "rule": decision.rule or False,
        "rule_text": rule_texts.get(decision.rule, ""),
        "team_rule": decision.team_rule or False,
        "team_rule_text": team_texts.get(decision.team_rule, ""),
        "reason": reason or False,
        "reason_text": TEXTS["reason"](env).get(reason, ""),
        "candidates": _candidates(told),
        "teams": _teams(told, team_texts),
        "facts": decision.facts or {},
        "date": str(decision.create_date) if decision else False,
        "run_id": decision.run_id.id or False,
        "current": current,
    }
    result["summary"] = _summary(env, decision, lead, result)
    return result


def _still_holds(decision, lead, reason):
    """Whether those whom a decision considered explain why a lead has its owner, or none."""
    if lead.user_id:
        return True
    return decision.reason == reason and decision.team_id == lead.team_id


def _named(record):
    return {"id": record.id, "name": record.display_name} if record else False


def _candidates(decision):
    env = decision.env
    rows = decision.candidates or []
    members = env["crm.team.member"].with_context(active_test=False)
    known = {
        member.id: member.user_id.display_name
        for member in members.browse([row[0] for row in rows if row[0]]).exists()
    }
    texts = TEXTS["skip"](env)
    result = []
    for member_id, code, *score in rows:
        if code == "more":
            name, text = "", env._("%s more", score[0])
        else:
            name = known.get(member_id) or env._("a former member")
            text = texts.get(code, "") or env._("gets it")
        result.append(
            {
                "member_id": member_id,
                "user": name,
                "skipped": code or False,
                "text": text,
                "score": score[0] if score else False,
            }
        )
    return result


def _teams(decision, texts):
    env = decision.env
    rows = decision.teams or []
    names = {
        team.id: team.display_name
        for team in env["crm.team"].browse([row[0] for row in rows]).exists()
    }
    nobody = env._("nobody in it takes such leads")
    return [
        {
            "team": names.get(team_id) or env._("a former team"),
            "rule": code,
            "text": nobody if code == "no_member" else texts.get(code, code),
        }
        for team_id, code in rows
    ]


def get_candidate_table(decision):
    """Who was considered and why not taken, and the teams that stood back (HTML)."""
    env = decision.env
    people = Markup().join(
        Markup("<tr class='%s'><td>%s</td><td>%s</td></tr>")
        % ("" if row["skipped"] else "fw-bold", row["user"], row["text"])
        for row in _candidates(decision)
    )
    table = Markup("<table class='table table-sm w-auto'><tbody>%s</tbody></table>") % people
    if not people:
        table = Markup("<p class='text-muted'>%s</p>") % env._("Nobody was asked.")
    teams = Markup().join(
        Markup("<li>%s: %s</li>") % (row["team"], row["text"])
        for row in _teams(decision, TEXTS["team_rule"](env))
    )
    if teams:
        heading = env._("Teams that stood back")
        table += Markup("<b>%s</b><ul>%s</ul>") % (heading, teams)
    return table


def _figures(env, rule, facts):
    """Return the figures that decided, in brackets: of the load, the win rate, or the turn."""
    received, capacity = facts.get("received"), round(facts.get("capacity") or 0)
    if rule == codes.OPEN_LOAD and "load" in facts:
        return env._(
            " (%(load)s open for a capacity of %(capacity)s)",
            load=facts["load"],
            capacity=capacity,
        )
    if rule == codes.WIN_RATE and "win_rate" in facts:
        return env._(
            " (%(percent)s%% of %(closed)s closed)",
            percent=round(100 * facts["win_rate"]),
            closed=facts.get("closed") or 0,
        )
    if received and capacity:
        return env._(
            " (%(received)s of %(capacity)s in 30 days)", received=received, capacity=capacity
        )
    return ""


def _summary(env, decision, lead, facts):
    """One line: "Yours because: Germany → team North; German → you; next in turn"."""
    if not lead.user_id:
        if facts["reason"]:
            return env._("Nobody has it: %s", facts["reason_text"])
        return env._("Nobody has it.")
    if not decision or not facts["current"]:
        return env._("%s was chosen by hand.", lead.user_id.sudo().display_name)
    parts = []
    if facts["team"]:
        country = lead.country_id.sudo().display_name
        team = facts["team"]["name"]
        parts.append(
            env._("%(country)s → team %(team)s", country=country, team=team)
            if country and decision.team_rule == "territory"
            else env._("team %(team)s (%(why)s)", team=team, why=facts["team_rule_text"].lower())
            if facts["team_rule_text"]
            else env._("team %s", team)
        )
    langs = (decision.facts or {}).get("langs")
    if langs:
        spoken = [name for name in langs if name]
        records = env["res.lang"].with_context(active_test=False)
        names = [
            records.search([("code", "=like", f"{code}%")], limit=1).name.split(" (")[0]
            for code in spoken
            if records.search_count([("code", "=like", f"{code}%")], limit=1)
        ]
        if names:
            parts.append(env._("speaks %s", ", ".join(names)))
    parts.append(facts["rule_text"].lower())
    if decision.outcome == "reassigned" and decision.previous_user_id:
        parts.insert(
            0,
            env._(
                "%(owner)s did not work on it in %(hours)s working hours",
                owner=decision.previous_user_id.display_name,
                hours=f"{(decision.facts or {}).get('hours') or 0:g}",
            ),
        )
    parts[-1] += _figures(env, decision.rule, decision.facts or {})
    owner = (
        env._("Yours")
        if lead.user_id == env.user
        else env._("%s has it", lead.user_id.sudo().display_name)
    )
    return env._("%(owner)s because: %(reasons)s", owner=owner, reasons="; ".join(parts))
