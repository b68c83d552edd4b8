# pylint: disable=consider-merging-classes-inherited
from collections import defaultdict

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_access.texts import tell_count

from .crm_bulk_operation import BACKGROUND_API

#: Rows that are named in an answer, and records that are named in a notice.
NAMED, NOTICED = 100, 20


class CrmBulkOperation(models.Model):
    """What can be asked of a bulk operation, from the screens and from outside."""

    _inherit = "crm.bulk.operation"

    def action_preview(self):
        """Find out what would happen; nothing is changed.

        Cost: some ten queries for each ten thousand records.

        :return: counts ``total``, ``changed`` (would be), ``unchanged``, ``refused``; why, as
            ``reasons`` ({reason, count}); the first 100 refused ``rows`` ({model, id, name,
            reason}); ``models`` ({model: {state: count}}); ``state`` and ``id``
        :rtype: dict
        :raises UserError: when it has been done, or its filter or values are wrong
        """
        self.ensure_one()
        self._check_mine()
        if self.state not in ("draft", "preview"):
            raise UserError(self.env._("“%s” has been done already.", self.name))
        self._plan()
        return self._get_answer()

    def action_apply(self, background=None):
        """Do it: to the records of the dry run, or to those that match now without one.

        What cannot be changed is reported row by row and stops nothing. The new owners get one
        notice. Cost: Odoo's ``write`` on a thousand records at once, and some ten queries.

        :param bool background: whether a scheduled action does it; default, with more than
            20 000 records. The button takes it with more than 2 000. Read ``state`` and
            ``waiting_count`` to see how far it is.
        :return: as :meth:`action_preview`, with what has been ``changed`` and ``waiting``
        :rtype: dict
        :raises UserError: when it has been done, or its filter or values are wrong
        """
        self.ensure_one()
        self._check_mine()
        self._lock()
        if self.state not in ("draft", "preview", "failed"):
            raise UserError(self.env._("“%s” has been done already.", self.name))
        if self.state == "draft" or (self.state == "preview" and self.user_id != self.env.user):
            self._plan()
        self._check_operation()
        self._check_limit(self.total_count)
        self._start("running", self.waiting_count, background)
        return self._get_answer()

    def action_undo(self, domain=None, background=None):
        """Put back what was before, except what somebody has changed since.

        It is done with the rights of the caller: what he may not change stays.

        :param domain: only for the chosen records that match, and what came along with them
        :param bool background: as of :meth:`action_apply`
        :return: ``undone`` and ``skipped`` in all; why, as ``reasons``; the first ``rows``
        :rtype: dict
        :raises UserError: when there is nothing to undo (any more)
        """
        self.ensure_one()
        self._check_mine()
        self._lock()
        if self.state == "undone":
            raise UserError(self.env._("“%s” has been undone already.", self.name))
        if self.state not in ("done", "partly", "failed"):
            raise UserError(self.env._("“%s” has nothing to undo.", self.name))
        count = self._mark_undoing(domain)
        if not count:
            raise UserError(
                self.env._("“%s” has changed no such record, or it is undone already.", self.name)
            )
        self._start("undoing", count, background)
        return self._get_answer()

    # -- how ---------------------------------------------------------------------------

    def _lock(self):
        """Keep two from doing the same.

        :raises UserError: when it is being done at this moment
        """
        try:
            # sudo: to lock, not to change.
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(
                self.env._("“%s” is being worked on at this moment.", self.name)
            ) from None

    def _start(self, state, count, background):
        if background is None:
            limit = self._get_parameter("bulk_background_api", BACKGROUND_API)
            background = count > limit
        # sudo: what came of it is recorded by the system alone.
        self.sudo().write(
            {
                "state": state,
                "error": False,
                "date_start": self.date_start or fields.Datetime.now(),
                "user_id" if state == "running" else "undo_user_id": self.env.uid,
                "options": {**self._get_options(), **self._keep_archived(state)},
            }
        )
        if background:
            # sudo: whoever may do it may have it done.
            self.env.ref("crm_segmentation.ir_cron_run_bulk_operations").sudo()._trigger()
            return
        self._work("waiting" if state == "running" else "undoing")
        self._finish()

    def _keep_archived(self, state):
        """Who was archived is known from the day of the change."""
        archived = (self.options or {}).get("archived")
        return {"archived": archived} if state == "undoing" and archived is not None else {}

    def _mark_undoing(self, domain):
        """Mark what is to be undone; return how many lines."""
        condition = SQL("TRUE")
        if domain:
            condition = SQL("origin_id = ANY(%s)", self._find_origins(domain))
        return len(
            self.env.execute_query(
                SQL(
                    "UPDATE crm_bulk_operation_line SET state = 'undoing' "
                    "WHERE operation_id = %s AND state = 'done' AND %s RETURNING id",
                    self.id,
                    condition,
                )
            )
        )

    def _find_origins(self, domain):
        """Return the ids of the chosen records that a filter finds, archived ones too."""
        other = self.new(
            {"model": self.model, "domain": domain if isinstance(domain, str) else repr(domain)}
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT origin_id FROM crm_bulk_operation_line WHERE operation_id = %s",
                self.id,
            )
        )
        records = self.env[self.model].with_context(active_test=False)
        return records.search(
            other._get_domain() & Domain("id", "in", [row[0] for row in rows])
        ).ids

    def _finish(self):
        undoing = self.state == "undoing"
        state = "done"
        if undoing:
            state = "partly" if self._count_lines("done") else "undone"
        # sudo: what came of it is recorded by the system alone.
        self.sudo().write({"state": state, "date_end": fields.Datetime.now()})
        self._notify_receivers(undoing)

    # -- one notice for each new owner ---------------------------------------------------

    def _notify_receivers(self, undoing):
        change = self._get_change()
        if not change.receiver:
            return
        told = defaultdict(list)
        for user_id, model_name, count, ids in self._take_untold(change.receiver, undoing):
            told[user_id].append((model_name, count, ids))
        # sudo: a colleague is told, whatever one sees of him.
        users = self.env["res.users"].sudo().browse(told).exists()
        for user in users.filtered(lambda user: user.active and user != self.env.user):
            self._notify_receiver(user, told[user.id], undoing)

    def _take_untold(self, key, undoing):
        """Return what nobody has been told of: user id, model, count, first ids."""
        return self.env.execute_query(
            SQL(
                """
                WITH told AS (
                    UPDATE crm_bulk_operation_line SET notified = %(now)s
                     WHERE operation_id = %(id)s AND state = %(state)s
                       AND notified IS DISTINCT FROM %(now)s
                    RETURNING id, res_model, res_id,
                              CASE WHEN %(now)s THEN target ->> %(key)s ELSE before ->> %(key)s END
                              AS user_id
                )
                SELECT user_id::int, res_model, count(*),
                       (array_agg(res_id ORDER BY id))[1:%(some)s]
                  FROM told WHERE user_id IS NOT NULL
                 GROUP BY user_id, res_model ORDER BY user_id, min(id)
                """,
                id=self.id,
                now=not undoing,
                state="undone" if undoing else "done",
                key=key,
                some=NOTICED,
            )
        )

    def _notify_receiver(self, user, parts, undoing):
        mine = self.with_user(user).with_context(
            lang=user.lang, allowed_company_ids=user.company_ids.ids
        )
        # sudo: the name of who did it, for whoever gets the notice.
        author = self.env.user.sudo().name
        counts, items = [], []
        for model_name, count, ids in parts:
            counts.append(mine._tell_records(model_name, count))
            records = mine.env[model_name].browse(ids).exists()._filtered_access("read")
            items += [
                Markup('<li><a href="/odoo/%s/%s">%s</a></li>')
                % (model_name, record.id, record.display_name)
                for record in records
            ]
        counted = ", ".join(counts)
        if undoing:
            title = mine.env._("Yours again: %s", counted)
        elif self.operation == "activity":
            title = mine.env._("Planned for you: %s", counted)
        else:
            title = mine.env._("Yours now: %s", counted)
        total = sum(count for _model, count, _ids in parts)
        body = Markup("<p>%s</p><ul>%s</ul>") % (
            mine.env._(
                "%(title)s. Changed in bulk by %(author)s%(reason)s.",
                title=title,
                author=author,
                reason=f" ({self.reason})" if self.reason else "",
            ),
            Markup().join(items),
        )
        if total > len(items):
            body += Markup("<p>%s</p>") % mine.env._("and %s more", total - len(items))
        # sudo: whoever works in bulk need not be able to write to everybody.
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            subject=title,
            body=body,
            author_id=self.env.user.partner_id.id,
        )

    def _tell_records(self, model_name, count):
        if model_name == "res.partner":
            return tell_count(count, self.env._("1 contact"), self.env._("%s contacts"))
        if model_name == "crm.lead":
            return tell_count(count, self.env._("1 lead or deal"), self.env._("%s leads or deals"))
        label = self.env["ir.model"]._get(model_name).name
        return self.env._("%(label)s: %(count)s", label=label, count=count)

    # -- answers -----------------------------------------------------------------------

    def _get_answer(self):
        """What came of it, as plain data for integrators."""
        lines = self.env["crm.bulk.operation.line"]
        told = ("kept",) if self.undone_count or self.kept_count else ("refused",)
        reasons = lines._read_group(
            [("operation_id", "=", self.id), ("state", "in", told)],
            ["reason"],
            ["__count"],
            order="__count desc",
        )
        models = defaultdict(dict)
        for model_name, state, count in lines._read_group(
            [("operation_id", "=", self.id)], ["res_model", "state"], ["__count"]
        ):
            models[model_name][state] = count
        rows = lines.search([("operation_id", "=", self.id), ("state", "in", told)], limit=NAMED)
        preview = self.state == "preview"
        return {
            "id": self.id,
            "name": self.name or "",
            "state": self.state,
            "total": self.total_count,
            "changed": self.waiting_count if preview else self.changed_count,
            "waiting": self.waiting_count,
            "unchanged": self.unchanged_count,
            "refused": self.refused_count,
            "undone": self.undone_count,
            "skipped": self.kept_count,
            "reasons": [{"reason": text or "", "count": count} for text, count in reasons],
            "rows": [
                {
                    "model": row.res_model,
                    "id": row.res_id,
                    "name": row.record_name or "",
                    "reason": row.reason or "",
                }
                for row in rows
            ],
            "models": dict(models),
        }
