# pylint: disable=consider-merging-classes-inherited
import json
import logging
from collections import Counter

import psycopg2.errors
from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..bulk.history import History

_logger = logging.getLogger(__name__)

#: Records that are changed, and committed in the background, at once.
BATCH = 1000
#: Times that records somebody else holds, and a transaction that others disturbed, are tried.
TRIES = 3

#: Others were faster; the records are fine, and another transaction will do.
DISTURBED = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
)


class CrmBulkOperation(models.Model):
    """How the records are changed in batches, and put back."""

    _inherit = "crm.bulk.operation"

    # -- lines -------------------------------------------------------------------------

    def _take_lines(self, state, after_id):
        """Return the next rows of one model: line id, model, id, before, target, after."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id, res_model, res_id, before, target, after FROM crm_bulk_operation_line "
                "WHERE operation_id = %s AND state = %s AND id > %s ORDER BY id LIMIT %s",
                self.id,
                state,
                after_id,
                BATCH,
            )
        )
        return [row for row in rows if row[1] == rows[0][1]] if rows else []

    def _store_lines(self, results):
        """Write what came of lines: {line id: (state, before, after, reason)}."""
        if not results:
            return
        ids, values = list(results), list(results.values())
        dump = [
            [None if value[number] is None else json.dumps(value[number]) for value in values]
            for number in (1, 2)
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_bulk_operation_line line
                   SET state = new.state, before = COALESCE(new.before, line.before),
                       after = COALESCE(new.after, line.after), reason = new.reason
                  FROM unnest(%s::int[], %s::text[], %s::jsonb[], %s::jsonb[], %s::text[])
                       AS new (id, state, before, after, reason)
                 WHERE line.id = new.id
                """,
                ids,
                [value[0] for value in values],
                *dump,
                [value[3] or None for value in values],
            )
        )
        self.env["crm.bulk.operation.line"].invalidate_model(flush=False)

    # -- doing and undoing -------------------------------------------------------------

    def _work(self, state, commit=False):
        """Go through the lines in a state, batch by batch; return whether all are through.

        :param state: ``waiting`` to apply, ``undoing`` to undo
        :param commit: after each batch, as the scheduled action does
        """
        change = self._get_change()
        change.is_undo = state == "undoing"
        change.archived_before = set((self.options or {}).get("archived") or [])
        work = self._apply_rows if state == "waiting" else self._undo_rows
        for attempt in range(TRIES if commit else 1):
            last, busy = 0, 0
            while rows := self._take_lines(state, last):
                last = rows[-1][0]
                results = self._try_rows(work, change, rows)
                final = not commit or attempt == TRIES - 1
                results, held = self._settle_busy(results, state, final)
                busy += held
                self._store_lines(results)
                self._add_counts(state, results)
                if not commit:
                    continue
                left = self._count_lines(state)
                # Without time, but with nothing left to do, it is through.
                if not self.env["ir.cron"]._commit_progress(len(results), remaining=left) and left:
                    return False
            if not busy:
                break
        return True

    def _settle_busy(self, results, state, final):
        """Leave records that somebody holds for another time, or say so at last."""
        busy = [key for key, result in results.items() if result[0] == "busy"]
        text = self.env._("Somebody else was changing it at that moment.")
        refused = "refused" if state == "waiting" else "kept"
        for key in busy:
            if final:
                results[key] = (refused, None, None, text)
            else:
                del results[key]
        return results, 0 if final else len(busy)

    def _count_lines(self, state):
        return self.env.execute_query(
            SQL(
                "SELECT count(*) FROM crm_bulk_operation_line "
                "WHERE operation_id = %s AND state = %s",
                self.id,
                state,
            )
        )[0][0]

    def _add_counts(self, state, results):
        counts = Counter()
        for result in results.values():
            counts[result[0]] += 1
        # sudo: what came of it is recorded by the system alone.
        bulk = self.sudo()
        if state == "waiting":
            bulk.write(
                {
                    "waiting_count": bulk.waiting_count - len(results),
                    "changed_count": bulk.changed_count + counts["done"],
                    "unchanged_count": bulk.unchanged_count + counts["unchanged"],
                    "refused_count": bulk.refused_count + counts["refused"],
                }
            )
        else:
            bulk.write(
                {
                    "undone_count": bulk.undone_count + counts["undone"],
                    "kept_count": bulk.kept_count + counts["kept"],
                }
            )

    def _try_rows(self, work, change, rows):
        """Work on rows; where they fail together, find out which do, by halves.

        :return: {line id: (state, before, after, reason)}
        """
        try:
            with self.env.cr.savepoint():
                return work(change, rows)
        except DISTURBED:
            raise
        except Exception as error:
            if len(rows) > 1:
                half = len(rows) // 2
                return {
                    **self._try_rows(work, change, rows[:half]),
                    **self._try_rows(work, change, rows[half:]),
                }
            line_id, model_name, res_id, *_states = rows[0]
            if not isinstance(error, (UserError, psycopg2.Error)):
                _logger.exception("Bulk operation %s: %s %s", self.id, model_name, res_id)
            state = "refused" if work == self._apply_rows else "kept"
            return {line_id: (state, None, None, self._get_error_text(error))}

    def _get_error_text(self, error):
        if isinstance(error, AccessError):
            return self.env._("You may not change it.")
        if isinstance(error, psycopg2.Error):
            text = (error.diag and error.diag.message_primary) or str(error)
            return self.env._("The database refuses it: %s", text)
        return str(error).strip() or type(error).__name__

    def _lock_rows(self, change, rows):
        """Return the records that are free, that there are, and all rows by record."""
        by_record = {row[2]: row for row in rows}
        records = self.env[rows[0][1]].with_context(**History.CONTEXT).browse(by_record)
        there = records.exists()
        return there.try_lock_for_update(allow_referencing=True), there, by_record

    def _apply_rows(self, change, rows):
        free, there, by_record = self._lock_rows(change, rows)
        results = {}
        text = self.env._("It has been deleted meanwhile.")
        for record_id in set(by_record) - set(there.ids):
            results[by_record[record_id][0]] = ("refused", None, None, text)
        for record_id in (there - free).ids:
            results[by_record[record_id][0]] = ("busy", None, None, None)
        states = change.get_states(free) if free else {}
        targets = {}
        for record_id in free.ids:
            if change.is_reached(states[record_id], by_record[record_id][4]):
                results[by_record[record_id][0]] = ("unchanged", states[record_id], None, None)
            else:
                targets[record_id] = by_record[record_id][4]
        if targets:
            todo = free.browse(targets)
            self._check_allowed(change, todo)
            self._do_with_note(change, todo, self._get_note(), lambda: change.apply(todo, targets))
            afters = change.get_after(todo)
            for record_id in todo.ids:
                results[by_record[record_id][0]] = (
                    "done",
                    states[record_id],
                    afters[record_id],
                    None,
                )
        return results

    def _undo_rows(self, change, rows):
        free, there, by_record = self._lock_rows(change, rows)
        results = {}

        def keep(record_id, reason, state="kept"):
            results[by_record[record_id][0]] = (state, None, None, reason)

        for record_id in set(by_record) - set(there.ids):
            keep(record_id, self.env._("It has been deleted since."))
        for record_id in (there - free).ids:
            keep(record_id, None, "busy")
        if not free:
            return results
        befores = {record_id: by_record[record_id][3] for record_id in free.ids}
        afters = {record_id: by_record[record_id][5] for record_id in free.ids}
        change.prepare_restore(afters)
        allowed = change.get_allowed(free)
        current = change.get_current(free, afters)
        problems = change.get_restore_problems(free, befores)
        forbidden = self._get_forbidden_reason(free - allowed)
        for record_id in free.ids:
            if not change.is_untouched(current[record_id], afters[record_id]):
                keep(record_id, self.env._("Somebody has changed it since."))
            elif record_id not in allowed._ids:
                keep(record_id, forbidden)
            elif record_id in problems:
                keep(record_id, problems[record_id])
        todo = free.browse(i for i in free.ids if by_record[i][0] not in results)
        if todo:
            note = self._get_note(undo=True)
            self._do_with_note(change, todo, note, lambda: change.restore(todo, befores))
            for record_id in todo.ids:
                keep(record_id, None, "undone")
        return results

    def _check_allowed(self, change, records):
        """Rights may have been lost since the dry run.

        :raises AccessError: when some may not be changed; the halves find out which
        """
        if change.get_allowed(records) != records:
            raise AccessError(self.env._("You may not change it."))

    # -- history of the records --------------------------------------------------------

    def _get_note(self, undo=False):
        text = self.name
        if undo:
            text = self.env._("Undone: %s", text)
        if self.reason and not undo:
            text = f"{text} ({self.reason})"
        return Markup("<p>%s</p>") % self.env._("Bulk operation. %s", text)

    def _do_with_note(self, change, records, note, function):
        """Do something with the records, and leave a line in the history of each."""
        history = History(change, records, change.get_written(records))
        function()
        # In the context of the records: what is computed is told by the history, too.
        records.env.flush_all()
        history.tell(note)
