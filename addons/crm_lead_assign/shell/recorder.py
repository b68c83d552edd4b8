"""What every kind of run has: its facts, batches, transactions and records.

Leads are taken in batches; each batch is locked, written and committed, so that a
process that is killed loses the batch it was at and nothing else, and the next run goes
on from there.
"""

import logging
import random
import time
from collections import Counter, defaultdict
from math import inf

import psycopg2
from psycopg2 import errorcodes

from odoo.tools import SQL

from ..engine import allocation, codes, distribution
from ..engine.facts import Decision
from .facts import AssignmentFacts
from .settings import AssignmentSettings
from .writer import AssignmentWriter, State

_logger = logging.getLogger(__name__)

RETRIES = 5
RETRYABLE = (
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.LOCK_NOT_AVAILABLE,
)


class OutOfTime(Exception):
    """The scheduled action has used up its time; the next call goes on."""


class AssignmentRecorder:
    """A run over ``teams``: what is known, what is written down.

    :param run: ``crm.assignment.run``
    :param lead_ids: only these leads; all without
    :param excluded: ``{lead: users who must not get it}``, for handing leads over
    :param owned: ``{lead: its owner}``: just these leads, from their owners to somebody
        else in their teams; those nobody else can take stay
    :param seed: for drawing the same teams again; without, the process's own generator
        goes on, as in Odoo
    """

    def __init__(self, run, teams, force_quota=False, creation_delta_days=0, lead_ids=None,
                 excluded=None, seed=None, owned=None):  # fmt: skip
        self._started = time.monotonic()
        self.run = run
        self.env = teams.env
        self.teams = teams
        self.creation_delta_days = creation_delta_days
        self.lead_ids = lead_ids
        self.excluded = excluded or {}
        self.owned = owned or {}
        self.settings = AssignmentSettings.load(self.env)
        self.facts = AssignmentFacts(teams, force_quota=force_quota, settings=self.settings)
        self.writer = AssignmentWriter(run, self.env)
        self.is_preview = run.state == "preview"
        self.counts = Counter()
        self._time_left = inf
        self.random = random if seed is None else allocation.SeededRandom(seed)
        self.teams_data = {
            team: {
                "team": team,
                "leads": self.env["crm.lead"],
                "assigned": set(),
                "merged": set(),
                "duplicates": set(),
            }
            for team in teams
            if self.facts.teams[team.id].weight > 0
        }
        self.members_data = {}
        self.gained = Counter()
        self._quota = {
            member.id: distribution.capacity.whole(member.credit)
            for member in self.facts.members.values()
        }
        self._allocated = {}
        self._together = {}
        self._in_mind = defaultdict(list)
        self._found_team = {}

    def get_seconds(self):
        """How long the process has been at work; the dates of a run have whole seconds only."""
        return time.monotonic() - self._started

    def _batches(self, decisions):
        size = self.settings.batch
        for start in range(0, len(decisions), size):
            yield decisions[start : start + size]

    def _commit_batch(self, write, batch, expected):
        """Write a batch and commit it; once more from a new snapshot when others were
        faster.

        :raises OutOfTime: when the scheduled action had no time left after the batch before: a
            run whose last batch takes the last of the time is done all the same
        """
        if self._time_left <= 0:
            raise OutOfTime
        commits = self.run._commits_batches()
        outcomes = [decision.outcome for decision in batch]
        counts = Counter(self.counts)
        for attempt in range(RETRIES):
            try:
                done = write(batch, expected)
                break
            except psycopg2.OperationalError as error:
                if not commits or error.pgcode not in RETRYABLE or attempt == RETRIES - 1:
                    raise
                _logger.info("Lead assignment batch is tried again: %s", error)
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                self.counts = Counter(counts)
                for decision, outcome in zip(batch, outcomes, strict=True):
                    decision.outcome = outcome
        if commits:
            self.run._save_counts(self.counts)
            self._time_left = self.env["ir.cron"]._commit_progress(done)
        return done

    def _merge(self, decision, mates, before, data):
        """One lead of several that are the same enquiry, Odoo's way."""
        leads = self.env["crm.lead"].browse(mates).exists()
        if len(leads) < 2:
            return
        names = {lead.id: lead.name for lead in leads}
        kept = leads._merge_opportunity(
            user_id=False, team_id=False, auto_unlink=False, max_length=0
        )
        lost = leads - kept
        lost_ids = lost.ids
        lost.unlink()
        if data:
            data["merged"].add(kept.id)
            data["duplicates"].update(lost_ids)
        self.counts[codes.MERGED] += len(lost_ids)
        rows = []
        for lost_id in lost_ids:
            rows.append(
                Decision(
                    0,
                    codes.MERGED,
                    team_id=decision.team_id,
                    team_rule=decision.team_rule,
                    facts={"kept": kept.id, "merged": lost_id, "name": names[lost_id]},
                )
            )
        self.writer.insert_decisions(rows, {}, {0: ", ".join(names[i] for i in lost_ids)})
        if decision.lead_id in lost_ids:
            before.pop(decision.lead_id)

    def _note_allocated(self, decisions):
        """A team and nobody in it yet is more than nothing."""
        for decision in decisions:
            if decision.outcome == codes.UNASSIGNED and decision.lead_id in self._allocated:
                decision.outcome = codes.ALLOCATED

    def _news(self, decisions):
        """Decisions that say something else than the last one about the same lead.

        A lead that waits for a month is not written down a thousand times.
        """
        same = self.env["crm.assignment.decision"]._get_last_reasons(
            [decision.lead_id for decision in decisions]
        )
        return [
            decision
            for decision in decisions
            if decision.outcome != codes.UNASSIGNED
            or same.get(decision.lead_id) != (decision.team_id, decision.reason)
        ]

    def _insert(self, decisions, states, count=True):
        if count and not self.is_preview:
            self._count(decisions)
        if self.is_preview:
            states = self._found_states(decisions)
        self.writer.insert_decisions(decisions, states, self._names(decisions, states))

    def _found_states(self, decisions):
        """For a preview: which team leads were in, so that it can tell what has changed."""
        names = self._names(decisions, {})
        return {
            d.lead_id: State(
                self.owned.get(d.lead_id, 0),
                self._found_team.get(d.lead_id, 0),
                "",
                0,
                True,
                "",
                0,
                None,
                None,
                names.get(d.lead_id) or "",
            )  # fmt: skip
            for d in decisions
        }

    def _names(self, decisions, states):
        missing = [d.lead_id for d in decisions if d.lead_id and d.lead_id not in states]
        if not missing:
            return {}
        # Plain SQL: the names alone, where the ORM would fetch and keep whole leads.
        self.env["crm.lead"].flush_model(["name"])
        query = SQL("SELECT id, name FROM crm_lead WHERE id = ANY(%s)", missing)
        return dict(self.env.execute_query(query))

    def _count(self, decisions):
        self.counts.update(decision.outcome for decision in decisions)
        self.gained.update(
            decision.member_id
            for decision in decisions
            if decision.member_id and decision.outcome in (codes.ASSIGNED, codes.REASSIGNED)
        )

    def get_problems(self):
        """Filters that were left out: ``[{"team" or "member": id, "error": text}]``."""
        problems = list(self.facts.problems)
        for bit, error in self.facts.matches.errors.items():
            for team in self.facts.teams.values():
                if team.rule == bit or bit in team.territories:
                    problems.append({"team": team.id, "error": error})
                problems += [
                    {"member": member.id, "error": error}
                    for member in team.members
                    if bit in (member.rule, member.preferred)
                ]
        return list({(p.get("team"), p.get("member")): p for p in problems}.values())

    def _store_positions(self):
        """Whose turn it was last is kept for the next run, whoever starts it."""
        if self.is_preview:
            return
        for record in self.teams:
            team = self.facts.teams[record.id]
            # sudo: a run may be started by who may not edit teams; this is not an edit.
            record.sudo()._store_positions(
                {
                    member.id: member.position
                    for member in team.members
                    if member.blocked not in codes.NEVER_RECEIVES | {codes.SKIP_AWAY}
                }
            )
