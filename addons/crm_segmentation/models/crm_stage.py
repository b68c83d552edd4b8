from odoo import fields, models
from odoo.fields import Domain


class CrmStage(models.Model):
    """A stage that may belong to some deal types only."""

    _inherit = "crm.stage"

    deal_type_ids = fields.Many2many(
        "crm.type",
        "crm_stage_deal_type_rel",
        "stage_id",
        "type_id",
        string="Deal Types",
        domain="[('kind', '=', 'deal')]",
        help="Only deals of these types pass through this stage. Leave empty for all deals.",
    )

    def _get_deal_type_domain(self, type_ids):
        """Stages that deals of these types pass through."""
        return Domain("deal_type_ids", "=", False) | Domain("deal_type_ids", "in", list(type_ids))
