# pylint: disable=consider-merging-classes-inherited
from odoo import api, models

from ..models.crm_type import COMPANY, CONTACT
from ..models.crm_type_bring import NO_EFFECTS


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The merge of contacts, with their type as far as it fits the contact that stays."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _get_merged_values(self, src_partners, dst_partner, held=None):
        """Say which type is the default where a person becomes a company by the merge."""
        values = super()._get_merged_values(src_partners, dst_partner, held)
        own = held or dst_partner.sudo()  # sudo: as the values
        if not values["crm_type_id"] and own["crm_type_id"]:
            # sudo: the dictionary is read for whoever merges.
            types = self.env["crm.type"].sudo()
            kind = COMPANY if values["is_company"] else CONTACT
            defaults = types._get_defaults([kind])
            values["crm_type_id"] = types._pick_default(defaults, kind, values["company_id"])
        return values

    @api.model
    def _fits_merged(self, name, value, values):
        if name != "crm_type_id":
            return super()._fits_merged(name, value, values)
        return value._fits(COMPANY if values["is_company"] else CONTACT, values["company_id"])

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Bring nothing by the type: what it brings, the other contact has had."""
        return super()._update_values(src_partners, NO_EFFECTS.on(dst_partner))
