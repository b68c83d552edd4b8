# pylint: disable=consider-merging-classes-inherited
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_access.texts import tell_count

from .res_partner_owner import NOTICE_DAYS

#: What a preview asks for while the release is switched off.
PREVIEW_DAYS = 90


class CrmOwnerOperation(models.Model):
    """The release of contacts nobody works with, announced beforehand."""

    _inherit = "crm.owner.operation"

    @api.model
    def action_preview_release(self, days=None, notice_days=None):
        """Show which contacts would be released and when; nothing is changed.

        Cost: one pass over what counts as activity, see ``crm.owner.activity``.

        :param int days: without activity; by default as in the settings, or 90
        :param int notice_days: of notice; by default as in the settings
        :return: the action that shows the preview
        :raises AccessError: for anybody but sales administrators
        :raises UserError: when the numbers make no sense, or nothing is idle for so long
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator can preview the release of contacts.")
            )
        setting, notice = self._get_release_settings()
        days = days or setting or PREVIEW_DAYS
        notice_days = notice if notice_days is None else notice_days
        whole = all(type(number) is int for number in (days, notice_days))
        if not whole or not 0 <= notice_days < days:
            raise UserError(
                self.env._(
                    "The notice (%(notice)s days) must be shorter than the time without activity "
                    "(%(days)s days), both whole numbers and neither negative.",
                    notice=notice_days,
                    days=days,
                )
            )
        operation = self._plan_release(days, notice_days)
        if not operation:
            raise UserError(
                self.env._(
                    "No contact of yours to see has been without activity for so long: "
                    "%(days)s days, %(notice)s of them notice.",
                    days=days,
                    notice=notice_days,
                )
            )
        return operation._get_form_action()

    @api.model
    def _get_release_settings(self):
        """Return the days without activity (0: off) and the days of notice."""
        partners = self.env["res.partner"]
        return (
            partners._get_owner_number("release_days"),
            partners._get_owner_number("release_notice_days", NOTICE_DAYS),
        )

    @api.model
    def _plan_release(self, days, notice_days, only_new=False):
        """Write down who would lose which contact and when, in one statement.

        :param bool only_new: leave out those announced that are not due yet, and forget the
            announcement where there was activity since
        :return: the operation, empty when there is nothing to do
        """
        # sudo: operations are written by what is done, never by users. Which contacts: those
        # the user sees.
        operation = self.sudo().create(
            {
                "kind": "release",
                "user_id": self.env.uid,
                "days": days,
                "notice_days": notice_days,
                "description": self.env._("%s days without activity", days),
            }
        )
        self.env.flush_all()
        today = self.env.company._get_today()
        forget = SQL(
            "UPDATE res_partner p SET release_notice_date = NULL "
            "WHERE p.release_notice_date IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM idle WHERE idle.partner_id = p.id) RETURNING p.id"
        )
        self.env.cr.execute(
            SQL(
                """
                WITH idle AS MATERIALIZED (%(idle)s),
                forgotten AS (%(forget)s)
                INSERT INTO crm_owner_operation_line (operation_id, partner_id, old_user_id, state,
                            idle_since, activity_kind, idle_days, release_on)
                     SELECT %(operation)s, partner_id, user_id,
                            CASE WHEN release_on <= %(today)s THEN 'planned' ELSE 'later' END,
                            idle_since, kind, %(today)s - idle_since::date, release_on
                       FROM idle
                      WHERE NOT %(only_new)s OR release_on <= %(today)s OR announced IS NULL
                   ORDER BY user_id, idle_since, partner_id
                """,
                idle=self.env["crm.owner.activity"]._get_idle_query(days, notice_days),
                forget=forget if only_new else SQL("SELECT 1"),
                operation=operation.id,
                today=today,
                only_new=only_new,
            )
        )
        count = self.env.cr.rowcount
        self.env.invalidate_all(flush=False)
        if not count:
            operation.unlink()
            return self.browse()
        return operation.sudo(self.env.su)

    def _announce_later(self):
        """Tell owners which of their contacts will be free, one message each.

        Idempotent: a contact that has been announced is not announced again. A generator, so
        that the schedule can commit after each owner.

        :return: the owners who were told, one by one
        """
        # sudo: all lines, also of contacts out of the caller's reach.
        lines = self.env["crm.owner.operation.line"].sudo()
        owners = lines._read_group(
            [("operation_id", "=", self.id), ("state", "=", "later")], ["old_user_id"]
        )
        for (owner,) in owners:
            rows = self.env.execute_query(
                SQL(
                    """
                    UPDATE res_partner p SET release_notice_date = %s
                      FROM crm_owner_operation_line l
                     WHERE l.operation_id = %s AND l.state = 'later' AND l.old_user_id = %s
                       AND p.id = l.partner_id AND p.user_id = l.old_user_id
                       AND p.release_notice_date IS NULL
                 RETURNING p.id, l.release_on
                    """,
                    self.env.company._get_today(),
                    self.id,
                    owner.id,
                )
            )
            if rows:
                self._announce(owner, rows)
                yield owner

    def _announce(self, owner, rows):
        # sudo: the owner's contacts, whoever carries it out.
        contacts = self.env["res.partner"].sudo().browse([row[0] for row in rows])
        contacts.invalidate_recordset(["release_notice_date"], flush=False)
        speaking = self.with_context(lang=owner.lang)
        action = self.env.ref("crm_segmentation.res_partner_action_releasing")
        speaking._notify_owner(
            owner,
            tell_count(
                len(rows),
                speaking.env._("1 contact of yours will be free soon"),
                speaking.env._("%s contacts of yours will be free soon"),
            ),
            speaking.env._(
                "There was no activity with them for long. From %(date)s on, colleagues may "
                "take what you have not worked with until then:",
                date=fields.Date.to_string(min(row[1] for row in rows)),
            ),
            contacts[:20],
            (f"/odoo/action-{action.id}", speaking.env._("All contacts that will be free soon")),
        )

    def _skip_active(self):
        """Leave alone whom somebody worked with since the plan was made; one statement."""
        idle = self.env["crm.owner.activity"]._get_idle_query(self.days, self.notice_days)
        self.env.cr.execute(
            SQL(
                """
                WITH idle AS MATERIALIZED (%s)
                UPDATE crm_owner_operation_line l SET state = 'skipped', why = 'active'
                 WHERE l.operation_id = %s AND l.state IN ('planned', 'later')
                   AND NOT EXISTS (SELECT 1 FROM idle WHERE idle.partner_id = l.partner_id)
                """,
                idle,
                self.id,
            )
        )
        self.env.invalidate_all(flush=False)

    def action_apply(self):
        if self.kind == "release" and self.state == "preview":
            self._check_may_change()
            self._skip_active()
        return super().action_apply()

    @api.model
    def _cron_release(self):
        """Announce and release contacts without activity, as the settings say; nightly.

        Idempotent: a contact is announced once and released once. In batches, each committed;
        a run that was killed goes on where it stopped.
        """
        days, notice_days = self._get_release_settings()
        running = self.search(
            [
                ("kind", "=", "release"),
                ("state", "=", "running"),
                ("user_id", "=", SUPERUSER_ID),
            ]
        )
        if not days:
            # Switched off while one was running: what is not done stays undone.
            self.env["crm.owner.operation.line"].search(
                [("operation_id", "in", running.ids), ("state", "=", "planned")]
            ).unlink()
        for operation in running:
            if days:
                operation._skip_active()
            if not operation._process():
                return
        if not days:
            self._forget_announcements()
            return
        operation = self._plan_release(days, notice_days, only_new=True)
        if operation:
            operation.state = "running"
            self.env["ir.cron"]._commit_progress(remaining=operation.planned_count)
            operation._process()

    @api.model
    def _forget_announcements(self):
        """While the release is off, no contact is announced."""
        self.env.cr.execute(
            "UPDATE res_partner SET release_notice_date = NULL "
            "WHERE release_notice_date IS NOT NULL"
        )
        self.env["res.partner"].invalidate_model(["release_notice_date"], flush=False)
