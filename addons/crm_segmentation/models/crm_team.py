from odoo import api, models


class CrmTeam(models.Model):
    """A new team gets the list fields that are for all teams."""

    _inherit = "crm.team"

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        # sudo: who makes a team need not edit list fields.
        lists = self.env["crm.list.field"].sudo()
        if lists.search_count([("model", "=", "crm.lead")], limit=1):
            lists._write_definitions([(team, "lead_properties_definition") for team in teams])
        return teams
