from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.crm_access.texts import tell_count


class CrmContactGroupReprice(models.TransientModel):
    """Quotations that a change of price level leaves behind, to be re-priced one by one or all."""

    _name = "crm.contact.group.reprice"
    _description = "Re-price Quotations"

    group_id = fields.Many2one(
        comodel_name="crm.contact.group", required=True, ondelete="cascade", readonly=True
    )
    line_ids = fields.One2many(
        comodel_name="crm.contact.group.reprice.line",
        inverse_name="wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("group_id")
    def _compute_line_ids(self):
        for wizard in self:
            orders = wizard.group_id._get_orders_to_reprice()
            # sudo: as in the search for these quotations.
            Pricelist = self.env["product.pricelist"].sudo()
            lists = Pricelist._get_partner_pricelist_multi(orders.partner_id.ids)
            wizard.line_ids = [
                Command.create(
                    {
                        "order_id": order.id,
                        "old_pricelist_id": order.pricelist_id.id,
                        "pricelist_id": lists[order.partner_id.id].id,
                        "new_total": order._get_total_at(lists[order.partner_id.id]),
                    }
                )
                for order in orders
            ]

    def action_apply(self):
        """Give the chosen quotations the pricelist of their customer and its prices.

        A quotation that was confirmed meanwhile is left as it is. Each one notes in its chatter
        which list it had.
        """
        self.ensure_one()
        done = 0
        for line in self.line_ids:
            order = line.order_id
            if not line.chosen or order.state not in ("draft", "sent"):
                continue
            order.pricelist_id = line.pricelist_id
            order._recompute_prices()
            order._message_log(
                body=self.env._(
                    "Re-priced from %(old)s to %(new)s: the price level of %(group)s has changed.",
                    old=line.old_pricelist_id.name or "-",
                    new=line.pricelist_id.name or "-",
                    group=self.group_id.complete_name,
                )
            )
            done += 1
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": tell_count(
                    done,
                    self.env._("1 quotation has been re-priced."),
                    self.env._("%s quotations have been re-priced."),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class CrmContactGroupRepriceLine(models.TransientModel):
    """One quotation, with the pricelist it has and the one it would get."""

    _name = "crm.contact.group.reprice.line"
    _description = "Quotation to Re-price"

    wizard_id = fields.Many2one(
        comodel_name="crm.contact.group.reprice", required=True, ondelete="cascade", index=True
    )
    chosen = fields.Boolean(string="Re-price", default=True)
    order_id = fields.Many2one(
        comodel_name="sale.order", string="Quotation", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="order_id.partner_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount_total = fields.Monetary(related="order_id.amount_total", string="Total Now")
    new_currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_new_currency_id"
    )
    new_total = fields.Monetary(currency_field="new_currency_id", readonly=True)
    old_pricelist_id = fields.Many2one(comodel_name="product.pricelist", string="Pricelist Now")
    pricelist_id = fields.Many2one(comodel_name="product.pricelist", string="New Pricelist")

    @api.depends("pricelist_id", "order_id")
    def _compute_new_currency_id(self):
        for line in self:
            currency = line.pricelist_id.currency_id or line.order_id.company_id.currency_id
            line.new_currency_id = currency
