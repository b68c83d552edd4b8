from odoo import api, models


class CrmContactDocumentMixin(models.AbstractModel):
    """A document with a customer and a salesperson, such as a lead or a quotation.

    Its salesperson has to work with its customer, so he is let in to a protected one. That is a
    right which follows from two values of the document: it counts only when somebody gave them
    who may edit the customer himself, and no longer than the document says so.

    Inherit it before the model, so that it is asked first::

        _name = "crm.lead"
        _inherit = ["crm.contact.document.mixin", "crm.lead"]
    """

    _name = "crm.contact.document.mixin"
    _description = "Document of a Contact"

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._allow_contact_access()
        return documents

    def write(self, vals):
        if vals.get("user_id"):
            # Before the write: followers and activities of the new salesperson read the contact.
            self._allow_contact_access(user_id=vals["user_id"])
        result = super().write(vals)
        if {"user_id", "partner_id"} & set(vals):
            self._allow_contact_access()
        return result

    def unlink(self):
        documents = self.ids
        result = super().unlink()
        self.env["crm.contact.allowance"]._end_of_documents(self._name, documents)
        return result

    def _allow_contact_access(self, user_id=None):
        """Bring who is let in for these documents in step with them."""
        if self.env["crm.contact.group"]._get_restricting_groups():
            self.env["crm.contact.allowance"]._follow_documents(self, user_id=user_id)
