from odoo.exceptions import AccessError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class ContactGroupsPortal(CustomerPortal):
    """The customer's page of a document tells his address: to employees, as they see him."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        document = super()._document_check_access(model_name, document_id, access_token)
        if request.env.user._is_internal():
            mine = request.env[model_name]
            named = document._get_named_contacts(mine._get_contact_fields())
            if mine._must_ask_for_contacts() and mine._get_unseen_contacts(named):
                raise AccessError(
                    request.env._("A contact group hides the customer of this document from you.")
                )
        return document
