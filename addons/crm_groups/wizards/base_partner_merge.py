from odoo import api, models
from odoo.exceptions import AccessError

from ..switches import NO_FOLLOW


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The merge of contacts, without loss of memberships."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Leave one membership per group before the rows move to the contact that stays.

        Core would run into the unique key and then delete all memberships of the others.

        :raises AccessError: when a group that protects its contacts would get or lose one, and
            the user could not bring that about by hand
        """
        # The rules must not bring back at once what is put together here.
        members = NO_FOLLOW.on(self._get_memberships(src_partners, dst_partner))
        kept = self._choose_memberships(members, dst_partner)
        self._check_may_merge_groups(src_partners, dst_partner, members, kept)
        groups = members.group_id
        (members - kept).unlink()
        members.flush_model()
        self._leave_one_allowance(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        members.invalidate_model(flush=False)
        members._sync_contact_groups([(group.id, dst_partner.id) for group in groups])
        return result

    @api.model
    def _get_memberships(self, src_partners, dst_partner):
        # sudo: who may merge contacts need not be allowed to edit memberships; of those that
        # count for the access he is asked.
        members = self.env["crm.contact.group.member"].sudo()
        return members.search([("partner_id", "in", (src_partners | dst_partner).ids)])

    @api.model
    def _choose_memberships(self, members, dst_partner):
        """Return of each group the one membership that the contact that stays will have.

        What people decided wins over the rule, then the contact that stays.
        """

        def rank(member):
            contact = member.partner_id
            is_rule, is_past = member.source == "rule", member.state == "past"
            return is_rule, is_past, contact != dst_partner, contact.id

        ranked = members.sorted(rank)
        return members.browse().union(*(rows[0] for rows in ranked.grouped("group_id").values()))

    @api.model
    def _check_may_merge_groups(self, src_partners, dst_partner, members, kept):
        """Ask for what the merge does to the protection of contacts, as for a change by hand.

        :param members: memberships of all the contacts
        :param kept: those of them that the contact that stays will have
        :raises AccessError: that names the group and whom to ask
        """
        if self.env.su:
            return
        # sudo: of the protection only; merging a protected contact away takes the right to edit it.
        protected = src_partners.sudo().filtered("access_scope_id").sudo(False)
        if protected:
            protected.check_access("write")
        restricting = dict(self.env["crm.contact.group"]._get_restricting_groups())
        for group, rows in members.grouped("group_id").items():
            if group.id in restricting:
                after = self._get_protection(kept & rows)
                by_contact = rows.grouped("partner_id")
                before = {
                    contact.id: self._get_protection(by_contact.get(contact.sudo(), rows.browse()))
                    for contact in src_partners | dst_partner
                }
                moved = [
                    contact_id
                    for contact_id, place in before.items()
                    # What is merged away counts where it was protected.
                    if place != after and (contact_id == dst_partner.id or place == "protected")
                ]
                self._check_may_merge_group(group.sudo(False), moved)

    @api.model
    def _get_protection(self, member):
        """Say what a membership, or none, means to the access to its contact."""
        return "protected" if member.restricts else member.state == "excluded" and "excluded"

    @api.model
    def _check_may_merge_group(self, group, partner_ids):
        if not partner_ids:
            return
        self.env["crm.contact.group.member"].check_access("create")
        group.check_access("read")
        try:
            group._check_may_move(partner_ids)
        except AccessError as error:
            raise AccessError(
                self.env._(
                    "The merge would change who is in %(group)s. %(reason)s",
                    group=group.complete_name,
                    reason=error,
                )
            ) from error

    @api.model
    def _leave_one_allowance(self, src_partners, dst_partner):
        """Let nobody in twice for the same reason: core would stop at the unique index."""
        # sudo: as for the memberships.
        allowances = self.env["crm.contact.allowance"].sudo()
        allowances = allowances.search([("partner_id", "in", (src_partners | dst_partner).ids)])
        for same in allowances.grouped(lambda a: (a.user_id, a.res_model, a.res_id)).values():
            same.sorted(lambda a: (a.partner_id != dst_partner, a.id))[1:].unlink()
        allowances.flush_model()

    @api.model
    def _get_merged_lists(self, src_partners, dst_partner):
        """Say in which groups the contact that stays will be: who is kept out stays out."""
        members = self._get_memberships(src_partners, dst_partner)
        kept = self._choose_memberships(members, dst_partner)
        lists = super()._get_merged_lists(src_partners, dst_partner)
        return {**lists, "contact_group_ids": kept.filtered(lambda m: m.state == "in").group_id}

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Have price, access and card follow from the groups of the contact that stays.

        Core keeps what its own groups gave to it, though it has those of the others too now.
        """
        result = super()._update_values(src_partners, dst_partner)
        # sudo: they do not depend on who merges.
        contact = dst_partner.sudo()
        contact._refresh_price_groups()
        contact._refresh_access_scopes()
        contact._refresh_cards()
        return result
