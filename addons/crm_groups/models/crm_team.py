from odoo import models


class CrmTeam(models.Model):
    """The leader of a sales team has the access granted to the team."""

    _inherit = "crm.team"

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            self.env["crm.contact.access.scope"]._refresh_all_users()
        return result
