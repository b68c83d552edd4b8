from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

#: Why a contact has another owner. The same codes say why a contact is free.
REASONS = [
    ("create", "Created the contact"),
    ("parent", "Owner of the company"),
    ("hand", "Changed by hand"),
    ("take", "Taken from the free contacts"),
    ("give_back", "Given back"),
    ("inactive", "Released: no activity"),
    ("archived", "Handed over by a colleague"),
    ("company", "Passed on from the company"),
    ("import", "Imported"),
    ("bulk", "Bulk change"),
    ("merge", "Came with a merged contact"),
    ("automatic", "By an automation"),
    ("undo", "Undone"),
]


class OwnerReason(NamedTuple):
    """Why the owner changes, as carried in the context from the method that knows it.

    A class of its own: what a client puts into the context is never one, so that nobody can
    give a false reason from outside.
    """

    code: str
    operation_id: int | None = None


class OwnerDefault(NamedTuple):
    """Who owns contacts that are created now, as `create` leaves it to the computation.

    A class of its own for the same reason as above.
    """

    user_id: int | None = None


class CrmOwnerChange(models.Model):
    """One change of a contact's owner: from whom to whom, when, by whom and why."""

    _name = "crm.owner.change"
    _inherit = "crm.record.visibility"
    _description = "Owner Change"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _seen_with = ("partner_id",)
    # Written by one INSERT for all contacts of a change, see _record.
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, readonly=True, ondelete="cascade"
    )
    old_user_id = fields.Many2one(
        "res.users", string="From", readonly=True, index="btree_not_null", ondelete="set null"
    )
    new_user_id = fields.Many2one(
        "res.users", string="To", readonly=True, index="btree_not_null", ondelete="set null"
    )
    date = fields.Datetime(required=True, readonly=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Changed By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    reason = fields.Selection(REASONS, string="Why", required=True, readonly=True)
    operation_id = fields.Many2one(
        "crm.owner.operation",
        string="Release or Handover",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What this change was a part of: it can be undone there.",
    )
    company_id = fields.Many2one(related="partner_id.company_id", string="Company of the Contact")

    _partner_date_idx = models.Index("(partner_id, date DESC)")

    @api.model
    def _record(self, rows, reason, operation_id=None):
        """Keep changes of owner. Cost: one INSERT, whatever their number.

        :param list rows: (contact id, user id before or None, user id now or None)
        :param str reason: a code of ``REASONS``
        :param operation_id: the release or handover they are a part of
        """
        if not rows:
            return
        partner_ids, before, after = zip(*rows, strict=True)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_owner_change (partner_id, old_user_id, new_user_id, date, user_id,
                                              reason, operation_id)
                     SELECT row.*, %s, %s, %s, %s
                       FROM unnest(%s::int[], %s::int[], %s::int[]) AS row
                """,
                fields.Datetime.now(),
                self.env.uid,
                reason,
                operation_id,
                list(partner_ids),
                list(before),
                list(after),
            )
        )
        partners = self.env["res.partner"].browse(partner_ids)
        partners.invalidate_recordset(["owner_change_ids"], flush=False)

    @api.model
    def _get_latest(self, partner_ids):
        """Read the last change of each contact, in one query.

        :return: contact id → dict with ``new_user_id``, ``date``, ``user_id`` and ``reason``
        :rtype: dict
        """
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT DISTINCT ON (partner_id)
                       partner_id, old_user_id, new_user_id, date, user_id, reason
                  FROM crm_owner_change
                 WHERE partner_id = ANY(%s)
              ORDER BY partner_id, date DESC, id DESC
                """,
                list(partner_ids),
            )
        )
        return {row["partner_id"]: row for row in rows}
