from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

SECONDS_OF_A_DAY = 86400.0
#: Content that was sent longer ago is not credited with a move up.
DEFAULT_CREDIT_DAYS = 90


class CrmLadderMove(models.Model):
    """A prospect comes to a step of the ladder; the row lasts until the next move."""

    _name = "crm.ladder.move"
    _description = "Ladder Move"
    _order = "date desc, id desc"
    _rec_name = "lead_id"

    lead_id = fields.Many2one(
        "crm.lead", string="Deal", required=True, index=True, ondelete="cascade", readonly=True
    )
    from_step_id = fields.Many2one(
        "crm.ladder.of.recognition", index="btree_not_null", ondelete="restrict", readonly=True
    )
    to_step_id = fields.Many2one(
        "crm.ladder.of.recognition", index=True, ondelete="restrict", readonly=True
    )
    direction = fields.Selection(
        [("enter", "First Step"), ("up", "Up"), ("down", "Down"), ("leave", "Off the Ladder")],
        required=True,
        readonly=True,
    )
    date = fields.Datetime(required=True, index=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Moved By", readonly=True, ondelete="set null")
    reason = fields.Text("Why", help="What the prospect said or did.")
    sending_id = fields.Many2one(
        "crm.content.sending",
        string="Credited Sending",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="The last content that was sent before the move up.",
    )
    content_id = fields.Many2one(
        related="sending_id.content_id", string="Credited Content", store=True, index=True
    )
    left_date = fields.Datetime("Left On", readonly=True)
    left_direction = fields.Selection(
        [("up", "Up"), ("down", "Down"), ("leave", "Off the Ladder")],
        string="Went On To",
        readonly=True,
    )
    days = fields.Float("Days until It Was Left", aggregator="avg", readonly=True)
    days_so_far = fields.Float(
        "Days on Step",
        compute="_compute_days_so_far",
        help="Until the step was left; on the step where the prospect stands, until now.",
    )
    conversion = fields.Float(
        "Moved Up (%)",
        aggregator="avg",
        readonly=True,
        help="100 when the prospect left this step upwards, else 0; nothing on the highest step.",
    )
    directorate_id = fields.Many2one(related="lead_id.directorate_id", store=True, index=True)
    company_id = fields.Many2one(related="lead_id.company_id", store=True, index=True)

    _current_idx = models.Index("(lead_id) WHERE left_date IS NULL")

    @api.depends("days", "date", "left_date")
    def _compute_days_so_far(self):
        now = fields.Datetime.now()
        for move in self:
            if move.left_date:
                move.days_so_far = move.days
            else:
                stood = now - move.date if move.date and move.to_step_id else timedelta()
                move.days_so_far = stood.total_seconds() / SECONDS_OF_A_DAY

    def write(self, vals):
        """Let users add to the reason; the rest of the history is written by the program alone."""
        if not self.env.su and set(vals) - {"reason"}:
            raise AccessError(
                self.env._("The history of the ladder cannot be changed, but for the reason.")
            )
        return super().write(vals)

    @api.model
    def _record(self, changes, reason=False):
        """Write the history of moves that were just made, for any number in a few queries.

        :param changes: (lead id, id of the step left or False, id of the step reached or False)
        :param reason: why, as the user said
        """
        now = fields.Datetime.now()
        steps = self.env["crm.ladder.of.recognition"].sudo().with_context(active_test=False)
        rank = {step.id: number for number, step in enumerate(steps.search([]))}
        directions = {
            lead: self._get_direction(rank.get(old), rank.get(new)) for lead, old, new in changes
        }
        self._close_current(directions, now)
        ups = [lead for lead, direction in directions.items() if direction == "up"]
        sendings = self._find_credited_sendings(ups, now)
        # As superuser: the history is written by the program alone, whoever makes the move.
        moves = self.sudo().create(
            [
                {
                    "lead_id": lead,
                    "from_step_id": old,
                    "to_step_id": new,
                    "direction": directions[lead],
                    "date": now,
                    "user_id": self.env.uid,
                    "reason": reason,
                    "sending_id": sendings.get(lead),
                }
                for lead, old, new in changes
            ]
        )
        moves.sending_id.is_credited = True
        return moves

    @api.model
    def _get_direction(self, old, new):
        """Compare the ranks of two steps; None is off the ladder."""
        if new is None:
            return "leave"
        if old is None:
            return "enter"
        return "up" if new > old else "down"

    @api.model
    def _close_current(self, directions, now):
        """Say on the rows that lasted until now when and where to the prospects left."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_ladder_move move
                   SET left_date = %(now)s,
                       left_direction = NULLIF(new.direction, 'enter'),
                       days = EXTRACT(EPOCH FROM %(now)s - move.date) / %(day)s,
                       conversion = CASE WHEN new.direction = 'up' THEN 100
                                         WHEN move.to_step_id = %(highest)s THEN NULL
                                         ELSE 0 END
                  FROM unnest(%(leads)s, %(directions)s) AS new(lead_id, direction)
                 WHERE move.lead_id = new.lead_id AND move.left_date IS NULL
                """,
                now=now,
                day=SECONDS_OF_A_DAY,
                highest=self.env["crm.ladder.of.recognition"].sudo()._get_highest().id or 0,
                leads=list(directions),
                directions=list(directions.values()),
            )
        )
        self.invalidate_model(["left_date", "left_direction", "days", "conversion"])

    @api.model
    def _find_credited_sendings(self, lead_ids, now):
        """Find the last content sent to each deal, if it is recent and not credited yet.

        :return: {lead id: sending id}
        """
        if not lead_ids:
            return {}
        days = self._get_number_parameter("crm_marketing_ladder.credit_days", DEFAULT_CREDIT_DAYS)
        sendings = self.env["crm.content.sending"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (lead_id) lead_id, id, is_credited
                  FROM crm_content_sending s
                 WHERE lead_id = ANY(%(leads)s) AND date >= %(since)s AND NOT %(undelivered)s
                 ORDER BY lead_id, date DESC, id DESC
                """,
                leads=lead_ids,
                since=fields.Datetime.subtract(now, days=days),
                undelivered=sendings._is_undelivered("s"),
            )
        )
        return {lead: sending for lead, sending, is_credited in rows if not is_credited}

    @api.model
    def _get_number_parameter(self, key, default):
        """Read a whole number from the system parameters; anything else is the default."""
        # As superuser: the parameter is no secret, but only administrators read parameters.
        value = self.env["ir.config_parameter"].sudo().get_param(key, "")
        return int(value) if value.isdigit() else default
