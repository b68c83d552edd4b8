from odoo import fields, models


class MailingMailing(models.Model):
    _inherit = "mailing.mailing"

    marketing_list_id = fields.Many2one(
        "crm.marketing.list", index="btree_not_null", ondelete="set null", copy=True
    )
