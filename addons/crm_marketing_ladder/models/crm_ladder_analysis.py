from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.crm_access.days import get_start_of_day

from ..engine import statistics

#: Fewer closed deals than this support no claim.
DEFAULT_MINIMUM_DEALS = 20
ANALYSTS = ("group_manager", "group_marketeer", "group_read_admin")
ALL_DIRECTORATES = (
    "crm_marketing_ladder.group_admin",
    "crm_marketing_ladder.group_read_admin",
    "sales_team.group_sale_salesman_all_leads",
)


class CrmLadderAnalysis(models.AbstractModel):
    """Figures over all deals of the sales directorates that the user may see as a whole.

    The figures are sums over deals that the user need not see one by one. That is why they are for
    managers, marketeers and administrators alone, and limited to their directorates and companies.
    """

    _name = "crm.ladder.analysis"
    _description = "Ladder Analysis"

    @api.model
    def _get_scope(self, directorate_id):
        """Decide which directorates the user may analyse.

        :param directorate_id: one of them, or False for all
        :return: (directorates, whether deals without a directorate are in)
        :raises AccessError: says which role is needed
        """
        user = self.env.user
        if not any(user.has_group(f"crm_marketing_ladder.{group}") for group in ANALYSTS):
            raise AccessError(
                self.env._(
                    "The analysis of the ladder is for sales managers, marketeers and "
                    "administrators. Ask a CRM administrator for one of these roles."
                )
            )
        directorates = self.env["crm.sales.directorate"]
        free = any(user.has_group(group) for group in ALL_DIRECTORATES)
        found = directorates.search([]) if free else directorates._get_user_directorates()
        if not directorate_id:
            return found, free
        if directorate_id not in found.ids:
            raise AccessError(
                self.env._("You may not analyse this sales directorate: you are not a member.")
            )
        return directorates.browse(directorate_id), False

    @api.model
    def _get_scope_condition(self, directorate_id, alias="l"):
        """Say the scope in SQL, over a table with directorate_id and company_id."""
        directorates, with_none = self._get_scope(directorate_id)
        table = SQL.identifier(alias)
        inside = SQL("%s.directorate_id = ANY(%s)", table, directorates.ids)
        if with_none:
            inside = SQL("(%s OR %s.directorate_id IS NULL)", inside, table)
        companies = self.env.companies
        if alias == "c":
            # sudo: of the tree of companies; contents of a company serve its branches.
            companies = companies.sudo().parent_ids
        return SQL(
            "%s AND (%s.company_id IS NULL OR %s.company_id = ANY(%s))",
            inside,
            table,
            table,
            companies.ids,
        )

    @api.model
    def _get_bounds(self, date_from, date_to):
        """Say in UTC when the first day begins and the last one ends, where the user is.

        :return: (datetime, datetime, name of the time zone)
        """
        zone = self.env.tz.zone
        after = date_to + timedelta(days=1)
        return get_start_of_day(date_from, zone), get_start_of_day(after, zone), zone

    @api.model
    def _flush(self):
        for name in (
            "crm.lead",
            "crm.ladder.of.recognition",
            "crm.content",
            "crm.ladder.move",
            "crm.lead.criterion",
            "crm.content.sending",
        ):
            self.env[name].flush_model()

    @api.model
    @api.readonly
    def get_directorates(self):
        """List the sales directorates that the user may analyse.

        :return: list of dicts ``id``, ``name``
        """
        directorates, _with_none = self._get_scope(False)
        return [{"id": record.id, "name": record.display_name} for record in directorates]

    @api.model
    @api.readonly
    def get_coverage_map(self, directorate_id=False):
        """Set contents that can be sent against the open pipeline, for each pain and ladder step.

        A published content without a published address cannot be sent, and fills no hole.
        A deal with two pains stands in two rows with its full amount, in the currency of the
        current company at today's rate. A fixed number of queries, ten at most.

        :param directorate_id: only this sales directorate
        :return: dict of ``currency`` (id), ``steps`` (id, name), ``pains`` (id, name, amount; the
            greatest amount in holes first) and ``cells``: {"pain-step": {contents, without_address,
            leads, amount, hole}}, where ``hole`` means open deals and no content that can be sent
        """
        condition = self._get_scope_condition(directorate_id)
        content_condition = self._get_scope_condition(directorate_id, "c")
        self._flush()
        cells = {}
        deliverable = self.env["crm.content.publication"]._is_deliverable("c")
        for pain, step, count, total in self.env.execute_query(
            SQL(
                """
                SELECT r.pain_id, c.ladder_step_id, count(*) FILTER (WHERE %s), count(*)
                  FROM crm_content c
                  JOIN crm_content_covered_pain_rel r ON r.content_id = c.id
                 WHERE c.state = 'published' AND c.active
                   AND ((%s) OR c.directorate_id IS NULL)
                 GROUP BY 1, 2
                """,
                deliverable,
                content_condition,
            )
        ):
            cells[pain, step] = {
                "contents": count,
                "without_address": total - count,
                "leads": 0,
                "amount": 0.0,
            }
        currency = self.env.company.currency_id
        rates = currency._get_company_rates()
        for pain, step, company, count, amount in self.env.execute_query(
            SQL(
                """
                SELECT r.pain_id, l.ladder_step_id, l.company_id, count(*), sum(l.expected_revenue)
                  FROM crm_lead l
                  JOIN crm_lead_pain_rel r ON r.lead_id = l.id
                 WHERE l.active AND l.won_status = 'pending' AND l.ladder_step_id IS NOT NULL
                   AND %s
                 GROUP BY 1, 2, 3
                """,
                condition,
            )
        ):
            empty = {"contents": 0, "without_address": 0, "leads": 0, "amount": 0.0}
            cell = cells.setdefault((pain, step), empty)
            cell["leads"] += count
            amount = float(amount or 0.0)
            if company in rates:
                amount = currency.round(amount * rates[company])
            cell["amount"] += amount
        return self._arrange_map(cells, directorate_id, currency)

    @api.model
    def _arrange_map(self, cells, directorate_id, currency):
        steps = self.env["crm.ladder.of.recognition"].search([])
        scope, _with_none = self._get_scope(directorate_id)
        pains = self.env["crm.pain"].search_fetch(
            [("directorate_id", "in", [*scope.ids, False])], ["name", "directorate_id"]
        )
        for (_pain, step), cell in cells.items():
            # A content without a step is for all steps, and fills no single hole.
            cell["hole"] = bool(step and cell["leads"] and not cell["contents"])
        missing = dict.fromkeys(pains.ids, 0.0)
        for (pain, _step), cell in cells.items():
            if cell.get("hole") and pain in missing:
                missing[pain] += cell["amount"]
        return {
            "currency": currency.id,
            "steps": [{"id": step.id, "name": step.name} for step in steps],
            "pains": [
                {
                    "id": pain.id,
                    "name": pain.name,
                    "directorate": pain.directorate_id.id,
                    "directorate_name": pain.directorate_id.display_name or "",
                    "missing": missing[pain.id],
                }
                for pain in pains.sorted(lambda pain: (-missing[pain.id], pain.name))
            ],
            "cells": {
                f"{pain}-{step}": cell
                for (pain, step), cell in cells.items()
                if step and pain in missing
            },
        }

    @api.model
    @api.readonly
    def get_ladder_funnel(self, directorate_id=False, date_from=False, date_to=False):
        """Say for each step how many came, how many went on up, how fast, and who is stuck.

        Prospects are counted by when they came to the step, by the days and months of the user's
        time zone. A fixed number of queries, nine at most.

        :param directorate_id: only this sales directorate
        :param date_from: first day, as a string; default: a year ago
        :param date_to: last day; default: today
        :return: dict of ``date_from``, ``date_to``, ``steps``: list of dicts ``id``, ``name``,
            ``entered``, ``up``, ``down``, ``conversion`` (0 to 100; False on the highest step,
            which nobody leaves upwards), ``median_days`` (of those who went up; False without any),
            ``standing``, ``stuck``, ``stuck_days``; and ``months``: list of dicts
            ``month``, ``step``, ``entered``, ``up``
        """
        today = fields.Date.context_today(self)
        date_to = fields.Date.to_date(date_to) or today
        date_from = fields.Date.to_date(date_from) or fields.Date.subtract(date_to, years=1)
        first, last, zone = self._get_bounds(date_from, date_to)
        condition = self._get_scope_condition(directorate_id, "m")
        lead_condition = self._get_scope_condition(directorate_id)
        self._flush()
        months = self.env.execute_query(
            SQL(
                """
                SELECT to_char(timezone(%(zone)s, timezone('UTC', m.date)), 'YYYY-MM') AS month,
                       m.to_step_id, count(*),
                       count(*) FILTER (WHERE m.left_direction = 'up'),
                       count(*) FILTER (WHERE m.left_direction = 'down')
                  FROM crm_ladder_move m
                 WHERE m.date >= %(first)s AND m.date < %(last)s AND m.to_step_id IS NOT NULL
                   AND %(condition)s
                 GROUP BY 1, 2 ORDER BY 1, 2
                """,
                zone=zone,
                first=first,
                last=last,
                condition=condition,
            )
        )
        medians = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT m.to_step_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY m.days)
                      FROM crm_ladder_move m
                     WHERE m.date >= %(first)s AND m.date < %(last)s AND m.left_direction = 'up'
                       AND %(condition)s
                     GROUP BY 1
                    """,
                    first=first,
                    last=last,
                    condition=condition,
                )
            )
        )
        standing = {
            step: (count, stuck)
            for step, count, stuck in self.env.execute_query(
                SQL(
                    """
                    SELECT l.ladder_step_id, count(*), count(*) FILTER (
                           WHERE s.stuck_days > 0
                             AND l.ladder_date < %(now)s - s.stuck_days * interval '1 day')
                      FROM crm_lead l
                      JOIN crm_ladder_of_recognition s ON s.id = l.ladder_step_id
                     WHERE l.active AND l.won_status = 'pending' AND %(condition)s
                     GROUP BY 1
                    """,
                    now=fields.Datetime.now(),
                    condition=lead_condition,
                )
            )
        }
        totals = {}
        for _month, step, entered, up, down in months:
            known = totals.get(step, (0, 0, 0))
            totals[step] = (known[0] + entered, known[1] + up, known[2] + down)
        steps = []
        highest = self.env["crm.ladder.of.recognition"]._get_highest()
        for step in self.env["crm.ladder.of.recognition"].search([]):
            entered, up, down = totals.get(step.id, (0, 0, 0))
            count, stuck = standing.get(step.id, (0, 0))
            steps.append(
                {
                    "id": step.id,
                    "name": step.name,
                    "entered": entered,
                    "up": up,
                    "down": down,
                    # XML-RPC knows no None.
                    "conversion": step != highest and (100.0 * up / entered if entered else 0.0),
                    "median_days": medians.get(step.id, False),
                    "standing": count,
                    "stuck": stuck,
                    "stuck_days": step.stuck_days,
                }
            )
        return {
            "date_from": fields.Date.to_string(date_from),
            "date_to": fields.Date.to_string(date_to),
            "steps": steps,
            "months": [
                {"month": month, "step": step, "entered": entered, "up": up}
                for month, step, entered, up, _down in months
            ],
        }

    @api.model
    @api.readonly
    def get_what_wins(self, directorate_id=False, date_from=False, date_to=False, minimum=None):
        """Compare the win rate of closed deals by pain, criterion and marketing message sent.

        A fixed number of queries, ten at most. The interval is Wilson's at 95 %; see the engine.

        :param minimum: no claim with fewer closed deals; default: the system parameter
            crm_marketing_ladder.minimum_deals
        :return: dict of ``won``, ``total``, ``rate`` of all, ``minimum`` and ``rows``: list of
            dicts ``kind`` (pain, criterion or message), ``id``, ``name``, ``won``, ``total``,
            ``rate``, ``low``, ``high`` (0 to 1), ``lift``, ``claim`` (more, less, none or few)
        """
        moves = self.env["crm.ladder.move"]
        if minimum is None:
            minimum = moves._get_number_parameter(
                "crm_marketing_ladder.minimum_deals", DEFAULT_MINIMUM_DEALS
            )
        condition = self._get_scope_condition(directorate_id)
        date_to = fields.Date.to_date(date_to) or fields.Date.context_today(self)
        date_from = fields.Date.to_date(date_from) or fields.Date.subtract(date_to, years=2)
        first, last, _zone = self._get_bounds(date_from, date_to)
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """
                WITH closed AS MATERIALIZED (
                    SELECT l.id, (l.won_status = 'won')::int AS won
                      FROM crm_lead l
                     WHERE l.won_status IN ('won', 'lost')
                       AND l.date_closed >= %(first)s AND l.date_closed < %(last)s
                       AND %(condition)s
                )
                SELECT 'all', 0, count(*), sum(won) FROM closed
                UNION ALL
                SELECT 'pain', r.pain_id, count(*), sum(won)
                  FROM closed c JOIN crm_lead_pain_rel r ON r.lead_id = c.id GROUP BY 2
                UNION ALL
                SELECT 'criterion', r.differentiator_id, count(*), sum(won)
                  FROM closed c JOIN crm_lead_criterion r ON r.lead_id = c.id GROUP BY 2
                UNION ALL
                SELECT 'message', r.marketing_message_id, count(*), sum(won)
                  FROM closed c
                  JOIN (SELECT DISTINCT lead_id, marketing_message_id FROM crm_content_sending
                         WHERE marketing_message_id IS NOT NULL) r ON r.lead_id = c.id
                 GROUP BY 2
                """,
                first=first,
                last=last,
                condition=condition,
            )
        )
        (_all, _zero, total, won), *rows = rows
        won = won or 0
        names = self._get_names(rows)
        result = [
            {
                "kind": kind,
                "id": record_id,
                "name": names[kind, record_id],
                "won": row_won,
                "total": row_total,
                **statistics.judge(row_won, row_total, won, total, minimum),
            }
            for kind, record_id, row_total, row_won in rows
            if (kind, record_id) in names
        ]
        order = {"more": 0, "less": 1, "none": 2, "few": 3}
        result.sort(key=lambda row: (order[row["claim"]], -(row["lift"] or 0), -row["total"]))
        return {
            "won": won,
            "total": total,
            "rate": won / total if total else 0.0,
            "minimum": minimum,
            "date_from": fields.Date.to_string(date_from),
            "date_to": fields.Date.to_string(date_to),
            "rows": result,
        }

    @api.model
    def _get_names(self, rows):
        """Read the names of what the user may read, one query for each kind."""
        names = {}
        for kind, model in (
            ("pain", "crm.pain"),
            ("criterion", "crm.differentiator"),
            ("message", "crm.marketing.message"),
        ):
            ids = [row[1] for row in rows if row[0] == kind]
            records = self.env[model].with_context(active_test=False)
            for record in records.search_fetch([("id", "in", ids)], ["name"]):
                names[kind, record.id] = record.name
        return names
