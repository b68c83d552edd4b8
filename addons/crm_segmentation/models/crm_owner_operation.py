from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_access.names import get_told_name

#: Contacts in one step of a run: what a kill may cost, and what a row lock covers.
BATCH = 1000
#: Up to so many are done while the user waits; more go to the scheduled action.
AT_ONCE = 2000
REASON = {"release": "inactive", "handover": "archived", "company": "company"}


class CrmOwnerOperation(models.Model):
    """A release or handover of many contacts: previewed, carried out, explained, undone."""

    _name = "crm.owner.operation"
    _description = "Release or Handover of Contacts"
    _order = "id desc"

    kind = fields.Selection(
        [
            ("release", "Release"),
            ("handover", "Handover"),
            ("company", "Passed to persons"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("preview", "Preview"),
            ("running", "Running"),
            ("done", "Done"),
            ("undoing", "Being Undone"),
            ("undone", "Undone"),
        ],
        required=True,
        readonly=True,
        default="preview",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Done By",
        readonly=True,
        index=True,
        ondelete="set null",
        default=lambda self: self.env.user,
    )
    undo_user_id = fields.Many2one(
        "res.users", string="Undone By", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        default=lambda self: self._default_company_id(),
        help="In which company it was done. Empty: by the schedule, in all.",
    )
    description = fields.Char(readonly=True)
    days = fields.Integer(string="Days Without Activity", readonly=True)
    notice_days = fields.Integer(string="Days of Notice", readonly=True)
    line_ids = fields.One2many(
        "crm.owner.operation.line", "operation_id", string="Contacts", readonly=True
    )
    planned_count = fields.Integer(string="To Do", compute="_compute_counts")
    later_count = fields.Integer(string="Later", compute="_compute_counts")
    done_count = fields.Integer(string="Done", compute="_compute_counts")
    skipped_count = fields.Integer(string="Left Alone", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    undone_count = fields.Integer(string="Undone", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")

    @api.model
    def _default_company_id(self):
        return self.env["res.company"] if self.env.uid == SUPERUSER_ID else self.env.company

    @api.depends("kind", "description", "create_date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for operation in self:
            parts = (labels.get(operation.kind), operation.description)
            operation.display_name = ": ".join(part for part in parts if part)

    @api.depends("line_ids.state", "state")
    def _compute_counts(self):
        # sudo: the numbers are of the whole, also of contacts out of reach.
        lines = self.env["crm.owner.operation.line"].sudo()
        groups = lines._read_group(
            [("operation_id", "in", self.ids)], ["operation_id", "state"], ["__count"]
        )
        counts = {(operation.id, state): count for operation, state, count in groups}
        for operation in self:
            get = lambda *states, o=operation: sum(  # noqa: E731
                counts.get((o.id, state), 0) for state in states
            )
            operation.planned_count = get("planned")
            operation.later_count = get("later")
            operation.done_count = get("done", "kept")
            operation.skipped_count = get("skipped")
            operation.failed_count = get("failed")
            operation.undone_count = get("undone")
            total = get("planned", "done", "skipped", "failed", "undone", "kept")
            left = get("done" if operation.state == "undoing" else "planned")
            operation.progress = 100 * (total - left) / total if total else 100

    def action_apply(self):
        """Carry out what the preview shows; a large one goes on by itself in the background.

        :return: the action that shows it
        :raises UserError: when it has been carried out already
        :raises AccessError: when it is somebody else's and the user is no sales administrator
        """
        self.ensure_one()
        self._check_may_change()
        if self.state != "preview":
            raise UserError(self.env._("%s has been carried out already.", self.display_name))
        # sudo: what is kept of it is the system's. Rights on each contact are those of the
        # user, see _apply_lines.
        self.sudo().write({"state": "running", "user_id": self.env.uid})
        if self.planned_count + self.later_count > AT_ONCE:
            self._continue_later()
        else:
            list(self._announce_later())
            self._apply_lines(AT_ONCE)
            self._finish()
        return self._get_form_action()

    def action_undo(self):
        """Give each contact and deal back, save those that somebody has changed since.

        The rights of the one who undoes it decide on each contact. A large one goes on by
        itself in the background.

        :return: how many were ``undone`` and ``skipped``, and how many are ``waiting``
        :rtype: dict
        :raises UserError: when it is not done, or has been undone already
        :raises AccessError: when it is somebody else's and the user is no sales administrator
        """
        self.ensure_one()
        self._check_may_change()
        if self.state in ("undoing", "undone"):
            raise UserError(self.env._("%s has been undone already.", self.display_name))
        if self.state != "done":
            raise UserError(
                self.env._("%s is not done yet: there is nothing to undo.", self.display_name)
            )
        # sudo: as in action_apply.
        self.sudo().write({"state": "undoing", "undo_user_id": self.env.uid})
        if self.done_count > AT_ONCE:
            self._continue_later()
        else:
            self._undo_lines(AT_ONCE)
            self._finish_undo()
        # sudo: the numbers are of the whole, as in _compute_counts.
        states = self.sudo().line_ids.grouped("state")
        count = {state: len(lines) for state, lines in states.items()}
        return {
            "undone": count.get("undone", 0),
            "skipped": count.get("kept", 0),
            "waiting": count.get("done", 0),
        }

    def action_undo_and_notify(self):
        """Undo, and tell on the screen what became of it (the button)."""
        result = self.action_undo()
        if result["waiting"]:
            message = self.env._(
                "It is being undone in the background: %(waiting)s to go.", **result
            )
        else:
            message = self.env._(
                "%(undone)s given back, %(skipped)s left alone: somebody has changed them since, "
                "or their owner has left.",
                **result,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _continue_later(self):
        # sudo: neither a salesperson nor a sales administrator may start scheduled actions.
        self.env.ref("crm_segmentation.ir_cron_owner_operations").sudo()._trigger()

    def action_view_lines(self):
        """Open the contacts of this release or handover, by owner."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "crm.owner.operation.line",
            "view_mode": "list,pivot",
            "domain": [("operation_id", "=", self.id)],
            "context": {"search_default_group_old_user": 1},
        }

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _check_may_change(self):
        self.check_access("read")
        manager = self.env.user.has_group("sales_team.group_sale_manager")
        administrator = self.env["crm.owner.handover"]._may_hand_over()
        # sudo: whose it is.
        mine = self.sudo().user_id == self.env.user
        if not (self.env.su or manager or (mine and (administrator or self.kind == "company"))):
            raise AccessError(
                self.env._("Only a sales administrator can do this with %s.", get_told_name(self))
            )
        # sudo: whether it is of one company.
        if not (self.env.su or self.sudo().company_id or self.env.user._works_in_all_companies()):
            raise AccessError(
                self.env._(
                    "%s was done by the schedule for all companies: only somebody who works in "
                    "all of them can do this.",
                    get_told_name(self),
                )
            )

    def _act_as(self):
        """Return the operation as the one who ordered it: his rights decide on each contact.

        The schedule and those who archive users act on contacts of all companies.
        """
        # sudo: who ordered it. Of a deleted user nothing is left but the rights of the public.
        operation = self.sudo()
        undoing = operation.state == "undoing"
        user = operation.undo_user_id if undoing else operation.user_id
        user = user or self.env.ref("base.public_user")
        ordered = self.with_user(user)
        wide = user.id == SUPERUSER_ID or (
            self.kind == "handover" and user.has_group("base.group_erp_manager")
        )
        # sudo: see above; a user who may archive users may see to what they leave behind.
        return ordered.sudo() if wide else ordered.sudo(False)

    def _set_line_states(self, line_ids, state, why=None, message=None):
        """Note what became of lines, in one query."""
        if not line_ids:
            return
        self.env.execute_query(
            SQL(
                "UPDATE crm_owner_operation_line SET state = %s, why = %s, message = %s "
                "WHERE id = ANY(%s) RETURNING id",
                state,
                why,
                message,
                list(line_ids),
            )
        )
        self.env["crm.owner.operation.line"].invalidate_model(
            ["state", "why", "message"], flush=False
        )
        self.invalidate_recordset(flush=False)

    def _finish(self):
        """Close an operation without open lines."""
        lines = self.env["crm.owner.operation.line"].sudo()  # sudo: as in _compute_counts.
        if not lines.search_count([("operation_id", "=", self.id), ("state", "=", "planned")]):
            self.sudo().state = "done"  # sudo: as in action_apply.
            self._tell_owners()

    def _finish_undo(self):
        lines = self.env["crm.owner.operation.line"].sudo()  # sudo: as in _compute_counts.
        if not lines.search_count([("operation_id", "=", self.id), ("state", "=", "done")]):
            self.sudo().state = "undone"  # sudo: as in action_apply.

    @api.autovacuum
    def _gc_operations(self):
        """Forget previews nobody carried out, after a day, and the rest after a year."""
        now = fields.Datetime.now()
        day, year = fields.Datetime.subtract(now, days=1), fields.Datetime.subtract(now, years=1)
        self.search(
            [
                "|",
                ("create_date", "<", year),
                "&",
                ("state", "=", "preview"),
                ("create_date", "<", day),
            ],
            limit=100,
        ).unlink()
