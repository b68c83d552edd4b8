from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.crm.models.crm_lead import PARTNER_ADDRESS_FIELDS_TO_SYNC

#: What a lead copies of its customer, beside the name.
COPIED = ("email_from", "phone", "website", "function", *PARTNER_ADDRESS_FIELDS_TO_SYNC)


class CrmLead(models.Model):
    """A lead, whose salesperson has to work with its contact."""

    _name = "crm.lead"
    _inherit = ["crm.contact.document.mixin", "crm.lead"]

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._follow_customers()
        return leads

    def write(self, vals):
        # sudo: a customer may be hidden from who works on the document.
        before = self.sudo().partner_id if "partner_id" in vals else None
        result = super().write(vals)
        if "partner_id" in vals and self._must_ask_for_contacts():
            # By who writes, and not by who happens to need it.
            self._recompute_recordset(COPIED)
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

    # A form of Odoo's opens for whoever sees the lead; what it reads of the customer stays empty
    # for who does not see the customer.

    def _compute_commercial_partner_id(self):
        unseen = self._filter_of_unseen_customers()
        unseen.commercial_partner_id = False
        return super(CrmLead, self - unseen)._compute_commercial_partner_id()

    def _compute_partner_email_update(self):
        unseen = self._filter_of_unseen_customers()
        unseen.partner_email_update = False
        return super(CrmLead, self - unseen)._compute_partner_email_update()

    def _compute_partner_phone_update(self):
        unseen = self._filter_of_unseen_customers()
        unseen.partner_phone_update = False
        return super(CrmLead, self - unseen)._compute_partner_phone_update()

    # What a lead copies of its customer stays as it is then, too: Odoo copies as superuser, and
    # again whenever the customer is written, be it the same one.

    def _compute_email_from(self):
        return super(CrmLead, self - self._filter_of_unseen_customers())._compute_email_from()

    def _compute_phone(self):
        return super(CrmLead, self - self._filter_of_unseen_customers())._compute_phone()

    def _compute_website(self):
        return super(CrmLead, self - self._filter_of_unseen_customers())._compute_website()

    def _compute_function(self):
        return super(CrmLead, self - self._filter_of_unseen_customers())._compute_function()

    def _compute_partner_address_values(self):
        seen = self - self._filter_of_unseen_customers()
        return super(CrmLead, seen)._compute_partner_address_values()

    def _filter_of_unseen_customers(self):
        """Return those whose customer is hidden from the user, whoever computes for him."""
        mine = self.with_user(self.env.user)
        if not mine._must_ask_for_contacts():
            return self.browse()
        unseen = mine._get_unseen_contacts(self.sudo().partner_id._origin.ids)
        return self.filtered(lambda lead: lead.sudo().partner_id._origin.id in unseen._ids)

    def _create_customer(self, with_parent=None):
        """Make no contact that exists and is hidden; see the method of crm.

        :raises UserError: that says whom to ask
        """
        if self.email_normalized in self.env["res.partner"]._find_hidden({self.email_normalized}):
            raise UserError(
                self.env._(
                    "There is a contact with the e-mail address %(email)s already, in a group "
                    "that hides it from you. Ask a sales administrator to enter it on "
                    "“%(lead)s”, or go on without a contact.",
                    email=self.email_normalized,
                    lead=self.name,
                )
            )
        return super()._create_customer(with_parent=with_parent)
