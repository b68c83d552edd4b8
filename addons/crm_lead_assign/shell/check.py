"""The health of the rules: what can't work, what is missing, what is double.

Rows are plain dicts, see :meth:`RuleCheck.execute`; texts are in the user's language.
"""

import time
from datetime import timedelta

from odoo import fields
from odoo.fields import Domain

from odoo.addons.crm_access.texts import tell_count

from ..engine import coverage
from .check_filters import HISTORY_DAYS, FilterChecks
from .check_people import ERROR, INFO, WARNING, PeopleChecks
from .facts import AssignmentFacts
from .settings import AssignmentSettings

#: The latest so many of them: some 60 MB.
MAX_LEADS = 100_000
#: The most frequent combinations of teams that match the same leads.
MAX_OVERLAPS = 10
#: Leads that can be opened from a row.
MAX_OPEN = 5000


class RuleCheck(FilterChecks, PeopleChecks):
    """Checks teams and their members.

    Cost: one search for each distinct filter, some thirty queries, one for each distinct
    name in the filters; then once through the leads.

    :param teams: all teams that take leads, as a user who may see their rules
    :param own: rows are about these only
    :param everything: also rows about no team in particular
    :param days: what is missing or double is counted over so many days
    """

    def __init__(self, teams, own, everything=True, days=30):
        self.env = teams.env
        self.teams = teams.sudo()  # sudo: rules are read to be checked; see who may ask
        self.own = own
        self.everything = everything
        self.days = days
        self.settings = AssignmentSettings.load(self.env)
        self.facts = AssignmentFacts(teams, settings=self.settings)
        self.rows = []
        self.seconds = {}

    def execute(self):
        """All rows, the gravest first.

        :return: list of dicts: ``severity`` (error, warning, info), ``kind`` (code),
            ``team_id``, ``member_id``, ``territory_id``, ``user_id`` (ids or ``False``),
            ``text``, ``mend``, ``figure``, ``lead_ids``
        """
        self._measure()
        self._check_filters()
        self._check_references()
        self._check_matches()
        self._check_coverage()
        self._check_teams()
        self._check_members()
        self._check_people()
        self._check_settings()
        order = {ERROR: 0, WARNING: 1, INFO: 2}
        self.rows.sort(key=lambda row: (order[row["severity"]], row["kind"], -row["figure"]))
        return self.rows

    def _add(
        self,
        severity,
        kind,
        text,
        mend,
        figure=0,
        leads=(),
        team=None,
        member=None,
        territory=None,
        user=None,
    ):
        if member and not team:
            team = member.crm_team_id
        if (team not in self.own) if team else not self.everything:
            return
        self.rows.append(
            {
                "severity": severity,
                "kind": kind,
                "team_id": team.id if team else False,
                "member_id": member.id if member else False,
                "territory_id": territory.id if territory else False,
                "user_id": user.id if user else False,
                "text": text,
                "mend": mend,
                "figure": figure or len(leads),
                "lead_ids": sorted(leads, reverse=True)[:MAX_OPEN],
            }
        )

    # -- reading -------------------------------------------------------------------

    def _measure(self):
        leads_model = self.env["crm.lead"]
        now = fields.Datetime.now()
        domain = Domain("active", "in", [True, False]) & (
            Domain("create_date", ">=", now - timedelta(days=HISTORY_DAYS))
            | (Domain("active", "=", True) & Domain("won_status", "=", "pending"))
        )
        beyond = leads_model.search(domain, order="id desc", offset=MAX_LEADS, limit=1)
        if beyond:
            domain &= Domain("id", ">", beyond.id)
        leads = self.facts.load_leads(domain)
        for bit in list(self.facts.matches.domains):
            start = time.monotonic()
            self.facts.matches.match(leads, domain, [bit])
            self.seconds[bit] = time.monotonic() - start
        since = Domain("create_date", ">=", now - timedelta(days=self.days))
        query = leads_model._search(domain & since)
        recent = frozenset(row[0] for row in self.env.execute_query(query.select()))
        self.lead_count = len(leads)
        self.coverage = coverage.measure(leads.values(), list(self.facts.teams.values()), recent)

    # -- filters and leads ---------------------------------------------------------

    def _check_coverage(self):
        """Leads nobody is for, and leads several are for."""
        names = {team.id: team.name for team in self.teams}
        if self.coverage.no_team:
            self._add(
                ERROR,
                "no_team",
                tell_count(
                    len(self.coverage.no_team),
                    self.env._("1 lead of the last %(days)s days matches no team."),
                    self.env._("%(count)s leads of the last %(days)s days match no team."),
                    days=self.days,
                ),
                self.env._(
                    "Open them, see what they have in common, and widen a team's filter or name a "
                    "fallback in the settings."
                ),
                leads=self.coverage.no_team,
            )
        for team in self.teams:
            leads = self.coverage.no_member.get(team.id, ())
            if leads:
                self._add(
                    ERROR,
                    "no_member",
                    tell_count(
                        len(leads),
                        self.env._(
                            "1 lead of the last %(days)s days is for team %(team)s, and nobody in"
                            " it ever takes such leads."
                        ),
                        self.env._(
                            "%(count)s leads of the last %(days)s days are for team %(team)s, and"
                            " nobody in it ever takes such leads."
                        ),
                        days=self.days,
                        team=team.name,
                    ),
                    self.env._(
                        "Widen a member's filter or languages, or give the team a fallback."
                    ),
                    leads=leads,
                    team=team,
                )
        overlaps = sorted(self.coverage.overlaps.items(), key=lambda item: -len(item[1]))
        for team_ids, leads in overlaps[:MAX_OVERLAPS]:
            ordered = [team for team in self.teams if team.id in team_ids]
            decided = any(
                team.assignment_mode == "exclusive" or team.assignment_territory_ids
                for team in ordered
            )
            mend = (
                self.env._(
                    "Nothing to do where the order of the teams and territories is meant to decide."
                )
                if decided
                else self.env._(
                    "They are shared out by capacity. If one team should have them, let it take "
                    "all leads that match, or narrow the other filters."
                )
            )
            shown = next((team for team in ordered if team in self.own), ordered[0])
            self._add(
                INFO if decided else WARNING,
                "overlap",
                tell_count(
                    len(leads),
                    self.env._(
                        "1 lead of the last %(days)s days matches several teams: %(teams)s."
                    ),
                    self.env._(
                        "%(count)s leads of the last %(days)s days match several teams: %(teams)s."
                    ),
                    days=self.days,
                    teams=", ".join(names[team.id] for team in ordered),
                ),
                mend,
                leads=leads,
                team=shown,
            )
