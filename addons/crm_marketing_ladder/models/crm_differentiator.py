from odoo import fields, models


class CrmDifferentiator(models.Model):
    """A criterion by which customers choose a supplier, and how well we meet it."""

    _name = "crm.differentiator"
    _inherit = ["crm.directorate.mixin"]
    _description = "Differentiator"
    _order = "name, id"

    name = fields.Char(required=True, index="trigram")
    criterion_match = fields.Selection(
        [
            ("fully", "Fully"),
            ("partly", "Partly"),
            ("not_met", "Not Met"),
            ("not_assessed", "Not Assessed"),
        ],
        string="Matches the Criterion",
        required=True,
        default="not_assessed",
        help="How well our offer meets the criterion.",
    )
    type = fields.Selection(
        [("mandatory", "Mandatory"), ("important", "Important"), ("nice", "Nice to Have")],
        required=True,
        default="important",
        help="How critical it is for the customer that the criterion is met.",
    )
    description = fields.Html()
