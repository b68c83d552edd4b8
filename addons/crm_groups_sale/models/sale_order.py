from odoo import api, fields, models

from ..addresses import leave_out_unseen


class SaleOrder(models.Model):
    """A quotation, whose salesperson has to work with its customer."""

    _name = "sale.order"
    _inherit = ["crm.contact.document.mixin", "sale.order"]

    # Whoever has it opens the customer's page without a login, where his address stands.
    access_token = fields.Char(groups="base.group_system")

    def _sign_token(self, pid):
        # sudo: the field is for nobody to read; who writes to the customer sends a link.
        return super(SaleOrder, self.sudo())._sign_token(pid)

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._follow_customers()
        return orders

    def write(self, vals):
        # sudo: a customer may be hidden from who works on the document.
        before = self.sudo().partner_id if "partner_id" in vals else None
        result = super().write(vals)
        if {"state", "partner_id", "date_order"} & set(vals):
            self._follow_customers(before)
        return result

    @api.depends("partner_id")
    def _compute_partner_shipping_id(self):
        result = super()._compute_partner_shipping_id()
        leave_out_unseen(self, "partner_shipping_id")
        return result

    @api.depends("partner_id")
    def _compute_partner_invoice_id(self):
        result = super()._compute_partner_invoice_id()
        leave_out_unseen(self, "partner_invoice_id")
        return result

    def _notify_by_email_prepare_rendering_context(
        self,
        message,
        msg_vals=False,
        model_description=False,
        force_email_company=False,
        force_email_lang=False,
        force_record_name=False,
    ):
        # sudo: the mail names the customer, who may be hidden from who writes on the quotation.
        return super(SaleOrder, self.sudo())._notify_by_email_prepare_rendering_context(
            message,
            msg_vals=msg_vals,
            model_description=model_description,
            force_email_company=force_email_company,
            force_email_lang=force_email_lang,
            force_record_name=force_record_name,
        )

    def _get_total_at(self, pricelist):
        """Return what the total would be with a pricelist, in its currency; nothing is written."""
        self.ensure_one()
        [vals] = self.copy_data()
        draft = self.new(vals)  # with lines of its own
        draft.pricelist_id = pricelist
        draft._recompute_prices()
        return draft.amount_total

    def _follow_customers(self, before=None):
        """Have rules on orders look at the customers again: one was placed or confirmed."""
        # sudo: a customer may be hidden from who confirms.
        customers = self.sudo().partner_id
        if before:
            customers |= before
        customers |= customers.commercial_partner_id
        self.env["crm.contact.group"]._follow_contacts(
            customers.ids, {"sale_order_ids", "sale_order_count"}
        )
