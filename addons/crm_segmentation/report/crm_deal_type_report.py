from odoo import fields, models
from odoo.tools import SQL


class CrmDealTypeReport(models.Model):
    """A deal, open, won or lost, with the figures that types of deals are compared by."""

    _name = "crm.deal.type.report"
    _description = "Deals by Type"
    _auto = False
    _rec_name = "lead_id"
    _order = "create_date DESC, id DESC"
    _depends = {
        "crm.lead": [
            "active", "company_id", "country_id", "create_date", "date_closed", "date_deadline",
            "deal_type_id", "expected_revenue", "partner_id", "source_id", "stage_id", "team_id",
            "type", "user_id", "won_status",
        ],
    }  # fmt: skip

    lead_id = fields.Many2one("crm.lead", "Deal", readonly=True)
    deal_type_id = fields.Many2one("crm.type", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    create_date = fields.Datetime("Created on", readonly=True)
    date_closed = fields.Datetime("Closed on", readonly=True)
    date_deadline = fields.Date("Expected Closing", readonly=True)
    won_status = fields.Selection(
        [("won", "Won"), ("lost", "Lost"), ("pending", "Open")], "Outcome", readonly=True
    )
    deal_count = fields.Integer("Deals", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    expected_revenue = fields.Monetary(
        "Revenue",
        readonly=True,
        help="In the currency of the current company; of others converted at today's rates.",
    )
    won_revenue = fields.Monetary(readonly=True)
    win_rate = fields.Float(
        "Win Rate (%)",
        readonly=True,
        aggregator="avg",
        help="Won deals among those won or lost. Open deals do not count.",
    )
    days_to_close = fields.Float(
        "Days to Close",
        readonly=True,
        aggregator="avg",
        help="From creation until won or lost. Open deals do not count.",
    )
    days_to_win = fields.Float(
        "Days to Win", readonly=True, aggregator="avg", help="From creation until won."
    )

    @property
    def _table_query(self):
        currency = self.env.company.currency_id
        amount = currency._convert_to_sql(SQL("expected_revenue"), SQL("company_id"))
        return SQL(
            """
            SELECT id, id AS lead_id, deal_type_id, partner_id, user_id, team_id, stage_id,
                   country_id, source_id, company_id, create_date, date_closed, date_deadline,
                   won_status, %(currency)s AS currency_id, 1 AS deal_count,
                   %(amount)s AS expected_revenue,
                   CASE WHEN won_status = 'won' THEN %(amount)s ELSE 0 END AS won_revenue,
                   CASE won_status WHEN 'won' THEN 100.0 WHEN 'lost' THEN 0.0 END AS win_rate,
                   -- An imported deal is created here after it was closed: its speed is not known.
                   CASE WHEN won_status IN ('won', 'lost') AND date_closed >= create_date
                        THEN EXTRACT(EPOCH FROM date_closed - create_date) / 86400
                         END AS days_to_close,
                   CASE WHEN won_status = 'won' AND date_closed >= create_date
                        THEN EXTRACT(EPOCH FROM date_closed - create_date) / 86400
                         END AS days_to_win
              FROM crm_lead
             WHERE type = 'opportunity'
            """,
            currency=currency.id,
            amount=amount,
        )

    def action_open_deal(self):
        """Open the deal itself."""
        self.ensure_one()
        return self.lead_id.get_formview_action()
