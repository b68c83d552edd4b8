from odoo import api, models, tools


class ResCompany(models.Model):
    """The contact of a company is never protected: without it nobody could work."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies.partner_id._refresh_followers()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id._refresh_followers()
        return result

    @api.model
    @tools.ormcache()  # Odoo clears it when a company is made
    def _has_several(self):
        """Tell whether there may be contacts that one company keeps from another."""
        # sudo: of their number only.
        return len(self.sudo().with_context(active_test=False).search([], limit=2)) > 1
