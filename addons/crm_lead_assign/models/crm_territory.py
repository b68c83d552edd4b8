from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..engine import postal


class CrmTerritory(models.Model):
    """A part of the world in a tree: the deeper, the more specific.

    A lead belongs to a territory when it meets its conditions and those of all above.
    """

    _name = "crm.territory"
    _inherit = "crm.shared.mixin"
    _description = "Sales Territory"
    _parent_store = True
    _check_company_auto = True
    _rec_name = "complete_name"
    _order = "tree_order, id"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        compute="_compute_complete_name",
        search="_search_complete_name",
        recursive=True,
        string="Territory",
    )
    tree_order = fields.Char(
        compute="_compute_tree_order",
        store=True,
        recursive=True,
        export_string_translation=False,
        technical=True,
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Whose teams it is for. Empty: all companies share it.",
    )
    parent_id = fields.Many2one(
        "crm.territory", string="Part of", index=True, ondelete="restrict", check_company=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.territory", "parent_id", string="Parts")
    country_group_ids = fields.Many2many("res.country.group", string="Country Groups")
    country_ids = fields.Many2many("res.country", string="Countries")
    state_ids = fields.Many2many("res.country.state", string="States")
    zip_ranges = fields.Char(
        string="ZIP Codes",
        help="Codes, ranges and beginnings, with commas between: 10115, 20000-22999, EC1*",
    )
    team_ids = fields.Many2many(
        "crm.team",
        "crm_team_crm_territory_rel",
        "territory_id",
        "team_id",
        string="Sales Teams",
    )

    @api.depends("name", "parent_id.complete_name")
    @api.depends_context("lang")
    def _compute_complete_name(self):
        """Put the names together in the reader's language; they are stored nowhere."""
        for territory in self:
            parent = territory.parent_id.complete_name
            territory.complete_name = f"{parent} / {territory.name}" if parent else territory.name

    @api.model
    def _search_complete_name(self, operator, value):
        # In the reader's language, too; territories are few enough to be compared here.
        everything = self.with_context(active_test=False).search([])
        found = everything.filtered_domain([("complete_name", operator, value)])
        return [("id", "in", found.ids)]

    @api.depends_context("lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    @api.depends("name", "parent_id.tree_order")
    def _compute_tree_order(self):
        """Make a key that sorts each territory right after the one it is a part of.

        In the source language: a stored value cannot follow the reader's. A tab sorts before any
        letter, so "West" and its parts come before "West Coast".
        """
        for territory in self.with_context(lang=None):
            above = territory.parent_id.tree_order or ""
            territory.tree_order = f"{above}{territory.name or ''}\t"

    def write(self, vals):
        """Say which territories make a circle; Odoo's own check does not name them."""
        parent = self.browse(vals.get("parent_id") or [])
        for territory in self:
            if parent.parent_path and f"/{territory.id}/" in f"/{parent.parent_path}":
                raise ValidationError(
                    self.env._(
                        "%(territory)s can't be part of %(parent)s, which is a part of it.",
                        territory=territory.complete_name,
                        parent=parent.complete_name,
                    )
                )
        return super().write(vals)

    @api.constrains("zip_ranges", "country_ids", "country_group_ids", "parent_id")
    def _check_zip_ranges(self):
        for territory in self:
            try:
                postal.parse(territory.zip_ranges, territory._get_country_codes())
            except postal.PostalError as error:
                raise ValidationError(territory._get_zip_message(error)) from None

    def _get_zip_message(self, error):
        if error.ends:
            return self.env._(
                "ZIP codes of %(territory)s: %(part)s runs backwards. Write %(range)s.",
                territory=self.name,
                part=error.part,
                range=" - ".join(error.ends),
            )
        return self.env._(
            "ZIP codes of %(territory)s: %(part)s can't be read. Write a code, "
            "a range like 20000-22999 or a beginning like EC1*.",
            territory=self.name,
            part=error.part,
        )

    def _get_country_codes(self):
        """The countries that the ZIP codes can be of: those of the nearest territory with some."""
        # sudo: conditions are read to decide; who may edit teams may not see countries' groups.
        territory = self.sudo()
        while territory:
            countries = territory.country_ids | territory.country_group_ids.country_ids
            countries |= territory.state_ids.country_id
            if countries:
                return countries.mapped("code")
            territory = territory.parent_id
        return []

    def _get_depth(self):
        """How many territories are above this one."""
        return len((self.parent_path or "").strip("/").split("/")) - 1

    def _get_lead_domain(self):
        """Leads of the territory, as a domain on ``crm.lead``."""
        self.ensure_one()
        # sudo: conditions are read to decide; who may edit teams may not see countries' groups.
        own = self.sudo()
        parts = []
        if own.country_group_ids or own.country_ids:
            countries = own.country_ids | own.country_group_ids.country_ids
            parts.append(Domain("country_id", "in", countries.ids))
        if own.state_ids:
            parts.append(Domain("state_id", "in", own.state_ids.ids))
        if zips := postal.say_plainly(own.zip_ranges, own._get_country_codes()):
            parts.append(Domain("zip_within", "in", zips))
        if own.parent_id:
            parts.append(own.parent_id._get_lead_domain())
        return Domain.AND(parts)
