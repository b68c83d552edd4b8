from odoo import models

from odoo.addons.crm_access.naming import read_ids


class MailThread(models.AbstractModel):
    """Conversations tell of contacts only to those who see them.

    Odoo enters followers and recipients as superuser, for any user who names them, and then shows
    their names and addresses to all who read the document.
    """

    _inherit = "mail.thread"

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        self._check_contacts_of_thread(partner_ids)
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)

    def message_post(self, **kwargs):
        self._check_contacts_of_thread(kwargs.get("partner_ids"))
        return super().message_post(**kwargs)

    def message_notify(self, **kwargs):
        self._check_contacts_of_thread(kwargs.get("partner_ids"))
        return super().message_notify(**kwargs)

    def _check_contacts_of_thread(self, partner_ids):
        """Refuse contacts that the user does not see, other than those the document names.

        :raises AccessError: that names the contact by its number only
        """
        if not partner_ids or not self._must_ask_for_contacts():
            return
        told = {id_ for one in partner_ids for id_ in read_ids(one)}
        self._check_named_contacts(told - self._get_named_contacts(self._get_contact_fields()))
