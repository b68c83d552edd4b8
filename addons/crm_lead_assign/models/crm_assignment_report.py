from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import codes
from ..labels import get_labels


class CrmAssignmentReport(models.Model):
    """Load against capacity, one row for each active member of a team."""

    _name = "crm.assignment.report"
    _description = "Load and Capacity"
    _auto = False
    _order = "team_id, user_id"
    _rec_name = "user_id"

    _depends = {
        "crm.lead": ["user_id", "team_id", "date_open", "active", "won_status"],
        "crm.team": ["active", "company_id", "use_leads", "use_opportunities"],
        "crm.team.member": [
            "active",
            "user_id",
            "crm_team_id",
            "assignment_optout",
            "assignment_max",
            "assignment_open_max",
            "assignment_burst_max",
            "assignment_burst_until",
        ],
        "res.users": ["active"],
    }

    member_id = fields.Many2one("crm.team.member", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    assignment_optout = fields.Boolean(string="Paused", readonly=True)
    capacity = fields.Integer(
        string="Capacity (30 days)", readonly=True, help="The burst capacity while a burst lasts."
    )
    received = fields.Integer(string="Received (30 days)", readonly=True)
    open_leads = fields.Integer(
        readonly=True, help="Leads and opportunities of the team that are neither won nor lost."
    )
    open_max = fields.Integer(string="Maximum Open Leads", readonly=True)
    load_rate = fields.Float(
        string="Load (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 0),
        help="Leads received in 30 days as a part of the capacity.",
    )
    assignment_credit = fields.Float(
        related="member_id.assignment_credit", string="Leads Due Now", related_sudo=False
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH load AS (
                SELECT user_id, team_id,
                       count(*) FILTER (
                           WHERE date_open > now() AT TIME ZONE 'UTC' - interval '30 days'
                       ) AS received,
                       count(*) FILTER (WHERE active AND won_status = 'pending') AS open_leads
                  FROM crm_lead
                 WHERE user_id IS NOT NULL AND team_id IS NOT NULL
                   AND (date_open > now() AT TIME ZONE 'UTC' - interval '30 days'
                        OR active AND won_status = 'pending')
              GROUP BY user_id, team_id
            ), member AS (
                SELECT member.*, team.company_id,
                       CASE WHEN member.assignment_burst_until >= CASE %(days)s ELSE %(today)s END
                            THEN coalesce(nullif(member.assignment_burst_max, 0),
                                          member.assignment_max)
                            ELSE member.assignment_max END AS capacity
                  FROM crm_team_member member
                  JOIN crm_team team ON team.id = member.crm_team_id AND team.active
                  JOIN res_users users ON users.id = member.user_id AND users.active
                 WHERE member.active AND (team.use_leads OR team.use_opportunities)
            )
            SELECT member.id, member.id AS member_id, member.user_id,
                   member.crm_team_id AS team_id, member.company_id,
                   coalesce(member.assignment_optout, false) AS assignment_optout,
                   member.capacity, member.assignment_open_max AS open_max,
                   coalesce(load.received, 0) AS received,
                   coalesce(load.open_leads, 0) AS open_leads,
                   CASE WHEN member.capacity > 0
                        THEN 100.0 * coalesce(load.received, 0) / member.capacity
                        ELSE 0 END AS load_rate
              FROM member
         LEFT JOIN load ON load.user_id = member.user_id AND load.team_id = member.crm_team_id
            """,
            **self._get_days(),
        )

    @api.model
    def _get_days(self):
        """Return which day it is now where the teams are, as SQL: a burst ends there."""
        # sudo: of the time zones of the companies
        companies = self.env["res.company"].sudo().search([])
        cases = (SQL("WHEN %s THEN %s::date", own.id, own._get_today()) for own in companies)
        return {
            "days": SQL("team.company_id %s", SQL(" ").join(cases)),
            "today": companies._get_oldest()._get_today(),
        }

    def action_open_member(self):
        """The member's rules and capacity."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rules and Capacity"),
            "res_model": "crm.team.member",
            "res_id": self.member_id.id,
            "views": [(False, "form")],
        }

    @api.model
    @api.readonly
    def get_overview(self):
        """The figures above the list of people, for the teams the user may see.

        Cost: that of ``crm.lead.get_unassigned_summary`` and four aggregates.

        :return: dict with ``unassigned`` (list of ``{"code", "label", "count"}``),
            ``assigned`` and ``hours`` (leads that got their first owner in the last 30 days
            and how long that took on average; ``hours`` is False without any),
            ``previous_hours`` (the 30 days before), ``fairness`` (list of ``{"date",
            "spread"}`` of the last runs, oldest first), ``preview`` (how many previews wait)
        """
        labels = get_labels(self.env, "reason", codes.REASONS)
        counts = self.env["crm.lead"]._count_unassigned_reasons()
        Speed = self.env["crm.assignment.speed"]
        assigned, hours = Speed._get_average(30, 0)
        _before, previous = Speed._get_average(60, 30)
        Run = self.env["crm.assignment.run"]
        runs = Run.search_fetch(
            [("state", "in", ("done", "partial")), ("assigned_count", ">", 0)],
            ["date_start", "fairness_spread"],
            limit=12,
        )
        return {
            "unassigned": [
                {"code": code, "label": label, "count": counts[code]}
                for code, label in labels
                if counts.get(code)
            ],
            "assigned": assigned,
            "hours": hours,
            "previous_hours": previous,
            "fairness": [
                {
                    "date": fields.Date.to_string(run.date_start),
                    "spread": run.fairness_spread,
                }
                for run in reversed(runs)
            ],
            "fairness_text": runs[:1]._get_fairness_word() if runs else False,
            "preview": Run.search_count([("state", "=", "preview")]),
        }
