from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.duplicates import SharedMailboxes, read_pattern


class CrmSharedMailbox(models.Model):
    """An address that many people write from: leads from it are not the same enquiry."""

    _name = "crm.shared.mailbox"
    _inherit = "crm.shared.mixin"
    _description = "Shared Mailbox"
    _order = "name"
    _shared_by = None

    name = fields.Char(
        string="Mailbox or Domain",
        required=True,
        help="info: this mailbox of any domain. @example.com: every mailbox of this domain. "
        "office@example.com: just this one.",
    )
    active = fields.Boolean(default=True)
    note = fields.Char()

    _name_unique = models.Constraint("UNIQUE(name)", "This mailbox is in the list already.")

    @api.constrains("name")
    def _check_name(self):
        for mailbox in self:
            try:
                read_pattern(mailbox.name)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%s is no mailbox: write info, @example.com or office@example.com.",
                        mailbox.name,
                    )
                ) from error

    @api.model
    def _get_shared_mailboxes(self):
        """The list as the engine wants it. Cost: one query."""
        # sudo: a list for everybody's runs, kept by managers.
        return SharedMailboxes(self.sudo().search_fetch([], ["name"]).mapped("name"))
