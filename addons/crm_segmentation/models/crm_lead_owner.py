# pylint: disable=consider-merging-classes-inherited
from odoo import models


class CrmLead(models.Model):
    """A deal whose customer is made from it."""

    _inherit = "crm.lead"

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """Leave the owner of the new customer to the settings when the deal has none."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if not values.get("user_id"):
            values.pop("user_id", None)
        return values
