from odoo import api, fields, models


class ResPartnerBank(models.Model):
    """A bank account: who has the same number is told of contacts that one sees."""

    _inherit = "res.partner.bank"

    @api.depends_context("uid")
    def _compute_duplicate_bank_partner_ids(self):
        if not self._must_ask_for_contacts():
            return super()._compute_duplicate_bank_partner_ids()
        # sudo: Odoo looks for them in all contacts; whom the user sees is asked at once.
        super(ResPartnerBank, self.sudo())._compute_duplicate_bank_partner_ids()
        for bank in self:
            found = bank.sudo().duplicate_bank_partner_ids.sudo(False)
            bank.duplicate_bank_partner_ids = found - self._get_unseen_contacts(found.ids)
        return None


class ResPartner(models.Model):
    """A contact, in whose form Odoo warns of others with the same bank account."""

    _inherit = "res.partner"

    # As superuser, as related fields are, it would tell of all.
    duplicate_bank_partner_ids = fields.Many2many(
        related=None,
        comodel_name="res.partner",
        compute="_compute_duplicate_bank_partner_ids",
        compute_sudo=False,
    )

    @api.depends("bank_ids.duplicate_bank_partner_ids")
    @api.depends_context("uid")
    def _compute_duplicate_bank_partner_ids(self):
        """Tell of them who may read bank accounts; a customer, who may not, is told of none."""
        if not self.env["res.partner.bank"].has_access("read"):
            self.duplicate_bank_partner_ids = False
            return
        for contact in self:
            contact.duplicate_bank_partner_ids = contact.bank_ids.duplicate_bank_partner_ids
