from odoo import fields, models


class CrmDuplicateMember(models.Model):
    """A contact among its duplicates."""

    _name = "crm.duplicate.member"
    _inherit = "crm.duplicate.visibility"
    _description = "Possible Duplicate"
    _order = "group_id, partner_id"
    _rec_name = "partner_id"

    group_id = fields.Many2one("crm.duplicate.group", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")

    _partner_uniq = models.UniqueIndex("(partner_id)")
