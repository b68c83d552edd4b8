"""A what-if: leads of a period, the teams as they are, members as they might be.

Nothing is written. Filters are searched once each, with the leads' values of today.
"""

from collections import Counter, defaultdict
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_access.days import get_start_of_day

from ..engine import codes, duplicates
from ..engine.facts import Member, Person
from ..engine.replay import Replay
from .availability import GAP, Availability
from .facts import AssignmentFacts
from .settings import AssignmentSettings


class Simulation:
    """One what-if.

    Cost: one search for each distinct filter, some twenty queries, some for each calendar;
    then leads × members comparisons. 100 000 leads and 50 members take some 40 seconds and
    300 MB; twice the time where most leads wait for capacity.

    :param record: ``crm.assignment.simulation``
    :param teams: its teams, as the user who may assign their leads
    """

    def __init__(self, record, teams):
        self.record = record
        self.env = teams.env
        self.teams = teams
        self.settings = AssignmentSettings.load(self.env)
        self.facts = AssignmentFacts(teams, settings=self.settings)
        self.tz = timezone(record.env.user.tz or "UTC")
        self.days = (record.date_to - record.date_from).days + 1
        self.first_day = record.date_replay or record.date_from
        self._set_members()

    # -- members -------------------------------------------------------------------

    def _set_members(self):
        """The members of the lines in place of those there are."""
        by_team = defaultdict(list)
        known = self.facts.members
        self.facts.members = {}
        self.lines = {}
        people = {}
        for line in self.record.line_ids.sudo():  # sudo: users' companies, to decide
            user = line.user_id
            if user.id not in people:
                people[user.id] = Person(user.id, company_ids=frozenset(user.company_ids.ids))
            now = known.get(line.member_id.id)
            member = self._get_member(line, people[user.id], now)
            self.lines[member.id] = line
            self.facts.members[member.id] = member
            by_team[line.team_id.id].append(member)
        for team in self.facts.teams.values():
            team.members = tuple(by_team.get(team.id, ()))

    def _get_member(self, line, person, now):
        blocked = ""
        if not line.user_id.active:
            blocked = codes.SKIP_ARCHIVED
        elif line.paused:
            blocked = codes.SKIP_PAUSED
        elif line.assignment_max <= 0:
            blocked = codes.SKIP_NO_CAPACITY
        preferred = (line.assignment_domain_preferred or "").strip()
        matches, tz = self.facts.matches, line.team_id._get_assignment_tz()
        return Member(
            line.id,
            line.team_id.id,
            person,
            weight=line.assignment_max,
            blocked=blocked,
            rule=matches.bit(line.assignment_domain, tz=tz),
            preferred=(
                matches.bit(line.assignment_domain, preferred, tz=tz)
                if preferred not in ("", "[]")
                else 0
            ),
            langs=now.langs if now else frozenset(),
            win_rates=now.win_rates if now else {},
        )

    def _get_totals(self):
        """``{user: capacity over all teams}``, as the settings have it."""
        totals = {}
        for line in self.record.line_ids.sudo():
            own = line.user_id.assignment_max
            if own:
                totals[line.user_id.id] = own
            elif self.settings.capacity_per_person:
                before = totals.get(line.user_id.id, 0)
                totals[line.user_id.id] = max(before, line.assignment_max)
        return totals

    def _get_away(self):
        """``{line: days without leads}``: those typed in, and the calendars' where the team
        minds them."""
        users = self.record.line_ids.user_id
        minding = self.teams.sudo().filtered(lambda team: team.assignment_availability == "within")
        away = {}
        absent = {}
        for team in minding:
            hours = max(team.assignment_available_hours, 24)
            if hours not in absent:
                absent[hours] = days_absent(users, self.first_day, self.days, hours, self.tz)
        for line in self.record.line_ids:
            days = set()
            for day in range(self.days):
                date = self.first_day + timedelta(days=day)
                since, until = line.away_from, line.away_to
                if (since or until) and (since or date) <= date <= (until or date):
                    days.add(day)
            if line.team_id in minding:
                hours = max(line.team_id.sudo().assignment_available_hours, 24)
                days |= absent[hours].get(line.user_id.id, set())
            away[line.id] = days
        return away

    # -- leads ---------------------------------------------------------------------

    def get_domain(self):
        """The leads that are given out again: those of the teams and those without a team.

        Lost and archived ones too: they came in as well.
        """
        start = self._moment(self.record.date_from)
        end = self._moment(self.record.date_to + timedelta(days=1))
        return (
            Domain("active", "in", [True, False])
            & Domain("create_date", ">=", start)
            & Domain("create_date", "<", end)
            & (Domain("team_id", "=", False) | Domain("team_id", "in", self.teams.ids))
        )

    def _moment(self, date):
        return get_start_of_day(date, self.tz.zone)

    def _load(self, domain):
        """Engine leads as they came in, their days, what tells their customers, owners now."""
        leads = self.facts.load_leads(domain)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, create_date, partner_id, duplicate_keys, team_id, user_id
                  FROM crm_lead WHERE id = ANY(%s)
                """,
                list(leads),
            )
        )
        mailboxes = self.env["crm.shared.mailbox"]._get_shared_mailboxes()
        days = [[] for _day in range(self.days)]
        keys, actual = {}, Counter()
        for lead_id, created, partner_id, text, team_id, user_id in rows:
            lead = leads[lead_id]
            # Won and lost leads have theirs by now; what it was then is not known.
            lead.probability = 0.0
            if self.record.lead_teams == "anew":
                lead.team_id = 0
            day = (utc.localize(created).astimezone(self.tz).date() - self.record.date_from).days
            days[day].append(lead)
            own = []
            if partner_id:
                own.append(("partner_id", partner_id))
            own += [
                ("address", key)
                for key in duplicates.read_keys(text, duplicates.EMAIL)
                if duplicates.read_addresses([key])[0] not in mailboxes
            ]
            if own:
                keys[lead_id] = own
            if user_id:
                actual[team_id or 0, user_id] += 1
        for own in days:
            own.sort(key=lambda lead: lead.id)
        return leads, days, keys, actual

    def _read_known(self, keys):
        """``{key: who served the customer before the period}``."""
        if not any(team.repeat_first for team in self.facts.teams.values()):
            return {}
        start = self._moment(self.record.date_from)
        values = defaultdict(set)
        for kind, value in (key for own in keys.values() for key in own):
            values[kind].add(value)
        since = start - timedelta(days=self.settings.repeat_days)
        before = SQL("lead.create_date < %s AND lead.date_open > %s", start, since)
        model = self.env["crm.lead"]
        found = {
            "address": model._read_last_owners(list(values["address"]), before),
            "partner_id": model._read_last_owners_of_customers(values["partner_id"], before),
        }
        return {
            (kind, value): user_id
            for kind, owners in found.items()
            for value, user_id in owners.items()
        }

    # -- the replay ----------------------------------------------------------------

    def execute(self):
        """Give the leads out again.

        :return: ``(engine.replay.Result, {(team, user): leads they have today}, leads)``
        """
        domain = self.get_domain()
        leads, days, keys, actual = self._load(domain)
        self.facts.matches.match(leads, domain)
        replay = Replay(
            list(self.facts.teams.values()),
            away=self._get_away(),
            totals=self._get_totals(),
            keys=keys,
            known=self._read_known(keys),
            fallback=self._get_fallback(),
            carry_over=self.settings.carry_over_days,
        )
        return replay.run(days), actual, len(leads)

    def _get_fallback(self):
        user = self.env["res.users"].browse(self.settings.fallback_user).exists()
        return self.settings.fallback_team, user.id if user.active else 0


def days_absent(users, first, count, hours, tz):
    """``{user: days without any work in the following hours}``, days counted from ``first``.

    Cost: some queries for each distinct calendar and time zone, whatever the number of days.
    """
    availability = Availability(users, datetime.combine(first, time()))
    starts = [
        tz.localize(datetime.combine(first + timedelta(days=day), time())) for day in range(count)
    ]
    work = availability.work_intervals(starts[0], starts[-1] + timedelta(hours=hours))
    return {
        user_id: {
            day
            for day, start in enumerate(starts)
            if not any(
                min(stop, start + timedelta(hours=hours)) - max(begin, start) > GAP
                for begin, stop in times
            )
        }
        for user_id, times in work.items()
    }
