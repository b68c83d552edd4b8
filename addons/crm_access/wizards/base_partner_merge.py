from odoo import api, models

from ..system import KEY, LeftOut


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The merge of contacts, which writes all fields of the one that stays."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Leave what the system keeps of the contact that stays: it will follow the merge."""
        mode = LeftOut(dst_partner._name)
        return super()._update_values(src_partners, dst_partner.with_context(**{KEY: mode}))
