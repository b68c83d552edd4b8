from odoo import api, models


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
        Member = Member.with_context(crm_groups_no_follow=True)
        members = Member.search([("partner_id", "in", (src_partners | dst_partner).ids)])
        groups = members.group_id
        for _group, rows in members.grouped("group_id").items():
            # What people decided wins over the rule, then the contact that stays.
            ranked = rows.sorted(
                lambda m: (m.source == "rule", m.state == "past", m.partner_id != dst_partner, m.id)
            )
            ranked[1:].unlink()
        Member.flush_model()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        Member.invalidate_model(flush=False)
        Member._sync_contact_groups([(group.id, dst_partner.id) for group in groups])
        return result
