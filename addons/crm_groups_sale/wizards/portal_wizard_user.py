from odoo import api, models


class PortalWizard(models.TransientModel):
    """The form that gives logins for the portal: to contacts that its user sees.

    Odoo makes its lines as superuser, for whatever numbers of contacts it is opened with.
    """

    _inherit = "portal.wizard"

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        # As its user: later it would be as who flushes.
        wizards._recompute_recordset(["user_ids"])
        return wizards

    @api.depends("partner_ids")
    def _compute_user_ids(self):
        result = super()._compute_user_ids()
        mine = self.with_user(self.env.user)
        if mine._must_ask_for_contacts():
            unseen = set(mine._get_unseen_contacts(self.partner_ids._origin.ids).ids)
            for wizard in self:
                wizard.user_ids = wizard.user_ids.filtered(
                    lambda line: line.partner_id._origin.id not in unseen
                )
        return result


class PortalWizardUser(models.TransientModel):
    """A login for the portal: given and taken by who may edit the contact.

    Odoo makes the user as superuser, whoever may open the wizard.
    """

    _inherit = "portal.wizard.user"

    def _update_partner_email(self):
        # What giving, taking and inviting again all begin with.
        self._check_changed_contacts(self.partner_id.ids)
        return super()._update_partner_email()
