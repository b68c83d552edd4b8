from odoo import api, fields, models
from odoo.fields import Domain


class CrmMarketingList(models.Model):
    _inherit = "crm.marketing.list"

    group_ids = fields.Many2many(
        "crm.contact.group",
        "crm_marketing_list_contact_group_rel",
        "list_id",
        "group_id",
        string="Contact Groups",
        help="Only contacts of these groups and their subgroups; of leads and deals, those whose "
        "customer is in one. The conditions narrow them further.",
    )

    @api.depends("group_ids")
    def _compute_member_count(self):
        return super()._compute_member_count()

    def _get_source_domain(self):
        domain = super()._get_source_domain()
        if not self.group_ids:
            return domain
        members = Domain("contact_group_ids", "child_of", self.group_ids.ids)
        return domain & self._get_contact_domain(members)
