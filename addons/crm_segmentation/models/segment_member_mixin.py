from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import create_model_table, table_exists

from .crm_segment_rule import IDS


class SegmentMemberMixin(models.AbstractModel):
    """What contacts, leads and deals have in common: the segments they are in."""

    _name = "segment.member.mixin"
    _description = "Member of Segments"

    # Internal users only: how a seller sorts customers is not for the customer's eyes.
    segment_ids = fields.Many2many(
        "crm.segment",
        string="Segments",
        compute="_compute_segment_ids",
        search="_search_segment_ids",
        groups="base.group_user",
        help="The saved segments it is in now, live ones included.",
    )

    def _auto_init(self):
        # The many2many fields on the table of the members are set up before its model, and would
        # make it without a key of its own.
        if not self._abstract and not table_exists(self.env.cr, "crm_segment_member"):
            names = ("segment_id", "partner_id", "lead_id", "class_id")
            create_model_table(
                self.env.cr,
                "crm_segment_member",
                "Segment Member",
                [(name, "int4", "") for name in names],
            )
        return super()._auto_init()

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_segment_ids(self):
        """Find the segments of all records in one statement, whatever their number."""
        found, ids = {}, self.ids
        templates = self.env["crm.segment"]._get_member_templates(
            self._name, self.env.cr.now().strftime("%Y-%m-%d %H:%M")
        )
        # sudo: of the tree of companies; what a company has its branches see.
        visible = {False, *self.env.companies.sudo().parent_ids.ids}
        queries = [
            SQL(
                "SELECT %s, s.id FROM (%s) s(id)",
                segment_id,
                # The code is an SQL object's, and its parameters go with it.
                SQL(code, *(ids if p is IDS else p for p in parameters)),  # pylint: disable=sql-injection
            )
            for segment_id, company_id, code, parameters in templates
            if self.env.su or company_id in visible
        ]
        if queries and ids:
            # The fields that the conditions look at may be waiting to be written.
            self.env.flush_all()
            for segment_id, record_id in self.env.execute_query(SQL(" UNION ALL ").join(queries)):
                found.setdefault(record_id, []).append(segment_id)
        for record in self:
            record.segment_ids = self.env["crm.segment"].browse(found.get(record._origin.id))

    @api.model
    def _search_segment_ids(self, operator, value):
        """Find the members in SQL, of live segments too; the lines are read as of now."""
        negative = operator.startswith("not ")
        if operator.removeprefix("not ") not in ("in", "any", "any!"):
            return NotImplemented
        Segment = self.env["crm.segment"].with_context(active_test=False)
        mine = Domain("applies_to", "in", Segment._get_targets_of(self._name))
        nothing = False
        if operator.endswith("in"):
            nothing = False in value or None in value
            wanted = Domain("id", "in", [v for v in value if isinstance(v, int) and v])
            wanted |= Domain("name", "in", [v for v in value if isinstance(v, str)])
        else:
            wanted = Domain(value)
        domains = [self._get_segment_domain(Segment.search(mine & wanted), negative)]
        if nothing:
            # One that failed must not stop the question who is in none.
            saved = Domain("method", "=", "filter") & Domain("state", "!=", "failed")
            every = self.env["crm.segment"].search(mine & saved)
            domains.append(self._get_segment_domain(every, not negative))
        return Domain.AND(domains) if negative else Domain.OR(domains)

    @api.model
    def _get_segment_domain(self, segments, negative=False):
        """Return "is in one of these segments", or "in none of them", as a domain."""
        # sudo: see crm.segment._get_searched; who is shown sees the records he may read.
        segments = segments.sudo()
        if not segments:
            return Domain(Domain.TRUE if negative else Domain.FALSE)

        def to_sql(_model, alias, query):
            if len(segments) == 1 and not negative:
                return SQL("(%s)", segments._to_condition(alias, query))
            members = [segment._select_known_members() for segment in segments]
            # Not "NOT IN": that would be looked up row by row.
            return SQL(
                "%s (SELECT FROM (%s) n(id) WHERE n.id = %s)",
                SQL("NOT EXISTS") if negative else SQL("EXISTS"),
                SQL(" UNION ").join(members),
                SQL.identifier(alias, "id"),
            )

        return Domain.custom(to_sql=to_sql)
