"""Decisions into the database: one write for each (team, owner), the rest in bulk.

What the ORM decides (company, stage, probability, followers, automation rules) goes
through the ORM, once for all leads of an owner. What is a row for each lead (the
tracked changes in the chatter, followers, the reasons) is inserted by one statement for
each table, because Odoo makes these one record at a time.
"""

import contextlib
import json
import logging
from collections import defaultdict
from dataclasses import dataclass

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.crm_access.system import Mode
from odoo.addons.crm_bulk_history.history import BULK as BULK_HISTORY
from odoo.addons.crm_bulk_history.history import insert_notes, insert_tracking_values

from ..engine import codes

_logger = logging.getLogger(__name__)

#: What a lead or somebody's addon may have against a write; not the loss of the database.
REFUSALS = (UserError, ValidationError, AccessError, ValueError, psycopg2.IntegrityError)
#: In the context: the companies have been compared. An object, which nobody can send.
CHECKED = Mode("companies compared")
#: Context of the bulk writes: tracking and followers are inserted here instead.
BULK = {**BULK_HISTORY, "crm_lead_assign_bulk": CHECKED}
#: Computed fields that an assignment can't change where the stage stays: not worked out
#: anew for every lead. What else depends on them is.
UNCHANGED = ("stage_id", "date_last_stage_update", "won_status")
#: Nor can the owner, in the lead's own team.
UNCHANGED_BY_OWNER = (
    *UNCHANGED,
    "team_id",
    "lead_properties",
    "probability",
    "automated_probability",
    "prorated_revenue",
    "recurring_revenue_monthly_prorated",
    "recurring_revenue_prorated",
)
#: Tracked fields an assignment changes. A changed stage goes Odoo's own way.
TRACKED = ("team_id", "user_id", "type")
STATE = ("user_id", "team_id", "type", "stage_id", "active", "won_status", "company_id",
         "date_conversion", "date_open", "name")  # fmt: skip


@dataclass(slots=True)
class State:
    """A lead as it was found, for comparing, tracking and undoing."""

    user_id: int
    team_id: int
    type: str
    stage_id: int
    active: bool
    won_status: str
    company_id: int
    date_conversion: object
    date_open: object
    name: str


