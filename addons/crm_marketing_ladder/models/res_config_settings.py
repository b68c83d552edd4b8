from odoo import fields, models

from .crm_ladder_analysis import DEFAULT_MINIMUM_DEALS
from .crm_ladder_move import DEFAULT_CREDIT_DAYS


class ResConfigSettings(models.TransientModel):
    """What the analyses of the ladder count, and from when on they claim something."""

    _inherit = "res.config.settings"

    ladder_credit_days = fields.Integer(
        string="Credit a content for (days)",
        config_parameter="crm_marketing_ladder.credit_days",
        default=DEFAULT_CREDIT_DAYS,
    )
    ladder_minimum_deals = fields.Integer(
        string="Closed deals for a claim",
        config_parameter="crm_marketing_ladder.minimum_deals",
        default=DEFAULT_MINIMUM_DEALS,
    )
