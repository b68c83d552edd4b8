from odoo import api, models

from ..system import KEY, LEFT_OUT


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The merge of contacts, which writes all fields of the one that stays."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Leave what the system keeps of the contact that stays: it will follow the merge."""
        return super()._update_values(src_partners, dst_partner.with_context(**{KEY: LEFT_OUT}))
