from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import codes
from ..labels import get_labels


class CrmAssignmentSpeed(models.Model):
    """How long leads waited for their first owner: one row for each lead given out.

    A preview's decisions count from the moment it was applied.
    """

    _name = "crm.assignment.speed"
    _description = "Time to First Owner"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_id"

    _depends = {
        "crm.assignment.decision": [
            "run_id",
            "lead_id",
            "team_id",
            "user_id",
            "company_id",
            "outcome",
            "rule",
            "state",
            "create_date",
        ],
        "crm.assignment.run": ["trigger", "date_start"],
        "crm.lead": ["create_date", "country_id", "source_id"],
    }

    lead_id = fields.Many2one("crm.lead", readonly=True)
    run_id = fields.Many2one("crm.assignment.run", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    date = fields.Datetime(string="First Owner On", readonly=True)
    lead_date = fields.Datetime(string="Lead Created On", readonly=True)
    hours = fields.Float(
        string="Hours to First Owner",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="From the creation of the lead to the decision that gave it its first owner.",
    )
    trigger = fields.Selection(
        selection=lambda self: self.env["crm.assignment.run"]._selection_trigger(), readonly=True
    )
    rule = fields.Selection(
        selection=lambda self: get_labels(self.env, "rule", codes.RULES),
        string="Person Chosen by",
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT first.id, first.lead_id, first.run_id, first.team_id, first.user_id,
                   first.company_id, first.rule, run.trigger,
                   greatest(first.create_date, run.date_start) AS date,
                   lead.create_date AS lead_date, lead.country_id, lead.source_id,
                   extract(epoch FROM greatest(first.create_date, run.date_start)
                                      - lead.create_date) / 3600 AS hours
              FROM crm_assignment_decision first
              JOIN crm_assignment_run run ON run.id = first.run_id
              JOIN crm_lead lead ON lead.id = first.lead_id
             WHERE first.user_id IS NOT NULL
               AND first.outcome = 'assigned' AND first.state IN ('done', 'kept')
               AND NOT EXISTS (
                   SELECT FROM crm_assignment_decision earlier
                    WHERE earlier.lead_id = first.lead_id AND earlier.id < first.id
                      AND earlier.user_id IS NOT NULL AND earlier.outcome = 'assigned'
                      AND earlier.state IN ('done', 'kept'))
            """
        )

    @api.model
    def _get_average(self, since, until):
        """``(leads, hours on average)`` between so many days ago; hours False without any.

        Cost: one aggregate.
        """
        now = fields.Datetime.now()
        domain = [("date", ">", now - timedelta(days=since))]
        if until:
            domain.append(("date", "<=", now - timedelta(days=until)))
        count, hours = self._read_group(domain, aggregates=["__count", "hours:avg"])[0]
        return count, hours if count else False
