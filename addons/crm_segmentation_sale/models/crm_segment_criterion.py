from odoo import fields, models
from odoo.tools import SQL


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

    def _get_amount(self, query):
        if self.source == "order":
            return get_amount(query.table)
        return super()._get_amount(query)


def get_amount(table):
    """Return the amount of orders in the currency of their company, as SQL."""
    return SQL(
        "(%s / COALESCE(NULLIF(%s, 0), 1))",
        SQL.identifier(table, "amount_untaxed"),
        SQL.identifier(table, "currency_rate"),
    )
