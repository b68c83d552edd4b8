from odoo import api, models
from odoo.exceptions import UserError


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
        super(CrmLead, self - unseen)._compute_commercial_partner_id()

    def _compute_partner_email_update(self):
        unseen = self._filter_of_unseen_customers()
        unseen.partner_email_update = False
        super(CrmLead, self - unseen)._compute_partner_email_update()

    def _compute_partner_phone_update(self):
        unseen = self._filter_of_unseen_customers()
        unseen.partner_phone_update = False
        super(CrmLead, self - unseen)._compute_partner_phone_update()

    def _filter_of_unseen_customers(self):
        if not self._must_ask_for_contacts():
            return self.browse()
        unseen = self._get_unseen_contacts(self.partner_id.ids)
        return self.filtered(lambda lead: lead.partner_id in unseen)

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
