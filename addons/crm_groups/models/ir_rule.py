from odoo import models
from odoo.exceptions import AccessError

from .crm_contact_group import SAMPLE_SIZE


class IrRule(models.Model):
    """Says which group protects a contact, instead of that access is denied."""

    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Name the group, and whom to ask, to those who see the contact but may not change it.

        Of contacts that are hidden nothing is told beyond what Odoo tells.
        """
        error = super()._make_access_error(operation, records)
        if records._name != "res.partner" or operation not in ("write", "unlink"):
            return error
        own_rule = self.env.ref("crm_groups.res_partner_rule_access_write")
        if own_rule not in self._get_failing(records, mode=operation):
            return error
        if not records.has_access("read"):
            return error
        # sudo: the user sees the contacts; groups and their users are what he has to know.
        contacts = records.sudo()
        groups = contacts.access_scope_id.group_ids
        users = self.env["res.users"].union(*(group._get_allowed_users() for group in groups))
        if not groups:
            return error
        return AccessError(
            self.env._(
                "You can read %(contacts)s but not change it: it is protected by %(groups)s.\n"
                "Who can let you in or make the change: %(users)s.",
                contacts=", ".join(contacts[:SAMPLE_SIZE].mapped("display_name")),
                groups=", ".join(groups.mapped("complete_name")),
                users=", ".join(users[:SAMPLE_SIZE].mapped("name"))
                or self.env._("a sales administrator"),
            )
        )
