from odoo import models


class PortalWizardUser(models.TransientModel):
    """A login for the portal: given and taken by who may edit the contact.

    Odoo makes the user as superuser, whoever may open the wizard.
    """

    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        self._check_changed_contacts(self.partner_id.ids)
        return super().action_grant_access()

    def action_revoke_access(self):
        self._check_changed_contacts(self.partner_id.ids)
        return super().action_revoke_access()

    def action_invite_again(self):
        self._check_changed_contacts(self.partner_id.ids)
        return super().action_invite_again()
