# pylint: disable=consider-merging-classes-inherited
# (Logins of contacts are a concern of their own.)
from odoo import api, models


class ResPartner(models.Model):
    """A contact to whom a login can be offered, where Odoo's sign-up is installed."""

    _inherit = "res.partner"

    @api.private
    def signup_get_auth_param(self):
        """Give the way to sign up, or the login, of contacts that the user sees; see Odoo's.

        Odoo asks for no right: by a number alone any employee would open the form with the name
        and e-mail of a hidden contact, and become its portal user. Over RPC nobody asks for it.

        :return: {id: {}} for the others, whom a mail tells no way to sign up
        """
        seen = self if self.env.su else self._filtered_access("read")
        offered = getattr(super(ResPartner, seen), "signup_get_auth_param", dict)()
        return {id_: offered.get(id_, {}) for id_ in self.ids}
