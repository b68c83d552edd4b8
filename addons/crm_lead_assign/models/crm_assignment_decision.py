from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import codes
from ..labels import get_labels
from ..shell.explanation import explain, get_candidate_table


class CrmAssignmentDecision(models.Model):
    """What a run decided about a lead, and why: codes and ids, no prose.

    Written in bulk by a run, never by hand.
    """

    _name = "crm.assignment.decision"
    _description = "Lead Assignment Decision"
    _order = "id desc"
    _rec_name = "lead_name"
    # Rows by the ten thousand, each written once: who and when is the run's to tell.
    _log_access = False

    run_id = fields.Many2one(
        "crm.assignment.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(
        [
            ("preview", "Preview"),
            ("done", "Done"),
            ("undone", "Undone"),
            ("kept", "Not undone: touched since"),
        ],
        required=True,
        readonly=True,
        default="done",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True, index=True, ondelete="set null")
    lead_name = fields.Char(string="Lead's Name", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True, ondelete="set null")
    member_id = fields.Many2one("crm.team.member", readonly=True, ondelete="set null")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    outcome = fields.Selection(
        selection=lambda self: get_labels(self.env, "outcome", codes.OUTCOMES),
        required=True,
        readonly=True,
    )
    rule = fields.Selection(
        selection=lambda self: get_labels(self.env, "rule", codes.RULES),
        string="Person Chosen by",
        readonly=True,
    )
    team_rule = fields.Selection(
        selection=lambda self: get_labels(self.env, "team_rule", codes.TEAM_RULES),
        string="Team Chosen by",
        readonly=True,
    )
    reason = fields.Selection(
        selection=lambda self: get_labels(self.env, "reason", codes.REASONS),
        string="Why Nobody",
        readonly=True,
    )
    rank = fields.Integer(
        readonly=True,
        help="The salesperson's place among those who could have had the lead; 1 was next.",
    )
    candidates = fields.Json(
        readonly=True,
        help="Members that were considered: [member, why skipped or '', sorting value].",
    )
    teams = fields.Json(
        readonly=True, help="Teams that matched and stood back: [team, by which rule]."
    )
    facts = fields.Json(readonly=True, help="Figures the decision rests on.")
    previous_user_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    previous_team_id = fields.Many2one("crm.team", readonly=True, ondelete="set null")
    previous_type = fields.Char(readonly=True)
    previous_stage_id = fields.Many2one("crm.stage", readonly=True, ondelete="set null")
    previous_date_conversion = fields.Datetime(readonly=True)
    previous_date_open = fields.Datetime(readonly=True)
    create_date = fields.Datetime(
        string="Decided On", readonly=True, required=True, default=fields.Datetime.now
    )
    candidate_table = fields.Html(
        string="Who Was Considered", compute="_compute_candidate_table", sanitize=False
    )

    @api.model
    def _get_last_reasons(self, lead_ids):
        """Why leads had nobody when they were last decided about.

        :return: ``{lead: (team, reason)}``, only those whose last decision was that
        """
        if not lead_ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (lead_id) lead_id, outcome, team_id, reason
                  FROM crm_assignment_decision
                 WHERE lead_id = ANY(%s) AND state = 'done'
              ORDER BY lead_id, id DESC
                """,
                list(lead_ids),
            )
        )
        return {
            lead_id: (team_id or 0, reason)
            for lead_id, outcome, team_id, reason in rows
            if outcome in (codes.UNASSIGNED, codes.ALLOCATED)
        }

    @api.depends("candidates", "teams")
    @api.depends_context("lang")
    def _compute_candidate_table(self):
        """For the form, one decision at a time."""
        for decision in self:
            # sudo: names of members and teams that a decision one may read is about.
            decision.candidate_table = get_candidate_table(decision.sudo())

    def _get_explanation(self, lead):
        """See ``crm.lead.get_assignment_explanation``."""
        return explain(self, lead)

    # -- undo ----------------------------------------------------------------------

    def _get_untouched(self):
        """The decisions whose leads nobody has worked on since.

        Owner and team are still those given, the lead is open and in the stage it was
        put in, and nobody has written, called or planned anything. What happened in the second
        of the run counts, too: Odoo dates messages and stages to the second, so when a message was
        made is asked. Cost: two queries.
        """
        for name in ("crm.lead", "mail.message", "mail.tracking.value", "mail.activity"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT decision.id
                  FROM crm_assignment_decision decision
                  JOIN crm_lead lead ON lead.id = decision.lead_id
                 WHERE decision.id = ANY(%(ids)s)
                   AND lead.active AND lead.won_status = 'pending'
                   AND lead.user_id IS NOT DISTINCT FROM decision.user_id
                   AND lead.team_id IS NOT DISTINCT FROM decision.team_id
                   AND (lead.date_last_stage_update IS NULL
                        OR lead.date_last_stage_update <= decision.create_date
                        OR lead.stage_id IS NOT DISTINCT FROM decision.previous_stage_id)
                   AND NOT EXISTS (
                       SELECT FROM crm_assignment_decision later
                        WHERE later.lead_id = decision.lead_id AND later.id > decision.id
                          AND later.state = 'done')
                   AND NOT EXISTS (
                       SELECT FROM mail_message message
                        WHERE message.model = 'crm.lead' AND message.res_id = lead.id
                          AND (message.create_date > decision.create_date
                               OR message.date > decision.create_date)
                          AND (message.message_type IN ('comment', 'email', 'email_outgoing')
                               OR EXISTS (
                                   SELECT FROM mail_tracking_value tracked
                                    WHERE tracked.mail_message_id = message.id
                                      AND tracked.field_id = %(stage)s
                                      AND message.create_date > decision.create_date)))
                   AND NOT EXISTS (
                       SELECT FROM mail_activity activity
                        WHERE activity.res_model = 'crm.lead' AND activity.res_id = lead.id
                          AND activity.create_date > decision.create_date)
                """,
                ids=self.ids,
                stage=self.env["ir.model.fields"]._get("crm.lead", "stage_id").id,
            )
        )
        return self.browse(row[0] for row in rows)

    def _undo(self):
        """Put the leads back to what the decisions found: one write for each kind of before."""
        groups = self.grouped(
            lambda row: (
                row.previous_user_id,
                row.previous_team_id,
                row.previous_type,
                row.previous_stage_id,
                row.previous_date_conversion,
                row.previous_date_open,
            )
        )
        for before, rows in groups.items():
            user, team, kind, stage, converted, opened = before
            leads = rows.lead_id
            for owner, own in rows.grouped("user_id").items():
                if owner and owner != user:
                    own.lead_id.message_unsubscribe(owner.partner_id.ids)
            leads.write(
                {
                    "user_id": user.id,
                    "team_id": team.id,
                    "type": kind or "lead",
                    "stage_id": stage.id,
                    "date_conversion": converted,
                }
            )
            for lead in rows.filtered(lambda row: row.outcome == codes.REASSIGNED).lead_id:
                count = max(lead.assignment_handover_count - 1, 0)
                lead._as_system().assignment_handover_count = count
            if opened:
                # Writing an owner makes Odoo note the moment; the former one was earlier.
                leads.write({"date_open": opened})

    @api.autovacuum
    def _gc_decisions(self):
        """Delete what is older than the setting says (``crm_lead_assign.keep_days``).

        A lead's last decision about its present owner stays: it is what the lead's
        panel shows. Runs without decisions go as well.
        """
        # sudo: system parameters are for administrators.
        days = int(
            self.env["ir.config_parameter"].sudo().get_param("crm_lead_assign.keep_days") or 365
        )
        limit = fields.Datetime.now() - timedelta(days=days)
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_assignment_decision old
                      WHERE old.create_date < %s
                        AND NOT EXISTS (
                            SELECT FROM crm_lead lead
                             WHERE lead.id = old.lead_id AND lead.user_id = old.user_id
                               AND NOT EXISTS (
                                   SELECT FROM crm_assignment_decision later
                                    WHERE later.lead_id = old.lead_id AND later.id > old.id))
                """,
                limit,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_assignment_run run
                      WHERE run.create_date < %s
                        AND NOT EXISTS (
                            SELECT FROM crm_assignment_decision row WHERE row.run_id = run.id)
                """,
                limit,
            )
        )
        self.env.invalidate_all(flush=False)
