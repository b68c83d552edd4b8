"""The rules of teams and members as sentences, for their screens."""

from markupsafe import Markup

from odoo.addons.crm_access.texts import tell_count

from .sentences import FilterSentences


def get_team_leads_texts(teams):
    """``{team: which leads it takes, in words}``. Cost: that of :class:`FilterSentences`."""
    env = teams.env
    texts = FilterSentences(env["crm.lead"]).describe(teams.mapped("assignment_domain"))
    result = {}
    for team in teams:
        parts = [texts[team.assignment_domain or ""]]
        if team.assignment_territory_ids:
            names = env._(" or ").join(team.assignment_territory_ids.mapped("complete_name"))
            parts.append(env._("Territory is %s", names))
        result[team] = "; ".join(filter(None, parts)) or env._("All leads")
    return result


def get_member_leads_texts(members):
    """``{member: which of the team's leads the member gets, in words}``.

    Cost: that of :class:`FilterSentences`.
    """
    env = members.env
    filters = FilterSentences(env["crm.lead"]).describe(
        members.mapped("assignment_domain") + members.mapped("assignment_domain_preferred")
    )
    result = {}
    for member in members:
        parts = [filters[member.assignment_domain or ""] or env._("All leads of the team")]
        preferred = filters[member.assignment_domain_preferred or ""]
        if preferred:
            parts.append(env._("first of all where %s", preferred))
        if member.assignment_lang_ids:
            langs = ", ".join(
                name.split(" (")[0] for name in member.assignment_lang_ids.mapped("name")
            )
            parts.append(env._("in %s", langs))
        result[member] = "; ".join(parts)
    return result


def get_team_words(team, leads):
    """How the team gives out its leads, as a list of sentences (HTML).

    :param leads: which leads it takes, from :func:`get_team_leads_texts`
    """
    lines = [_takes(team, leads), _first(team), _method(team), _availability(team)]
    lines += [_fallback(team), _handover(team)]
    return Markup("<ul class='mb-0 ps-3'>%s</ul>") % Markup().join(
        Markup("<li>%s</li>") % line for line in lines if line
    )


def _takes(team, leads):
    env = team.env
    if team.assignment_mode == "exclusive":
        return env._("Takes all of these leads, before teams that share: %s.", leads)
    return env._("Takes these leads, sharing with other teams by capacity: %s.", leads)


def _first(team):
    env = team.env
    if team.assignment_customer_first and team.assignment_repeat_first:
        return env._(
            "A customer's own salesperson comes first, then whoever had the customer's last "
            "enquiry."
        )
    if team.assignment_customer_first:
        return env._("A customer's own salesperson comes first.")
    if team.assignment_repeat_first:
        return env._("Whoever had the customer's last enquiry comes first.")
    return ""


def _method(team):
    env = team.env
    count = len(team.crm_team_member_ids)
    if team.assignment_method == "open_load":
        return tell_count(
            count,
            env._("Of 1 member, the one with least open leads for the capacity."),
            env._("Of %s members, the one with least open leads for the capacity."),
        )
    if team.assignment_method == "win_rate":
        by = dict(team._fields["assignment_win_rate_by"]._description_selection(env))
        kind = by.get(team.assignment_win_rate_by)
        share = team.assignment_exploration
        if kind:
            return tell_count(
                count,
                env._(
                    "Of 1 member, the one with the best win rate by %(kind)s; "
                    "%(share)s %% of the leads go in turn."
                ),
                env._(
                    "Of %(count)s members, the one with the best win rate by %(kind)s; "
                    "%(share)s %% of the leads go in turn."
                ),
                kind=kind.lower(),
                share=share,
            )
        return tell_count(
            count,
            env._(
                "Of 1 member, the one with the best win rate; %(share)s %% of the leads go in turn."
            ),
            env._(
                "Of %(count)s members, the one with the best win rate; %(share)s %% of the leads "
                "go in turn."
            ),
            share=share,
        )
    return tell_count(
        count,
        env._("1 member in turn, in proportion to the capacity."),
        env._("%s members in turn, in proportion to their capacity."),
    )


def _availability(team):
    env = team.env
    if team.assignment_availability != "within":
        return env._("Working hours and time off don't matter.")
    hours = team.assignment_available_hours
    if not hours:
        return env._("Only who is at work at that moment.")
    return env._("Only who is at work within the next %s hours.", hours)


def _fallback(team):
    env = team.env
    user = team.assignment_fallback_user_id
    if not user:
        return env._("What nobody may have stays in “Unassigned Leads”, with its reason.")
    if team.assignment_fallback_when_full:
        return env._(
            "What nobody may have, or what would have to wait for capacity, goes to %s.",
            user.name,
        )
    return env._("What nobody may have goes to %s.", user.name)


def _handover(team):
    env = team.env
    if not team.assignment_reassign_hours:
        return ""
    return env._(
        "Not worked on for %(hours)g working hours, a lead goes to somebody else; at most "
        "%(times)s times.",
        hours=team.assignment_reassign_hours,
        times=team.assignment_reassign_max,
    )
