from odoo import api, models


class CrmLead(models.Model):
    """A lead, whose salesperson has to work with its contact."""

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._allow_contact_access()
        leads._follow_customers()
        return leads

    def write(self, vals):
        if "user_id" in vals:
            # Before the write: followers and activities of the new salesperson read the contact.
            self._allow_contact_access(user_id=vals["user_id"])
        # sudo: a customer may be hidden from who works on the document.
        before = self.sudo().partner_id if "partner_id" in vals else None
        result = super().write(vals)
        if {"user_id", "partner_id"} & set(vals):
            self._allow_contact_access()
        if {"stage_id", "active", "partner_id", "probability", "type", "won_status"} & set(vals):
            self._follow_customers(before)
        return result

    def _follow_customers(self, before=None):
        """Have rules on deals look at the contacts again: one was opened, won or lost."""
        # sudo: a contact may be hidden from who works on the lead.
        customers = self.sudo().partner_id
        if before:
            customers |= before
        customers |= customers.commercial_partner_id
        self.env["crm.contact.group"]._follow_contacts(
            customers.ids, {"opportunity_ids", "opportunity_count"}
        )

    def _allow_contact_access(self, user_id=None):
        """Let the salespersons see protected contacts; one statement for all leads."""
        if self.env["crm.contact.group"]._get_restricting_groups():
            self.env["crm.contact.allowance"]._allow_salespersons(self, user_id=user_id)
