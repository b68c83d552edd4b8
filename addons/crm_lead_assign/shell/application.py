"""A preview, carried out."""

from collections import defaultdict

from ..engine import codes
from ..engine.facts import Decision
from .recorder import AssignmentRecorder


class PreviewApplication(AssignmentRecorder):
    """Writes the decisions of a preview, just as they are."""

    def apply(self, rows, merged):
        """Write the decisions of a preview, just as they are.

        :param rows: ``crm.assignment.decision`` with a lead
        :param merged: those about duplicates
        :return: how many of each outcome
        """
        mates = defaultdict(set)
        for row in merged:
            mates[row.facts["kept"]].update((row.facts["kept"], row.facts["merged"]))
        decisions = [
            Decision(
                row.lead_id.id,
                row.outcome,
                team_id=row.team_id.id,
                member_id=row.member_id.id,
                user_id=row.user_id.id,
                rule=row.rule or "",
                team_rule=row.team_rule or "",
                reason=row.reason or "",
            )
            for row in rows
        ]
        expected = {
            row.lead_id.id: (row.previous_user_id.id or 0, row.previous_team_id.id or 0)
            for row in rows
        }
        by_lead = {row.lead_id.id: row for row in rows}

        def write(batch, expected):
            before = self.writer.carry_out(batch, expected)
            for decision in batch:
                row = by_lead[decision.lead_id]
                state = before.get(decision.lead_id)
                row.write(self._applied_values(decision, state))
                together = mates.get(decision.lead_id)
                if state and together:
                    self._merge(decision, together, before, None)
                    # Merging has written them down as they happened.
                    merged.filtered(lambda r, d=decision: r.facts["kept"] == d.lead_id).unlink()
            self._count(batch)
            return len(before)

        for batch in self._batches(decisions):
            self._commit_batch(write, batch, expected)
        for decision in decisions:
            member = self.facts.members.get(decision.member_id)
            if member and decision.outcome in (codes.ASSIGNED, codes.REASSIGNED):
                member.receive()
        self._store_positions()
        return self.counts

    def _applied_values(self, decision, state):
        if not state:
            return {"outcome": decision.outcome, "facts": decision.facts or False}
        return {
            "outcome": decision.outcome,
            "state": "done",
            # From now on somebody may touch the lead; the preview's moment was earlier.
            "create_date": self.env.cr.now(),
            "previous_user_id": state.user_id or False,
            "previous_team_id": state.team_id or False,
            "previous_type": state.type,
            "previous_stage_id": state.stage_id or False,
            "previous_date_conversion": state.date_conversion or False,
            "previous_date_open": state.date_open or False,
        }
