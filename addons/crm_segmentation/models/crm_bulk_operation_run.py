import json
import logging
from collections import Counter

import psycopg2.errors
from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..bulk.change import ACTIVITY, LEAD, PARTNER
from ..bulk.history import History

_logger = logging.getLogger(__name__)

#: Records that are changed, and committed in the background, at once.
BATCH = 1000
#: Records that are looked at, at once.
LOOK = 10_000
#: Times that records somebody else holds, and a transaction that others disturbed, are tried.
TRIES = 3

#: Others were faster; the records are fine, and another transaction will do.
DISTURBED = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
)


class CrmBulkOperation(models.Model):
    """How the records are found, changed in batches, and put back."""

    _inherit = "crm.bulk.operation"

    # -- dry run -----------------------------------------------------------------------

    def _plan(self):
        """Look at all records and write down what is to become of each.

        Cost: some ten queries for each ten thousand records.
        """
        self.ensure_one()
        self._check_operation()
        # sudo: the lines are the system's.
        self.sudo()._forget_lines()
        change = self._get_change()
        root_ids, missing = self._find_records()
        self._check_limit(len(root_ids))
        counts = Counter(refused=len(missing))
        self._insert_lines(
            [(self.model, dead, dead, "refused", None, None, text) for dead, text in missing]
        )
        targets = self._plan_records(change, self.model, {key: key for key in root_ids}, counts)
        for model_name, origins in self._find_taken_along(targets):
            self._plan_records(change, model_name, origins, counts, targets)
        # sudo: what came of it is recorded by the system alone.
        self.sudo().write(
            {
                "state": "preview",
                "user_id": self.env.uid,
                "total_count": counts.total(),
                "waiting_count": counts["waiting"],
                "unchanged_count": counts["unchanged"],
                "refused_count": counts["refused"],
                "options": self._get_options(),
            }
        )

    def _get_options(self):
        """What the scheduled action needs to go on as the user would."""
        # sudo: who is archived by now, to know at undoing who has been archived since.
        users = self.env["res.users"].sudo().with_context(active_test=False)
        context = self.env.context
        return {
            "companies": self.env.companies.ids,
            "lang": context.get("lang"),
            "tz": context.get("tz"),
            "archived": users.search([("active", "=", False)]).ids,
        }

    def _find_records(self):
        """Return the ids of the chosen records, and (id, reason) of those there are not."""
        domain = self._get_domain()
        Model = self.env[self.model].with_context(active_test=not self.with_archived)
        found = Model.search(domain, order="id").ids
        asked = self._get_asked_ids(domain)
        if not asked:
            return found, []
        text = self.env._("It does not exist (any more), or you may not see it.")
        archived = set()
        if not self.with_archived:
            archived = set(
                Model.with_context(active_test=False).search([("id", "in", list(asked))]).ids
            )
        missing = [
            (one, self.env._("It is archived.") if one in archived else text)
            for one in sorted(asked - set(found))
        ]
        return found, missing

    @api.model
    def _get_asked_ids(self, domain):
        """Return the ids that a filter of ids, and nothing else, names."""
        parts = list(domain)
        if len(parts) == 1 and len(parts[0]) == 3 and parts[0][0] == "id":
            _name, operator, value = parts[0]
            if operator in ("=", "in"):
                ids = value if hasattr(value, "__iter__") else [value]
                return {one for one in ids if isinstance(one, int) and 0 < one < 2**31}
        return set()

    def _plan_records(self, change, model_name, origins, counts, wishes=None):
        """Write a line for each record.

        :param origins: {id: id of the chosen record it comes along with, or its own}
        :param wishes: {id of chosen record: its target}, for records taken along
        :return: {id: target} of those that are so or will be, where something comes along
        """
        reached, ids = {}, list(origins)
        for start in range(0, len(ids), LOOK):
            records = self.env[model_name].browse(ids[start : start + LOOK])
            allowed = change.get_allowed(records)
            states, targets, refused = {}, {}, {}
            if allowed:
                states = change.get_states(allowed)
                followed = {key: wishes[origins[key]] for key in allowed.ids} if wishes else {}
                targets, refused = change.get_targets(allowed, states, followed)
            forbidden = records - allowed
            refused.update(dict.fromkeys(forbidden.ids, self._get_forbidden_reason(forbidden)))
            rows = []
            for record_id in records.ids:
                before, target = states.get(record_id), targets.get(record_id)
                state = "refused"
                if record_id not in refused:
                    state = "unchanged" if change.is_reached(before, target) else "waiting"
                    reached[record_id] = target
                counts[state] += 1
                reason = refused.get(record_id)
                rows.append(
                    (model_name, record_id, origins[record_id], state, before, target, reason)
                )
            self._insert_lines(rows)
            records.invalidate_recordset()
        return reached

    def _read_owners(self, records):
        """Return {id: id of the owner}, in one query."""
        records.flush_recordset(["user_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, user_id FROM %s WHERE id = ANY(%s)",
                    SQL.identifier(records._table),
                    list(records.ids),
                )
            )
        )

    def _get_forbidden_reason(self, records):
        """Say why the user may not change the records."""
        if not records:
            return False
        if not records.browse().has_access("write"):
            return self.env._("You may not change records of this kind.")
        rules = self.env["ir.rule"]._get_failing(records, mode="write")
        # sudo: the names of the rules, to explain.
        names = ", ".join(rules.sudo().mapped("name"))
        if names:
            return self.env._("You may not change it. Rule: %s", names)
        return self.env._("You may not change it.")

    # -- what is taken along -----------------------------------------------------------

    def _find_taken_along(self, targets):
        """Yield a model, and {id: id of the chosen record it comes along with}."""
        cascade = self._get_cascade()
        if not cascade or not targets:
            return
        roots = list(targets)
        owners = self._read_owners(self.env[self.model].browse(roots)) if self.cascade_own else {}
        # A record that was chosen itself is not taken along a second time.
        persons, deals = {}, {}
        if self.model == PARTNER and cascade & {"persons", "deals"}:
            persons = self._find_persons(roots)
        if "deals" in cascade:
            deals = self._find_deals({**persons, **{key: key for key in roots}})
        if "persons" in cascade:
            persons = self._leave_others(PARTNER, persons, owners)
            yield PARTNER, persons
        else:
            persons = {}
        if deals:
            deals = self._leave_others(LEAD, deals, owners)
            yield LEAD, deals
        if "activities" in cascade:
            own = {self.model: {key: key for key in roots}}
            own.setdefault(PARTNER, {}).update(persons)
            own.setdefault(LEAD, {}).update(deals)
            activities = self._find_activities(own)
            yield ACTIVITY, self._leave_others(ACTIVITY, activities, owners)

    def _find_persons(self, roots):
        chosen = set(roots)
        origins, level = {}, {key: key for key in roots}
        while level:
            children = self.env[PARTNER].search_fetch(
                [("parent_id", "in", list(level)), ("is_company", "=", False)], ["parent_id"]
            )
            level = {
                child.id: level[child.parent_id.id]
                for child in children
                if child.id not in origins and child.id not in chosen
            }
            origins.update(level)
        return origins

    def _find_deals(self, origins):
        """Open leads and deals of the contacts, and of the persons of the companies."""
        leads = self.env[LEAD]
        if not leads.has_access("read"):
            return {}
        found = leads.search_fetch(
            [("partner_id", "in", list(origins)), ("won_status", "=", "pending")], ["partner_id"]
        )
        return {lead.id: origins[lead.partner_id.id] for lead in found}

    def _find_activities(self, own):
        found = {}
        for model_name, origins in own.items():
            activities = self.env[ACTIVITY].search_fetch(
                [("res_model", "=", model_name), ("res_id", "in", list(origins))], ["res_id"]
            )
            found.update({activity.id: origins[activity.res_id] for activity in activities})
        return found

    def _leave_others(self, model_name, origins, owners):
        """Leave out what another than the chosen record's owner has, if so wished."""
        if not self.cascade_own:
            return origins
        now = self._read_owners(self.env[model_name].browse(list(origins)))
        return {
            key: origin
            for key, origin in origins.items()
            if not now[key] or now[key] == owners.get(origin)
        }

    # -- lines -------------------------------------------------------------------------

    def _insert_lines(self, rows):
        """Write rows of model, id, chosen id, state, before, target, reason: set-based."""
        if not rows:
            return
        columns = [list(column) for column in zip(*rows, strict=True)]
        for number in (4, 5):
            columns[number] = [
                None if value is None else json.dumps(value) for value in columns[number]
            ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_bulk_operation_line
                            (operation_id, res_model, res_id, origin_id, state, before, target,
                             reason)
                     SELECT %s, * FROM unnest(%s::text[], %s::int[], %s::int[], %s::text[],
                                              %s::jsonb[], %s::jsonb[], %s::text[])
                """,
                self.id,
                *columns,
            )
        )
        self.sudo().invalidate_recordset(["line_ids"], flush=False)  # sudo: for all caches

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
                if commit and not self.env["ir.cron"]._commit_progress(
                    len(results), remaining=self._count_lines(state)
                ):
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

    # -- scheduled ---------------------------------------------------------------------

    @api.model
    def _cron_run_waiting(self):
        """Go on with operations that run in the background.

        Each batch is committed with what came of it, so that whatever stops the process, the
        next start goes on behind it. Everything is done with the rights of who asked for it.
        """
        for bulk in self.search([("state", "in", ("running", "undoing"))], order="id"):
            if not bulk._run_in_background():
                break

    def _run_in_background(self):
        """Go on with one operation; return whether there is time for another."""
        for attempt in range(1, TRIES + 1):
            if not self.try_lock_for_update(allow_referencing=True):
                return True
            try:
                through = self._work_as_user()
            except DISTURBED:
                self.env.cr.rollback()
                if attempt == TRIES:
                    raise
                continue
            except UserError as error:
                self.env.cr.rollback()
                self.write({"state": "failed", "error": str(error)})
                through = True
            self.env["ir.cron"]._commit_progress()
            return through
        return True

    def _work_as_user(self):
        state = "waiting" if self.state == "running" else "undoing"
        mine = self._as_user()
        if state == "waiting":
            mine._check_operation()
        through = mine._work(state, commit=True)
        if through:
            mine._finish()
        return through

    def _as_user(self):
        """Return the operation in the eyes of who asked for it.

        :raises UserError: when that user is archived
        """
        user = self.undo_user_id if self.state == "undoing" else self.user_id
        if not user.active:
            raise UserError(self.env._("Whoever asked for it has been archived or deleted."))
        options = self.options or {}
        companies = [key for key in options.get("companies") or [] if key in user.company_ids.ids]
        return self.with_user(user).with_context(
            allowed_company_ids=companies or user.company_id.ids,
            lang=options.get("lang") or user.lang,
            tz=options.get("tz") or user.tz,
        )
