from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


class CrmSegmentMember(models.Model):
    """Somebody who is in a stored segment: since when, and with which score and class."""

    _name = "crm.segment.member"
    _inherit = "crm.record.visibility"
    _description = "Segment Member"
    _order = "segment_id, score desc, id"
    _rec_name = "display_name"
    _seen_in_companies = True
    # Who wrote it is always the system, and two columns less to check make a refresh faster.
    _log_access = False

    segment_id = fields.Many2one(
        "crm.segment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True, ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", string="Lead or Deal", readonly=True, ondelete="cascade")
    date_from = fields.Datetime(string="Member Since", readonly=True)
    score = fields.Float(readonly=True, digits=(16, 2), aggregator="avg")
    class_id = fields.Many2one(
        "crm.segment.class", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    class_since = fields.Datetime(string="In This Class Since", readonly=True)
    line_ids = fields.One2many("crm.segment.score.line", "member_id", string="Where It Comes From")
    max_score = fields.Float(related="segment_id.max_score")
    company_id = fields.Many2one(related="segment_id.company_id")
    salesperson_id = fields.Many2one("res.users", compute="_compute_salesperson_id")

    # Constraints, not indexes: Odoo's merge of contacts looks for them.
    _partner_uniq = models.Constraint("UNIQUE (partner_id, segment_id)")
    _lead_uniq = models.Constraint("UNIQUE (lead_id, segment_id)")

    def _auto_init(self):
        # What gave the score when it was computed, whatever has been changed in the segment
        # since: parameter, row that matched, value, points of the row, weight, and so on for
        # each parameter. A plain array, no field: as JSON it would take longer to build than all
        # the rest. ``line_ids`` shows it.
        result = super()._auto_init()
        if not column_exists(self.env.cr, self._table, "explanation"):
            create_column(self.env.cr, self._table, "explanation", "float8[]")
        return result

    @api.depends_context("lang")
    def _compute_display_name(self):
        for member in self:
            who = member.partner_id.display_name or member.lead_id.display_name or ""
            member.display_name = f"{who} · {member.segment_id.name}"

    def _compute_salesperson_id(self):
        for member in self:
            member.salesperson_id = member.partner_id.user_id or member.lead_id.user_id

    def action_open_record(self):
        """Open the contact, lead or deal."""
        self.ensure_one()
        record = self.partner_id or self.lead_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }

    def action_open_moves(self):
        """Open the history of this contact, lead or deal in this segment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History of %s", self.display_name),
            "res_model": "crm.segment.move",
            "view_mode": "list",
            "domain": [
                ("segment_id", "=", self.segment_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("lead_id", "=", self.lead_id.id),
            ],
        }

    def _apply(self, segment, fresh, ids=None):
        """Bring the stored members of one segment in step with what is true now, in one statement.

        Rows that are right already are not touched, so a run without changes writes nothing.
        Each change of class, and everybody who enters or leaves after the first fill, gets a row
        in the history.

        :param segment: one segment, which the caller has locked
        :param SQL fresh: a query of (id, score, class_id, explanation)
        :param ids: look only at these records; all if left out
        :return: numbers of rows that entered, left, and changed their class
        :rtype: tuple
        """
        self.env.flush_all()
        column = SQL.identifier("lead_id" if segment.model_name == "crm.lead" else "partner_id")
        within = SQL("m.segment_id = %s", segment.id)
        if ids is not None:
            within = SQL("%s AND m.%s = ANY(%s)", within, column, list(ids))
        [row] = self.env.execute_query(
            SQL(
                """
                WITH fresh AS MATERIALIZED (%(fresh)s),
                old AS MATERIALIZED (
                    SELECT m.id, m.%(column)s AS record_id, m.class_id, m.score, m.explanation,
                           m.date_from
                      FROM crm_segment_member m WHERE %(within)s
                ), gone AS (
                    DELETE FROM crm_segment_member m USING old
                     WHERE m.id = old.id
                       AND NOT EXISTS (SELECT FROM fresh f WHERE f.id = old.record_id)
                    RETURNING old.record_id, old.class_id, old.score, old.date_from
                ), changed AS (
                    UPDATE crm_segment_member m
                       SET score = f.score, class_id = f.class_id, explanation = f.explanation,
                           class_since = CASE WHEN f.class_id IS DISTINCT FROM old.class_id
                                              THEN %(now)s ELSE m.class_since END
                      FROM old JOIN fresh f ON f.id = old.record_id
                     WHERE m.id = old.id
                       AND (f.class_id IS DISTINCT FROM old.class_id
                            OR f.score IS DISTINCT FROM old.score
                            OR f.explanation IS DISTINCT FROM old.explanation)
                    RETURNING old.record_id, old.class_id, f.class_id AS new_class_id, f.score
                ), entered AS (
                    INSERT INTO crm_segment_member
                                (segment_id, %(column)s, date_from, score, class_id, class_since,
                                 explanation)
                         SELECT %(segment)s, f.id, %(now)s, f.score, f.class_id,
                                CASE WHEN f.class_id IS NOT NULL THEN %(now)s::timestamp END,
                                f.explanation
                           FROM fresh f
                          WHERE NOT EXISTS (SELECT FROM old WHERE old.record_id = f.id)
                    ON CONFLICT DO NOTHING
                      RETURNING %(column)s AS record_id, class_id, score
                ), moves AS (
                    SELECT record_id, 'left' AS kind, class_id AS from_id, NULL::int AS to_id,
                           score, date_from FROM gone
                     UNION ALL
                    SELECT record_id, 'class', class_id, new_class_id, score, NULL FROM changed
                     WHERE class_id IS DISTINCT FROM new_class_id
                     UNION ALL
                    SELECT record_id, 'entered', NULL, class_id, score, NULL FROM entered
                     WHERE %(later)s
                ), noted AS (
                    INSERT INTO crm_segment_move
                                (segment_id, %(column)s, kind, from_class_id, to_class_id, score,
                                 date, member_since)
                         SELECT %(segment)s, record_id, kind, from_id, to_id, score, %(now)s,
                                date_from
                           FROM moves
                )
                SELECT (SELECT COUNT(*) FROM entered), (SELECT COUNT(*) FROM gone),
                       (SELECT COUNT(*) FROM changed WHERE class_id IS DISTINCT FROM new_class_id)
                """,
                fresh=fresh,
                within=within,
                column=column,
                segment=segment.id,
                now=self.env.cr.now(),
                later=bool(segment.last_refresh),
            )
        )
        self.invalidate_model(flush=False)
        self.env["crm.segment.move"].invalidate_model(flush=False)
        self.env[segment.model_name].invalidate_model(
            [
                name
                for name in (
                    "segment_ids",
                    "stored_segment_ids",
                    "segment_class_ids",
                    "segment_class_id",
                    "segment_score",
                    "segment_class_since",
                )
                if name in self.env[segment.model_name]._fields
            ],
            flush=False,
        )
        return row
