from odoo import api, models

from ..switches import NO_FOLLOW


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The merge of contacts, without loss of memberships."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Leave one membership per group before the rows move to the contact that stays.

        Core would run into the unique key and then delete all memberships of the others.
        """
        # sudo: who may merge contacts need not be allowed to edit memberships.
        # The rules must not bring back at once what is put together here.
        Member = self.env["crm.contact.group.member"].sudo()
        Member = NO_FOLLOW.on(Member)
        members = Member.search([("partner_id", "in", (src_partners | dst_partner).ids)])
        groups = members.group_id
        for _group, rows in members.grouped("group_id").items():
            # What people decided wins over the rule, then the contact that stays.
            ranked = rows.sorted(
                lambda m: (m.source == "rule", m.state == "past", m.partner_id != dst_partner, m.id)
            )
            ranked[1:].unlink()
        Member.flush_model()
        self._leave_one_allowance(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        Member.invalidate_model(flush=False)
        Member._sync_contact_groups([(group.id, dst_partner.id) for group in groups])
        return result

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
