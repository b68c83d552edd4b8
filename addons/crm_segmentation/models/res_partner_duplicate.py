# pylint: disable=consider-merging-classes-inherited
from odoo import fields, models


class ResPartner(models.Model):
    """A contact that may be there twice."""

    _inherit = "res.partner"

    duplicate_member_ids = fields.One2many(
        "crm.duplicate.member",
        "partner_id",
        "Possible Duplicates",
        groups="sales_team.group_sale_salesman",
    )
