from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class CrmContentPublication(models.Model):
    """One content task's result in one channel."""

    _name = "crm.content.publication"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.readonly.mixin"]
    _description = "Content Publication"
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name")
    task_id = fields.Many2one("crm.content.task", required=True, index=True, ondelete="cascade")
    content_id = fields.Many2one(related="task_id.content_id", store=True, index=True)
    directorate_id = fields.Many2one(related="task_id.directorate_id", store=True, index=True)
    company_id = fields.Many2one(related="task_id.company_id", store=True, index=True)
    channel_id = fields.Many2one(
        "crm.content.channel",
        compute="_compute_channel_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        help="Found by the address of the publication.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "Review"),
            ("approved", "Approved"),
            ("published", "Published"),
            ("unpublished", "Unpublished"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
    )
    date = fields.Date(tracking=True)
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user, index=True
    )
    url = fields.Char("URL", tracking=True)

    @api.depends("task_id.name", "channel_id.name")
    @api.depends_context("lang")
    def _compute_name(self):
        # As superuser: whoever is responsible for a publication need not see its task.
        for publication in self.sudo():
            parts = (publication.task_id.name, publication.channel_id.name)
            publication.name = " · ".join(part for part in parts if part)

    @api.depends("url")
    def _compute_channel_id(self):
        channels = self.env["crm.content.channel"]
        if any(publication.url for publication in self):
            channels = channels.search([("address", "!=", False)])
        for publication in self:
            try:
                found = channels._find_by_url(publication.url) if publication.url else channels[:0]
            except ValueError:
                # A broken address is refused by the constraint, with its name.
                found = channels[:0]
            publication.channel_id = found or publication.channel_id

    @api.model
    def _is_deliverable(self, alias):
        """Return as SQL whether a published content can be sent: it has an address.

        :param str alias: of the table of contents
        """
        self.flush_model()
        return SQL(
            """
            EXISTS (SELECT FROM crm_content_publication p
                     WHERE p.content_id = %s AND p.state = 'published' AND p.url <> '')
            """,
            SQL.identifier(alias, "id"),
        )

    @api.constrains("url", "state")
    def _check_url(self):
        for publication in self:
            if publication.state == "published" and not publication.url:
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be published without an address. Fill in the URL under which "
                        "customers find it.",
                        publication.name,
                    )
                )
            if publication.url and not self._is_web_address(publication.url):
                raise ValidationError(
                    self.env._(
                        "“%(url)s” is no web address for “%(publication)s”. It must look like "
                        "https://example.com/page.",
                        url=publication.url,
                        publication=publication.name,
                    )
                )

    @staticmethod
    def _is_web_address(url):
        try:
            parts = urlsplit(url)
            return parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            return False

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._fill_date(vals)
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("task_id"):
            # Being responsible for a publication is no right on the task it is moved to.
            self.env["crm.content.task"].browse(vals["task_id"]).check_access("write")
        if vals.get("state") == "published" and not all(self.mapped("date")):
            vals = dict(vals)
            self._fill_date(vals)
        return super().write(vals)

    @api.model
    def _fill_date(self, vals):
        if vals.get("state") == "published" and not vals.get("date"):
            vals["date"] = fields.Date.context_today(self)
