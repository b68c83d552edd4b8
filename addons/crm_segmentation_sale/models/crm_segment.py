from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Fields of an order that measures look at.
ORDER_FIELDS = {"partner_id", "state", "amount_untaxed", "order_line", "date_order", "company_id"}


class CrmSegment(models.Model):
    """Scores measured by confirmed orders."""

    _inherit = "crm.segment"

    @api.model
    def _get_links(self):
        return {**super()._get_links(), "order": ("partner_id", "amount_untaxed")}

    @api.model
    def _get_measured_model(self, source):
        if source == "order":
            return "sale.order", Domain("state", "=", "sale"), "date_order"
        return super()._get_measured_model(source)

    @api.model
    def _get_measure_condition(self, source, condition, table):
        if source == "order":
            return SQL("%s = %s", SQL.identifier(table, "state"), condition)
        return super()._get_measure_condition(source, condition, table)

    def _get_amount(self, source, table):
        if source != "order":
            return super()._get_amount(source, table)
        # Odoo's reports do the same: into the currency of the order's company by the rate that
        # the order keeps, and from there by today's.
        amount = SQL(
            "(%s / COALESCE(NULLIF(%s, 0), 1))",
            SQL.identifier(table, "amount_untaxed"),
            SQL.identifier(table, "currency_rate"),
        )
        return self._convert_amount(amount, SQL.identifier(table, "company_id"))

    def _get_watched(self):
        watched = super()._get_watched()
        if "sale.order" in watched:
            watched["sale.order"] |= ORDER_FIELDS
        return watched
