from odoo import api, fields, models
from odoo.tools import SQL

from .crm_owner_activity import HandedOver
from .crm_owner_change import OwnerDefault


class ResUsers(models.Model):
    """An owner of contacts: how many he took today, and who takes over when he leaves."""

    _inherit = "res.users"

    keep_contacts = fields.Boolean(
        string="Keep All Contacts",
        groups="base.group_user",
        help="Contacts of this user are never released for want of activity.",
    )
    contacts_taken_on = fields.Date(
        readonly=True, copy=False, groups="base.group_user", technical=True
    )
    contacts_taken_count = fields.Integer(
        readonly=True, copy=False, groups="base.group_user", technical=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        # The contact of a user is nobody's customer: no owner by default.
        quiet = self.with_context(crm_owner_default=OwnerDefault())
        return super(ResUsers, quiet).create(vals_list).with_env(self.env)

    def action_archive(self):
        """Archive, then ask who takes over the contacts and open deals.

        The archiving is done by then: nothing blocks it, whoever calls. What the users had
        planned with their contacts and open deals stays for whoever takes over.
        """
        leaving = self.filtered("active")
        users = self.with_context(crm_owner_leaving=HandedOver(tuple(leaving.ids)))
        result = super(ResUsers, users).action_archive()
        handover = self.env["crm.owner.handover"]
        if not leaving or not handover._may_hand_over() or not leaving._count_owned():
            return result
        return {**leaving.action_hand_over(), "name": self.env._("Who Takes Over?")}

    def action_hand_over(self):
        """Open the handover of the contacts and open deals of these users."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over Contacts"),
            "res_model": "crm.owner.handover",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_from_user_ids": self.ids},
        }

    def _count_owned(self):
        """Count the contacts and open deals that these users own, in all companies."""
        # sudo: only the number; whether the user may hand them over is checked by the caller.
        env = self.sudo().env
        contacts = env["res.partner"].search_count([("user_id", "in", self.ids)], limit=1)
        leads = [("user_id", "in", self.ids), ("won_status", "=", "pending")]
        return contacts + env["crm.lead"].search_count(leads, limit=1)

    def _use_take_quota(self, count, limit):
        """Count contacts that the user takes today, safe against two windows at once.

        The row is updated even if nothing is left: of two transactions one has to begin anew
        and sees what the other has taken. Cost: one statement.

        :param int count: how many would be taken
        :param int limit: how many a day
        :return: how many may be taken, how many are left after that
        :rtype: tuple
        """
        self.ensure_one()
        # The day of the user's company: neither the caller's time zone nor the user's own, which
        # he sets. His day never goes back, whichever of his companies is set now.
        today = self.sudo().company_id._get_today()  # sudo: of the time zone
        [(taken,)] = self.env.execute_query(
            SQL(
                """
                UPDATE res_users u
                   SET contacts_taken_on = GREATEST(contacts_taken_on, %(today)s),
                       contacts_taken_count = GREATEST(before.taken,
                                                       LEAST(before.taken + %(count)s, %(limit)s))
                  FROM (SELECT id, CASE WHEN contacts_taken_on >= %(today)s
                                        THEN COALESCE(contacts_taken_count, 0) ELSE 0 END AS taken
                          FROM res_users WHERE id = %(user)s) AS before
                 WHERE u.id = before.id
             RETURNING before.taken
                """,
                today=today,
                count=count,
                limit=limit,
                user=self.id,
            )
        )
        # sudo: the fields are not among those a user reads of himself.
        self.sudo().invalidate_recordset(["contacts_taken_on", "contacts_taken_count"], flush=False)
        allowed = max(0, min(count, limit - taken))
        return allowed, max(0, limit - taken - allowed)
