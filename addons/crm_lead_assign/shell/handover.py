"""Leads their owners let lie: which they are, and giving them to somebody else.

Only what the assignment gave out is looked at, and only while nobody has touched it: a
lead that was worked on once is a matter between people.
"""

from dataclasses import dataclass

from odoo import SUPERUSER_ID
from odoo.tools import SQL

from ..engine import codes
from .availability import Availability

#: Leads looked at in one go: bounds memory and the time until the next commit.
CHUNK = 5000


@dataclass(slots=True)
class Idle:
    """A lead that waited too long. ``former``: who had it in this chain, the owner too."""

    decision_id: int
    lead_id: int
    team_id: int
    user_id: int
    handovers: int
    told: bool
    former: frozenset[int]


def find_idle(teams, now, after=0, limit=CHUNK):
    """Leads of ``teams`` that nobody has worked on since the assignment gave them out.

    Work is anything an internal user wrote to the chatter (comment, e-mail, call, meeting,
    tracked change), a stage change, an activity the owner planned, the owner's last edit.
    Time is the owner's working time, with time off and public holidays.

    Cost: two queries and some for each distinct owner and number of hours.

    :param teams: ``crm.team`` as superuser
    :param after: only decisions after this one, for going on where the last chunk ended
    :return: list of :class:`Idle`, in the order of their decisions
    """
    env = teams.env
    teams = teams.filtered(lambda team: team.assignment_reassign_hours > 0)
    if not teams:
        return []
    for name in ("crm.lead", "mail.message", "mail.activity", "crm.assignment.decision"):
        env[name].flush_model()
    owners = _read_owners(env, teams)
    if not owners:
        return []
    limits = _deadlines(env, teams, owners, now)
    rows = env.execute_query(
        SQL(
            """
            SELECT decision.id, lead.id, lead.team_id, lead.user_id,
                   coalesce(lead.assignment_handover_count, 0),
                   coalesce(decision.facts ? 'leader_told', FALSE),
                   ARRAY(SELECT chain.user_id
                           FROM crm_assignment_decision chain
                          WHERE chain.lead_id = lead.id AND chain.user_id IS NOT NULL
                            AND chain.state IN ('done', 'kept')
                            AND chain.id >= coalesce((
                                SELECT max(start.id) FROM crm_assignment_decision start
                                 WHERE start.lead_id = lead.id AND start.outcome = 'assigned'
                                   AND start.state IN ('done', 'kept')), 0))
              FROM unnest(%(teams)s::int[], %(users)s::int[], %(before)s::timestamp[])
                   AS due (team_id, user_id, before)
              JOIN crm_lead lead ON lead.team_id = due.team_id AND lead.user_id = due.user_id
              JOIN LATERAL (
                   SELECT *
                     FROM crm_assignment_decision last
                    WHERE last.lead_id = lead.id AND last.state != 'preview'
                 ORDER BY last.id DESC LIMIT 1) decision
                   ON decision.user_id = lead.user_id
                  AND decision.state IN ('done', 'kept')
                  AND decision.outcome IN ('assigned', 'reassigned')
             WHERE lead.active AND lead.won_status = 'pending'
               AND decision.id > %(after)s
               AND decision.create_date < due.before
               AND coalesce(lead.date_last_stage_update <= decision.create_date, TRUE)
               AND NOT (lead.write_uid = lead.user_id AND lead.write_date > decision.create_date)
               AND NOT EXISTS (
                   SELECT FROM mail_message message
                     JOIN res_users author ON author.partner_id = message.author_id
                          AND NOT author.share AND author.id != %(root)s
                    WHERE message.model = 'crm.lead' AND message.res_id = lead.id
                      AND message.create_date > decision.create_date
                      AND message.message_type
                          NOT IN ('user_notification', 'auto_comment', 'out_of_office'))
               AND NOT EXISTS (
                   SELECT FROM mail_activity activity
                    WHERE activity.res_model = 'crm.lead' AND activity.res_id = lead.id
                      AND activity.create_uid = lead.user_id
                      AND activity.create_date > decision.create_date)
          ORDER BY decision.id
             LIMIT %(limit)s
            """,
            teams=[team_id for team_id, _user_id in owners],
            users=[user_id for _team_id, user_id in owners],
            before=[limits[owner] for owner in owners],
            after=after,
            root=SUPERUSER_ID,
            limit=limit,
        )
    )
    return [Idle(*row[:6], former=frozenset({*row[6], row[3]})) for row in rows]


