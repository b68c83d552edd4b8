from odoo import api, fields, models

MATCHES = [
    ("fully", "Fully"),
    ("partly", "Partly"),
    ("not_met", "Not Met"),
    ("not_assessed", "Not Assessed"),
]


class CrmLeadCriterion(models.Model):
    """A criterion by which the customer of one deal chooses, and who meets it how well."""

    _name = "crm.lead.criterion"
    _inherit = "crm.asked.mixin"
    _description = "Criterion of a Deal"
    _order = "importance, sequence, id"
    _rec_name = "differentiator_id"
    _asked = ("lead_id",)

    lead_id = fields.Many2one(
        "crm.lead", string="Deal", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    differentiator_id = fields.Many2one(
        "crm.differentiator", required=True, index=True, ondelete="restrict", string="Criterion"
    )
    importance = fields.Selection(
        [("mandatory", "Mandatory"), ("important", "Important"), ("nice", "Nice to Have")],
        string="Importance to This Customer",
        required=True,
        compute="_compute_from_differentiator",
        store=True,
        readonly=False,
        precompute=True,
    )
    our_match = fields.Selection(
        MATCHES,
        required=True,
        compute="_compute_from_differentiator",
        store=True,
        readonly=False,
        precompute=True,
    )
    rival_match = fields.Selection(MATCHES, string="Rival's Match", default="not_assessed")
    note = fields.Char()
    dictionary_domain = fields.Binary(
        related="lead_id.dictionary_domain", export_string_translation=False, exportable=False
    )

    _lead_differentiator_uniq = models.UniqueIndex(
        "(lead_id, differentiator_id)", "This criterion is on the deal already."
    )

    @api.constrains("differentiator_id", "lead_id")
    def _check_directorate(self):
        for criterion in self:
            # As superuser: what lies in the way may be out of the user's sight.
            criterion.lead_id._check_own_dictionaries(criterion.sudo().differentiator_id)

    @api.depends("differentiator_id")
    def _compute_from_differentiator(self):
        """Start from what is known in general; what was set for this customer stays."""
        for criterion in self:
            differentiator = criterion.differentiator_id
            changed = differentiator != criterion._origin.differentiator_id
            if changed or not criterion.importance:
                criterion.importance = differentiator.type or criterion.importance or "important"
            if changed or not criterion.our_match:
                criterion.our_match = (
                    differentiator.criterion_match or criterion.our_match or "not_assessed"
                )
