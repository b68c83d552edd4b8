from odoo import api, models


class ResUsers(models.Model):
    """Who begins or ends to work in a company: a group of a company protects from its users."""

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users._refresh_scopes_of_companies()
        return users

    def write(self, vals):
        result = super().write(vals)
        if {"company_ids", "active", "group_ids"} & set(vals):
            self._refresh_scopes_of_companies()
        return result

    @api.model
    def _refresh_scopes_of_companies(self):
        Group = self.env["crm.contact.group"]
        restricting = [group_id for group_id, _access in Group._get_restricting_groups()]
        # sudo: whoever manages users need not see groups.
        if Group.sudo().search_count(
            [("id", "in", restricting), ("company_id", "!=", False)], limit=1
        ):
            self.env["crm.contact.access.scope"]._refresh_all_users()
