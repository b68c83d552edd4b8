from odoo import models
from odoo.exceptions import AccessError


class PortalMixin(models.AbstractModel):
    """A document with a page for its customer, which tells his address without a login."""

    _inherit = "portal.mixin"

    def _check_customer_seen(self):
        """Refuse to give the page away to whom a group hides the customer.

        :raises AccessError: when a group hides him from the user
        """
        if self._must_ask_for_contacts() and self._get_unseen_contacts(
            self._get_named_contacts(self._get_contact_fields())
        ):
            raise AccessError(
                self.env._("A contact group hides the customer of this document from you.")
            )

    def _portal_ensure_token(self):
        """Give the token to who may see the customer; see Odoo's."""
        self._check_customer_seen()
        # sudo: where the field is for nobody to read, the token is for whom the method gives it.
        return super(PortalMixin, self.sudo())._portal_ensure_token()

    def _get_share_url(self, redirect=False, signup_partner=False, pid=None, share_token=True):
        """Give the address to who may see the customer; see Odoo's."""
        if share_token:
            self.check_access("read")
            self._check_customer_seen()
        # sudo: as above
        return super(PortalMixin, self.sudo())._get_share_url(
            redirect=redirect, signup_partner=signup_partner, pid=pid, share_token=share_token
        )
