from odoo import api, models

from .crm_owner_change import OwnerDefault


class ResCompany(models.Model):
    """A company of ours is nobody's customer."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        quiet = self.with_context(crm_owner_default=OwnerDefault())
        return super(ResCompany, quiet).create(vals_list).with_env(self.env)
