import json
from collections import defaultdict

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

#: What is kept of a membership, to put it back.
ROW_FIELDS = ("state", "source", "date_from", "date_to", "reason", "user_id", "restricts")


class CrmContactGroupOperation(models.Model):
    """What was done to many contacts at once, by whom and why; it can be undone."""

    _name = "crm.contact.group.operation"
    _description = "Bulk Change of Contact Groups"
    _order = "id desc"

    kind = fields.Selection(
        selection=[
            ("add", "Add to a group"),
            ("remove", "Remove from a group"),
            ("move", "Move to another group"),
            ("exclude", "Keep out of a group"),
            ("owner", "Change of salesperson"),
        ],
        required=True,
        readonly=True,
    )
    group_id = fields.Many2one(
        comodel_name="crm.contact.group", ondelete="cascade", index=True, readonly=True
    )
    target_group_id = fields.Many2one(
        comodel_name="crm.contact.group", ondelete="cascade", index="btree_not_null", readonly=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Done By",
        default=lambda self: self.env.user,
        readonly=True,
        index=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        default=lambda self: self._default_company_id(),
        help="In which company it was done. Empty: by the system, in all.",
    )
    reason = fields.Char(readonly=True)
    state = fields.Selection(
        selection=[("done", "Done"), ("undone", "Undone")], default="done", readonly=True
    )
    line_ids = fields.One2many(
        comodel_name="crm.contact.group.operation.line",
        inverse_name="operation_id",
        readonly=True,
    )
    line_count = fields.Integer(string="Contacts Changed", readonly=True)
    skipped_count = fields.Integer(
        string="Left as They Were",
        readonly=True,
        help="Contacts that somebody has changed since: undoing leaves them alone.",
    )

    @api.model
    def _default_company_id(self):
        return self.env["res.company"] if self.env.uid == SUPERUSER_ID else self.env.company

    @api.depends("kind", "group_id", "target_group_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for operation in self:
            groups = (operation.group_id, operation.target_group_id)
            names = " → ".join(group.complete_name for group in groups if group)
            operation.display_name = f"{labels.get(operation.kind, '')}: {names}"

    @api.model
    def _perform(self, kind, partner_ids, group, target=None, reason=None, until=None):
        """Do a bulk change and keep how to undo it.

        Cost: the change itself and three statements, whatever the number of contacts.

        :param kind: add, remove, move or exclude
        :return: the operation
        :raises ValidationError: when a group takes no such contacts
        :raises AccessError: when the caller may not write memberships
        """
        groups = group | (target or group)
        before = self._read_rows(groups.ids, partner_ids)
        if kind == "add":
            group.add_contacts(partner_ids, reason=reason, until=until)
        elif kind == "remove":
            group.remove_contacts(partner_ids)
        elif kind == "exclude":
            group.exclude_contacts(partner_ids, reason=reason)
        else:
            group.move_contacts(partner_ids, target.id)
        after = self._read_rows(groups.ids, partner_ids)
        changed = [
            (group_id, partner_id, before.get((group_id, partner_id)), row)
            for (group_id, partner_id), row in after.items()
            if before.get((group_id, partner_id)) != row
        ]
        # sudo: operations are written by what is done, never by users.
        operation = self.sudo().create(
            {
                "kind": kind,
                "group_id": group.id,
                "target_group_id": target.id if target else False,
                "reason": reason,
                "user_id": self.env.uid,
                "line_count": len({partner_id for _id, partner_id, *_rows in changed}),
            }
        )
        operation._keep_lines(changed)
        return operation.with_env(self.env)

    @api.model
    def _read_rows(self, group_ids, partner_ids):
        """Return {(group id, contact id): the row as text} of memberships, in one query."""
        self.env["crm.contact.group.member"].flush_model()
        return {
            (group_id, partner_id): json.dumps(row, sort_keys=True)
            for group_id, partner_id, row in self.env.execute_query(
                SQL(
                    "SELECT group_id, partner_id, to_jsonb(m) FROM ("
                    "SELECT group_id, partner_id, %s FROM crm_contact_group_member "
                    "WHERE group_id = ANY(%s) AND partner_id = ANY(%s)) m",
                    SQL(", ").join(SQL.identifier(name) for name in ROW_FIELDS),
                    list(group_ids),
                    list(partner_ids),
                )
            )
        }

    def _keep_lines(self, changed):
        if not changed:
            return
        group_ids, partner_ids, before, after = zip(*changed, strict=True)
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_contact_group_operation_line
                            (operation_id, group_id, partner_id, before, after)
                     SELECT %s, * FROM unnest(%s::int[], %s::int[], %s::text[], %s::text[])
                  RETURNING id
                """,
                self.id,
                list(group_ids),
                list(partner_ids),
                list(before),
                list(after),
            )
        )
        self.invalidate_recordset(["line_ids"], flush=False)

    def action_undo(self):
        """Put everything back as it was, except what somebody has changed since.

        :return: how many contacts were ``undone`` and ``skipped``
        :rtype: dict
        :raises UserError: when it has been undone already, or somebody else has done it
        :raises AccessError: when the caller may not write memberships
        """
        self.ensure_one()
        self.check_access("read")
        self.env["crm.contact.group.member"].check_access("write")
        manager = self.env.user.has_group("sales_team.group_sale_manager")
        if self.state == "undone":
            raise UserError(self.env._("%s has been undone already.", self.display_name))
        if not self.env.su and self.user_id != self.env.user and not manager:
            raise UserError(
                self.env._("Only %s or a sales administrator can undo this.", self.user_id.name)
            )
        if not self.env.su and self.user_id != self.env.user:
            self._check_sees_all()
        # sudo: the lines are the system's; what they are about is asked for with the user's rights.
        for group, lines in self.sudo().line_ids.grouped("group_id").items():
            group.with_env(self.env)._check_may_move(lines.partner_id.ids)
        # sudo: as above, and the contacts may be out of reach by now.
        undone, skipped = self.sudo()._undo()
        self.sudo().write({"state": "undone", "skipped_count": skipped})  # sudo: as above
        return {"undone": undone, "skipped": skipped}

    def _check_sees_all(self):
        """Let nobody undo for another what was done to contacts that he may not see.

        :raises AccessError: that names who can
        """
        # sudo: the number only.
        lines = self.env["crm.contact.group.operation.line"]
        domain = [("operation_id", "=", self.id)]
        if lines.search_count(domain) < lines.sudo().search_count(domain):
            raise AccessError(
                self.env._(
                    "%(operation)s is also about contacts that you may not see. Who can undo it: "
                    "%(user)s, or a sales administrator who works in all companies.",
                    operation=self.display_name,
                    user=self.sudo().user_id.name,  # sudo: the name of a colleague
                )
            )

    def _undo(self):
        if self.kind == "owner":
            return self._undo_owner()
        lines = self.line_ids
        now = self._read_rows(lines.group_id.ids, lines.partner_id.ids)
        todo, skipped = defaultdict(list), 0
        for line in lines:
            pair = (line.group_id.id, line.partner_id.id)
            if now.get(pair) != line.after:
                skipped += 1
            else:
                todo[line.before or ""].append(pair)
        Member = self.env["crm.contact.group.member"]
        for before, pairs in todo.items():
            members = Member._find(pairs)
            if not before:
                members.unlink()
                continue
            row = json.loads(before)
            members.write({name: row[name] for name in ROW_FIELDS if name != "restricts"})
        return sum(map(len, todo.values())), skipped

    def _undo_owner(self):
        todo, skipped = defaultdict(list), 0
        for line in self.line_ids:
            if str(line.partner_id.user_id.id or "") != line.after:
                skipped += 1
            else:
                todo[line.before].append(line.partner_id.id)
        for before, ids in todo.items():
            self.env["res.partner"].with_context(mail_auto_subscribe_no_notify=True).browse(
                ids
            ).write({"user_id": int(before) if before else False})
        return sum(map(len, todo.values())), skipped

    def action_undo_and_notify(self):
        """Undo, and tell on the screen what became of it (the button)."""
        result = self.action_undo()
        return self.env["crm.contact.group"]._prepare_notification(
            self.env._(
                "%(undone)s put back, %(skipped)s left alone because somebody has changed them "
                "since.",
                **result,
            ),
            next={"type": "ir.actions.client", "tag": "soft_reload"},
        )

    @api.autovacuum
    def _gc_operations(self):
        """Forget operations older than half a year: nobody undoes them, and they are many rows."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), months=6)
        self.search([("create_date", "<", limit)]).unlink()


class CrmContactGroupOperationLine(models.Model):
    """One contact in a bulk change: its membership before and after, as text to compare."""

    _name = "crm.contact.group.operation.line"
    _description = "Contact in a Bulk Change"
    _log_access = False

    operation_id = fields.Many2one(
        comodel_name="crm.contact.group.operation", required=True, ondelete="cascade", index=True
    )
    group_id = fields.Many2one(
        comodel_name="crm.contact.group", ondelete="cascade", index="btree_not_null"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Contact", ondelete="cascade", index=True
    )
    before = fields.Text()
    after = fields.Text()
