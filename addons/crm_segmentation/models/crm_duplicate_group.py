from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import duplicates
from ..engine.visibility import visible_sql

#: Pairs with what speaks for them, and their tax IDs where these differ.
PAIRS = """
    SELECT m.partner_a_id, m.partner_b_id,
           bool_or(COALESCE(c.is_sufficient, FALSE)) OR count(*) >= 2,
           min(CASE WHEN a.vat <> b.vat THEN a.vat END), min(b.vat)
      FROM crm_duplicate_match m
      JOIN crm_duplicate_criterion c ON c.id = m.criterion_id
      JOIN res_partner a ON a.id = m.partner_a_id
      JOIN res_partner b ON b.id = m.partner_b_id
     WHERE %(among)s
     GROUP BY m.partner_a_id, m.partner_b_id
"""

#: The stored groups are brought in line with the new ones: whoever stays as he was is not touched.
STEPS = (
    """
    DELETE FROM crm_duplicate_group WHERE anchor NOT IN (SELECT root FROM crm_duplicate_root)
    """,
    """
    INSERT INTO crm_duplicate_group
           (anchor, state, is_sure, create_uid, create_date, write_uid, write_date)
    SELECT DISTINCT root, 'open', sure, %(uid)s, now() AT TIME ZONE 'UTC',
           %(uid)s, now() AT TIME ZONE 'UTC'
      FROM crm_duplicate_root
        ON CONFLICT (anchor) DO NOTHING
    """,
    """
    UPDATE crm_duplicate_group g SET is_sure = r.sure,
           state = CASE WHEN g.state = 'waiting' AND NOT r.sure THEN 'open' ELSE g.state END
      FROM (SELECT DISTINCT root, sure FROM crm_duplicate_root) r
     WHERE g.anchor = r.root AND g.is_sure IS DISTINCT FROM r.sure
    """,
    """
    DELETE FROM crm_duplicate_member m USING crm_duplicate_group g
     WHERE g.id = m.group_id
       AND NOT EXISTS (SELECT FROM crm_duplicate_root r
                        WHERE r.partner_id = m.partner_id AND r.root = g.anchor)
    """,
    """
    INSERT INTO crm_duplicate_member
           (group_id, partner_id, create_uid, create_date, write_uid, write_date)
    SELECT g.id, r.partner_id, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s,
           now() AT TIME ZONE 'UTC'
      FROM crm_duplicate_root r JOIN crm_duplicate_group g ON g.anchor = r.root
     WHERE NOT EXISTS (SELECT FROM crm_duplicate_member m WHERE m.partner_id = r.partner_id)
    """,
    """
    UPDATE crm_duplicate_match m SET group_id = g.id
      FROM crm_duplicate_root r JOIN crm_duplicate_group g ON g.anchor = r.root
     WHERE r.partner_id = m.partner_a_id AND m.group_id IS DISTINCT FROM g.id
    """,
)


class CrmDuplicateGroup(models.Model):
    """Contacts that could be one and the same."""

    _name = "crm.duplicate.group"
    _inherit = "crm.duplicate.visibility"
    _description = "Duplicates"
    _order = "is_sure desc, id"

    #: Smallest id of its contacts when it was found: a later search knows it again by that.
    anchor = fields.Integer(
        required=True, readonly=True, export_string_translation=False, technical=True
    )
    state = fields.Selection(
        [("open", "To Decide"), ("waiting", "Waiting to Be Merged"), ("failed", "Not Merged")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    is_sure = fields.Boolean(
        "Sure",
        readonly=True,
        help="All of them agree on two criteria, or on one that is sure alone, and nothing speaks "
        "against it, such as two tax IDs.",
    )
    member_ids = fields.One2many("crm.duplicate.member", "group_id", "Contacts", readonly=True)
    match_ids = fields.One2many("crm.duplicate.match", "group_id", "Reasons", readonly=True)
    member_count = fields.Integer("Number of Contacts", compute="_compute_members")
    reason = fields.Char("Agree On", compute="_compute_reason")
    queued_by_id = fields.Many2one("res.users", readonly=True)
    error = fields.Char("Why Not", readonly=True)

    _anchor_uniq = models.UniqueIndex("(anchor)")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("member_ids")
    def _compute_members(self):
        for group in self:
            group.member_count = len(group.member_ids)

    @api.depends_context("lang", "uid", "allowed_company_ids")
    @api.depends("match_ids")
    def _compute_reason(self):
        rows = self.env["crm.duplicate.match"]._read_group(
            [("group_id", "in", self.ids)], ["group_id", "criterion_id"], []
        )
        names = {}
        for group, criterion in rows:
            names.setdefault(group.id, []).append(criterion)
        for group in self:
            criteria = sorted(names.get(group.id, []), key=lambda c: (c.sequence, c.id))
            group.reason = ", ".join(criterion.name for criterion in criteria)

    @api.depends_context("lang", "uid", "allowed_company_ids")
    @api.depends("member_ids")
    def _compute_display_name(self):
        # Not as superuser, in which Odoo reads the name of what another record points at: nobody
        # shall learn by it of contacts that he may not see.
        for group in self:
            names = group.sudo(False)._get_partners().mapped("display_name")
            more = len(names) - 2
            group.display_name = " = ".join(names[:2]) + (
                self.env._(" and %s more", more) if more > 0 else ""
            )

    @api.model
    def action_start(self):
        """Search now; see ``crm.duplicate.search``."""
        return self.env["crm.duplicate.search"].action_start()

    @api.model
    def _get_visible(self, alias):
        """With two contacts that the user may see: one alone is no duplicate to him."""
        member = visible_sql(self.env["res.partner"], SQL("shown.partner_id"))
        return SQL(
            "(SELECT count(*) FROM crm_duplicate_member shown "
            "WHERE shown.group_id = %s AND %s) >= 2",
            SQL.identifier(alias, "id"),
            member,
        )

    @api.model
    def _read_pairs(self, among):
        """Return pairs of contacts with what speaks for them and against them. One query."""
        return [
            (one, other, sure, duplicates.contradicted(vat, other_vat))
            for one, other, sure, vat, other_vat in self.env.execute_query(SQL(PAIRS, among=among))
        ]

    @api.model
    def _rebuild(self):
        """Make the groups of the stored pairs: a constant number of statements.

        :return: groups, and how many of them are sure
        :rtype: tuple[int, int]
        """
        self.env.flush_all()
        cr = self.env.cr
        roots, sure = duplicates.find_groups(self._read_pairs(SQL("TRUE")))
        cr.execute("DROP TABLE IF EXISTS crm_duplicate_root")
        cr.execute(
            "CREATE TEMPORARY TABLE crm_duplicate_root ON COMMIT DROP AS "
            "SELECT * FROM unnest(%s::int[], %s::int[], %s::bool[]) "
            "AS r (partner_id, root, sure)",
            [list(roots), list(roots.values()), [root in sure for root in roots.values()]],
        )
        cr.execute("ANALYZE crm_duplicate_root")
        for step in STEPS:
            cr.execute(SQL(step, uid=self.env.uid) if "%(uid)s" in step else SQL(step))
        cr.execute("DROP TABLE crm_duplicate_root")
        self.env.invalidate_all()
        return len(set(roots.values())), len(sure)
