from odoo import api, models

from ..models.crm_type_bring import NO_EFFECTS


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The merge of contacts, without loss of their type."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Carry the type to the contact that stays.

        Odoo carries no computed field, and the type is one, though people fill it. The contact
        that stays keeps its own; else the first of the others that fits its kind and company.
        """
        # sudo: as the values below, whoever merges; groups keep the field from portal users only.
        kept = dst_partner.sudo().crm_type_id
        found = kept or next(
            (
                partner.crm_type_id
                for partner in src_partners.sudo()
                if partner.crm_type_id
                and partner.crm_type_id._fits(
                    dst_partner._get_crm_type_kind(), dst_partner.company_id
                )
            ),
            kept,
        )
        result = super()._update_values(src_partners, dst_partner)
        if found and dst_partner.sudo().crm_type_id != found:
            # What the type brings, the other contact has had.
            NO_EFFECTS.on(dst_partner).crm_type_id = found.sudo(False)
        return result
