"""A run, step by step: leads to teams, duplicates merged, leads to people, the rest."""

from collections import Counter, defaultdict
from datetime import timedelta

from odoo.fields import Domain

from ..engine import allocation, codes, distribution
from ..engine.facts import Decision
from .duplicates import find_duplicates
from .handover import note_facts
from .reasons import explain_teamless
from .recorder import AssignmentRecorder, OutOfTime

#: What Odoo may change when a lead gets its team. Filters on these need the team first.
CHANGED_BY_TEAM = frozenset(
    {
        "team_id",
        "company_id",
        "stage_id",
        "probability",
        "automated_probability",
        "prorated_revenue",
        "lead_properties",
        "write_date",
    }
)


class AssignmentProcess(AssignmentRecorder):
    """Gives leads out; see :class:`.recorder.AssignmentRecorder` for the options."""

    # -- the steps ----------------------------------------------------------------

    def execute(self):
        """Give out what can be given out.

        :return: ``(teams_data, members_data)`` as ``crm.team._action_assign_leads``
        """
        try:
            if not self.owned:
                self._allocate()
            self._distribute()
        except OutOfTime:
            self._store_positions()
            raise
        self._store_positions()
        return self.teams_data, self.members_data

    def _allocate(self):
        """Leads without a team get one; duplicates become one lead."""
        leads = self.facts.load_leads(self._teamless_domain())
        if not leads:
            return
        self._match_teams(leads, self._teamless_domain())
        decisions = self._draw(leads)
        at_once, first = self._split(decisions)
        self._keep_in_mind(at_once, leads)
        expected = {lead_id: (0, 0) for lead_id in first}
        for batch in self._batches(list(first.values())):
            self._commit_batch(self._write_allocated, batch, expected)

    def _split(self, decisions):
        """Which leads get team and owner in one write, and which their team before.

        The team comes first where it changes what is decided next: duplicates are merged,
        or Odoo estimates the probability anew and who gets the few places depends on it.
        In a preview nothing is written, so all is decided in mind.

        :return: ``(decisions, {lead: decision})``
        """
        sizes = Counter(decision.team_id for decision in decisions)
        quick = {
            team_id
            for team_id, size in sizes.items()
            if self.is_preview or self._decides_at_once(self.facts.teams[team_id], size)
        }
        at_once = [
            decision
            for decision in decisions
            if decision.team_id in quick
            and (self.is_preview or decision.lead_id not in self._together)
        ]
        ids = {decision.lead_id for decision in at_once}
        return at_once, {d.lead_id: d for d in decisions if d.lead_id not in ids}

    def _decides_at_once(self, team, leads):
        room = sum(
            distribution.capacity.whole(member.credit)
            for member in team.members
            if not member.blocked
        )
        rules = {member.rule for member in team.members}
        rules |= {member.preferred for member in team.members}
        return room >= leads and not self.facts.matches.mentions(rules, CHANGED_BY_TEAM)

    def _match_teams(self, leads, among):
        """Whether each lead passes each team's rules, and where it counts the members'."""
        teams = self.facts.teams.values()
        self.facts.matches.match(
            leads, among, {team.rule for team in teams} | {b for t in teams for b in t.territories}
        )
        able = [team for team in teams if team.weight > 0]
        several = {
            lead.id: lead
            for lead in leads.values()
            if lead.team_id
            or lead.customer_user
            or lead.repeat_user
            or sum(team.matches(lead) for team in able) > 1
        }
        rules = {member.rule for member in self.facts.members.values()}
        if several and any(rule in self.facts.matches.domains for rule in rules):
            self.facts.matches.match(several, among, rules)

    def _draw(self, leads):
        self._together = find_duplicates(self.env, list(leads), self.settings)
        teams = [self.facts.teams[team.id] for team in self.teams]
        if sum(team.weight > 0 for team in teams) > 1:
            self.run._remember_seed(self.random)
        decisions = allocation.allocate(list(leads.values()), teams, self.random, self._together)
        self._note_teamless(leads, decisions)
        return decisions

    def _note_teamless(self, leads, decisions):
        """Leads that no team of the run takes: to the fallback, or a decision that says why.

        Those that get the fallback team are added to ``decisions``.
        """
        done = {decision.lead_id for decision in decisions}
        done.update(mate for lead_id in list(done) for mate in self._together.get(lead_id, ()))
        left = [lead for lead in leads.values() if lead.id not in done and not lead.team_id]
        team = self.env["crm.team"].browse(self.settings.fallback_team).exists()
        user = self.env["res.users"].browse(self.settings.fallback_user).exists()
        reasons = explain_teamless(self.facts, left)
        rest = []
        for lead in left:
            decision = Decision(lead.id, codes.UNASSIGNED, reason=reasons[lead.id])
            if team.active:
                decision.team_id = team.id
                decision.team_rule = codes.TEAM_FALLBACK
                decision.outcome = codes.ALLOCATED
            if user.active:
                decision.user_id = user.id
                decision.rule = codes.FALLBACK
                decision.outcome = codes.ASSIGNED
            able = team.id in self.facts.teams and self.facts.teams[team.id].weight > 0
            if decision.outcome == codes.ALLOCATED and able:
                decisions.append(decision)
            else:
                rest.append(decision)
        self._write_rest(rest, {lead.id: (0, 0) for lead in left})

    def _distribute(self):
        """Leads of each team to its members; what nobody there takes, to another team."""
        homeless = []
        for record in self.teams:
            homeless += self._distribute_team(record, self._held_domain(record))
        if homeless:
            self._relocate(homeless)

    def _distribute_team(self, record, domain):
        """Decide and write the leads of a team; return those nobody in it can ever take."""
        team = self.facts.teams[record.id]
        if team.weight <= 0:
            return []
        leads = self._load_for_members(record, domain)
        for lead in leads.values():
            lead.excluded = frozenset(self.excluded.get(lead.id, ()))
        self._note_members(team, leads)
        decisions = distribution.distribute(team, list(leads.values()))
        homeless = []
        if len(self.teams) > 1 and not self.owned:
            stuck = (codes.NO_MEMBER, codes.NO_LANGUAGE)
            homeless = [
                leads[decision.lead_id]
                for decision in decisions
                if decision.outcome == codes.UNASSIGNED and decision.reason in stuck
            ]
        expected = {
            lead_id: (self.owned.get(lead_id, 0), self._found_team.get(lead_id, 0))
            for lead_id in leads
        }
        waiting = {lead.id for lead in homeless}
        self._write_people([d for d in decisions if d.lead_id not in waiting], expected)
        return homeless

    def _load_for_members(self, record, domain):
        """The team's leads: those kept in mind and those it held before."""
        team = self.facts.teams[record.id]
        rules = {member.rule for member in team.members}
        rules |= {member.preferred for member in team.members}
        leads = {lead.id: lead for lead in self._in_mind.pop(record.id, ())}
        among = self._teamless_domain() & self.facts.matches.get_domain(team.rule)
        self.facts.matches.match(leads, among, rules)
        held = self.facts.load_leads(domain)
        self.facts.matches.match(held, domain, rules)
        for lead in held.values():
            self._found_team[lead.id] = record.id
            leads.setdefault(lead.id, lead)
        return leads

    def _relocate(self, homeless):
        """Leads nobody in their team takes go to a team where somebody does."""
        leads = {lead.id: lead for lead in homeless}
        among = Domain("id", "in", list(leads))
        self._match_teams(leads, among)
        teams = [self.facts.teams[team.id] for team in self.teams]
        moved = allocation.allocate(list(leads.values()), teams, self.random)
        for decision in moved:
            self._allocated[decision.lead_id] = (decision, None)
            leads[decision.lead_id].team_id = decision.team_id
        expected = {lead.id: (0, self._found_team.get(lead.id, 0)) for lead in homeless}
        by_team = defaultdict(list)
        for lead in homeless:
            by_team[lead.team_id].append(lead)
        for team_id, own in by_team.items():
            decisions = distribution.distribute(self.facts.teams[team_id], own)
            self._write_people(decisions, expected)

    def _note_members(self, team, leads):
        """Members that take part, for the counts Odoo's callers get."""
        for member in team.members:
            quota = self._quota[member.id]
            if leads and not member.blocked and quota > 0:
                record = self.env["crm.team.member"].browse(member.id)
                self.members_data.setdefault(
                    record, {"assigned": self.env["crm.lead"], "quota": quota}
                )

    def _keep_in_mind(self, decisions, leads):
        """Leads go on to the people of their team, as if the team had been written."""
        for decision in decisions:
            lead = leads[decision.lead_id]
            lead.team_id = decision.team_id
            self._in_mind[decision.team_id].append(lead)
            self._allocated[lead.id] = (decision, None)
            for mate in sorted(set(self._together.get(lead.id, ())) - {lead.id}):
                merged = Decision(
                    mate,
                    codes.MERGED,
                    team_id=decision.team_id,
                    team_rule=decision.team_rule,
                    facts={"kept": lead.id, "merged": mate},
                )
                self._count([merged])
                self._insert([merged], {})

    # -- which leads --------------------------------------------------------------

    def _only(self):
        domain = self.env["crm.team"]._get_reach_domain()
        return domain if self.lead_ids is None else domain & Domain("id", "in", self.lead_ids)

    def _teamless_domain(self):
        """As Odoo's: nobody's, open, old enough for the delay, young enough for the schedule."""
        now = self.env.cr.now()
        domain = (
            Domain("team_id", "=", False)
            & Domain("user_id", "=", False)
            & Domain("won_status", "!=", "won")
            & Domain("create_date", "<=", now - timedelta(hours=self.settings.delay_hours))
        )
        if self.creation_delta_days > 0:
            since = now - timedelta(days=self.creation_delta_days)
            domain &= Domain("create_date", ">", since)
        return domain & self._only()

    def _held_domain(self, team):
        if self.owned:
            return Domain("team_id", "=", team.id) & Domain("id", "in", list(self.owned))
        return Domain(team._get_lead_to_assign_domain()) & self._only()

    # -- writing ------------------------------------------------------------------

    def _write_allocated(self, batch, expected):
        before = self.writer.carry_out(batch, expected)
        for decision in batch:
            if decision.lead_id not in before:
                continue
            data = self.teams_data.get(self.env["crm.team"].browse(decision.team_id))
            mates = self._together.get(decision.lead_id, ())
            if mates:
                self._merge(decision, mates, before, data)
            elif data:
                data["assigned"].add(decision.lead_id)
            # The person is decided next; until then this is what is known of the lead.
            if decision.lead_id in before:
                self._allocated[decision.lead_id] = (decision, before[decision.lead_id])
        self._insert([d for d in batch if d.outcome in (codes.CHANGED, codes.ERROR)], {})
        return len(before)

    def _write_people(self, decisions, expected):
        """Owners for a team's leads, and the reasons of those without."""
        if self.owned:
            decisions = [decision for decision in decisions if decision.user_id]
            hours = {team.id: team.assignment_reassign_hours for team in self.teams}
            note_facts(decisions, self.owned, hours)
        for decision in decisions:
            self._take_over(decision)
        if self.is_preview:
            self._note_allocated(decisions)
            self._count(decisions)
            self._insert(decisions, {})
            return
        given = [decision for decision in decisions if decision.user_id]
        for batch in self._batches(given):
            self._commit_batch(self._write_owners, batch, expected)
        self._write_rest([d for d in decisions if not d.user_id], expected)

    def _write_owners(self, batch, expected):
        before = self.writer.carry_out(batch, expected)
        first = {
            lead_id: self._allocated.get(lead_id, (None, None))[1] or state
            for lead_id, state in before.items()
        }
        self._insert(batch, first)
        by_member = defaultdict(list)
        for decision in batch:
            if decision.lead_id in before and decision.member_id:
                by_member[decision.member_id].append(decision.lead_id)
        for member_id, lead_ids in by_member.items():
            member = self.env["crm.team.member"].browse(member_id)
            data = self.members_data.setdefault(
                member, {"assigned": self.env["crm.lead"], "quota": 0}
            )
            data["assigned"] += self.env["crm.lead"].browse(lead_ids)
        return len(before)

    def _take_over(self, decision):
        """How the team was chosen belongs to the decision about the person."""
        earlier = self._allocated.get(decision.lead_id)
        if earlier:
            decision.team_rule = earlier[0].team_rule
            decision.teams = earlier[0].teams
        else:
            decision.team_rule = decision.team_rule or codes.TEAM_KEPT

    def _write_rest(self, decisions, expected):
        """Leads that get no owner: the fallback's are written, the others noted."""
        self._note_allocated(decisions)
        written = [
            d
            for d in decisions
            if d.user_id or (d.outcome == codes.ALLOCATED and d.team_id != expected[d.lead_id][1])
        ]
        ids = {d.lead_id for d in written}
        noted = [d for d in decisions if d.lead_id not in ids]
        if self.is_preview:
            self._count(decisions)
            self._insert(decisions, {})
            return
        for batch in self._batches(written):
            self._commit_batch(self._write_fallback, batch, expected)
        for batch in self._batches(noted):
            self._commit_batch(self._write_noted, batch, expected)

    def _write_fallback(self, batch, expected):
        before = self.writer.carry_out(batch, expected)
        self._insert(batch, before)
        return len(before)

    def _write_noted(self, batch, _expected):
        states = {
            decision.lead_id: self._allocated[decision.lead_id][1]
            for decision in batch
            if self._allocated.get(decision.lead_id, (None, None))[1]
        }
        self._count(batch)
        self._insert(self._news(batch), states, count=False)
        return 0
