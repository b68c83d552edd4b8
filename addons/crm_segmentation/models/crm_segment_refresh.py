# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.crm_access.system import Switch

_logger = logging.getLogger(__name__)

#: What the database may use for each sort and join of a refresh.
MEMORY = "64MB"
#: Changes of the definition that wait until the whole segment has been written.
CHECKING = Switch("crm_segment_checking")


class CrmSegment(models.Model):
    """How stored members and scores are brought in step: by button, at night, on save."""

    _inherit = "crm.segment"

    mode = fields.Selection(
        [("live", "Live: whoever meets the lines now"), ("snapshot", "Snapshot: fixed once taken")],
        string="Kept",
        required=True,
        default="live",
    )
    keep_history = fields.Boolean(
        string="Keep Dates",
        help="Store who is a member, since when, and who entered and left. Looked at each night "
        "and whenever a few records change. Needed to group lists by this segment.",
    )
    state = fields.Selection(
        [("clean", "Up to date"), ("waiting", "Waiting"), ("failed", "Failed")],
        string="Refresh",
        default="waiting",
        readonly=True,
        copy=False,
        index=True,
    )
    last_refresh = fields.Datetime(readonly=True, copy=False)
    last_error = fields.Text(string="What Is Wrong", readonly=True, copy=False)
    last_duration = fields.Float(string="Seconds", readonly=True, copy=False)
    last_entered = fields.Integer(
        string="Entered", readonly=True, copy=False, groups="sales_team.group_sale_manager"
    )
    last_left = fields.Integer(
        string="Left", readonly=True, copy=False, groups="sales_team.group_sale_manager"
    )
    last_changed = fields.Integer(
        string="Changed Class", readonly=True, copy=False, groups="sales_team.group_sale_manager"
    )

    @api.model_create_multi
    def create(self, vals_list):
        segments = super(CrmSegment, CHECKING.on(self)).create(vals_list)
        segments = CHECKING.off(segments)
        segments._on_definition_change()
        return segments

    def write(self, vals):
        if vals.get("active") is False:
            self._refuse_while_used(self.env._("archived"))
        result = super(CrmSegment, CHECKING.on(self)).write(vals)
        defining = {
            "applies_to",
            "method",
            "mode",
            "join",
            "company_id",
            "currency_id",
            "keep_history",
            "active",
            "criterion_ids",
            "parameter_ids",
            "class_ids",
        }
        if defining & set(vals):
            CHECKING.off(self)._on_definition_change()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _on_definition_change(self):
        """Check the segment as a whole, and have it refreshed.

        Called by lines, parameters and classes too. While a segment is written with its lines,
        only once, after the last of them.
        """
        if CHECKING.is_on(self.env) or not self:
            return
        self.env.registry.clear_cache()
        for segment in self:
            if segment.method == "score":
                segment._check_score()
            else:
                for line in segment.criterion_ids:
                    if not line._fits_target():
                        line._validate()
        self._await_refresh()
        # New ones wait from the start; nobody else has called for them.
        self._trigger_refresh()

    def _await_refresh(self):
        """Mark segments as waiting and have the scheduled action refresh them soon."""
        due = self.filtered(lambda s: s.active and s.state != "waiting")
        if due:
            # sudo: who changes a line need not be able to write the refresh's own fields.
            due.sudo().write({"state": "waiting"})
            self._trigger_refresh()

    def _look_later(self):
        """Have the scheduled action look at what the transaction changes, once it is committed.

        Writes no segment, which a refresh and others who save would have to wait for: the marks
        are the state (see :meth:`_field_to_sql`). Cost: four statements for a whole transaction,
        however many records it saves one by one.
        """
        new = self.env["crm.segment.change"]._mark(self)
        new.invalidate_recordset(["state"])

    def _field_to_sql(self, alias, field_expr, query=None):
        """Read a segment as waiting while there is something that it has not looked at.

        Two who save at once, or one while a refresh runs, would collide on a column: Postgres
        ends the later one. So nobody who saves writes it.
        """
        sql = super()._field_to_sql(alias, field_expr, query)
        if field_expr != "state":
            return sql
        marked = self.env["crm.segment.change"]._select_marked(SQL.identifier(alias, "id"))
        return SQL("CASE WHEN %s = 'clean' AND %s THEN 'waiting' ELSE %s END", sql, marked, sql)

    @api.model
    def _trigger_refresh(self):
        # sudo: triggers are the system's
        cron = self.env.ref("crm_segmentation.ir_cron_refresh_waiting_segments", False)
        if cron:
            cron.sudo()._trigger()

    def action_refresh(self):
        """Bring stored members, scores and counts in step now.

        :return: a notification for the screen with what has changed
        :rtype: dict
        :raises UserError: while the segment is being refreshed elsewhere
        :raises ValidationError: when the definition cannot be used any more
        :raises AccessError: when the caller may not write the segments
        """
        self.check_access("write")
        for segment in self:
            segment._refresh(retake=True)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(entered)s entered, %(left)s left, %(changed)s changed their class.",
                    entered=sum(self.mapped("last_entered")),
                    left=sum(self.mapped("last_left")),
                    changed=sum(self.mapped("last_changed")),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_refresh_segments(self, only_waiting=False):
        """Refresh segments, needed ones first; each is committed on its own.

        A run that is killed or out of time has done whole segments; the next one goes on with
        those that have waited longest. A segment that cannot be refreshed keeps its members,
        says what is wrong, and stops no other one.

        :param bool only_waiting: leave out the segments that are up to date
        """
        changed = self.env["crm.segment.change"]._read_group([], ["segment_id"])
        changed_ids = [segment.id for [segment] in changed]
        domain = ["|", ("state", "=", "waiting"), ("id", "in", changed_ids)]
        if not only_waiting:
            recently = fields.Datetime.now() - timedelta(hours=1)
            done = [("state", "=", "clean"), ("last_refresh", ">=", recently)]
            domain = ["|", ("id", "in", changed_ids), "!", "&", *done]
        segments = self.search(domain, order="last_refresh NULLS FIRST, id")
        segments = segments._sort_by_need()[0]
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(segments))
        for segment in segments:
            segment._refresh_or_note_error()
            if not Cron._commit_progress(1):
                break

    def _refresh_or_note_error(self):
        """Refresh one segment for the scheduled action; note what is wrong with it."""
        try:
            with self.env.cr.savepoint():
                self._refresh()
        except Exception as error:
            if not isinstance(error, UserError):
                _logger.exception("Segment %s could not be refreshed", self.id)
            self._note_error(error)

    def _note_error(self, error):
        self._as_system().write({"state": "failed", "last_error": str(error)})
        self.env["crm.segment.change"]._take_marks(self)

    def _refresh(self, retake=False):
        """Refresh one segment.

        :param bool retake: take a snapshot anew that has been taken already
        """
        self.ensure_one()
        # Others may go on adding members meanwhile (their rows refer to the segment).
        if not self.try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._(
                    "The segment %s is being refreshed or edited at this moment. Try again in a "
                    "minute.",
                    self.name,
                )
            )
        started = time.monotonic()
        self.env["crm.segment.change"]._take_marks(self)
        self._plan_for_many()
        entered = left = changed = 0
        self._check_usable()
        # sudo: members are written by the system alone.
        Member = self.env["crm.segment.member"].sudo()
        taken = self.mode == "snapshot" and self.last_refresh and not retake
        if self.is_stored and not (taken and self.method == "filter"):
            entered, left, changed = Member._apply(self, self._select_fresh())
        count = self._count_members()
        # sudo: what came of it is recorded by the system; who may refresh has been asked before.
        self.sudo().write(
            {
                "state": "clean",
                "last_error": False,
                "last_refresh": fields.Datetime.now(),
                "last_duration": time.monotonic() - started,
                "last_entered": entered,
                "last_left": left,
                "last_changed": changed,
                "last_total": count,
            }
        )

    def _plan_for_many(self):
        """Let the database join and sort many rows in memory until the transaction ends."""
        self.env.execute_query(
            SQL("SELECT set_config('work_mem', %s, TRUE), set_config('jit', 'off', TRUE)", MEMORY)
        )

    def _check_usable(self):
        """Refuse to refresh when a segment in the conditions is gone: everybody would leave.

        :raises ValidationError: when the definition cannot be used any more
        """
        self.ensure_one()
        if self.method == "score":
            self._check_score()
        missing = self.needed_ids.filtered(lambda s: not s.active)
        if missing:
            raise ValidationError(
                self.env._(
                    "The segment %(name)s uses segments that are archived: %(missing)s.",
                    name=self.name,
                    missing=", ".join(missing.mapped("name")),
                )
            )

    def _select_fresh(self, ids=None):
        """Return the query of (id, score, class_id, explanation) as it is now."""
        if self.method == "score":
            return self._select_scores(ids)
        return SQL(
            "SELECT n.id, NULL::numeric AS score, NULL::int AS class_id, "
            "NULL::float8[] AS explanation FROM (%s) AS n(id)",
            self._select_members(ids),
        )

    def _count_members(self):
        """Return how many members there are: stored ones, or those who meet the lines now."""
        self.ensure_one()
        if self.is_stored:
            # sudo: the number of all
            return (
                self.env["crm.segment.member"].sudo().search_count([("segment_id", "=", self.id)])
            )
        rows = SQL("SELECT COUNT(*) FROM (%s) AS n", self._select_members())
        [[count]] = self.env.execute_query(rows)
        return count
