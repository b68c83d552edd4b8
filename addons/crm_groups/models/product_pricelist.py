from odoo import api, models


class ProductPricelist(models.Model):
    """A pricelist, which a contact can also get from its groups."""

    _inherit = "product.pricelist"

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        """Put the groups' price level between the contact's own list and the country's.

        Two queries more than core, whatever the number of contacts; none while no group has a
        price level. Core is asked about the other contacts only.
        """
        if not self.env["res.groups"]._is_feature_enabled("product.group_product_pricelist"):
            return super()._get_partner_pricelist_multi(partner_ids)
        by_group = (
            self.env["res.partner"].browse(partner_ids)._get_group_pricelists(without_own=True)
        )
        others = [partner_id for partner_id in partner_ids if partner_id not in by_group]
        result = super()._get_partner_pricelist_multi(others) if others or not by_group else {}
        return {**result, **by_group}

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals or "company_id" in vals:
            self.env["crm.contact.group"]._refresh_prices()
        return result

    def unlink(self):
        given = {row[4] for row in self.env["crm.contact.group"]._get_priced_groups()}
        result = super().unlink()
        if given & set(self.ids):
            self.env["crm.contact.group"]._refresh_prices()
        return result

    def _get_price_level_domain(self):
        """Return the domain of the contacts that have this price level, own or by a group."""
        # sudo: groups of other companies give it to their contacts too.
        groups = self.env["crm.contact.group"].sudo().search([("pricelist_id", "in", self.ids)])
        return [
            "|",
            ("specific_property_product_pricelist", "in", self.ids),
            ("price_group_id", "in", groups.ids),
        ]

    def action_open_price_level_contacts(self):
        """Open the customers with this price level, their own or from a group."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("contacts.action_contacts")
        action["display_name"] = self.env._("Customers with %s", self.display_name)
        action["domain"] = [*self._get_price_level_domain(), ("parent_id", "=", False)]
        action["context"] = {"search_default_group_by_price_group": 1}
        return action
