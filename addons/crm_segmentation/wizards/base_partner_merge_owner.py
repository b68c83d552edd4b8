# pylint: disable=consider-merging-classes-inherited
from odoo import api, models

from ..models.crm_owner_change import OwnerReason


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The merge of contacts, after which the history says why the owner is another one."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Say that the owner came by the merge; he had the contact before and gets no message."""
        dst_partner = dst_partner.with_context(
            crm_owner_reason=OwnerReason("merge"), mail_auto_subscribe_no_notify=True
        )
        return super()._update_values(src_partners, dst_partner)
