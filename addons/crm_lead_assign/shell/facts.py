"""The engine's input for some teams, read set by set.

Cost: one search for each distinct filter, a fixed number of queries for loads,
capacities, customers and earlier enquiries; none for each lead or member.
"""

from collections import defaultdict
from datetime import timedelta

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import codes, duplicates, languages, rotation
from ..engine.facts import Lead, Member, Person, Team
from .availability import Availability
from .capacities import Capacities
from .filters import get_filter_error, parse_search_filter
from .matches import RuleMatches
from .settings import AssignmentSettings

#: How far back win rates look.
WIN_RATE_DAYS = 365


class AssignmentFacts:
    """Teams, members and leads as the engine wants them.

    :param teams: ``crm.team``; filters are searched with their environment's user
    :param force_quota: everybody may get a whole day's leads, whatever came before
    :param matches: of other teams' facts, for leads that are looked at with both
    """

    def __init__(self, teams, force_quota=False, settings=None, now=None, matches=None):
        self.env = teams.env
        self.records = teams
        self.force_quota = force_quota
        self.settings = settings or AssignmentSettings.load(self.env)
        self.now = now or fields.Datetime.now()
        self.matches = matches or RuleMatches(self.env)
        self.problems = []
        self.teams = {}
        self.members = {}
        self.people = {}
        self._build()

    # -- teams and members ---------------------------------------------------------

    def _build(self):
        # sudo: memberships and users' companies are read to decide, not shown.
        records = self.records.sudo()
        records.mapped("sequence")  # all in one query: below they come up one by one
        members = records.crm_team_member_ids
        self.users = members.user_id
        self.availability = Availability(self.users, self.now)
        self.capacities = Capacities(members, self.availability, self.settings, self.force_quota)
        self._build_people(members)
        away = self._read_away(self.records)
        for record in self.records.sudo():
            self._build_team(record, away)
        self._read_loads()
        self._read_win_rates()

    def _build_people(self, members):
        open_leads = self._read_open_leads(members)
        for user in self.users:
            own = members.filtered(lambda member, user=user: member.user_id == user)
            self.people[user.id] = Person(
                user.id,
                credit=self.capacities.of_person(user, own),
                open_leads=open_leads.get(user.id, 0),
                company_ids=frozenset(user.company_ids.ids),
            )

    def _build_team(self, record, away):
        error = get_filter_error(self.env["crm.lead"], record.assignment_domain)
        if error:
            self.problems.append({"team": record.id, "error": error})
        rule = self.matches.bit(record.assignment_domain, tz=record._get_assignment_tz())
        territories = {
            self.matches.bit(domain=territory._get_lead_domain()): territory._get_depth()
            for territory in record.assignment_territory_ids
        }
        team = Team(
            record.id,
            rule=rule,
            sequence=record.sequence,
            scheduled=not record.assignment_optout,
            exclusive=record.assignment_mode == "exclusive",
            company_id=record.company_id.id,
            territories=territories,
            method=record.assignment_method,
            customer_first=record.assignment_customer_first,
            repeat_first=record.assignment_repeat_first,
            exploration=record.assignment_exploration / 100,
            win_rate_by=(
                record.assignment_win_rate_by or ""
                if record.assignment_method == codes.WIN_RATE
                else ""
            ),
            fallback_user=self._usable_user(record.assignment_fallback_user_id),
            fallback_when_full=record.assignment_fallback_when_full,
        )
        team.members = tuple(
            self._build_member(member, away.get(record.id, ()))
            for member in record.crm_team_member_ids
        )
        able = [m for m in team.members if m.blocked not in codes.NEVER_RECEIVES]
        # Odoo's team capacity counts who is paused; who can't receive at all must not.
        team.weight = sum(member.weight for member in able) if not error else 0
        if not able and not error and team.fallback_user:
            team.weight = 1
        self._calibrate(record, team)
        self.teams[team.id] = team
        self.members.update((member.id, member) for member in team.members)

    def _build_member(self, record, away):
        lead_model = self.env["crm.lead"]
        weight = self.capacities.weight(record)
        error = get_filter_error(
            lead_model, record.assignment_domain, record.assignment_domain_preferred
        )
        if error:
            self.problems.append({"member": record.id, "error": error})
        blocked = ""
        if not record.active or not record.user_id.active:
            blocked = codes.SKIP_ARCHIVED
        elif record.assignment_optout:
            blocked = codes.SKIP_PAUSED
        elif weight <= 0:
            blocked = codes.SKIP_NO_CAPACITY
        elif error:
            blocked = codes.SKIP_BROKEN
        elif record.user_id.id in away:
            blocked = codes.SKIP_AWAY
        preferred = (record.assignment_domain_preferred or "").strip()
        tz = record.crm_team_id._get_assignment_tz()
        return Member(
            record.id,
            record.crm_team_id.id,
            self.people[record.user_id.id],
            weight=weight,
            credit=self.capacities.of_member(record),
            received=self.capacities.received_in_period(record),
            blocked=blocked,
            rule=self.matches.bit(record.assignment_domain, tz=tz),
            preferred=(
                self.matches.bit(record.assignment_domain, preferred, tz=tz)
                if preferred not in ("", "[]")
                else 0
            ),
            langs=languages.spoken(record.assignment_lang_ids.mapped("code")),
            open_max=record.assignment_open_max,
        )

    def _usable_user(self, user):
        return user.id if user and user.active else 0

    def _calibrate(self, record, team):
        """Whose turn it is, from what was stored and what was given out by hand since."""
        records = {member.id: member for member in record.crm_team_member_ids}
        last_run = record.assignment_position_date
        by_hand = self.capacities.by_hand.get(record.id, {})
        rows = []
        for member in team.members:
            if member.blocked in codes.NEVER_RECEIVES:
                continue
            stored = records[member.id]
            position = stored.assignment_position if stored.assignment_position_date else None
            if position is not None:
                position = rotation.after_lead(
                    position, member.weight, by_hand.get(member.user_id, 0)
                )
            stayed = bool(
                position is not None and last_run and stored.assignment_position_date >= last_run
            )
            rows.append((member.id, position, member.weight, stayed))
        for member_id, position in rotation.calibrated(rows).items():
            next(m for m in team.members if m.id == member_id).position = position

    # -- reading -------------------------------------------------------------------

    def _read_away(self, teams):
        """``{team id: users who are not at work within the team's hours}``."""
        away, cache = {}, {}
        for team in teams.sudo():
            if team.assignment_availability == "within":
                hours = team.assignment_available_hours
                if hours not in cache:
                    cache[hours] = self.availability.away(hours)
                away[team.id] = cache[hours]
        return away

    def _read_open_leads(self, members):
        """``{user: open leads}`` where a limit asks for it."""
        limited = members.filtered("assignment_open_max").user_id
        if not limited:
            return {}
        # sudo: a limit counts all a person has, also in teams the manager does not see.
        rows = (
            self.env["crm.lead"]
            .sudo()
            ._read_group(
                [("user_id", "in", limited.ids), ("won_status", "=", "pending")],
                ["user_id"],
                ["__count"],
            )
        )
        return {user.id: count for user, count in rows}

    def _read_loads(self):
        """Loads for the teams that choose by them: one search for each distinct domain."""
        counted = {}
        for record in self.records.sudo().filtered(
            lambda team: team.assignment_method == codes.OPEN_LOAD
        ):
            text = record.assignment_load_domain or "[]"
            key = (text, record._get_assignment_tz())
            if key not in counted:
                counted[key] = self._count_load(text, record)
            for member in self.teams[record.id].members:
                member.load = counted[key].get(member.user_id, 0)

    def _count_load(self, text, record):
        error = get_filter_error(self.env["crm.lead"], text)
        if error:
            self.problems.append({"team": record.id, "error": error})
            text = "[('won_status', '=', 'pending')]"
        domain = parse_search_filter(self.env["crm.lead"], text)
        domain &= Domain("user_id", "in", self.users.ids)
        # sudo: as for the open limit.
        leads = self.env["crm.lead"].sudo().with_context(tz=record._get_assignment_tz())
        rows = leads._read_group(domain, ["user_id"], ["__count"])
        return {user.id: count for user, count in rows}

    def _read_win_rates(self):
        """Won and closed leads of the last year, by member and kind of lead."""
        for record in self.records.sudo().filtered(
            lambda team: team.assignment_method == codes.WIN_RATE
        ):
            kind = record.assignment_win_rate_by
            groupby = ["user_id", "won_status"] + ([kind] if kind else [])
            rows = (
                self.env["crm.lead"]
                .sudo()  # as for the open limit
                .with_context(active_test=False)
                ._read_group(
                    [
                        ("team_id", "=", record.id),
                        ("user_id", "in", self.users.ids),
                        ("won_status", "in", ("won", "lost")),
                        ("date_closed", ">", self.now - timedelta(days=WIN_RATE_DAYS)),
                    ],
                    groupby,
                    ["__count"],
                )
            )
            results = defaultdict(lambda: defaultdict(lambda: [0, 0]))
            for user, status, *of_kind, count in rows:
                key = of_kind[0].id if of_kind else None
                result = results[user.id][key]
                result[0] += count if status == "won" else 0
                result[1] += count
            for member in self.teams[record.id].members:
                member.win_rates = {
                    key: tuple(result) for key, result in results[member.user_id].items()
                }

    # -- leads ---------------------------------------------------------------------

    def load_leads(self, domain):
        """The leads of ``domain`` in their own order: ``{id: engine lead}``.

        Reads columns, not records: a hundred thousand leads are some 60 MB.
        """
        extra = sorted({team.win_rate_by for team in self.teams.values() if team.win_rate_by})
        model = self.env["crm.lead"]
        model.flush_model(["team_id", "probability", "company_id", "duplicate_keys", *extra])
        query = model._search(domain, order=model._order)
        columns = (
            "id",
            "team_id",
            "probability",
            "company_id",
            "partner_id",
            "lang_id",
            "country_id",
            *extra,
        )
        rows = self.env.execute_query(
            query.select(
                *(model._field_to_sql(query.table, name, query) for name in columns),
                # The column, not the field: nobody reads the keys but the assignment.
                SQL.identifier(query.table, "duplicate_keys"),
            )
        )
        lang_codes, country_codes = self._language_codes()
        leads = {}
        customers, addresses = defaultdict(list), defaultdict(list)
        for lead_id, team_id, probability, company_id, partner_id, lang, country, *further in rows:
            *kinds, keys = further
            lead = leads[lead_id] = Lead(
                lead_id,
                team_id=team_id or 0,
                probability=probability or 0.0,
                company_id=company_id or 0,
                langs=languages.of_lead(lang_codes.get(lang), country_codes.get(country)),
            )
            if extra:
                lead.kinds = dict(zip(extra, (key or False for key in kinds), strict=True))
            if partner_id:
                customers[partner_id].append(lead)
            for key in duplicates.read_keys(keys, duplicates.EMAIL):
                addresses[key].append(lead)
        self._tie_to_salespeople(customers, addresses)
        return leads

    def _language_codes(self):
        if not any(member.langs for member in self.members.values()):
            return {}, {}
        langs = self.env["res.lang"].with_context(active_test=False).search_fetch([], ["code"])
        countries = self.env["res.country"].search_fetch([], ["code"])
        return (
            {lang.id: lang.code for lang in langs},
            {country.id: country.code for country in countries},
        )

    def _tie_to_salespeople(self, customers, addresses):
        """Set whose customer a lead's contact is, and who had its last enquiry."""
        if customers and any(team.customer_first for team in self.teams.values()):
            # Plain SQL: just whose customer it is, for contacts the leads name already.
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT contact.id, coalesce(contact.user_id, company.user_id)
                      FROM res_partner contact
                 LEFT JOIN res_partner company ON company.id = contact.commercial_partner_id
                     WHERE contact.id = ANY(%s)
                       AND coalesce(contact.user_id, company.user_id) IS NOT NULL
                    """,
                    list(customers),
                )
            )
            for partner_id, user_id in rows:
                for lead in customers[partner_id]:
                    lead.customer_user = user_id
        if any(team.repeat_first for team in self.teams.values()):
            self._tie_repeat(customers, addresses)

    def _tie_repeat(self, customers, addresses):
        since = self.now - timedelta(days=self.settings.repeat_days)
        recent = SQL("lead.date_open > %s", since)
        model = self.env["crm.lead"]
        owners = model._read_last_owners_of_customers(list(customers), recent)
        self._set_repeat(owners, customers)
        shared = self.env["crm.shared.mailbox"]._get_shared_mailboxes()
        known = [key for key in addresses if duplicates.read_addresses([key])[0] not in shared]
        self._set_repeat(model._read_last_owners(known, recent), addresses)

    @staticmethod
    def _set_repeat(owners, leads_of):
        for key, user_id in owners.items():
            for lead in leads_of[key]:
                lead.repeat_user = user_id
