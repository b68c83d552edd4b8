"""Why leads have nobody, in one way for the list, the form, runs and who asks from outside."""

from datetime import timedelta

from odoo.fields import Domain

from ..engine import distribution
from .facts import AssignmentFacts


def explain_leads(facts, leads):
    """Say why each of some leads has nobody; nothing is given out.

    :param facts: those of all teams that take leads
    :param leads: ``crm.lead`` without an owner, as who may see all of them
    :return: ``{lead: code}``
    """
    among = Domain("id", "in", leads.ids)
    found = facts.load_leads(among)
    facts.matches.match(found, among)
    old = _find_old(facts, found)
    teams = list(facts.teams.values())
    return {
        record.id: distribution.explain_open(
            teams,
            found[record.id],
            too_old=record.id in old,
            released=bool(record.date_open),
        )
        for record in leads
        if record.id in found
    }


def explain_teamless(facts, leads):
    """Say why leads without a team have none after a run: as the list will say it.

    The run may be one of a few teams only: then the others are looked at, too.
    Cost: where there are such teams, their facts and a search for each of their filters.

    :param facts: those of the run, whose teams the leads have been matched with
    :param leads: engine leads that no team of the run takes
    :return: ``{lead: code}``
    """
    teams = dict(facts.teams)
    # sudo: of teams out of the user's sight nothing is told but that there is one.
    others = facts.env["crm.team"].sudo()._get_assignable_teams() - facts.records.sudo()
    if leads and others:
        rest = AssignmentFacts(
            others, settings=facts.settings, now=facts.now, matches=facts.matches
        )
        teams.update(rest.teams)
        by_id = {lead.id: lead for lead in leads}
        among = Domain("id", "in", list(by_id))
        rules = {bit for team in rest.teams.values() for bit in (team.rule, *team.territories)}
        facts.matches.match(by_id, among, rules)
    old = _find_old(facts, [lead.id for lead in leads])
    teams = list(teams.values())
    return {
        lead.id: distribution.explain_open(teams, lead, too_old=lead.id in old) for lead in leads
    }


def _find_old(facts, lead_ids):
    """Return which of the leads are too old for the schedule to give them a team."""
    days = facts.env["crm.team"]._get_schedule_days()
    if not days or not lead_ids:
        return frozenset()
    since = facts.now - timedelta(days=days)
    # sudo: of leads that are looked at already.
    leads = facts.env["crm.lead"].sudo().with_context(active_test=False)
    return set(leads.search([("id", "in", list(lead_ids)), ("create_date", "<", since)]).ids)
