from odoo import api, fields, models

from .usage import check_unused


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
    marketing_message_ids = fields.Many2many(
        "crm.marketing.message",
        "crm_marketing_message_differentiator_rel",
        "differentiator_id",
        "message_id",
        string="Marketing Messages",
    )
    criterion_ids = fields.One2many(
        "crm.lead.criterion", "differentiator_id", string="Criteria on Deals"
    )
    message_count = fields.Integer("Number of Messages", compute="_compute_message_count")
    lead_count = fields.Integer(
        "Number of Deals",
        compute="_compute_lead_count",
        groups="sales_team.group_sale_salesman",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_message_count(self):
        self._count_uses("crm.marketing.message", "differentiator_ids", "message_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_lead_count(self):
        self._count_uses("crm.lead.criterion", "differentiator_id", "lead_count")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        check_unused(
            self,
            (
                ("crm.lead.criterion", "differentiator_id", self.env._("deals")),
                ("crm.marketing.message", "differentiator_ids", self.env._("marketing messages")),
            ),
        )

    def action_view_messages(self):
        """Open the marketing messages that name this differentiator."""
        return self._action_view_uses(
            "crm_marketing_ladder.crm_marketing_message_action", "differentiator_ids"
        )

    def action_view_leads(self):
        """Open the leads and opportunities where customers choose by this criterion."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_marketing_ladder.crm_lead_action_ladder"
        )
        action["domain"] = [("criterion_ids.differentiator_id", "in", self.ids)]
        action["context"] = {}
        return action
