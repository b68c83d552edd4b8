from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

SAMPLE_SIZE = 10


class CrmContactGroup(models.Model):
    """A group of contacts in a tree, filled by hand, by a rule, or by a rule once."""

    _name = "crm.contact.group"
    _inherit = "crm.shared.mixin"
    _description = "Contact Group"
    _parent_store = True
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "name", "code"]
    _order = "tree_order, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", search="_search_complete_name", recursive=True
    )
    code = fields.Char(
        copy=False,
        help="A short name for imports and other systems, unique in the company.",
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        comodel_name="res.company",
        index="btree_not_null",
        help="Leave empty for a group that all companies share.",
    )
    description = fields.Html()
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        domain=[("share", "=", False)],
        check_company=True,
        index="btree_not_null",
    )

    # Tree
    parent_id = fields.Many2one(
        comodel_name="crm.contact.group",
        string="Parent Group",
        ondelete="restrict",
        check_company=True,
        index=True,
    )
    # Not "btree": the path of a tree of a thousand levels is longer than its rows may be.
    parent_path = fields.Char(index="trigram")
    child_ids = fields.One2many(
        comodel_name="crm.contact.group", inverse_name="parent_id", string="Subgroups"
    )
    sequence = fields.Integer(
        default=10,
        help="The order among the subgroups of one parent. When a contact is in several groups "
        "with a price level, the group with the lowest number decides.",
    )
    tree_order = fields.Char(
        compute="_compute_tree_order",
        store=True,
        recursive=True,
        export_string_translation=False,
        technical=True,
    )

    # Members
    applies_to = fields.Selection(
        selection=[
            ("both", "Companies and persons"),
            ("company", "Companies only"),
            ("person", "Persons only"),
        ],
        default="both",
        required=True,
    )
    member_ids = fields.One2many(
        comodel_name="crm.contact.group.member", inverse_name="group_id", string="Memberships"
    )
    # Only what people decided: a rule can bring in more rows than a form can show.
    manual_member_ids = fields.One2many(
        comodel_name="crm.contact.group.member",
        inverse_name="group_id",
        string="Members Set by Hand",
        domain=[("source", "!=", "rule")],
    )
    # What a counter says is what a click on it shows: to this user, archived contacts left out.
    member_count = fields.Integer(
        string="Direct Contacts",
        compute="_compute_member_counts",
        help="Contacts in the group itself, without those of its subgroups. Those that you may "
        "see, without archived ones.",
    )
    total_member_count = fields.Integer(
        string="Contacts with Subgroups",
        compute="_compute_member_counts",
        help="Each contact of the group and its subgroups, counted once. Those that you may see, "
        "without archived ones.",
    )

    # Price level
    pricelist_id = fields.Many2one(
        comodel_name="product.pricelist",
        string="Price Level",
        company_dependent=True,
        check_company=True,
        help="The pricelist of the group's contacts that have none of their own. "
        "Subgroups without a price level take it over.",
    )
    effective_pricelist_id = fields.Many2one(
        comodel_name="product.pricelist",
        string="Price Level in Force",
        compute="_compute_effective_pricelist_id",
        recursive=True,
    )
    price_group_id = fields.Many2one(
        comodel_name="crm.contact.group",
        string="Price Level From",
        compute="_compute_effective_pricelist_id",
        recursive=True,
    )

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL AND code <> ''",
        "Another group of this company has the same code. Codes are what imports and other "
        "systems know a group by: choose a code that is free.",
    )

    @api.depends("name", "parent_id.complete_name")
    @api.depends_context("lang")
    def _compute_complete_name(self):
        self._compute_parents_first("complete_name")
        for group in self:
            names = (group.parent_id.complete_name, group.name)
            group.complete_name = " / ".join(name for name in names if name)

    @api.depends_context("lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _search_complete_name(self, operator, value):
        # The full name is put together in the reader's language and stored nowhere; groups are
        # few enough to be compared here.
        if operator == "in":

            def matches(name):
                return name in value

        elif operator == "ilike":

            def matches(name):
                return value.casefold() in name.casefold()

        else:
            return NotImplemented
        groups = self.with_context(active_test=False).search([])
        return [("id", "in", groups.filtered(lambda group: matches(group.complete_name)).ids)]

    @api.depends("sequence", "name", "parent_id.tree_order")
    def _compute_tree_order(self):
        """Make a key that sorts every group right after its parent, subgroups by sequence.

        A tab sorts before any letter, so "Dealers" and all below it come before "Dealers East".
        """
        # In the source language: a stored value cannot follow the reader's.
        for group in self.with_context(lang=None):
            steps = [
                f"{node.sequence + 10**9:010d} {node.name or ''}\t" for node in group._get_lineage()
            ]
            group.tree_order = "".join(reversed(steps))

    @api.depends("member_ids.state", "member_ids.partner_id", "parent_path")
    def _compute_member_counts(self):
        """Count for all groups at once what the reader finds behind the counters."""
        counts = {}
        if self.ids:
            # The relation of the contacts' field holds the contacts that are in. A contact of
            # two subgroups must count once for the parent, which _read_group cannot tell.
            contacts = self.env["res.partner"]._search([])
            self.flush_model(["parent_id", "parent_path", "active"])
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT top.id,
                           COUNT(DISTINCT rel.partner_id) FILTER (WHERE sub.id = top.id),
                           COUNT(DISTINCT rel.partner_id)
                      FROM crm_contact_group top
                      JOIN crm_contact_group sub
                        ON sub.parent_path LIKE top.parent_path || '%%'
                       AND (sub.active OR sub.id = top.id)
                      JOIN crm_contact_group_res_partner_rel rel ON rel.group_id = sub.id
                     WHERE top.id IN %(ids)s AND rel.partner_id IN %(contacts)s
                  GROUP BY top.id
                    """,
                    ids=tuple(self.ids),
                    contacts=contacts.subselect(),
                )
            )
            counts = {group_id: (own, total) for group_id, own, total in rows}
        for group in self:
            group.member_count, group.total_member_count = counts.get(group._origin.id, (0, 0))

    @api.depends(
        "pricelist_id",
        "pricelist_id.active",
        "active",
        "parent_id.effective_pricelist_id",
        "parent_id.price_group_id",
    )
    @api.depends_context("company")
    def _compute_effective_pricelist_id(self):
        # sudo: the price of a subgroup may come from a parent the reader cannot open.
        self.sudo()._compute_parents_first("effective_pricelist_id")
        for group in self.sudo():
            if group.active and group.pricelist_id.active:
                group.effective_pricelist_id = group.pricelist_id
                group.price_group_id = group._origin
            else:
                group.effective_pricelist_id = group.parent_id.effective_pricelist_id
                group.price_group_id = group.parent_id.price_group_id

    def _compute_parents_first(self, field_name):
        """Compute an inherited value from the top of the tree down.

        Asking the parent from below would be a recursion as deep as the tree. And a parent
        must have its value in the cache, or a change further up does not reach the subgroups.
        Parents that have it are passed by: a list of a deep tree would ask for them again for
        each of its groups.
        """
        known = self._fields[field_name]._get_cache(self.env)
        for group in self:
            if group.parent_id._origin.id in known:
                continue
            for node in reversed(group._get_lineage()[1:]):
                _value = node[field_name]

    @api.constrains("applies_to", "company_id", "kind")
    def _check_members(self):
        # The members by rule of a smart group follow at its next rebuild; all others must
        # fit at once.
        self.env["crm.contact.group.member"].search(
            [
                ("group_id", "in", self.ids),
                ("state", "=", "in"),
                "|",
                ("source", "!=", "rule"),
                ("group_id.kind", "!=", "smart"),
            ]
        )._check_contact()

    def write(self, vals):
        # Before the write: afterwards the ORM stops at "Recursion Detected", which tells nobody
        # which group is meant, and the names below would never end.
        if vals.get("parent_id"):
            self._check_parent(self.browse(vals["parent_id"]))
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if "name" in (default or {}):
            return vals_list
        return [
            dict(vals, name=self.env._("%s (copy)", group.name))
            for group, vals in zip(self, vals_list, strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_parent(self):
        children = self.with_context(active_test=False).child_ids - self
        if children:
            raise UserError(
                self.env._(
                    "These groups cannot be deleted because others hang below them: "
                    "%(parents)s. Move or delete first: %(children)s. "
                    "To keep the history of the members, archive instead.",
                    parents=", ".join(children.parent_id.mapped("complete_name")),
                    children=", ".join(children[:SAMPLE_SIZE].mapped("complete_name")),
                )
            )

    @api.model
    def name_create(self, name):
        # _rec_name is computed: the typed text is the name.
        group = self.create({"name": name})
        return group.id, group.display_name

    def _check_parent(self, parent):
        # sudo: a loop can lead through groups the user does not see.
        for group in self:
            if group in parent.sudo()._get_lineage():
                raise ValidationError(
                    self.env._(
                        "%(group)s cannot be moved below %(parent)s, which is the group itself "
                        "or one of its subgroups. Choose a parent outside of it.",
                        group=group.complete_name,
                        parent=parent.complete_name,
                    )
                )

    @api.model
    def _search_for_cache(self, domain=()):
        """Return the groups that are not archived, for what is kept for everybody.

        What is cached must not depend on who fills the cache: not on his rights, and not on his
        context, which may ask for archived records too.
        """
        # sudo: prices, protection and rules do not depend on who asks.
        return self.sudo().with_context(active_test=True, lang=None).search(domain)

    def _get_lineage(self):
        """Return the group followed by its parent, its grandparent and so on.

        Read from the stored path, with one query however deep the tree is; asking parent by
        parent would go deeper than Python's stack.
        """
        self.ensure_one()
        if self.parent_path and self._origin == self:
            ids = [int(step) for step in self.parent_path.split("/") if step]
            return list(self.browse(reversed(ids)))
        # In a form: the group is not saved, its parent is.
        return [self, *(self.parent_id._origin._get_lineage() if self.parent_id else [])]
