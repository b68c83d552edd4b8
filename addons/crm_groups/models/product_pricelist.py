from odoo import api, models


class ProductPricelist(models.Model):
    """A pricelist, which a contact can also get from its groups."""

    _inherit = "product.pricelist"

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        """Put the groups' price level between the contact's own list and the country's."""
        result = super()._get_partner_pricelist_multi(partner_ids)
        if not self.env["res.groups"]._is_feature_enabled("product.group_product_pricelist"):
            return result
        partners = self.env["res.partner"].with_context(active_test=False).browse(partner_ids)
        without_own = partners.filtered(
            lambda partner: (
                not (
                    partner.specific_property_product_pricelist._get_partner_pricelist_multi_filter_hook()
                )
            )
        )
        result.update(without_own._get_group_pricelists())
        return result
