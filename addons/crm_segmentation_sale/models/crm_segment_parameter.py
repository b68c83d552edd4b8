from odoo import fields, models

MEASURES = {
    "order_count": ("order", "count", "sale"),
    "order_amount": ("order", "amount", "sale"),
    "order_days": ("order", "last", "sale"),
}


class CrmSegmentParameter(models.Model):
    """Measures of confirmed orders."""

    _inherit = "crm.segment.parameter"

    measure = fields.Selection(
        selection_add=[
            ("order_count", "Number of orders"),
            ("order_amount", "Amount of orders"),
            ("order_days", "Days since the last order"),
        ],
        ondelete=dict.fromkeys(MEASURES, "cascade"),
    )

    def _get_measure(self):
        return MEASURES.get(self.measure) or super()._get_measure()
