from odoo import api, fields, models

from .usage import check_unused


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
    marketing_message_ids = fields.Many2many(
        "crm.marketing.message",
        "crm_marketing_message_pain_rel",
        "pain_id",
        "message_id",
        string="Marketing Messages",
    )
    content_ids = fields.One2many("crm.content", "pain_id", string="Contents")
    lead_ids = fields.Many2many(
        "crm.lead", "crm_lead_pain_rel", "pain_id", "lead_id", string="Deals"
    )
    message_count = fields.Integer("Number of Messages", compute="_compute_message_count")
    content_count = fields.Integer("Number of Contents", compute="_compute_content_count")
    lead_count = fields.Integer(
        "Number of Deals",
        compute="_compute_lead_count",
        groups="sales_team.group_sale_salesman",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_message_count(self):
        self._count_uses("crm.marketing.message", "pain_ids", "message_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_content_count(self):
        self._count_uses("crm.content", "covered_pain_ids", "content_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_lead_count(self):
        self._count_uses("crm.lead", "pain_ids", "lead_count")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        check_unused(
            self,
            (
                ("crm.lead", "pain_ids", self.env._("deals")),
                ("crm.marketing.message", "pain_ids", self.env._("marketing messages")),
                ("crm.content", "pain_id", self.env._("contents")),
                ("crm.communication.goal", "pain_id", self.env._("communication goals")),
            ),
        )

    def action_view_messages(self):
        """Open the marketing messages that name this pain."""
        return self._action_view_uses(
            "crm_marketing_ladder.crm_marketing_message_action", "pain_ids"
        )

    def action_view_contents(self):
        """Open the contents about this pain."""
        return self._action_view_uses(
            "crm_marketing_ladder.crm_content_action", "covered_pain_ids", "pain_id"
        )

    def action_view_leads(self):
        """Open the leads and opportunities with this pain."""
        return self._action_view_uses("crm_marketing_ladder.crm_lead_action_ladder", "pain_ids")
