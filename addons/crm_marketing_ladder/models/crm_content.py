from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

from .usage import check_unused

STATES = [
    ("thematic_pool", "Thematic Pool"),
    ("backlog", "Backlog"),
    ("in_progress", "In Progress"),
    ("correction", "Correction"),
    ("internal_editing", "Internal Editing"),
    ("approval", "Approval"),
    ("layout", "Layout/Editing"),
    ("published", "Published"),
    ("cancelled", "Cancelled"),
]
CLOSED_STATES = ("published", "cancelled")


class CrmContent(models.Model):
    """An idea that carries a marketing message, not yet bound to a format."""

    _name = "crm.content"
    _inherit = ["crm.directorate.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Content"
    _order = "expedite desc, sequence, publication_date, id desc"
    _parent_name = "master_content_id"

    name = fields.Char(required=True, index="trigram", tracking=True)
    state = fields.Selection(
        STATES, required=True, default="thematic_pool", index=True, tracking=True, group_expand=True
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    expedite = fields.Boolean(tracking=True, help="Goes before everything else on the board.")
    blocked = fields.Boolean(tracking=True)
    blocked_reason = fields.Char(help="What has to happen before the work goes on.")
    directorate_id = fields.Many2one(tracking=True)
    marketing_message_id = fields.Many2one(
        "crm.marketing.message",
        compute="_compute_marketing_message_id",
        store=True,
        readonly=False,
        precompute=True,
        recursive=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="A child content has the message of its master content until another is chosen.",
    )
    pain_id = fields.Many2one(
        "crm.pain",
        string="Customer Problem",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    covered_pain_ids = fields.Many2many(
        "crm.pain",
        "crm_content_covered_pain_rel",
        "content_id",
        "pain_id",
        string="Pains Covered",
        compute="_compute_covered_pain_ids",
        store=True,
        help="The customer problem, and the pains of the marketing message.",
    )
    ladder_step_id = fields.Many2one(
        "crm.ladder.of.recognition",
        compute="_compute_ladder_step_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        help="For prospects on this step. It is the step of the marketing message until another "
        "is chosen; empty: for all.",
    )
    industry_ids = fields.Many2many(
        "res.partner.industry",
        "crm_content_industry_rel",
        "content_id",
        "industry_id",
        help="Empty: for all industries.",
    )
    publication_date = fields.Date(tracking=True)
    master_content_id = fields.Many2one(
        "crm.content", index="btree_not_null", ondelete="restrict", check_company=True
    )
    child_ids = fields.One2many("crm.content", "master_content_id", string="Child Contents")
    related_content_ids = fields.Many2many(
        "crm.content",
        "crm_content_related_rel",
        "content_id",
        "related_id",
        string="Related Contents",
        domain="[('id', '!=', id)]",
    )
    folder_url = fields.Char("Document Folder")
    draft_url = fields.Char("Draft")
    description = fields.Html()
    author_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, index=True, tracking=True
    )
    literary_editor_id = fields.Many2one("res.users", index="btree_not_null")
    designer_id = fields.Many2one("res.users", index="btree_not_null")
    expert_id = fields.Many2one("res.users", string="Subject Expert", index="btree_not_null")
    task_ids = fields.One2many("crm.content.task", "content_id", string="Tasks")
    publication_ids = fields.One2many(
        "crm.content.publication", "content_id", string="Publications"
    )
    sending_ids = fields.One2many("crm.content.sending", "content_id", string="Sendings")
    task_count = fields.Integer("Number of Tasks", compute="_compute_task_count")
    open_task_count = fields.Integer("Number of Open Tasks", compute="_compute_task_count")
    child_count = fields.Integer("Number of Child Contents", compute="_compute_child_count")
    sending_count = fields.Integer("Number of Sendings", compute="_compute_sending_count")
    credited_count = fields.Integer(
        "Moves Up", compute="_compute_sending_count", help="Moves up that followed a sending."
    )
    url = fields.Char(
        "Published At", compute="_compute_url", help="Address of the latest publication."
    )

    @api.depends("master_content_id.marketing_message_id")
    def _compute_marketing_message_id(self):
        for content in self:
            if not content.marketing_message_id:
                content.marketing_message_id = content.master_content_id.marketing_message_id

    @api.depends("marketing_message_id.ladder_step_id")
    def _compute_ladder_step_id(self):
        for content in self:
            if not content.ladder_step_id:
                content.ladder_step_id = content.marketing_message_id.ladder_step_id

    @api.depends("pain_id", "marketing_message_id.pain_ids")
    def _compute_covered_pain_ids(self):
        for content in self:
            content.covered_pain_ids = content.pain_id | content.marketing_message_id.pain_ids

    @api.depends("task_ids.state")
    def _compute_task_count(self):
        groups = self.env["crm.content.task"]._read_group(
            [("content_id", "in", self.ids)], ["content_id", "state"], ["__count"]
        )
        counts = {}
        for content, state, count in groups:
            total, still_open = counts.get(content.id, (0, 0))
            still_open += 0 if state in CLOSED_STATES else count
            counts[content.id] = (total + count, still_open)
        for content in self:
            content.task_count, content.open_task_count = counts.get(content._origin.id, (0, 0))

    @api.depends("child_ids")
    def _compute_child_count(self):
        self._count_uses("crm.content", "master_content_id", "child_count")

    @api.depends("sending_ids")
    def _compute_sending_count(self):
        # As superuser: how often a content was sent and helped says nothing about a single deal.
        groups = (
            self.env["crm.content.sending"]
            .sudo()
            ._read_group(
                [("content_id", "in", self.ids)], ["content_id", "is_credited"], ["__count"]
            )
        )
        sent, credited = {}, {}
        for content, is_credited, count in groups:
            sent[content.id] = sent.get(content.id, 0) + count
            credited[content.id] = credited.get(content.id, 0) + (count if is_credited else 0)
        for content in self:
            content.sending_count = sent.get(content._origin.id, 0)
            content.credited_count = credited.get(content._origin.id, 0)

    @api.depends("publication_ids.url", "publication_ids.state", "publication_ids.date")
    def _compute_url(self):
        publications = self.env["crm.content.publication"].search_fetch(
            [("content_id", "in", self.ids), ("state", "=", "published"), ("url", "!=", False)],
            ["content_id", "url"],
            order="date, id",
        )
        urls = {publication.content_id.id: publication.url for publication in publications}
        for content in self:
            content.url = urls.get(content._origin.id, False)

    @api.constrains("master_content_id")
    def _check_master_content(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._(
                    "“%s” cannot be under itself or under one of its own child contents. Choose "
                    "another master content.",
                    self[:1].display_name,
                )
            )

    @api.constrains("folder_url", "draft_url")
    def _check_urls(self):
        for content in self:
            for url in (content.folder_url, content.draft_url):
                if url and not url.startswith(("http://", "https://")):
                    raise ValidationError(
                        self.env._(
                            "“%(content)s”: “%(url)s” is no link. It must begin with https://.",
                            content=content.name,
                            url=url,
                        )
                    )

    @api.constrains("state", "description", "folder_url", "draft_url", "task_ids")
    def _check_there_is_something(self):
        """Refuse to publish a mere name: the coverage would count what nobody can read.

        Two queries at most, for any number of contents.
        """
        bare = self.filtered(
            lambda content: (
                content.state == "published"
                and is_html_empty(content.description)
                and not (content.folder_url or content.draft_url)
            )
        )
        if not bare:
            return
        # As superuser: a task that the user does not see is something as well.
        tasks = self.env["crm.content.task"].sudo()
        of_them = [("content_id", "in", bare.ids)]
        bare -= bare.browse(one.id for [one] in tasks._read_group(of_them, ["content_id"]))
        # As superuser: whether there are files, not what is in them.
        files = self.env["ir.attachment"].sudo()
        attached = [("res_model", "=", self._name), ("res_id", "in", bare.ids)]
        bare -= bare.browse(res_id for [res_id] in files._read_group(attached, ["res_id"]))
        if bare:
            raise ValidationError(
                self.env._(
                    "“%s” cannot be published: there is nothing to read yet. Write its text, link "
                    "its draft or folder, attach a file, or make a task for it.",
                    bare[0].name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._fill_from_master(vals_list)
        contents = super().create(vals_list)
        contents._fill_publication_date()
        return contents

    def write(self, vals):
        if "state" in vals:
            self._check_new_state(vals["state"])
        result = super().write(vals)
        if vals.get("state") == "published":
            self._fill_publication_date()
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for content, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", content.name)
            vals.setdefault("state", "thematic_pool")
            if "state" not in (default or {}):
                vals.update(state="thematic_pool", publication_date=False)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        check_unused(
            self,
            (
                ("crm.content.sending", "content_id", self.env._("deals it was sent to")),
                ("crm.content", "master_content_id", self.env._("child contents")),
            ),
        )

    @api.model
    def _fill_from_master(self, vals_list):
        """A child belongs to the sales directorate of its master unless said otherwise."""
        masters = self.browse(
            {vals["master_content_id"] for vals in vals_list if vals.get("master_content_id")}
        )
        if self._is_free_of_directorates():
            own = masters.directorate_id
        else:
            own = self.env["crm.sales.directorate"]._get_user_directorates()
        for vals in vals_list:
            if vals.get("master_content_id") and "directorate_id" not in vals:
                directorate = self.browse(vals["master_content_id"]).directorate_id
                if directorate in own:
                    vals["directorate_id"] = directorate.id

    def _fill_publication_date(self):
        undated = self.filtered(lambda c: c.state == "published" and not c.publication_date)
        if undated:
            undated.publication_date = fields.Date.context_today(self)

    def _check_new_state(self, state):
        """Refuse a state that the tasks, or the state so far, do not allow.

        :raises ValidationError: names the content, what is in the way and the mend
        """
        if state not in CLOSED_STATES:
            return
        published = self.filtered(lambda content: content.state == "published")
        if state == "cancelled" and published:
            raise ValidationError(
                self.env._(
                    "“%s” is published. Move it to another state first, then cancel it.",
                    published[0].name,
                )
            )
        allowed = CLOSED_STATES if state == "published" else ("cancelled",)
        # As superuser: a task that the user does not see is in the way as well.
        task = (
            self.env["crm.content.task"]
            .sudo()
            .search([("content_id", "in", self.ids), ("state", "not in", allowed)], limit=1)
        )
        if task:
            values = {
                "content": task.content_id.name,
                "task": task.display_name,
                "state": dict(task._fields["state"]._description_selection(self.env))[task.state],
            }
            if state == "published":
                raise ValidationError(
                    self.env._(
                        "“%(content)s” cannot be published: the task “%(task)s” is in the state "
                        "“%(state)s”. Publish or cancel the task first.",
                        **values,
                    )
                )
            raise ValidationError(
                self.env._(
                    "“%(content)s” cannot be cancelled: the task “%(task)s” is in the state "
                    "“%(state)s”. Cancel the task first.",
                    **values,
                )
            )

    def _roll_up_state(self):
        """Publish and cancel contents whose tasks say so; three queries for any number.

        A published content is not cancelled by its tasks: it must be moved out of Published first.
        """
        groups = self.env["crm.content.task"]._read_group(
            [("content_id", "in", self.ids)], ["content_id"], ["state:array_agg"]
        )
        targets = {"published": self.browse(), "cancelled": self.browse()}
        for content, states in groups:
            states = set(states)
            if states == {"cancelled"}:
                if content.state not in CLOSED_STATES:
                    targets["cancelled"] |= content
            elif states <= set(CLOSED_STATES) and content.state != "published":
                targets["published"] |= content
        reasons = {
            "published": self.env._("All tasks are published or cancelled."),
            "cancelled": self.env._("All tasks are cancelled."),
        }
        for state, contents in targets.items():
            if contents:
                contents.write({"state": state})
                contents._message_log_batch(dict.fromkeys(contents.ids, reasons[state]))

    def action_view_sendings(self):
        """Open the deals that this content was sent to."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_marketing_ladder.crm_content_sending_action"
        )
        action["domain"] = [("content_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_view_children(self):
        """Open the child contents."""
        return self._action_view_uses(
            "crm_marketing_ladder.crm_content_action", "master_content_id"
        )

    @api.model
    def get_board_summary(self, domain, directorate_id=False):
        """What the board shows beside its cards. Three queries.

        :param domain: the board's domain; only what the user may read counts
        :param directorate_id: whose board; False for the common one
        :return: dict of ``limits`` ({state: limit}), ``counts`` ({state: number}) and
            ``expedited`` (list of dicts of open expedited contents: id, name, state, blocked)
        """
        limits = self.env["crm.content.limit"].search_fetch(
            [("directorate_id", "=", directorate_id)], ["state", "limit"]
        )
        counts = self._read_group(domain, ["state"], ["__count"])
        expedited = self.search_read(
            [*domain, ("expedite", "=", True), ("state", "not in", CLOSED_STATES)],
            ["name", "state", "blocked"],
            limit=80,
        )
        labels = dict(self._fields["state"]._description_selection(self.env))
        return {
            "limits": {limit.state: limit.limit for limit in limits},
            "counts": dict(counts),
            "expedited": [{**row, "state_label": labels[row["state"]]} for row in expedited],
        }
