from odoo import fields, models


class CrmPain(models.Model):
    """A problem of customers that the product removes."""

    _name = "crm.pain"
    _inherit = ["crm.directorate.mixin"]
    _description = "Customer Pain"
    _order = "name, id"

    name = fields.Char(required=True, index="trigram")
    description = fields.Html(
        string="Development of Need",
        help="What the problem leads to when nothing is done about it.",
    )
