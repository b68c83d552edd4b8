from odoo import api, fields, models


class CrmContactGroup(models.Model):
    """A group whose price level has changed offers to re-price the quotations not yet sold."""

    _inherit = "crm.contact.group"

    reprice_count = fields.Integer(
        string="Quotations to Re-price",
        compute="_compute_reprice_count",
        help="Draft and sent quotations of the group's contacts that have another pricelist than "
        "their customer has now.",
    )

    former_pricelist_ids = fields.Many2many(
        comodel_name="product.pricelist",
        relation="crm_contact_group_former_pricelist_rel",
        string="Former Price Levels",
        readonly=True,
        copy=False,
        help="Pricelists that were the group's price level before; quotations may still have them.",
    )

    def write(self, vals):
        if "pricelist_id" in vals:
            for group in self.filtered("pricelist_id"):
                group._as_system().former_pricelist_ids |= group.pricelist_id
        return super().write(vals)

    @api.depends("pricelist_id", "parent_id", "member_ids.state")
    @api.depends_context("company")
    def _compute_reprice_count(self):
        allowed = self.env["sale.order"].has_access("read")
        for group in self:
            group.reprice_count = len(group._get_orders_to_reprice()) if allowed else 0

    def _get_orders_to_reprice(self):
        """Return the quotations whose pricelist is not what their customer would get now.

        Of these, the ones that the group has to do with: its price level, or that of a subgroup,
        is what the customer gets, or the quotation still has what was its price level before. A
        list that somebody chose for a customer who gets no price from the group stays.

        Cost: one search for the group, and the prices of its customers in one batch.
        """
        orders = self.env["sale.order"]
        if not self.ids:
            return orders
        orders = orders.search(
            [
                ("state", "in", ("draft", "sent")),
                ("company_id", "=", self.env.company.id),
                ("partner_id.commercial_partner_id.contact_group_ids", "child_of", self.ids),
            ]
        )
        # sudo: the price of a customer is no secret to who may read the quotation.
        lists = (
            self.env["product.pricelist"].sudo()._get_partner_pricelist_multi(orders.partner_id.ids)
        )
        # sudo: which group decides is known to who may read the group.
        below = self.sudo().search([("id", "child_of", self.ids)])
        above = self.sudo().search([("id", "parent_of", self.ids)])
        former = (below | above).former_pricelist_ids
        return orders.filtered(
            lambda order: (
                order.pricelist_id.id != lists[order.partner_id.id].id
                and (
                    order.partner_id.sudo().commercial_partner_id.price_group_id in below
                    or order.pricelist_id in former
                )
            )
        )

    def action_reprice_quotations(self):
        """Open the list of what would change; nothing happens before it is confirmed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Re-price Quotations"),
            "res_model": "crm.contact.group.reprice",
            "view_mode": "form",
            "target": "new",
            "context": {"default_group_id": self.id},
        }
