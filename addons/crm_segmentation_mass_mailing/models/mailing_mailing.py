from odoo import fields, models


class MailingMailing(models.Model):
    _inherit = "mailing.mailing"

    segment_id = fields.Many2one(
        "crm.segment", index="btree_not_null", ondelete="set null", copy=True
    )