class AssignmentWriter:
    """Writes decisions of a run. Cost: some 20 queries and one for each owner, a batch."""

    def __init__(self, run, env):
        self.run = run
        self.env = env
        self.leads = env["crm.lead"]
        # What is computed at the flush is not to be tracked record by record either.
        self.bulk_env = env(context={**env.context, **BULK})
        self._stage_teams = None
        self._names = {}
        self._fields = {}
        self._types = dict(self.leads._fields["type"]._description_selection(env))

    def carry_out(self, decisions, expected):
        """Write a batch; decisions that can't be carried out say so in their outcome.

        :param expected: ``{lead: (user, team)}`` the decisions were made for; a lead that
            is otherwise by now has been touched by somebody and is left alone
        :return: ``{lead: State before}`` of the leads that were written
        """
        by_lead = {decision.lead_id: decision for decision in decisions}
        states = self._lock(list(by_lead))
        valid = []
        for lead_id, decision in by_lead.items():
            state = states.get(lead_id)
            if not state or self._has_changed(state, expected[lead_id]):
                decision.outcome = codes.CHANGED
            else:
                valid.append(decision)
        written = self._write_or_split(valid, states)
        return {decision.lead_id: states[decision.lead_id] for decision in written}

    def _has_changed(self, state, expected):
        return (
            (state.user_id, state.team_id) != expected
            or not state.active
            or state.won_status != "pending"
        )

    def _lock(self, lead_ids):
        """The state of the leads nobody else is writing; they are ours until the commit."""
        self.leads.flush_model(STATE)
        locked = self.leads.browse(lead_ids).try_lock_for_update(allow_referencing=True)
        if not locked:
            return {}
        columns = SQL(", ").join(map(SQL.identifier, STATE))
        rows = self.env.execute_query(
            SQL("SELECT id, %s FROM crm_lead WHERE id IN %s", columns, tuple(locked.ids))
        )
        return {row[0]: State(*(value or 0 for value in row[1:])) for row in rows}

    # -- writing -------------------------------------------------------------------

    def _write_or_split(self, decisions, states):
        """Write ``decisions``; where one is refused, the others are written all the same."""
        if not decisions:
            return []
        try:
            with self.env.cr.savepoint():
                self._write_all(decisions, states)
        except REFUSALS as error:
            self.env.invalidate_all(flush=False)
            if len(decisions) == 1:
                [decision] = decisions
                _logger.info("Lead %s can't be assigned: %s", decision.lead_id, error)
                decision.outcome = codes.ERROR
                decision.facts = {"error": str(error)}
                return []
            half = len(decisions) // 2
            return self._write_or_split(decisions[:half], states) + self._write_or_split(
                decisions[half:], states
            )
        return decisions

    def _write_all(self, decisions, states):
        groups = defaultdict(list)
        # One record set, so that what is read of one lead is read of all.
        leads = self.leads.browse(decision.lead_id for decision in decisions)
        for decision, lead in zip(decisions, leads, strict=True):
            key = self._group_key(decision, states[lead.id], lead)
            groups[key].append(lead.id)
        with contextlib.ExitStack() as stack:
            for (values, native), lead_ids in groups.items():
                own = leads.browse(lead_ids)
                if native:
                    context = {"mail_auto_subscribe_no_notify": True}
                    own.with_context(**context).write(dict(values))
                    continue
                unchanged = self._unchanged_fields(dict(values))
                stack.enter_context(self.env.protecting(unchanged, own))
                own.with_env(self.bulk_env).write(dict(values))
            self.bulk_env.flush_all()
        self._count_handovers([d.lead_id for d in decisions if d.outcome == codes.REASSIGNED])
        self._log_changes(
            [d for d in decisions if not self._changes_stage(d, states[d.lead_id])], states
        )

    def _count_handovers(self, lead_ids):
        """One more for each: a statement, as the ORM has none that adds."""
        if not lead_ids:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_lead
                   SET assignment_handover_count = coalesce(assignment_handover_count, 0) + 1
                 WHERE id = ANY(%s)
                """,
                lead_ids,
            )
        )
        leads = self.leads.browse(lead_ids)
        leads.invalidate_recordset(["assignment_handover_count"], flush=False)

    def _unchanged_fields(self, values):
        names = UNCHANGED if "team_id" in values else UNCHANGED_BY_OWNER
        if set(self.leads._pls_get_safe_fields()) & (set(values) | {"company_id"}):
            # Somebody predicts by owner or type: then these do change.
            names = UNCHANGED
        return [self.leads._fields[name] for name in names]

    def _group_key(self, decision, state, lead):
        """Leads with the same key are written at once: the values, and by which way."""
        values = {}
        if decision.team_id and decision.team_id != state.team_id:
            values["team_id"] = decision.team_id
        if decision.user_id:
            if not state.user_id:
                # Handed over, it has been converted before.
                values.update(lead._convert_opportunity_data(lead.partner_id, decision.team_id))
            values["user_id"] = decision.user_id
            if decision.rule == codes.FALLBACK and decision.team_id:
                # Not of the team, as a rule: Odoo would move the lead to a team of theirs.
                values["team_id"] = decision.team_id
        native = self._changes_stage(decision, state)
        return tuple(sorted(values.items())), native

    def _changes_stage(self, decision, state):
        """Whether Odoo is going to move the lead to another stage: that notifies."""
        if self._stage_teams is None:
            stages = self.env["crm.stage"].search([])
            self._stage_teams = {stage.id: set(stage.team_ids.ids) for stage in stages}
        teams = self._stage_teams.get(state.stage_id)
        return not state.stage_id or bool(
            teams and decision.team_id and decision.team_id not in teams
        )

    # -- the chatter ---------------------------------------------------------------

    def _log_changes(self, decisions, states):
        """The tracked changes, as Odoo logs them: a note with a line for each field."""
        if self.env.context.get("tracking_disable") or self.env.context.get("mail_notrack"):
            return
        changes = {}
        for decision in decisions:
            lines = self._changed_values(decision, states[decision.lead_id])
            if lines:
                changes[decision.lead_id] = lines
        if not changes:
            return
        texts = self.run._get_log_texts()
        messages = insert_notes(
            self.leads.browse(changes),
            {
                decision.lead_id: texts.get(decision.rule or f"team_{decision.team_rule}", "")
                for decision in decisions
                if decision.lead_id in changes
            },
        )
        insert_tracking_values(
            self.env,
            [(messages[lead_id], line) for lead_id, lines in changes.items() for line in lines],
        )

    def _changed_values(self, decision, state):
        lines = []
        if decision.team_id and decision.team_id != state.team_id:
            lines.append(self._relation("team_id", "crm.team", state.team_id, decision.team_id))
        if decision.user_id:
            if decision.user_id != state.user_id:
                lines.append(
                    self._relation("user_id", "res.users", state.user_id, decision.user_id)
                )
            if state.type != "opportunity" and not state.user_id:
                lines.append(
                    {
                        "field_id": self._field("type"),
                        "old_value_char": self._types.get(state.type, state.type),
                        "new_value_char": self._types["opportunity"],
                    }
                )
        return lines

    def _relation(self, field, model, old, new):
        return {
            "field_id": self._field(field),
            "old_value_integer": old or 0,
            "old_value_char": self._name(model, old) if old else "",
            "new_value_integer": new,
            "new_value_char": self._name(model, new),
        }

    def _field(self, name):
        if name not in self._fields:
            self._fields[name] = self.env["ir.model.fields"]._get("crm.lead", name).id
        return self._fields[name]

    def _name(self, model, record_id):
        if (model, record_id) not in self._names:
            # sudo: tracking keeps the name of whoever it was, as Odoo's own does.
            record = self.env[model].sudo().browse(record_id)
            self._names[model, record_id] = record.display_name or ""
        return self._names[model, record_id]

    # -- the reasons ---------------------------------------------------------------

    def insert_decisions(self, decisions, states, names=None):
        """The reasons, as rows of ``crm.assignment.decision``: one statement.

        :param states: ``{lead: State before}``; empty in a preview
        """
        if not decisions:
            return
        names = names or {}
        rows = []
        for decision in decisions:
            state = states.get(decision.lead_id)
            rows.append(
                (
                    decision.lead_id or None,
                    state.name if state else names.get(decision.lead_id),
                    decision.team_id or None,
                    decision.member_id or None,
                    decision.user_id or None,
                    decision.outcome,
                    decision.rule or None,
                    decision.team_rule or None,
                    decision.reason or None,
                    decision.rank or None,
                    json.dumps(decision.candidates),
                    json.dumps(decision.teams),
                    json.dumps(decision.facts) if decision.facts else None,
                    state.user_id or None if state else None,
                    state.team_id or None if state else None,
                    (state.type or None) if state else None,
                    state.stage_id or None if state else None,
                    state.date_conversion or None if state else None,
                    state.date_open or None if state else None,
                )
            )
        columns = list(map(list, zip(*rows, strict=True)))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_assignment_decision (
                    run_id, state, company_id, lead_id, lead_name, team_id, member_id, user_id,
                    outcome, rule, team_rule, reason, rank, candidates, teams, facts,
                    previous_user_id, previous_team_id, previous_type, previous_stage_id,
                    previous_date_conversion, previous_date_open, create_date)
                SELECT %(run)s, %(state)s, coalesce(lead.company_id, team.company_id),
                       new.lead_id, new.lead_name,
                       new.team_id, new.member_id, new.user_id, new.outcome, new.rule,
                       new.team_rule, new.reason, new.rank, new.candidates, new.teams, new.facts,
                       new.previous_user_id, new.previous_team_id, new.previous_type,
                       new.previous_stage_id, new.previous_date_conversion,
                       new.previous_date_open, %(now)s
                  FROM unnest(%(c0)s::int[], %(c1)s::text[], %(c2)s::int[], %(c3)s::int[],
                              %(c4)s::int[], %(c5)s::text[], %(c6)s::text[], %(c7)s::text[],
                              %(c8)s::text[], %(c9)s::int[], %(c10)s::jsonb[], %(c11)s::jsonb[],
                              %(c12)s::jsonb[], %(c13)s::int[], %(c14)s::int[], %(c15)s::text[],
                              %(c16)s::int[], %(c17)s::timestamp[], %(c18)s::timestamp[])
                       AS new (lead_id, lead_name, team_id, member_id, user_id, outcome, rule,
                               team_rule, reason, rank, candidates, teams, facts,
                               previous_user_id, previous_team_id, previous_type,
                               previous_stage_id, previous_date_conversion, previous_date_open)
             LEFT JOIN crm_team team ON team.id = new.team_id
             LEFT JOIN crm_lead lead ON lead.id = new.lead_id
                """,
                run=self.run.id,
                state=self.run.state if self.run.state == "preview" else "done",
                now=self.env.cr.now(),
                **{f"c{number}": column for number, column in enumerate(columns)},
            )
        )
        self.env["crm.assignment.run"].invalidate_model(["decision_ids"], flush=False)
        self.leads.invalidate_model(["assignment_decision_ids"], flush=False)
