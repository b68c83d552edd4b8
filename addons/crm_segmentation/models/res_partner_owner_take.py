# pylint: disable=consider-merging-classes-inherited
from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_access.texts import tell_count

from .crm_owner_change import OwnerReason


class ResPartner(models.Model):
    """Free contacts are taken and given back; anybody may watch."""

    _inherit = "res.partner"

    def take_ownership(self):
        """Become the owner of free contacts, as many as the daily limit allows.

        Safe against two people at once: the rows are locked, the second one finds them owned.
        Set-based: the number of queries does not depend on the number of contacts, save for
        tracking by Odoo.

        :return: ``taken`` (list of ids), ``refused`` (list of dicts with ``id``, ``name``,
            ``code``: owned, limit, company, access or other, and ``reason``, a sentence) and
            ``left``, how many may still be taken today (False: no limit)
        :rtype: dict
        :raises AccessError: when the user does not work in Sales
        """
        self._check_may_take()
        self.check_access("read")
        allowed = self._filtered_access("write")
        refused = {partner.id: "access" for partner in self - allowed}
        owners = allowed._lock_owners()
        refused.update((id_, "owned") for id_, user_id in owners.items() if user_id)
        free = allowed.filtered(lambda partner: not owners.get(partner.id))
        takeable = free.search([("id", "in", free.ids), ("is_free_contact", "=", True)])
        refused.update((partner.id, partner._why_not_free()) for partner in free - takeable)
        # In the order they were asked for.
        takeable = free & takeable
        taken, left = takeable, False
        if limit := self._get_owner_number("take_limit"):
            count, left = self.env.user._use_take_quota(len(takeable), limit)
            taken = takeable[:count]
            refused.update((partner.id, "limit") for partner in takeable[count:])
        if taken:
            taken._set_owner(self.env.user, "take")
        return {
            "taken": taken.ids,
            "refused": self.browse(refused)._explain_refusals(refused),
            "left": left,
        }

    def action_take(self):
        """Take these contacts and tell what became of it (the button)."""
        result = self.take_ownership()
        taken, refused = result["taken"], result["refused"]
        if not taken and len(refused) == 1:
            raise UserError(refused[0]["reason"])
        sentences = []
        if taken:
            sentences.append(
                self.env._("%(name)s is yours now.", name=self.browse(taken).display_name)
                if len(taken) == 1
                else self.env._("%(count)s contacts are yours now.", count=len(taken))
            )
        sentences += list(dict.fromkeys(line["reason"] for line in refused))[:5]
        if result["left"] is not False and taken:
            sentences.append(self.env._("You may take %(left)s more today.", left=result["left"]))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refused else "success",
                "sticky": bool(refused),
                "message": " ".join(sentences),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_give_back(self):
        """Give up these contacts: they are free for colleagues.

        :raises AccessError: when a contact is somebody else's and the user is no sales
            administrator
        :raises ValidationError: when the settings require an owner
        """
        manager = self.env.user.has_group("sales_team.group_sale_manager")
        others = self.filtered(lambda partner: partner.user_id != self.env.user)
        if others and not manager:
            raise AccessError(
                self.env._(
                    "%(contact)s is not yours: only its owner or a sales administrator can give "
                    "it back.",
                    contact=others[0].display_name,
                )
            )
        self._set_owner(self.env["res.users"], "give_back")
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_may_take(self):
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(
                self.env._("Only people who work in Sales own contacts. Ask for access to it.")
            )

    def _lock_owners(self):
        """Lock the rows and read who owns them, in one query.

        A transaction that has to wait for another one that took the same contact is started
        anew by Odoo (serialization), and finds the new owner then.

        :return: contact id → user id or None
        :rtype: dict
        """
        self.flush_recordset(["user_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, user_id FROM res_partner WHERE id = ANY(%s) "
                    "ORDER BY id FOR NO KEY UPDATE",
                    self.ids,
                )
            )
        )

    def _why_not_free(self):
        # sudo: the company, and whose it is, may be out of reach.
        company = self.sudo().commercial_partner_id
        return "company" if company != self and company.user_id else "other"

    def _explain_refusals(self, codes):
        """Say in a sentence why each contact can't be taken.

        :param dict codes: contact id → code
        """
        lines = []
        # sudo: who was quicker is said even if the contact went out of reach with it.
        for partner in self.sudo():
            code = codes[partner.id]
            reason = partner._explain_refusal(code)
            name = partner.display_name
            lines.append({"id": partner.id, "name": name, "code": code, "reason": reason})
        return lines

    def _explain_refusal(self, code):
        if code == "limit":
            return self._explain_limit()
        values = {"contact": self.display_name}
        if code == "owned":
            values["owner"] = self.user_id.name
            return self.env._("%(contact)s belongs to %(owner)s already.", **values)
        if code == "company":
            values["owner"] = self.commercial_partner_id.user_id.name
            return self.env._("%(contact)s works at a company of %(owner)s.", **values)
        if code == "access":
            return self.env._("You may not edit %(contact)s.", **values)
        return self.env._("%(contact)s is an address, archived, or a contact of our own.", **values)

    @api.model
    def _explain_limit(self):
        limit = self._get_owner_number("take_limit")
        return tell_count(
            limit,
            self.env._(
                "Your limit of 1 contact a day is reached: come back tomorrow, or ask a sales "
                "administrator."
            ),
            self.env._(
                "Your limit of %(limit)s contacts a day is reached: come back tomorrow, or ask a "
                "sales administrator."
            ),
            limit=limit,
        )

    def _check_taken_by_hand(self, rows):
        """Count a free contact that a salesperson gives to himself: else the limit is none.

        Or to a colleague, who could give it to him; or puts into a company, whose salesperson it
        gets.

        :param rows: (contact id, owner before or None, owner now or None)
        """
        limit = self._get_owner_number("take_limit")
        reason = self.env.context.get("crm_owner_reason")
        # Many at once count as well: else the limit is none either.
        known = isinstance(reason, OwnerReason) and reason.code != "bulk"
        taken = [contact for contact, before, now in rows if now and not before]
        if not limit or known or self.env.su or not taken:
            return
        if self.env.user.has_group("sales_team.group_sale_manager"):
            return
        count, _left = self.env.user._use_take_quota(len(taken), limit)
        if count < len(taken):
            raise UserError(self._explain_limit())
