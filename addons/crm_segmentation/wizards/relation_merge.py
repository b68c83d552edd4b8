# pylint: disable=consider-merging-classes-inherited
from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The merge of contacts, without loss of relations."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Move the relations first: core would run into their unique keys."""
        # sudo: whoever may merge contacts need not see all that they are related to.
        self.env["crm.relation"].sudo()._merge_partners(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
