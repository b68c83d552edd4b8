# pylint: disable=consider-merging-classes-inherited
from odoo import api, models
from odoo.exceptions import UserError

from .crm_bulk_operation_run import DISTURBED, TRIES


class CrmBulkOperation(models.Model):
    """Bulk operations in the background."""

    _inherit = "crm.bulk.operation"

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
