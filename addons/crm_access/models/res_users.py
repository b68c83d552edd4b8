from odoo import models


class ResUsers(models.Model):
    """A user, and whether he may decide for all companies."""

    _inherit = "res.users"

    def _works_in_all_companies(self):
        """Tell whether there is no company that the user does not work in. One query."""
        self.ensure_one()
        # sudo: whether there are others; none of them is shown.
        mine = self.sudo().company_ids
        companies = self.env["res.company"].sudo()
        return not companies.search_count([("id", "not in", mine.ids)], limit=1)
