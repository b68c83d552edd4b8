from odoo import api, fields, models

from .usage import check_unused


class CrmMarketingMessage(models.Model):
    """What is said to move a prospect up: how much a pain weighs, why a criterion matters."""

    _name = "crm.marketing.message"
    _inherit = ["crm.directorate.mixin"]
    _description = "Marketing Message"
    _order = "name, id"

    name = fields.Char(required=True, index="trigram")
    text = fields.Html(translate=True, help="What we say, in the customer's words.")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In Use"), ("retired", "Retired")],
        required=True,
        default="draft",
        help="Messages in use are offered on deals. Retired ones stay for the statistics.",
    )
    ladder_step_id = fields.Many2one(
        "crm.ladder.of.recognition",
        index=True,
        ondelete="restrict",
        help="The message is for prospects who stand on this step.",
    )
    pain_ids = fields.Many2many(
        "crm.pain",
        "crm_marketing_message_pain_rel",
        "message_id",
        "pain_id",
        string="Pains",
        check_company=True,
        ondelete="restrict",
    )
    differentiator_ids = fields.Many2many(
        "crm.differentiator",
        "crm_marketing_message_differentiator_rel",
        "message_id",
        "differentiator_id",
        string="Differentiators",
        check_company=True,
        ondelete="restrict",
    )
    content_ids = fields.One2many("crm.content", "marketing_message_id", string="Contents")
    content_count = fields.Integer("Number of Contents", compute="_compute_content_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_content_count(self):
        self._count_uses("crm.content", "marketing_message_id", "content_count")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        check_unused(
            self,
            (
                ("crm.content", "marketing_message_id", self.env._("contents")),
                ("crm.communication.goal", "message_id", self.env._("communication goals")),
            ),
        )

    def action_view_contents(self):
        """Open the contents that carry this message."""
        action = self._action_view_uses(
            "crm_marketing_ladder.crm_content_action", "marketing_message_id"
        )
        action["context"]["default_pain_id"] = self.pain_ids[:1].id
        return action
