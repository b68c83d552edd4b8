import re

from odoo import models

#: What the analysis takes of the customer himself, beside what names him.
OF_CUSTOMER = re.compile(r"\bpartner\.(country_id|industry_id|state_id|zip) AS\b")


class SaleReport(models.Model):
    """The analysis of sales, which tells the address of a customer to who sees him."""

    _inherit = "sale.report"

    def _get_hiding_scopes(self):
        """Return the ids of the scopes that hide their contacts from the user, as SQL text."""
        user = self.env.user
        if self.env.su or user.has_group("crm_groups.group_all_contacts"):
            return ""
        scopes = self.env["res.partner"]._get_closed_scopes("reader")
        return ", ".join(str(int(scope)) for scope in scopes)

    def _select_sale(self):
        select, scopes = super()._select_sale(), self._get_hiding_scopes()
        if not scopes:
            return select
        hidden = f"partner.access_scope_id IN ({scopes})"
        return OF_CUSTOMER.sub(rf"CASE WHEN {hidden} THEN NULL ELSE partner.\1 END AS", select)

    def _group_by_sale(self):
        groups = super()._group_by_sale()
        return f"{groups}, partner.access_scope_id" if self._get_hiding_scopes() else groups
