from odoo import api, models


class CrmLead(models.Model):
    """A deal that a type gives to somebody goes to that person's sales directorate."""

    _inherit = "crm.lead"

    @api.model
    def _make_ones_own(self, vals):
        """Leave the directorate to the salesperson: the form has proposed that person's."""
        vals = super()._make_ones_own(vals)
        own = self.env["crm.sales.directorate"]._get_directorates_by_user().get(self.env.uid, ())
        if vals.get("directorate_id") not in dict(own):
            vals.pop("directorate_id", None)
        return vals
