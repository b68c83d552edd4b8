# pylint: disable=consider-merging-classes-inherited
from odoo import models


class ResPartner(models.Model):
    """Who owns a contact and why, for screens and integrations."""

    _inherit = "res.partner"

    def get_owner_explanation(self):
        """Say who owns each contact, since when and why; or why it is free.

        Cost: three queries, whatever the number of contacts.

        :return: a list of dicts in the order of the contacts: ``id``, ``name``, ``owner_id`` and
            ``owner`` (False: none), ``since``, ``reason`` (a code) and ``reason_label``, ``by``
            (who did it), ``former_owner``, ``is_free`` (somebody may take it) and ``free_on``
            (the day it will be free, when that was announced). What is not known is False.
        :rtype: list
        :raises AccessError: when the user may not see one of the contacts
        """
        self.check_access("read")
        latest = self.env["crm.owner.change"]._get_latest(self.ids)
        labels = dict(
            self.env["crm.owner.change"]._fields["reason"]._description_selection(self.env)
        )
        free = set(self.search([("id", "in", self.ids), ("is_free_contact", "=", True)]).ids)
        # sudo: names of colleagues, who may work in other companies.
        users = self.env["res.users"].sudo()
        users = users.browse({row[key] for row in latest.values() for key in row if "user" in key})
        names = {user.id: user.name for user in users.filtered("id")}
        result = []
        for partner in self:
            change = latest.get(partner.id, {})
            # As in owner_since: a change that is not the present owner's says nothing of him.
            if change.get("new_user_id") != (partner.user_id.id or None):
                change = {}
            result.append(
                {
                    "id": partner.id,
                    "name": partner.display_name,
                    "owner_id": partner.user_id.id,
                    "owner": partner.user_id.sudo().name,  # sudo: as above
                    "since": change.get("date", False),
                    "reason": change.get("reason", False),
                    "reason_label": labels.get(change.get("reason"), False),
                    "by": names.get(change.get("user_id"), False),
                    "former_owner": names.get(change.get("old_user_id"), False),
                    "is_free": partner.id in free,
                    "free_on": partner.release_on,
                }
            )
        return result
