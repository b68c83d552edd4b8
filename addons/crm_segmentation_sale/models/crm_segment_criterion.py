from odoo import fields, models


class CrmSegmentCriterion(models.Model):
    """A line about orders."""

    _inherit = "crm.segment.criterion"

    source = fields.Selection(
        selection_add=[("order", "Its orders and quotations")], ondelete={"order": "cascade"}
    )

    def _get_source_models(self):
        return {**super()._get_source_models(), "order": "sale.order"}

    def _get_source_words(self):
        return {**super()._get_source_words(), "order": self.env._("orders and quotations")}

    def _get_link(self):
        if self.source == "order":
            return "partner_id", "amount_untaxed"
        return super()._get_link()
