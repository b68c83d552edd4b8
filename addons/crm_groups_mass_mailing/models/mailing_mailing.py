from odoo import fields, models
from odoo.fields import Domain

#: Who writes one of these says to whom the mailing goes.
RECIPIENTS = (
    "mailing_domain",
    "mailing_model_id",
    "mailing_filter_id",
    "mailing_type",
    "contact_list_ids",
)


class MailingMailing(models.Model):
    """A mailing reaches the contacts that whoever chose its recipients sees.

    Odoo's scheduled action searches the recipients as superuser, so a mailing would go to contacts
    that a group hides from its author, and list their addresses afterwards.

    Costs nothing as long as no group restricts access; then one subquery for each search.
    """

    _inherit = "mailing.mailing"

    recipients_user_id = fields.Many2one(
        "res.users",
        "Recipients Chosen By",
        readonly=True,
        default=lambda self: self.env.user,
        help="The mailing goes to records that this user sees: contacts that a contact group hides "
        "from them are left out.",
    )

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and set(RECIPIENTS) & set(vals):
            self.sudo().recipients_user_id = self.env.user  # sudo: kept by the system
        return result

    def _get_recipients_domain(self):
        domain = super()._get_recipients_domain()
        # sudo: whether there is anything to hide does not depend on who asks.
        if not self.env["crm.contact.group"].sudo()._get_restricting_groups():
            return domain
        # All companies of the user, whichever are chosen now: the scheduled action has none.
        chooser = self.recipients_user_id or self.create_uid
        Model = self.env[self.mailing_model_real].with_context(allowed_company_ids=None)
        Model = Model.with_user(chooser)
        if not Model.has_access("read"):
            return Domain.FALSE
        if Model._name != "res.partner":
            # A customer whom one does not see is not written to by way of his documents.
            seen = Domain("id", "in", Model.env["res.partner"]._search([]))
            for name in Model._mail_get_partner_fields():
                domain &= Domain(name, "=", False) | Domain(name, "any", seen)
        return Domain("id", "in", Model._search(domain))
