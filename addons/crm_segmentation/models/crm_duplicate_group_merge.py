# pylint: disable=consider-merging-classes-inherited
import logging

import psycopg2

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, mute_logger

from ..engine import duplicates

_logger = logging.getLogger(__name__)

#: Odoo's own merge takes three contacts at once: the one that stays and two more.
AT_ONCE = 2

CLEAN_UP = (
    """
    DELETE FROM crm_duplicate_member m
     WHERE m.group_id IN %s
       AND NOT EXISTS (SELECT FROM crm_duplicate_match r WHERE r.partner_a_id = m.partner_id)
       AND NOT EXISTS (SELECT FROM crm_duplicate_match r WHERE r.partner_b_id = m.partner_id)
    """,
    """
    DELETE FROM crm_duplicate_group g
     WHERE g.id IN %s
       AND (SELECT count(*) FROM crm_duplicate_member m WHERE m.group_id = g.id) < 2
    """,
)


class CrmDuplicateGroup(models.Model):
    """Duplicates are decided: merged by Odoo's own merge, or said to be different."""

    _inherit = "crm.duplicate.group"

    def action_merge(self, keep_id=None, partner_ids=None, chosen=None):
        """Merge the contacts of each group into one. Odoo cannot take this back; what the merged
        contacts held is kept in ``crm.duplicate.merge``.

        Some hundred statements per merged contact: Odoo moves each reference in the database.

        :param keep_id: id of the contact that stays; by default the oldest
        :param partner_ids: only these contacts of the group
        :param chosen: key of a row of ``get_comparison`` → id of the contact whose value stays,
            for a single group: ``{"city": 7, "properties.budget": 9}``. Otherwise the one that
            stays keeps its own. What is replaced is noted in its chatter.
        :return: ``{"merged": 2, "kept": [id]}``
        :rtype: dict
        :raises UserError: fewer than two contacts, a contact with a login, or a choice that is
            none
        :raises AccessError: the user may not merge contacts
        """
        self.check_access("write")
        if chosen:
            self.ensure_one()
        merged, kept = 0, []
        for group in self:
            partners = group._get_partners()
            if partner_ids is not None:
                partners = partners.filtered(lambda p: p.id in partner_ids)
            target = group._get_kept(partners, keep_id)
            merged += group._choose(chosen, partners)._merge_into(partners - target, target)
            kept.append(target.id)
            group._clean_up()
        return {"merged": merged, "kept": kept}

    def action_not_duplicates(self, partner_ids=None):
        """Remember that the contacts of the group are different; no search proposes them again.

        :param partner_ids: only these are different from all the others; by default each of them
        :return: ``{"remembered": number of pairs}``
        :rtype: dict
        """
        self.check_access("write")
        pairs = set()
        for group in self:
            everyone = group._get_partners().ids
            apart = set(everyone if partner_ids is None else partner_ids) & set(everyone)
            pairs |= {(min(a, b), max(a, b)) for a in apart for b in everyone if a != b}
        count = self.env["crm.duplicate.exclusion"]._remember(pairs)
        self._forget(pairs)
        return {"remembered": count}

    def action_queue_merge(self):
        """Have the sure ones among these groups merged in the background, one after another.

        :return: number of groups
        """
        self.check_access("write")
        self._check_may_merge()
        groups = self.filtered(lambda g: g.is_sure and g.state != "waiting")
        # As the user: that it was he is what the job will ask for.
        groups._as_system().write(
            {"state": "waiting", "queued_by_id": self.env.uid, "error": False}
        )
        # sudo: whoever may merge may start the job behind it.
        self.env.ref("crm_segmentation.ir_cron_merge_duplicates").sudo()._trigger()
        return len(groups)

    def action_unqueue(self):
        """Take groups back that wait to be merged."""
        self.check_access("write")
        self.filtered(lambda g: g.state == "waiting")._as_system().write({"state": "open"})
        return True

    @api.model
    def _cron_merge_duplicates(self):
        """Merge the groups that wait, each with the rights of whoever asked for it.

        Commits after each group; one that fails says why and stops nobody.
        """
        cron = self.env["ir.cron"]
        waiting = self.search([("state", "=", "waiting")], order="id")
        for done, group in enumerate(waiting, 1):
            if group.exists() and group.state == "waiting" and group.try_lock_for_update():
                group._merge_waiting()
            if not cron._commit_progress(1, remaining=len(waiting) - done):
                return

    def _merge_waiting(self):
        # As the one who asked, in the companies that he works in.
        user = self.queued_by_id
        if error := self._get_queue_error():
            self._as_system().write({"state": "failed", "error": error})
            return
        group = self.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                group.action_merge()
        except (UserError, psycopg2.IntegrityError) as error:
            _logger.info("Duplicates %s not merged: %s", self.id, error)
            self.invalidate_recordset()
            self._as_system().write({"state": "failed", "error": str(error)[:500]})

    def _get_queue_error(self):
        """Say why the job does not merge the group, or nothing.

        What is stored is not believed: whose rights the job takes on, and whether it is sure, are
        found out anew.
        """
        if not self.queued_by_id.active:
            return self.env._("Whoever asked for the merge is not a user any more.")
        if self.write_uid != self.queued_by_id:
            return self.env._(
                "%(user)s did not ask for the merge: %(other)s changed it. Queue it again.",
                user=self.queued_by_id.name,
                other=self.write_uid.name,
            )
        if not self._is_surely_one():
            return self.env._("It is not sure that they are the same. Compare them and merge them.")
        logins = self.with_context(active_test=False).member_ids.partner_id.user_ids
        if logins:
            return self.env._(
                "Contacts with a login are not merged in the background: %s. An administrator "
                "compares them and merges them.",
                ", ".join(logins.mapped("login")),
            )
        return ""

    def _is_surely_one(self):
        """Tell whether the reasons found make the contacts of this group surely one. One query."""
        self.env.flush_all()
        pairs = self._read_pairs(SQL("m.group_id = %s", self.id))
        roots, sure = duplicates.find_groups(pairs)
        members = self.member_ids.partner_id.ids
        return len({roots.get(member) for member in members}) == 1 and roots[members[0]] in sure

    def _get_partners(self):
        """The contacts of the group that the user may see, whatever has been read before."""
        contacts = self.member_ids.partner_id
        return contacts.with_context(active_test=False)._filtered_access("read")

    def _get_kept(self, partners, keep_id=None):
        """Choose who stays: whoever was named, whoever has a login, the oldest.

        :raises UserError: nobody to choose from, or the named one is not in the group
        """
        if len(partners) < 2:
            raise UserError(self.env._("Choose at least two contacts to merge."))
        if keep_id:
            if keep_id not in partners.ids:
                raise UserError(
                    self.env._("The contact to keep must be one of the contacts to merge.")
                )
            return partners.browse(keep_id)
        # sudo: logins are looked up to keep them, portal ones too.
        with_login = partners.sudo().filtered("user_ids").sudo(False)
        # As Odoo's merge chooses; of those imported at once, the first.
        return min(with_login or partners, key=lambda p: (not p.active, p.create_date, p.id))

    def _check_may_merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        if not wizard.has_access("create"):
            raise AccessError(
                self.env._("To merge contacts you need the right “Contact: Creation” of Odoo.")
            )

    def _merge_into(self, sources, target):
        """Merge by Odoo's own merge, in the portions it takes.

        :return: number of contacts merged away
        """
        self._check_may_merge()
        everyone = sources + target
        everyone.check_access("write")
        # sudo: logins of all kinds count.
        logins = everyone.sudo().with_context(active_test=False).user_ids
        if logins and not self.env.is_admin():
            raise UserError(
                self.env._(
                    "Only an administrator can merge contacts with a login: %s. A merge may "
                    "change the address that a password is sent to.",
                    ", ".join(logins.mapped("login")),
                )
            )
        wizard = self.env["base.partner.merge.automatic.wizard"]
        for part in self._get_portions(sources):
            # Other addresses are what duplicates have; Odoo's check is on logins, as ours above.
            wizard._merge((part + target).ids, target, extra_checks=False)
        return len(sources)

    def _get_portions(self, sources):
        """Return the contacts to merge away in the portions that Odoo takes, the oldest first."""
        ordered = sources.sorted("id")
        return [ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)]

    def _forget(self, pairs):
        """Take away the reasons of these pairs. One statement."""
        if pairs:
            self.env["crm.duplicate.match"].flush_model()
            self.env.cr.execute(
                SQL(
                    "DELETE FROM crm_duplicate_match "
                    "WHERE (partner_a_id, partner_b_id) IN (VALUES %s)",
                    SQL(", ").join(SQL("(%s, %s)", a, b) for a, b in sorted(pairs)),
                )
            )
        self._clean_up()

    def _clean_up(self):
        """Remove members without a reason, and groups without two members. Two statements.

        In SQL: what the user may not see counts too.
        """
        self.env.flush_all()
        if self.ids:
            for statement in CLEAN_UP:
                self.env.cr.execute(SQL(statement, tuple(self.ids)))
        self.env.invalidate_all()
