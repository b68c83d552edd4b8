# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from odoo import api, fields, models, tools


class CrmContactGroup(models.Model):
    """The price level of a group, as it reaches its members."""

    _inherit = "crm.contact.group"

    is_default_price = fields.Boolean(
        string="Default Price Level",
        compute="_compute_is_default_price",
        help="Whether contacts without a group get this price level too.",
    )

    @api.depends("effective_pricelist_id")
    @api.depends_context("company")
    def _compute_is_default_price(self):
        default = self.env["product.pricelist"]._get_country_pricelist_multi([])[False]
        for group in self:
            pricelist = group.effective_pricelist_id
            group.is_default_price = bool(pricelist) and pricelist == default

    @api.model
    @tools.ormcache()
    def _get_priced_groups(self):
        """Return which group gives which price, for all companies; cached until one changes.

        :return: tuples (company id, group id, id of the group that sets the level, sequence,
            pricelist id)
        """
        rows = []
        # sudo: prices are asked for by whoever sells; groups of other companies count there.
        for company in self.env["res.company"].sudo().with_context(active_test=True).search([]):
            groups = self._search_for_cache().with_company(company)
            parents = company.parent_ids
            for group in groups:
                if group.company_id and group.company_id not in parents:
                    continue
                pricelist = group.effective_pricelist_id
                if pricelist and (not pricelist.company_id or pricelist.company_id in parents):
                    rows.append(
                        (
                            company.id,
                            group.id,
                            group.price_group_id.id,
                            group.sequence,
                            pricelist.id,
                        )
                    )
        return tuple(rows)

    def _refresh_prices(self):
        """Bring the stored price groups of all contacts in step after a change of groups."""
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.env["res.partner"]._refresh_price_groups()

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        if any("pricelist_id" in vals for vals in vals_list):
            groups._refresh_prices()
        return groups

    def write(self, vals):
        result = super().write(vals)
        if {"pricelist_id", "parent_id", "sequence", "active", "company_id"} & set(vals):
            self._refresh_prices()
        return result

    def unlink(self):
        priced = bool(self._get_priced_groups())
        result = super().unlink()
        if priced:
            self.env.registry.clear_cache()
            self.env["res.partner"]._refresh_price_groups()
        return result
