from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from .usage import check_unused


class CrmSalesDirectorate(models.Model):
    """A unit of the sales force: its people, its teams and what they sell."""

    _name = "crm.sales.directorate"
    _inherit = ["crm.shared.mixin", "crm.code.mixin"]
    _description = "Sales Directorate"
    _parent_store = True
    _check_company_auto = True
    # "First directorate of a user" is by this order, so the tree does not come before it.
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        index="trigram", help="Stable name for imports and integrations, unique in the company."
    )
    sequence = fields.Integer(
        default=10,
        help="The first directorate of a user is filled in on the records made by that user.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index=True,
        help="Leave empty to share the directorate between all companies.",
    )
    parent_id = fields.Many2one(
        "crm.sales.directorate",
        string="Parent Directorate",
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.sales.directorate", "parent_id", string="Sub-directorates")
    head_id = fields.Many2one(
        "res.users", check_company=True, index=True, domain="[('share', '=', False)]"
    )
    user_ids = fields.Many2many(
        "res.users",
        "crm_sales_directorate_user_rel",
        "directorate_id",
        "user_id",
        string="Users",
        check_company=True,
        # A string, and not a list: the members would depend on the fields of a list, and every new
        # user would be searched for here while still without groups.
        domain="[('share', '=', False)]",
        help="People of this directorate beside the members of its sales teams.",
    )
    team_ids = fields.Many2many(
        "crm.team",
        "crm_sales_directorate_team_rel",
        "directorate_id",
        "team_id",
        string="Sales Teams",
        check_company=True,
        help="All members of these teams belong to the directorate.",
    )
    member_ids = fields.Many2many(
        "res.users",
        "crm_sales_directorate_member_rel",
        "directorate_id",
        "user_id",
        string="Members",
        compute="_compute_member_ids",
        store=True,
        help="Head, users, and the members of the sales teams. Members edit the pains and "
        "differentiators of the directorate.",
    )
    product_ids = fields.Many2many(
        "product.template",
        "crm_sales_directorate_product_rel",
        "directorate_id",
        "product_id",
        string="Products",
        check_company=True,
    )
    product_category_ids = fields.Many2many(
        "product.category",
        "crm_sales_directorate_product_category_rel",
        "directorate_id",
        "category_id",
        string="Product Categories",
        help="All products of these categories and of the categories under them.",
    )
    pain_ids = fields.One2many("crm.pain", "directorate_id", string="Pains")
    differentiator_ids = fields.One2many(
        "crm.differentiator", "directorate_id", string="Differentiators"
    )
    content_ids = fields.One2many("crm.content", "directorate_id", string="Contents")
    member_count = fields.Integer("Number of Members", compute="_compute_member_count")
    pain_count = fields.Integer("Number of Pains", compute="_compute_pain_count")
    differentiator_count = fields.Integer(
        "Number of Differentiators", compute="_compute_differentiator_count"
    )

    content_count = fields.Integer("Number of Contents", compute="_compute_content_count")

    _code_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), lower(code))",
        "Another sales directorate of this company already has this code. Upper and lower case "
        "count as the same, and archived directorates keep their codes.",
    )

    @api.depends(
        "head_id",
        "user_ids",
        "team_ids.active",
        "team_ids.crm_team_member_all_ids.active",
        "team_ids.crm_team_member_all_ids.user_id",
    )
    def _compute_member_ids(self):
        """Unite head, users and active memberships of active teams.

        Record rules search this relation in SQL, which is why it is stored. Memberships of all
        directorates are read in one query.
        """
        # Archived users stay in: they cannot log in, and are members again when they come back.
        directorates = self.with_context(active_test=False)
        teams = directorates.team_ids.filtered("active")._origin
        users_by_team = dict(
            self.env["crm.team.member"]._read_group(
                [("crm_team_id", "in", teams.ids), ("active", "=", True)],
                ["crm_team_id"],
                ["user_id:recordset"],
            )
        )
        by_members = {}
        for directorate in directorates:
            members = directorate.head_id | directorate.user_ids
            for team in directorate.team_ids._origin:
                members |= users_by_team.get(team, members.browse())
            by_members[members] = by_members.get(members, self.browse()) | directorate
        # One write for all directorates with the same people, as after a change of a big team.
        for members, same in by_members.items():
            same.member_ids = members
        self.env.registry.clear_cache()

    @api.depends("member_ids")
    def _compute_member_count(self):
        for directorate in self:
            directorate.member_count = len(directorate.member_ids)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_pain_count(self):
        self._count_records("crm.pain", "pain_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_differentiator_count(self):
        self._count_records("crm.differentiator", "differentiator_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_content_count(self):
        self._count_records("crm.content", "content_count")

    def _count_records(self, model_name, field_name):
        groups = self.env[model_name]._read_group(
            [("directorate_id", "in", self.ids)], ["directorate_id"], ["__count"]
        )
        counts = {directorate.id: count for directorate, count in groups}
        for directorate in self:
            directorate[field_name] = counts.get(directorate._origin.id, 0)

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A sales directorate cannot be under itself or under one of its own.")
            )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for directorate, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", directorate.name)
        return vals_list

    @api.model
    def _search(self, domain, *args, **kwargs):
        # Odoo writes pending values before a query reads them, but not those of a stored computed
        # many2many field: a rule would not see the members of a change made just before.
        self.flush_model(["member_ids"])
        return super()._search(domain, *args, **kwargs)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        check_unused(
            self,
            (
                ("crm.pain", "directorate_id", self.env._("pains")),
                ("crm.differentiator", "directorate_id", self.env._("differentiators")),
                ("crm.marketing.message", "directorate_id", self.env._("marketing messages")),
                ("crm.content", "directorate_id", self.env._("contents")),
                ("crm.communication.goal", "directorate_id", self.env._("communication goals")),
                ("crm.marketing.list", "directorate_id", self.env._("marketing lists")),
                ("crm.lead", "directorate_id", self.env._("deals")),
                ("res.partner", "directorate_id", self.env._("contacts")),
            ),
        )

    @api.model_create_multi
    def create(self, vals_list):
        directorates = super().create(vals_list)
        self.env.registry.clear_cache()
        return directorates

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(("sequence", "name", "active", "company_id")):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def action_view_pains(self):
        """Open the pains of this directorate."""
        return self._action_view("crm_marketing_ladder.crm_pain_action")

    def action_view_differentiators(self):
        """Open the differentiators of this directorate."""
        return self._action_view("crm_marketing_ladder.crm_differentiator_action")

    def action_view_board(self):
        """Open the content board of this directorate, with its own column limits."""
        action = self._action_view("crm_marketing_ladder.crm_content_action_board")
        action["name"] = self.env._("Content Board: %s", self.display_name)
        action["context"]["board_directorate_id"] = self.id
        return action

    def _action_view(self, xml_id):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["domain"] = [("directorate_id", "=", self.id)]
        action["context"] = {"default_directorate_id": self.id}
        return action

    @api.model
    def _get_user_directorates(self):
        """Find the directorates of the current user, the first one first."""
        return self.search([("member_ids", "in", [self.env.uid])])

    def _get_product_domain(self):
        """Say which products these directorates sell: those listed, and those of the listed
        categories and of the categories under them."""
        # An archived product is still a product of the directorate.
        products = self.with_context(active_test=False).product_ids
        domain = Domain("id", "in", products.ids)
        if self.product_category_ids:
            domain |= Domain("categ_id", "child_of", self.product_category_ids.ids)
        return domain

    @api.model
    def _get_selling_domain(self, product):
        """Say which directorates sell a product.

        :param product: one product template
        """
        return Domain("product_ids", "in", product.ids) | Domain(
            "product_category_ids", "parent_of", product.categ_id.ids
        )

    def _sells(self, product):
        """Say whether this directorate sells a product template."""
        self.ensure_one()
        # As superuser: what a directorate sells does not depend on what the user sees.
        return bool(product.sudo().filtered_domain(self.sudo()._get_product_domain()))

    @api.model
    def _get_directorates_by_user(self):
        """Say which directorates the users belong to, the first one first; usually no query.

        :return: {user id: ((directorate id, company id or False), …)}
        """
        self.flush_model(["member_ids"])
        return self._get_directorates_by_user_cached()

    @api.model
    @ormcache()
    def _get_directorates_by_user_cached(self):
        by_user = {}
        # As superuser: the map is the same for all users, who each look up their own line.
        for directorate in self.sudo().search([]):
            for user in directorate.with_context(active_test=False).member_ids:
                by_user.setdefault(user.id, []).append((directorate.id, directorate.company_id.id))
        return {user: tuple(rows) for user, rows in by_user.items()}
