from odoo import models


class SaleOrderLine(models.Model):
    """A line, whose name holds the reference of the customer: for who sees him."""

    _inherit = "sale.order.line"

    def _additional_name_per_id(self):
        names = super()._additional_name_per_id()
        mine = self.sudo(False)
        if mine._must_ask_for_contacts():
            # sudo: of the number of the customer, to ask for him.
            customers = {line.id: line.order_partner_id.id for line in self.sudo()}
            unseen = set(mine._get_unseen_contacts(set(customers.values()) - {False}).ids)
            names = {
                id_: "" if customers.get(id_) in unseen else name for id_, name in names.items()
            }
        return names
