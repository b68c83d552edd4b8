"""A run in parts that can be worked on apart, by several Odoo nodes."""

from collections import defaultdict

from odoo.fields import Domain

from ..engine import allocation


def get_parts(process):
    """What can be worked on apart, without a difference to the decisions.

    Teams belong together when they want the same lead, share a person, or one is the
    fallback. Writes nothing. Cost: one search for each distinct team filter.

    :return: ``[(teams, lead ids)]``; leads that match no team are in the first part
    """
    among = process._teamless_domain()
    leads = process.facts.load_leads(among)
    held = {}
    for record in process.teams:
        held.update(process.facts.load_leads(process._held_domain(record)))
    engine_teams = [process.facts.teams[team.id] for team in process.teams]
    rules = {team.rule for team in engine_teams}
    rules |= {bit for team in engine_teams for bit in team.territories}
    process.facts.matches.match(leads, among, rules)
    process.facts.matches.match(held, Domain("id", "in", list(held)), rules)
    wants = {
        lead.id: {team.id for team in engine_teams if team.matches(lead)} | ({lead.team_id} - {0})
        for lead in (*leads.values(), *held.values())
    }
    people = defaultdict(set)
    for member in process.facts.members.values():
        people[member.user_id].add(member.team_id)
    groups = allocation.independent(engine_teams, [*wants.values(), *people.values()])
    first = next((g for g in groups if process.settings.fallback_team in g), None)
    if first:
        groups = [first, *(group for group in groups if group != first)]
    parts = [(group, []) for group in groups]
    group_of = {team_id: number for number, group in enumerate(groups) for team_id in group}
    for lead_id, team_ids in wants.items():
        parts[group_of[min(team_ids)] if team_ids else 0][1].append(lead_id)
    return [(process.teams.browse(sorted(group)), lead_ids) for group, lead_ids in parts]
