from odoo import fields, models


class CrmContactGroupPeriod(models.Model):
    """A stay in a group that is over and that the membership row no longer tells.

    The row about a contact in a group holds the last stay only. What it held before is kept
    here when the contact comes back, or when the row is deleted; so the first filling of a
    group writes nothing twice.
    """

    _name = "crm.contact.group.period"
    _description = "Past Stay in a Contact Group"
    _order = "date_to desc, id desc"
    _log_access = False

    group_id = fields.Many2one(
        comodel_name="crm.contact.group", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", required=True, ondelete="cascade", index=True
    )
    date_from = fields.Date()
    date_to = fields.Date()
    source = fields.Char()
    reason = fields.Char()
    user_id = fields.Many2one(comodel_name="res.users", index="btree_not_null")
