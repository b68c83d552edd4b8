from odoo import api, fields, models

from .usage import check_unused


class CrmLadderOfRecognition(models.Model):
    """A step of awareness on which a prospect stands."""

    _name = "crm.ladder.of.recognition"
    _inherit = "crm.code.mixin"
    _description = "Ladder Step"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Stable name for imports and integrations. It stays the same when the name is "
        "changed or translated.",
    )
    sequence = fields.Integer(default=10, help="A higher number is a higher step.")
    active = fields.Boolean(default=True)
    entry_criterion = fields.Text(
        translate=True, help="What a prospect knows or says who has come to this step."
    )
    description = fields.Text(translate=True, help="What helps a prospect to the next step.")
    stuck_days = fields.Integer(
        "Stuck After (days)",
        help="A prospect who stands on this step longer counts as stuck. 0: never.",
    )
    format_ids = fields.Many2many(
        "crm.content.format",
        "crm_ladder_of_recognition_format_rel",
        "step_id",
        "format_id",
        string="Typical Formats",
        help="Formats of content that usually help a prospect on this step.",
    )
    message_ids = fields.One2many(
        "crm.marketing.message", "ladder_step_id", string="Marketing Messages"
    )

    _code_uniq = models.UniqueIndex(
        "(lower(code))",
        "Another ladder step already has this code. Upper and lower case count as the same, and "
        "archived steps keep their codes.",
    )
    _code_filled = models.Constraint(
        "CHECK (btrim(code) = code AND code <> '')",
        "The code of a ladder step must not be empty, nor begin or end with a blank.",
    )
    _stuck_days_positive = models.Constraint(
        "CHECK (stuck_days >= 0)",
        "The days after which a prospect counts as stuck must not be negative.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        check_unused(
            self,
            (
                ("crm.lead", "ladder_step_id", self.env._("deals")),
                ("res.partner", "ladder_step_id", self.env._("contacts")),
                ("crm.marketing.message", "ladder_step_id", self.env._("marketing messages")),
                ("crm.content", "ladder_step_id", self.env._("contents")),
                ("crm.communication.goal", "from_step_id", self.env._("communication goals")),
                ("crm.communication.goal", "to_step_id", self.env._("communication goals")),
                ("crm.ladder.move", "to_step_id", self.env._("moves in the history of deals")),
                ("crm.ladder.move", "from_step_id", self.env._("moves in the history of deals")),
            ),
        )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for step, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", step.name)
        return vals_list

    @api.model
    def _get_highest(self):
        """Return the highest step in use, which nobody leaves upwards."""
        return self.search([], order="sequence desc, id desc", limit=1)

    def _get_next_step(self):
        """Find the step above this one; empty at the top."""
        higher = self.search([]).filtered(
            lambda step: (step.sequence, step.id) > (self.sequence, self.id)
        )
        return higher[:1]