def _read_owners(env, teams):
    return env.execute_query(
        SQL(
            """
            SELECT DISTINCT team_id, user_id
              FROM crm_lead
             WHERE team_id = ANY(%s) AND user_id IS NOT NULL
               AND active AND won_status = 'pending'
            """,
            teams.ids,
        )
    )


def _deadlines(env, teams, owners, now):
    """``{(team, user): what was given out before has waited for too long}``."""
    # sudo: working hours are read to decide; see Availability.
    users = env["res.users"].sudo().browse({user_id for _team_id, user_id in owners})
    availability = Availability(users, now)
    hours = {team.id: team.assignment_reassign_hours for team in teams}
    known = {}
    for team_id, user_id in owners:
        key = user_id, hours[team_id]
        if key not in known:
            known[key] = availability.work_ended_before(users.browse(user_id), hours[team_id])
    return {(team_id, user_id): known[user_id, hours[team_id]] for team_id, user_id in owners}


def hand_over(teams, now):
    """Give idle leads to somebody else in their team; tell the leader of those at the end.

    Idempotent: what was handed over has a new owner and starts to wait anew. Leads nobody
    else can take stay where they are and are asked about again next time.

    :param teams: ``crm.team`` as superuser
    :return: ``{"reassigned": leads, "told": leads, "stayed": leads, "done": whether all
        were looked at}``
    """
    Run = teams.env["crm.assignment.run"]
    counts = {"reassigned": 0, "told": 0, "stayed": 0, "done": True}
    after = 0
    while idle := find_idle(teams, now, after):
        after = idle[-1].decision_id
        maximum = {team.id: team.assignment_reassign_max for team in teams}
        movable = [row for row in idle if row.handovers < maximum[row.team_id]]
        stuck = [row for row in idle if row.handovers >= maximum[row.team_id] and not row.told]
        counts["told"] += tell_leaders(teams, stuck)
        if movable:
            own = teams.browse({row.team_id for row in movable})
            run, _teams, _members = Run._run_assignment(own, "inaction", **get_options(movable))
            moved, state = run.assigned_count, run.state
            if not run.decision_ids:
                # Nobody else could take any of them: that is no news every half hour.
                run.unlink()
            counts["reassigned"] += moved
            counts["stayed"] += len(movable) - moved
            if state == "partial":
                counts["done"] = False
                break
    return counts


def get_options(idle):
    """The options of a run that hands ``idle`` leads over."""
    return {
        "lead_ids": [row.lead_id for row in idle],
        "owned": {row.lead_id: row.user_id for row in idle},
        "excluded": {row.lead_id: row.former for row in idle},
    }


def tell_leaders(teams, idle):
    """An activity for the team's leader, once for each decision.

    :return: how many leads their leaders were told of
    """
    if not idle:
        return 0
    env = teams.env
    by_team = {}
    for row in idle:
        by_team.setdefault(row.team_id, []).append(row)
    told = 0
    for team_id, rows in by_team.items():
        team = teams.browse(team_id)
        leader = team.user_id
        if not leader.active:
            continue
        leads = env["crm.lead"].with_context(lang=leader.lang)
        leads.browse(row.lead_id for row in rows).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=leader.id,
            summary=leads.env._("Not handled after %s hand-overs", team.assignment_reassign_max),
            note=leads.env._(
                "Nobody has worked on it for %s working hours. It stays with its owner now.",
                round(team.assignment_reassign_hours, 2),
            ),
        )
        told += len(rows)
    env.cr.execute(
        SQL(
            """
            UPDATE crm_assignment_decision
               SET facts = coalesce(facts, '{}'::jsonb) || '{"leader_told": true}'::jsonb
             WHERE id = ANY(%s)
            """,
            [row.decision_id for row in idle],
        )
    )
    env["crm.assignment.decision"].invalidate_model(["facts"], flush=False)
    return told


def note_facts(decisions, owned, hours):
    """What a hand-over rests on, into its decisions; codes.ASSIGNED is REASSIGNED here.

    :param hours: ``{team: working hours after which a lead is handed over}``
    """
    for decision in decisions:
        if decision.user_id:
            decision.outcome = codes.REASSIGNED
            decision.facts = {
                **decision.facts,
                "from_user": owned[decision.lead_id],
                "hours": hours.get(decision.team_id),
            }
