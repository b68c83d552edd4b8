from odoo import fields, models
from odoo.tools import SQL


class CrmTypeQueue(models.Model):
    """A person in the queue of a type: records of the type go to the queue in turn."""

    _name = "crm.type.queue"
    _inherit = "crm.shared.mixin"
    _description = "Person in the Queue of a CRM Type"
    _order = "type_id, sequence, id"
    _shared_by = "type_id"
    _rec_name = "user_id"

    type_id = fields.Many2one("crm.type", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        required=True,
        string="Person",
        domain="[('share', '=', False)]",
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    turn_count = fields.Integer(
        "Got",
        readonly=True,
        copy=False,
        help="How many records the queue has given to this person.",
    )
    last_turn = fields.Integer(readonly=True, copy=False)

    _user_uniq = models.UniqueIndex(
        "(type_id, user_id)", "This person is in the queue of the type already."
    )

    def _get_candidates(self, company):
        """Who may get a record of this company, the next one first.

        Whoever had the last turn the longest ago is next. Archived users are passed over, and
        so are those who may not work in the company.

        :param company: company of the record, possibly empty
        """
        return self.filtered(
            lambda line: (
                line.user_id.active and (not company or company in line.user_id.company_ids)
            )
        ).sorted(lambda line: (line.last_turn, line.sequence, line.id))

    def _take_turns(self, companies):
        """Give out turns, one for each of the companies' records.

        The type is locked until the end of the transaction, so that two transactions at the same
        time do not give the same turn twice. Three queries, whatever the number of turns.

        :param companies: company of each record, in order
        :return: for each record the line that gets it, or an empty one
        :rtype: list
        """
        # Waits, where the ORM's lock would give up: two deals at once are no error. Whoever waited
        # and finds the turns changed is started anew by Odoo, as for any row written twice.
        self.env.cr.execute(
            SQL("SELECT id FROM crm_type WHERE id = ANY(%s) FOR UPDATE", self.type_id.ids)
        )
        self.invalidate_recordset(["last_turn", "turn_count"])
        turn = max(self.mapped("last_turn"), default=0)
        last = {line: line.last_turn for line in self}
        got = dict.fromkeys(self, 0)
        chosen = []
        candidates = {company: self._get_candidates(company) for company in set(companies)}
        for company in companies:
            line = min(
                candidates[company],
                key=lambda line: (last[line], line.sequence, line.id),
                default=self.browse(),
            )
            chosen.append(line)
            if line:
                turn += 1
                last[line] = turn
                got[line] += 1
        for line, count in got.items():
            if count:
                turns = {"last_turn": last[line], "turn_count": line.turn_count + count}
                line._as_system().write(turns)
        return chosen
