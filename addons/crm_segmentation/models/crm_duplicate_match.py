from odoo import fields, models


class CrmDuplicateMatch(models.Model):
    """Why two contacts could be one: the criterion they agree on, and the value."""

    _name = "crm.duplicate.match"
    _inherit = "crm.duplicate.visibility"
    _description = "Reason of a Duplicate"
    _order = "group_id, partner_a_id, partner_b_id, criterion_id"
    _contact_columns = ("partner_a_id", "partner_b_id")

    group_id = fields.Many2one("crm.duplicate.group", index=True, ondelete="set null")
    partner_a_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    partner_b_id = fields.Many2one(
        "res.partner", "Same As", required=True, index=True, ondelete="cascade"
    )
    criterion_id = fields.Many2one(
        "crm.duplicate.criterion", "Agree On", required=True, index=True, ondelete="cascade"
    )
    value = fields.Char(readonly=True, help="What they agree on, as it was compared.")
    search_id = fields.Many2one("crm.duplicate.search", index=True, ondelete="set null")

    _pair_uniq = models.UniqueIndex("(partner_a_id, partner_b_id, criterion_id)")
