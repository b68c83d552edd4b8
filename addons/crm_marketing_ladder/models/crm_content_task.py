from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_content import CLOSED_STATES, STATES
from .crm_content_format import MODALITIES


class CrmContentTask(models.Model):
    """The work to bring one content into one format."""

    _name = "crm.content.task"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.readonly.mixin"]
    _description = "Content Task"
    _order = "date_deadline, id"

    name = fields.Char(
        "Subject",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
    )
    content_id = fields.Many2one("crm.content", required=True, index=True, ondelete="cascade")
    directorate_id = fields.Many2one(related="content_id.directorate_id", store=True, index=True)
    company_id = fields.Many2one(related="content_id.company_id", store=True, index=True)
    active = fields.Boolean(related="content_id.active", store=True)
    state = fields.Selection(
        STATES, required=True, default="thematic_pool", index=True, tracking=True, group_expand=True
    )
    format_id = fields.Many2one("crm.content.format", index=True, ondelete="restrict")
    modality = fields.Selection(
        MODALITIES, compute="_compute_modality", store=True, readonly=False, precompute=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
    )
    verifier_id = fields.Many2one(
        "res.users",
        compute="_compute_verifier_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
    )
    date_deadline = fields.Date("Deadline", tracking=True)
    description = fields.Html()
    structure = fields.Html()
    publication_ids = fields.One2many("crm.content.publication", "task_id", string="Publications")

    @api.depends("content_id")
    def _compute_name(self):
        for task in self:
            task.name = task.name or task.content_id.name

    @api.depends("format_id")
    def _compute_modality(self):
        for task in self:
            task.modality = task.format_id.modality or task.modality

    @api.depends("content_id")
    def _compute_verifier_id(self):
        for task in self:
            task.verifier_id = task.verifier_id or task.content_id.expert_id

    @api.depends("name", "format_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for task in self:
            task.display_name = (
                f"{task.name} ({task.format_id.name})" if task.format_id else task.name
            )

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        tasks._check_content_is_open()
        tasks._schedule_for_responsible()
        tasks._roll_up_to_content()
        return tasks

    def write(self, vals):
        if vals.get("content_id"):
            # Being responsible for a task is no right on the content it is moved to.
            self.env["crm.content"].browse(vals["content_id"]).check_access("write")
        moved = self.sudo().content_id if "content_id" in vals else self.env["crm.content"]
        handed_over = self.filtered(lambda task: task.user_id.id != vals.get("user_id"))
        result = super().write(vals)
        if "state" in vals or "content_id" in vals:
            self._check_content_is_open()
            (self | moved.sudo().task_ids)._roll_up_to_content()  # as superuser: as above
        if "user_id" in vals:
            handed_over.activity_unlink(["mail.mail_activity_data_todo"])
            handed_over._schedule_for_responsible()
        if vals.get("state") in CLOSED_STATES:
            self.activity_feedback(["mail.mail_activity_data_todo"])
        return result

    def unlink(self):
        contents = self.sudo().content_id  # as superuser: as above
        result = super().unlink()
        contents.exists().task_ids._roll_up_to_content()
        return result

    def _check_content_is_open(self):
        """A cancelled content takes no open task, or it would stay cancelled unnoticed.

        Here and not in a constraint: the content's own change must come first.
        """
        for task in self.filtered(lambda task: task.state not in CLOSED_STATES):
            # As superuser: whoever is responsible for a task need not see its content.
            if task.sudo().content_id.state == "cancelled":
                raise ValidationError(
                    self.env._(
                        "The task “%s” cannot be open: its content is cancelled. Move the content "
                        "to another state first.",
                        task.display_name,
                    )
                )

    def _roll_up_to_content(self):
        # As superuser: whoever is responsible for the last task need not edit the content.
        self.sudo().content_id._roll_up_state()

    def _schedule_for_responsible(self):
        """Put an activity on the list of whoever is responsible for an open task, in one batch."""
        todo = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        tasks = self.filtered(lambda task: task.user_id and task.state not in CLOSED_STATES)
        if not todo or not tasks or self.env.context.get("mail_activity_automation_skip"):
            return
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": task.id,
                    "activity_type_id": todo.id,
                    "user_id": task.user_id.id,
                    "date_deadline": task.date_deadline or fields.Date.context_today(task),
                    "summary": task.display_name,
                    "automated": True,
                }
                for task in tasks
            ]
        )
