# pylint: disable=consider-merging-classes-inherited
# (Prices are a concern of their own.)
from odoo import api, fields, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """A contact with the reason of its price level."""

    _inherit = "res.partner"

    # Company-dependent like the price levels of groups; kept by SQL (see _refresh_price_groups).
    price_group_id = fields.Many2one(
        comodel_name="crm.contact.group",
        string="Price Level From",
        company_dependent=True,
        index="btree_not_null",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The group that sets the price level of the contact. Empty when the contact has a "
        "pricelist of its own, or none of its groups sets one.",
    )
    price_level_source = fields.Selection(
        selection=[
            ("own", "Own"),
            ("group", "From a group"),
            ("country", "From the country"),
            ("default", "Default"),
        ],
        compute="_compute_price_level",
        groups="base.group_user",
    )
    price_level_reason = fields.Char(
        string="Price Level", compute="_compute_price_level", groups="base.group_user"
    )
    price_via_group_id = fields.Many2one(
        comodel_name="crm.contact.group",
        compute="_compute_price_level",
        help="The group of the contact that takes the price level over from the one above.",
        groups="base.group_user",
    )

    @api.depends("property_product_pricelist", "contact_group_ids", "country_id")
    @api.depends_context("company", "lang")
    def _compute_price_level(self):
        deciding = self._get_price_deciders()
        for partner in self:
            pricelist = partner.property_product_pricelist
            own = partner.specific_property_product_pricelist
            group = deciding.get(partner.id)
            source = "default"
            if own._get_partner_pricelist_multi_filter_hook():
                source = "own"
            elif group:
                source = "group"
            elif partner.country_id and partner.country_id in (
                pricelist.country_group_ids.country_ids
            ):
                source = "country"
            partner.price_level_source = source
            partner.price_via_group_id = group if source == "group" else False
            partner.price_level_reason = self._describe_price_level(pricelist, source, group)

    def _describe_price_level(self, pricelist, source, group):
        if not pricelist:
            return False
        names = {"pricelist": pricelist.name}
        if source == "group" and group.price_group_id != group:
            names.update(origin=group.price_group_id.name, via=group.name)
            return self.env._("%(pricelist)s, from %(origin)s via %(via)s", **names)
        if source == "group":
            return self.env._("%(pricelist)s, from %(origin)s", origin=group.name, **names)
        if source == "own":
            return self.env._("%(pricelist)s, the contact's own", **names)
        if source == "country":
            return self.env._("%(pricelist)s, of the country", **names)
        return self.env._("%(pricelist)s, the default", **names)

    def action_reset_price_level(self):
        """Go back to the price level of the groups: drop the contact's own pricelist."""
        self.check_access("write")
        self.specific_property_product_pricelist = False
        return True

    def _refresh_price_groups(self, group_ids=None):
        """Store which group sets the price of contacts, for all companies in one statement.

        The groups of the commercial entity decide, the lowest sequence first, unless it has an
        active pricelist of its own. Without contacts, all are looked at.

        :param group_ids: the groups that have changed; nothing is done unless one gives a price
        """
        priced = self.env["crm.contact.group"]._get_priced_groups()
        if group_ids is not None and not {row[1] for row in priced} & set(group_ids):
            return
        if self:
            if not priced:
                return
            affected = SQL(
                "WHERE commercial_partner_id IN "
                "(SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%s))",
                self.ids,
            )
        else:
            affected = SQL(
                "WHERE price_group_id IS NOT NULL OR commercial_partner_id IN "
                "(SELECT partner_id FROM crm_contact_group_res_partner_rel "
                "WHERE group_id = ANY(%s))",
                list({row[1] for row in priced}),
            )
        self.env.flush_all()
        self._plan_for_many(True)
        rows = self.env.execute_query(
            SQL(
                """
                WITH entity AS MATERIALIZED (
                    SELECT DISTINCT commercial_partner_id AS id FROM res_partner %(affected)s
                ), best AS (
                    SELECT DISTINCT ON (e.id, v.company_id) e.id, v.company_id, v.source_id
                      FROM entity a
                      JOIN res_partner e ON e.id = a.id
                 LEFT JOIN crm_contact_group_res_partner_rel r ON r.partner_id = e.id
                 LEFT JOIN unnest(%(companies)s::int[], %(groups)s::int[], %(sources)s::int[],
                                  %(sequences)s::int[])
                           AS v(company_id, group_id, source_id, sequence)
                        ON v.group_id = r.group_id
                       AND NOT EXISTS (
                           SELECT FROM product_pricelist l
                            WHERE l.active AND l.id =
                          (e.specific_property_product_pricelist ->> v.company_id::text)::int)
                  ORDER BY e.id, v.company_id, v.sequence, v.group_id
                ), wanted AS MATERIALIZED (
                    SELECT id, jsonb_object_agg(company_id::text, source_id)
                               FILTER (WHERE company_id IS NOT NULL) AS value
                      FROM best GROUP BY id
                )
                UPDATE res_partner p SET price_group_id = w.value
                  FROM wanted w
                 WHERE p.commercial_partner_id = w.id
                   AND p.price_group_id IS DISTINCT FROM w.value
             RETURNING p.id
                """,
                affected=affected,
                companies=[row[0] for row in priced],
                groups=[row[1] for row in priced],
                sources=[row[2] for row in priced],
                sequences=[row[3] for row in priced],
            )
        )
        self._plan_for_many(False)
        if rows:
            self.browse([id_ for (id_,) in rows]).invalidate_recordset(
                ["price_group_id"], flush=False
            )

    def write(self, vals):
        result = super().write(vals)
        if {"specific_property_product_pricelist", "property_product_pricelist"} & set(vals):
            self._refresh_price_groups()
        return result
