# pylint: disable=consider-merging-classes-inherited
import logging
from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_access.texts import tell_count

from .crm_owner_operation import BATCH, REASON

_logger = logging.getLogger(__name__)


class CrmOwnerOperation(models.Model):
    """How a release or handover is carried out and undone, in batches."""

    _inherit = "crm.owner.operation"

    def _apply_lines(self, limit):
        """Carry out some of the open lines.

        Cost: a fixed number of queries and one write per new owner. A contact that somebody has
        changed since the preview is left alone; one that Odoo refuses is noted with what it said
        and stops nothing.

        :param int limit: how many lines at most
        :return: how many lines were dealt with, 0 when none is left
        :rtype: int
        """
        self.ensure_one()
        rows = self._lock_lines("planned", limit)
        for model, records in self._split_by_model(rows):
            todo = self._skip_unfit(model, records)
            for line in todo:
                line["to"] = line["new_user_id"]
            self._write_owners(model, todo, REASON[self.kind], "done")
        return len(rows)

    def _undo_lines(self, limit):
        """Give back some of what was changed and is still as this operation left it.

        :param int limit: how many lines at most
        :return: how many lines were dealt with, 0 when none is left
        :rtype: int
        """
        rows = self._lock_lines("done", limit)
        for model, records in self._split_by_model(rows):
            now = self._read_owners(model, records)
            changed = [r["id"] for r in records if now.get(r["record_id"], 0) != r["new_user_id"]]
            self._set_line_states(changed, "kept", "changed")
            todo = [r for r in records if now.get(r["record_id"], 0) == r["new_user_id"]]
            if self.kind != "company":
                # A deleted former owner: there is nobody to give it back to.
                gone = self._find_left({r["old_user_id"] for r in todo}) | {None}
                left = [r["id"] for r in todo if r["old_user_id"] in gone]
                self._set_line_states(left, "kept", "left")
                todo = [r for r in todo if r["old_user_id"] not in gone]
            allowed = self._find_allowed(model, todo)
            forbidden = [r["id"] for r in todo if r["record_id"] not in allowed]
            self._set_line_states(forbidden, "kept", "right")
            todo = [r for r in todo if r["record_id"] in allowed]
            for line in todo:
                line["to"] = line["old_user_id"]
            self._write_owners(model, todo, "undo", "undone")
        return len(rows)

    def _find_allowed(self, model, rows):
        """Return the ids of those that the one who ordered it may edit."""
        records = self._act_as().env[model].browse([row["record_id"] for row in rows])
        return set((records if records.env.su else records._filtered_access("write")).ids)

    def _find_left(self, user_ids):
        """Return the users who can't have contacts back because they were archived since.

        After a handover they get them back all the same: that is what undoing it means.
        """
        if self.kind == "handover":
            return set()
        users = self.env["res.users"].browse(filter(None, user_ids)).sudo()  # sudo: all companies
        return set(users.filtered(lambda user: not user.active).ids)

    def _lock_lines(self, state, limit=None):
        # sudo: the lines are the system's, also of contacts out of reach.
        self.sudo().line_ids.flush_model()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT id, partner_id, lead_id, old_user_id, new_user_id, old_team_id,
                       activity_ids
                  FROM crm_owner_operation_line
                 WHERE operation_id = %s AND state = %s
              ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
                """,
                self.id,
                state,
                limit,
            )
        )

    def _split_by_model(self, rows):
        """Yield (model name, lines with ``record_id``) for contacts first, then deals."""
        for model, field in (("res.partner", "partner_id"), ("crm.lead", "lead_id")):
            records = [{**row, "record_id": row[field]} for row in rows if row[field]]
            if model == "res.partner":
                records = [row for row in records if not row["lead_id"]]
            if records:
                yield model, records

    def _read_owners(self, model, rows):
        """Lock the records and return {id: user id or None} of those that are not archived."""
        self.env[model].flush_model(["user_id", "active"])
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, user_id FROM %s WHERE id = ANY(%s) AND active "
                    "ORDER BY id FOR NO KEY UPDATE",
                    SQL.identifier(self.env[model]._table),
                    [row["record_id"] for row in rows],
                )
            )
        )

    def _skip_unfit(self, model, rows):
        """Leave alone what was changed since, is exempt or not the user's to edit."""
        now = self._read_owners(model, rows)
        reasons = defaultdict(list)
        present = [row for row in rows if row["record_id"] in now]
        allowed = self._find_allowed(model, present)
        records = self.env[model].browse([row["record_id"] for row in present])
        exempt = set()
        if self.kind == "release":
            # sudo: only whether they are exempt.
            kept = records.sudo().filtered(lambda p: p.keep_owner or p.user_id.keep_contacts)
            exempt = set(kept.ids)
        todo = []
        for row in rows:
            record_id = row["record_id"]
            if now.get(record_id, 0) != row["old_user_id"]:
                reasons["changed"].append(row["id"])
            elif record_id in exempt:
                reasons["exempt"].append(row["id"])
            elif record_id not in allowed:
                reasons["right"].append(row["id"])
            else:
                todo.append(row)
        for why, line_ids in reasons.items():
            self._set_line_states(line_ids, "skipped", why)
        return todo

    def _write_owners(self, model, rows, reason, state):
        """Write the owners, one write per owner; alone what makes such a write fail.

        :return: how many were written
        """
        acting = self._act_as()
        groups = defaultdict(list)
        for row in rows:
            team_id = row["old_team_id"] if state == "undone" else None
            groups[row["to"], team_id].append(row)
        written = 0
        for (user_id, team_id), lines in groups.items():
            try:
                with self.env.cr.savepoint():
                    acting._write_owner(model, lines, user_id, team_id, reason)
                self._set_line_states([line["id"] for line in lines], state)
                written += len(lines)
            except Exception as error:  # whatever an addon raises: the others go on
                if len(lines) > 1:
                    written += sum(
                        self._write_owners(model, [line], reason, state) for line in lines
                    )
                    continue
                _logger.warning(
                    "Owner of %s %s not changed: %s", model, lines[0]["record_id"], error
                )
                failed = "failed" if state == "done" else "kept"
                self._set_line_states([lines[0]["id"]], failed, "error", str(error)[:500])
        return written

    def _write_owner(self, model, lines, user_id, team_id, reason):
        records = self.env[model].browse([line["record_id"] for line in lines])
        user = self.env["res.users"].browse(user_id or ())
        self._pass_activities(lines, user)
        if model == "res.partner":
            records._set_owner(user, reason, self)
        else:
            vals = {"user_id": user.id or False, **({"team_id": team_id} if team_id else {})}
            records.with_context(mail_auto_subscribe_no_notify=True).write(vals)
        records.flush_recordset()

    def _pass_activities(self, lines, user):
        """Give the planned activities along, those that still are as they were.

        :param lines: rows with ``activity_ids``, ``old_user_id``, ``new_user_id`` and ``to``
        :param user: who gets them; nobody for free contacts
        """
        owners = {}
        for line in lines:
            given = line["to"] == line["new_user_id"]
            owner = line["old_user_id"] if given else line["new_user_id"]
            owners.update(dict.fromkeys(line["activity_ids"] or [], owner))
        if not owners:
            return
        # Whatever is done or deleted since is not found.
        activities = self.env["mail.activity"].search_fetch([("id", "in", list(owners))])
        # One summary at the end instead of a notice for each.
        activities.filtered(lambda a: (a.user_id.id or None) == owners[a.id]).with_context(
            mail_activity_quick_update=True
        ).write({"user_id": user.id or False})

    def _tell_owners(self):
        """Send one summary to each owner this concerns: new ones, or who lost contacts."""
        field = "old_user_id" if self.kind == "release" else "new_user_id"
        # sudo: all lines, also of contacts out of the reach of who ordered it.
        lines = self.env["crm.owner.operation.line"].sudo()
        groups = lines._read_group(
            [
                ("operation_id", "=", self.id),
                ("state", "=", "done"),
                (field, "not in", [False, self.env.uid]),
            ],
            [field],
            ["partner_id:array_agg", "lead_id:array_agg", "__count"],
        )
        for user, partner_ids, lead_ids, _count in groups:
            leads = self.env["crm.lead"].sudo().browse(filter(None, lead_ids))  # sudo: as above
            contacts = (
                self.env["res.partner"]
                .sudo()
                .browse(  # sudo: as above
                    [id_ for id_, lead_id in zip(partner_ids, lead_ids, strict=True) if not lead_id]
                )
            )
            self.with_context(lang=user.lang)._send_summary(user, contacts, leads)

    def _send_summary(self, user, contacts, leads):
        if self.kind == "release":
            subject = tell_count(
                len(contacts),
                self.env._("1 contact of yours is free now"),
                self.env._("%s contacts of yours are free now"),
            )
            text = self.env._(
                "There was no activity with them for %s days, so colleagues may take them. "
                "You may take them again, too.",
                self.days,
            )
        elif leads:
            subject = self.env._(
                "You own %(contacts)s and %(deals)s",
                contacts=tell_count(
                    len(contacts), self.env._("1 more contact"), self.env._("%s more contacts")
                ),
                deals=tell_count(
                    len(leads), self.env._("1 more deal"), self.env._("%s more deals")
                ),
            )
            text = self.display_name
        else:
            subject = tell_count(
                len(contacts),
                self.env._("You own 1 more contact"),
                self.env._("You own %s more contacts"),
            )
            text = self.display_name
        self._notify_owner(user, subject, text, [*contacts[:20], *leads[:20]])

    @api.model
    def _notify_owner(self, user, subject, text, records, link=None):
        """Send a message with a sentence, the first records by name, and a link.

        :param user: who gets it; nothing is sent to an archived user
        :param link: (address, label)
        """
        if not user.active:
            return
        names = Markup("").join(Markup("<li>%s</li>") % r.display_name for r in records)
        body = Markup("<p>%s</p><ul>%s</ul>") % (text, names)
        if link:
            body += Markup('<p><a href="%s">%s</a></p>') % link
        # sudo: whoever ordered it, the message comes from the system.
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
            subject=subject,
            body=body,
        )

    @api.model
    def _cron_continue(self):
        """Finish what was too large to do while somebody waited, or was killed half-way."""
        for operation in self.search([("state", "in", ("running", "undoing"))], order="id"):
            if not operation._process():
                return

    def _process(self):
        """Do the whole operation in batches, each committed on its own.

        :return: whether it is finished; if not, the next run goes on where this one stopped
        :rtype: bool
        """
        self.ensure_one()
        undoing = self.state == "undoing"
        step = self._undo_lines if undoing else self._apply_lines
        # The number is for the progress of the schedule; lines of others are never added to it.
        remaining = self.done_count if undoing else self.planned_count
        for _owner in () if undoing else self._announce_later():
            # At least one: what is announced has yet to be done, and the schedule goes on at once.
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining or 1):
                return False
        while count := step(BATCH):
            remaining = max(0, remaining - count)
            if not self.env["ir.cron"]._commit_progress(count, remaining=remaining) and remaining:
                return False
        if undoing:
            self._finish_undo()
        else:
            self._finish()
        self.env["ir.cron"]._commit_progress()
        return True
