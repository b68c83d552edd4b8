from odoo import api, models


class CrmLead(models.Model):
    """A lead, whose salesperson has to work with its contact."""

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._allow_contact_access()
        return leads

    def write(self, vals):
        if "user_id" in vals:
            # Before the write: followers and activities of the new salesperson read the contact.
            self._allow_contact_access(user_id=vals["user_id"])
        result = super().write(vals)
        if {"user_id", "partner_id"} & set(vals):
            self._allow_contact_access()
        return result

    def _allow_contact_access(self, user_id=None):
        """Let the salespersons see protected contacts; one statement for all leads."""
        if self.env["crm.contact.group"]._get_restricting_groups():
            self.env["crm.contact.allowance"]._allow_salespersons(self, user_id=user_id)
