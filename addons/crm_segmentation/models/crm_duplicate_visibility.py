from functools import partial

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.visibility import visible_sql


class CrmDuplicateVisibility(models.AbstractModel):
    """Shown to whoever may see the contacts that it is about: nobody learns of others."""

    _name = "crm.duplicate.visibility"
    _description = "Seen with Its Contacts"

    #: Columns that hold a contact: all of them must be visible.
    _contact_columns = ("partner_id",)

    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        if not (self.env.su or bypass_access):
            self.browse().check_access("read")
            visible = Domain.custom(to_sql=lambda model, alias, query: self._get_visible(alias))
            domain = Domain(domain) & visible
        return super()._search(
            domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access
        )

    @api.model
    def _get_visible(self, alias):
        """The condition under which a row may be seen."""
        Partner = self.env["res.partner"]
        terms = [
            visible_sql(Partner, SQL.identifier(alias, column)) for column in self._contact_columns
        ]
        return SQL("(%s)", SQL(" AND ").join(terms))

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not any(self._ids):
            return result
        self.flush_model()
        visible = self.with_context(active_test=False).search([("id", "in", self.ids)])
        forbidden = self - visible
        return (forbidden, partial(self._make_error)) if forbidden else None

    def _make_error(self):
        return AccessError(
            self.env._("This is about contacts that you may not see: %s.", self._description)
        )
