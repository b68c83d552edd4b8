from odoo import api, models


class ResCompany(models.Model):
    """A company of ours is nobody's customer."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        quiet = self.with_context(crm_owner_default=False)
        return super(ResCompany, quiet).create(vals_list).with_env(self.env)
