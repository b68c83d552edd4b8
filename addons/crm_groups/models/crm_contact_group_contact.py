# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from itertools import product

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from .crm_contact_group import SAMPLE_SIZE


class CrmContactGroup(models.Model):
    """Contacts put into groups, taken out, moved: what other programs and buttons call."""

    _inherit = "crm.contact.group"

    def action_open_contacts(self):
        """Open the contacts of the group; with ``with_subgroups`` in the context also theirs."""
        self.ensure_one()
        deep = self.env.context.get("with_subgroups")
        action = self.env["ir.actions.act_window"]._for_xml_id("contacts.action_contacts")
        action["display_name"] = self.complete_name
        action["domain"] = [("contact_group_ids", "child_of" if deep else "in", self.ids)]
        action["context"] = {"default_is_company": self.applies_to != "person"}
        if self.kind == "manual":
            action["context"]["default_contact_group_ids"] = self.ids
        action["help"] = Markup("<p class='o_view_nocontent_smiling_face'>%s</p><p>%s</p>") % (
            self.env._("No contact to show here"),
            self.env._(
                "Nobody is in the group yet, or the group protects its contacts and you are not"
                " among those who see them. Put a contact into the group on its own card, in the"
                " field Groups."
            ),
        )
        return action

    def action_open_members(self):
        """Open the memberships of the group, excluded and past ones included."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_groups.crm_contact_group_member_action"
        )
        action["domain"] = [("group_id", "=", self.id)]
        action["context"] = {"default_group_id": self.id}
        return action

    def action_open_history(self):
        """Open the chart of who entered and left the group and its subgroups."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_groups.crm_contact_group_history_action"
        )
        action["domain"] = [("group_id", "child_of", self.id)]
        return action

    def add_contacts(self, partner_ids, reason=None, until=None):
        """Put contacts into the groups by hand; a rule no longer takes them out.

        What comes in over JSON-2 is recorded with the source ``api``, what server actions do
        with ``action``. Set ``crm_groups_source`` in the context to have ``import``, ``action``
        or ``api`` recorded where it would be ``manual``, over XML-RPC for one.

        :param list partner_ids: ids of ``res.partner``
        :param str reason: why, shown on the membership
        :param until: last day of the membership, a date or an ISO text such as ``2026-03-31``
        :return: how many pairs of group and contact were ``added``, ``updated`` (had been in by
            rule, or got a new reason or end) or ``unchanged``
        :rtype: dict
        :raises UserError: when a contact does not exist
        :raises ValidationError: when the group takes no such contacts
        :raises AccessError: when the caller may not write memberships, or a group that
            restricts access does not let him in
        """
        pairs = self._get_pairs(partner_ids)
        return self._get_membership()._join(pairs, reason=reason, until=until)

    def remove_contacts(self, partner_ids):
        """Take contacts out of the groups.

        In a group kept by a rule they become excluded, or the rule would bring them back; in
        the others the membership stays as a past one.

        :param list partner_ids: ids of ``res.partner``
        :return: how many pairs of group and contact were ``removed`` or ``unchanged``
        :rtype: dict
        :raises UserError: when a contact does not exist
        :raises AccessError: when the caller may not write memberships, or a group that
            restricts access does not let him in
        """
        pairs = self._get_pairs(partner_ids)
        members = self._get_membership()._find(pairs)
        removed = members._leave()
        return {"removed": removed, "unchanged": len(pairs) - removed}

    def move_contacts(self, partner_ids, target_group_id):
        """Take contacts out of the groups and put them into another one, all or none.

        Contacts that are not in the groups are only put into the target.

        :param list partner_ids: ids of ``res.partner``
        :param int target_group_id: id of ``crm.contact.group``
        :return: ``removed`` from the groups, ``added``, ``updated``, ``unchanged`` in the target
        :rtype: dict
        :raises UserError: when a contact or the target does not exist, or the target is one of
            the groups
        :raises ValidationError: when the target takes no such contacts
        :raises AccessError: when the caller may not write memberships, or a group that
            restricts access does not let him in
        """
        target = self.browse(target_group_id)
        if not target.exists() or target in self:
            raise UserError(
                self.env._(
                    "Contacts can be moved to another group that exists. Choose one that is not "
                    "among those they leave."
                )
            )
        left = self.remove_contacts(partner_ids)
        return {"removed": left["removed"], **target.add_contacts(partner_ids)}

    def exclude_contacts(self, partner_ids, reason=None):
        """Keep contacts out of the groups, whatever the rule says.

        :param list partner_ids: ids of ``res.partner``
        :param str reason: why, shown on the membership
        :return: how many pairs of group and contact were ``excluded`` or ``unchanged``
        :rtype: dict
        :raises UserError: when a contact does not exist
        :raises AccessError: when the caller may not write memberships, or a group that
            restricts access does not let him in
        """
        pairs = self._get_pairs(partner_ids)
        return self._get_membership()._exclude(pairs, reason=reason)

    @api.model
    def _get_membership(self):
        """The model of the memberships, for whoever may write them.

        sudo: the caller has been asked for the right on memberships, and for reading the
        groups and contacts. The rows themselves follow the contact's company, which must
        not hide that a contact he works with is in already.
        """
        self.env["crm.contact.group.member"].check_access("write")
        return self.env["crm.contact.group.member"].sudo()

    def _get_pairs(self, partner_ids):
        """Return all (group id, contact id), after a check that the contacts are there."""
        self.check_access("read")
        partners = self.env["res.partner"].browse(dict.fromkeys(partner_ids))
        missing = partners - partners.exists()
        if missing:
            raise UserError(
                self.env._(
                    "These contacts do not exist (any more): %s",
                    ", ".join(str(partner.id) for partner in missing[:SAMPLE_SIZE]),
                )
            )
        partners.check_access("read")
        self._check_may_move(partners.ids)
        return list(product(self.ids, partners.ids))
