from odoo import models
from odoo.exceptions import AccessError


class IrRule(models.Model):
    """Says which group protects a contact, instead of that access is denied."""

    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Name the group, and whom to ask, to those who see the contact but may not change it.

        Of contacts that are hidden nothing is told beyond what Odoo tells.
        """
        error = super()._make_access_error(operation, records)
        if records._name != "res.partner" or operation not in ("write", "unlink"):
            return error
        protected = records._filter_protected()
        return AccessError(protected._tell_protection()) if protected else error
