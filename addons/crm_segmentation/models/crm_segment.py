from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: What a segment can be about: its model, and which of the model's records.
TARGETS = {
    "person": ("res.partner", [("is_company", "=", False), ("type", "in", ["contact", False])]),
    "company": ("res.partner", [("is_company", "=", True)]),
    "contact": (
        "res.partner",
        ["|", ("is_company", "=", True), ("type", "in", ["contact", False])],
    ),
    "lead": ("crm.lead", [("type", "=", "lead")]),
    "deal": ("crm.lead", [("type", "=", "opportunity")]),
}
PARTNER_TARGETS = ("person", "company", "contact")


class CrmSegment(models.Model):
    """A part of the base: those a saved filter finds, or all of a kind with a score and a class."""

    _name = "crm.segment"
    _inherit = "crm.shared.mixin"
    _description = "Segment"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    method = fields.Selection(
        [("filter", "Saved filter"), ("score", "Score")], required=True, default="filter"
    )
    applies_to = fields.Selection(
        [
            ("company", "Companies"),
            ("person", "Persons"),
            ("contact", "Companies and persons"),
            ("lead", "Leads"),
            ("deal", "Deals"),
        ],
        required=True,
        default="company",
    )
    model_name = fields.Char(compute="_compute_model_name", export_string_translation=False)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    note = fields.Text(string="What It Is For")
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        default=lambda self: self._default_company_id(),
        help="The segment looks at the records of this company, of its branches and the shared "
        "ones, and is seen there only. Empty: at the records of all companies.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        readonly=False,
        help="Amounts of deals and orders are added up and compared in this currency, at the "
        "rates of today.",
    )
    member_ids = fields.One2many("crm.segment.member", "segment_id", string="Members")
    # The number of all, and with it of those that a user may not see: nobody's to read.
    last_total = fields.Integer(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
        technical=True,
    )
    last_count = fields.Integer(
        string="Members at Last Count",
        compute="_compute_last_count",
        help="Members that you may see. Stored members are counted now. Those of a live segment "
        "are the number at its last refresh, for who sees everything: open it to count them now.",
    )
    current_count = fields.Integer(
        string="Members Now",
        compute="_compute_current_count",
        help="Members at this moment that you may see, without archived ones.",
    )
    is_stored = fields.Boolean(compute="_compute_is_stored", search="_search_is_stored")

    @api.model
    def _default_company_id(self):
        # One company only: nothing to choose, and a second one later finds shared segments.
        several = self.env["res.company"].sudo().search_count([], limit=2) > 1  # sudo: number only
        return self.env.company if several else False

    @api.depends("company_id.currency_id")
    def _compute_currency_id(self):
        """The company's; of what all share that of whoever made it, which then stays."""
        for segment in self:
            own = segment.company_id.currency_id or segment.currency_id
            segment.currency_id = own or self.env.company.currency_id

    @api.depends("applies_to")
    def _compute_model_name(self):
        for segment in self:
            segment.model_name = TARGETS.get(segment.applies_to, ("res.partner",))[0]

    @api.depends("method", "mode", "keep_history")
    def _compute_is_stored(self):
        for segment in self:
            segment.is_stored = (
                segment.method == "score" or segment.mode == "snapshot" or segment.keep_history
            )

    def _search_is_stored(self, operator, value):
        if operator != "in":
            return NotImplemented
        stored = (
            Domain("method", "=", "score")
            | Domain("mode", "=", "snapshot")
            | Domain("keep_history", "=", True)
        )
        return stored if True in value else ~stored

    @api.depends("last_total", "member_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_last_count(self):
        """Tell the number of all to whoever sees all; of others what they see, in one query."""
        user = self.env.user
        everything = self.env.su or (
            user.has_group("sales_team.group_sale_manager") and user._works_in_all_companies()
        )
        counts = {}
        if everything or self.env["crm.segment.member"].has_access("read"):
            counts = dict(
                self.env["crm.segment.member"]._read_group(
                    [("segment_id", "in", self.ids)], ["segment_id"], ["__count"]
                )
            )
        for segment in self:
            # sudo: see above.
            total = segment.sudo().last_total if everything and not segment.is_stored else 0
            segment.last_count = total or counts.get(segment._origin, 0)

    def _compute_current_count(self):
        """Count whom the user may see; one query for each segment: for a form, not for lists."""
        for segment in self:
            try:
                segment.current_count = segment._search_visible().search_count(
                    segment._get_member_domain()
                )
            except UserError:
                segment.current_count = 0

    def _search_visible(self):
        """Return the model of the members, to be searched with the rights of the user."""
        self.ensure_one()
        return self.env[self.model_name]

    def _get_member_domain(self):
        """Return the domain of the members for lists and other addons."""
        self.ensure_one()
        return [("segment_ids", "in", [self._origin.id])]

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if "name" not in (default or {}):
            for segment, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", segment.name)
        return vals_list

    def action_open_members(self):
        """Open those of the segment that the user may see, in their own list."""
        self.ensure_one()
        context = {"default_is_company": self.applies_to == "company"}
        if self.model_name == "crm.lead":
            context = {"default_type": "lead" if self.applies_to == "lead" else "opportunity"}
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.model_name,
            "view_mode": "list,kanban,form",
            "domain": self._get_member_domain(),
            "context": context,
        }

    def action_open_stored_members(self):
        """Open the stored members with their dates, and the score and class where there is one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.segment.member",
            "view_mode": "list,form,pivot,graph",
            "domain": [("segment_id", "=", self.id)],
            "context": {"search_default_group_class": self.method == "score"},
        }

    def action_open_moves(self):
        """Open the history: who entered, left or changed its class, and when."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History of %s", self.name),
            "res_model": "crm.segment.move",
            "view_mode": "list,graph,pivot",
            "domain": [("segment_id", "=", self.id)],
        }
