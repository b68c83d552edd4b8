from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The company's time zone, where its details are."""

    _inherit = "res.config.settings"

    company_tz = fields.Selection(
        related="company_id.tz", readonly=False, string="Company Time Zone"
    )
