from odoo import api, models


class CrmTeamMember(models.Model):
    """Who joins or leaves a sales team gains or loses the access granted to the team."""

    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        self.env["crm.contact.access.scope"]._refresh_all_users()
        return members

    def write(self, vals):
        result = super().write(vals)
        if {"active", "user_id", "crm_team_id"} & set(vals):
            self.env["crm.contact.access.scope"]._refresh_all_users()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["crm.contact.access.scope"]._refresh_all_users()
        return result
