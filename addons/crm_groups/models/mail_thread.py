from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.crm_access.naming import read_ids

from ..switches import ASSIGNING


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
        """Notify of a record that the user may read; see Odoo's.

        Odoo tells its name to whoever is notified, whatever number somebody gives.

        :raises AccessError: of a contact, or a document about one, that the user may not read
        """
        self._check_contacts_of_thread(kwargs.get("partner_ids"))
        self._check_notified(self, kwargs.get("model"), kwargs.get("res_id"))
        return super().message_notify(**kwargs)

    def _message_auto_subscribe_notify(self, partner_ids, template):
        return super(MailThread, ASSIGNING.on(self))._message_auto_subscribe_notify(
            partner_ids, template
        )

    @api.model
    def _check_notified(self, records, model, res_id):
        if ASSIGNING.is_on(self.env) or not self._must_ask_for_contacts():
            return
        if not records and isinstance(model, str) and model in self.env and res_id:
            # Of any model: what links to a contact is named by it.
            self.env[model].browse(res_id).check_access("read")
        elif records._name == "res.partner" or records._is_asked_when_named():
            records.check_access("read")

    @api.model
    def _search_message_partner_ids(self, operator, operand):
        """Ask conditions on followers with the rights of who asks: Odoo searches as superuser."""
        if operator == "any" and not self.env.su and self.env.user._is_internal():
            operator, operand = "in", self.env["res.partner"]._search(Domain(operand))
        return super()._search_message_partner_ids(operator, operand)

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Take in a mail, as the mail gateway of an administrator; see Odoo's.

        What comes of it is made as superuser, with the values of the caller: a lead about whatever
        contact, with himself as its salesperson.

        :raises AccessError: for other users
        """
        if not (self.env.su or self.env.is_system()):
            raise AccessError(
                self.env._("Only an administrator's mail gateway hands over incoming mails.")
            )
        return super().message_process(
            model,
            message,
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
            thread_id=thread_id,
        )

    def _check_contacts_of_thread(self, partner_ids):
        """Refuse contacts that the user does not see, other than those the document names.

        :raises AccessError: that names the contact by its number only
        """
        if not partner_ids or not self._must_ask_for_contacts():
            return
        told = {id_ for one in partner_ids for id_ in read_ids(one)}
        self._check_named_contacts(told - self._get_named_contacts(self._get_contact_fields()))
