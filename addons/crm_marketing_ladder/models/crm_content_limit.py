from odoo import fields, models

from .crm_content import STATES


class CrmContentLimit(models.Model):
    """How many contents may be in one state at once on one board."""

    _name = "crm.content.limit"
    _description = "Board Column Limit"
    _order = "directorate_id, state, id"
    _rec_name = "state"

    directorate_id = fields.Many2one(
        "crm.sales.directorate",
        string="Board",
        index=True,
        ondelete="cascade",
        help="The board of this sales directorate. Empty: the common board.",
    )
    company_id = fields.Many2one(related="directorate_id.company_id", store=True, index=True)
    state = fields.Selection(STATES, string="Column", required=True)
    limit = fields.Integer(required=True, help="With more cards than this the column turns red.")

    _board_uniq = models.UniqueIndex(
        "(COALESCE(directorate_id, 0), state)", "This column of the board already has a limit."
    )
    _limit_positive = models.Constraint(
        'CHECK ("limit" > 0)', "The limit of a column must be greater than zero."
    )
