from odoo import models
from odoo.fields import Domain

from .crm_owner_activity import HandedOver


class MailActivity(models.Model):
    """What a colleague who leaves had planned with his contacts and open deals."""

    _inherit = "mail.activity"

    def unlink(self):
        # Odoo deletes what an archived user had planned. With contacts and deals that are to be
        # handed over it stays, for whoever takes over.
        leaving = self.env.context.get("crm_owner_leaving")
        if isinstance(leaving, HandedOver):
            self -= self._filter_handed_over(leaving.user_ids)
        return super().unlink()

    def _filter_handed_over(self, user_ids):
        """Return those on contacts and open deals that these users own; two queries."""
        # sudo: whose they are, in all companies.
        env = self.sudo().env
        owned = Domain("user_id", "in", user_ids)
        domains = {
            "res.partner": owned,
            "crm.lead": owned & Domain("won_status", "=", "pending"),
        }
        kept = self.browse()
        for model, activities in self.grouped("res_model").items():
            if model in domains:
                ids = Domain("id", "in", activities.mapped("res_id"))
                found = set(env[model].search(domains[model] & ids).ids)
                kept |= activities.filtered(lambda a, f=found: a.res_id in f)
        return kept
