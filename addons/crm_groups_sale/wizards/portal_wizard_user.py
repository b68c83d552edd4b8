from odoo import models


class PortalWizardUser(models.TransientModel):
    """A login for the portal: given and taken by who may edit the contact.

    Odoo makes the user as superuser, whoever may open the wizard.
    """

    _inherit = "portal.wizard.user"

    def _update_partner_email(self):
        # What giving, taking and inviting again all begin with.
        self._check_changed_contacts(self.partner_id.ids)
        return super()._update_partner_email()
