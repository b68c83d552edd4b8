import base64
import contextlib
import json
import logging
import zlib
from collections import Counter

import psycopg2.errors
from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_access.texts import tell_count

from ..engine import codes
from ..engine.fairness import within_teams
from ..labels import get_labels
from ..shell import (
    AssignmentProcess,
    AssignmentSettings,
    OutOfTime,
    PreviewApplication,
    get_parts,
)

_logger = logging.getLogger(__name__)

#: First half of the key of the advisory locks: one for each team that is being assigned.
LOCK = "crm_assignment_run"

TRIGGERS = ("scheduled", "manual", "selection", "creation", "inaction")


class CrmAssignmentRun(models.Model):
    """One time leads were given out, or would be: who, when, how many, how fairly.

    A preview holds the decisions without their effects. It can be applied exactly as it
    is, or discarded; a run can be undone for the leads nobody has touched since.
    """

    _name = "crm.assignment.run"
    _description = "Lead Assignment Run"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    trigger = fields.Selection(
        selection="_selection_trigger", required=True, readonly=True, default="manual"
    )
    state = fields.Selection(
        [
            ("preview", "Preview"),
            ("running", "Running"),
            ("partial", "To be continued"),
            ("done", "Done"),
            ("interrupted", "Interrupted"),
            ("failed", "Failed"),
            ("discarded", "Discarded"),
            ("undone", "Undone"),
        ],
        required=True,
        readonly=True,
        default="running",
        index=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Started by", readonly=True, default=lambda self: self.env.user
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, help="Set when all teams are of one company."
    )
    team_ids = fields.Many2many(
        "crm.team",
        "crm_assignment_run_crm_team_rel",
        "run_id",
        "team_id",
        string="Sales Teams",
        readonly=True,
    )
    date_start = fields.Datetime(string="Start", readonly=True, default=fields.Datetime.now)
    date_end = fields.Datetime(string="End", readonly=True)
    duration = fields.Float(string="Duration (seconds)", readonly=True)
    seed = fields.Text(
        readonly=True,
        help="The state of the random generator the teams' shares were drawn with. Empty "
        "when nothing had to be drawn.",
        technical=True,
    )
    settings = fields.Json(readonly=True)
    options = fields.Json(readonly=True)
    problems = fields.Json(
        readonly=True, help="Filters that can't be used and were left out: team or member, error."
    )
    error = fields.Text(readonly=True)
    assigned_count = fields.Integer(string="Assigned", readonly=True)
    allocated_count = fields.Integer(string="In a Team, Nobody Yet", readonly=True)
    unassigned_count = fields.Integer(string="Nobody", readonly=True)
    merged_count = fields.Integer(string="Merged", readonly=True)
    changed_count = fields.Integer(string="Left Alone", readonly=True)
    error_count = fields.Integer(string="Refused", readonly=True)
    undone_count = fields.Integer(string="Undone Leads", readonly=True)
    fairness_gini = fields.Float(
        string="Gini",
        readonly=True,
        digits=(4, 3),
        help="How uneven leads are spread for the capacities within the teams, over the last 30 "
        "days: 0 is everybody got the due share, near 1 is one person got all.",
    )
    fairness_spread = fields.Float(
        string="Max–min Share",
        readonly=True,
        digits=(4, 3),
        help="Distance between who got most and who got least, as a part of what was due: "
        "0 is none, 1 is a whole due share.",
    )
    decision_ids = fields.One2many("crm.assignment.decision", "run_id", readonly=True)

    @api.model
    def _selection_trigger(self):
        texts = {
            "scheduled": self.env._("Schedule"),
            "manual": self.env._("By hand"),
            "selection": self.env._("Selected leads"),
            "creation": self.env._("New leads"),
            "inaction": self.env._("Not handled in time"),
        }
        return [(code, texts[code]) for code in TRIGGERS]

    @api.depends("trigger", "date_start")
    def _compute_name(self):
        triggers = dict(self._selection_trigger())
        for run in self:
            when = fields.Datetime.context_timestamp(run, run.date_start).strftime("%Y-%m-%d %H:%M")
            run.name = f"{triggers.get(run.trigger, '')} {when}"

    @api.depends_context("tz", "lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    # -- running -------------------------------------------------------------------

    @api.model
    def _run_assignment(self, teams, trigger, **options):
        """Give leads out in ``teams``; see :class:`..shell.process.AssignmentProcess`.

        Teams that another run is working on are left to it.

        :return: ``(run, teams_data, members_data)``
        """
        # Whoever calls: an automation rule looks at archived records, too.
        self = self.with_context(active_test=True)
        teams = teams.with_env(self.env)
        with self._locked(teams) as free:
            run = self._create_run(free, trigger, "running", options)
            run._mark_interrupted(free)
            if self._commits_batches():
                # The run is there whatever becomes of it, and what follows sees the leads as
                # they are now: others' edits since would only have to be run into.
                self.env["ir.cron"]._commit_progress()
            process = AssignmentProcess(run, free, **options)
            try:
                result = process.execute()
                state = "done"
            except OutOfTime:
                result = process.teams_data, process.members_data
                state = "partial"
            run._finish(process, state)
            run._notify_members()
        return run, *result

    @api.model
    def _commits_batches(self):
        """Whether a run commits each of its batches, so that a killed one loses the last alone.

        Not within an automation rule: what sets it off is still being saved, and would be half
        saved if that fails.

        Hook: an override that returns False keeps a run in the transaction of its caller, which
        then has to retry itself on a serialization failure.
        """
        return "__action_done" not in self.env.context  # Odoo's sign of an automation rule

    @api.model
    def _preview_assignment(self, teams, trigger="manual", **options):
        """Decide as :meth:`_run_assignment` would, and write down the decisions only."""
        run = self._create_run(teams, trigger, "preview", options)
        process = AssignmentProcess(run, teams, **options)
        process.execute()
        run._finish(process, "preview")
        return run

    @api.model
    def _get_parts(self, teams, **options):
        """See :func:`..shell.parts.get_parts`."""
        return get_parts(AssignmentProcess(self, teams, **options))

    @api.model
    def _create_run(self, teams, trigger, state, options):
        companies = teams.company_id
        # sudo: runs are written by the assignment alone, for whoever may start it.
        run = self.sudo().create(
            {
                "trigger": trigger,
                "state": state,
                "user_id": self.env.uid,
                "team_ids": [(6, 0, teams.ids)],
                "company_id": companies.id if len(companies) == 1 else False,
                "settings": AssignmentSettings.load(self.env).as_dict(),
                "options": {
                    key: value for key, value in options.items() if key in ("force_quota", "seed")
                },
            }
        )
        return run

    @contextlib.contextmanager
    def _locked(self, teams):
        """Those of ``teams`` that no other run has; they are ours while in here.

        The locks are the session's, so that they hold over commits and go with a killed
        process.
        """
        got = [
            team.id
            for team in teams
            if self.env.execute_query(
                SQL("SELECT pg_try_advisory_lock(hashtext(%s), %s)", LOCK, team.id)
            )[0][0]
        ]
        busy = len(teams) - len(got)
        if busy:
            _logger.info("Lead assignment: %s teams are left to another run", busy)
        try:
            yield teams.browse(got)
        finally:
            self._unlock(got)

    def _unlock(self, team_ids):
        unlock = SQL(
            "SELECT pg_advisory_unlock(hashtext(%s), id) FROM unnest(%s::int[]) AS id",
            LOCK,
            list(team_ids),
        )
        try:
            self.env.cr.execute(unlock)
        except psycopg2.errors.InFailedSqlTransaction:
            # The run failed in the database. Its transaction is lost anyhow, but the locks
            # are the session's: left in place they would outlive it in the connection pool.
            self.env.cr.rollback()
            self.env.cr.execute(unlock)

    def _mark_interrupted(self, teams):
        """Runs of these teams that are still "running" were killed: we have their locks."""
        dead = self.search(
            [("state", "=", "running"), ("team_ids", "in", teams.ids), ("id", "not in", self.ids)]
        )
        dead.write({"state": "interrupted"})

    def _remember_seed(self, generator):
        """Keep the generator's state, once, so that the draws can be made again."""
        if not self.seed:
            state = json.dumps(generator.getstate()).encode()
            self.sudo().seed = base64.b64encode(zlib.compress(state)).decode()

    def _get_random_state(self):
        """The state kept by :meth:`_remember_seed`, for ``random.setstate``."""
        version, internal, gauss = json.loads(zlib.decompress(base64.b64decode(self.seed)))
        return version, tuple(internal), gauss

    def _get_counts(self, counts):
        return {
            "assigned_count": counts[codes.ASSIGNED] + counts[codes.REASSIGNED],
            "allocated_count": counts[codes.ALLOCATED],
            "unassigned_count": counts[codes.UNASSIGNED],
            "merged_count": counts[codes.MERGED],
            "changed_count": counts[codes.CHANGED],
            "error_count": counts[codes.ERROR],
        }

    def _save_counts(self, counts):
        # sudo: see _create_run
        self.sudo().write(self._get_counts(counts))

    def _finish(self, process, state):
        members = [
            member
            for member in process.facts.members.values()
            if member.blocked not in codes.NEVER_RECEIVES
        ]
        received = Counter()
        for (user_id, team_id), days in process.facts.capacities.received.items():
            received[user_id, team_id] = sum(days)
        for member_id, gained in process.gained.items():
            member = process.facts.members[member_id]
            received[member.user_id, member.team_id] += gained
        unevenness, widest = within_teams(
            (member.team_id, received[member.user_id, member.team_id], member.weight)
            for member in members
        )
        # sudo: see _create_run
        self.sudo().write(
            {
                **self._get_counts(process.counts),
                "state": state,
                "date_end": fields.Datetime.now(),
                "duration": process.get_seconds(),
                "problems": process.get_problems() or False,
                "fairness_gini": unevenness,
                "fairness_spread": widest,
            }
        )
        # The decisions were inserted by SQL: who goes on with the run is to find them.
        self.invalidate_recordset(["decision_ids"], flush=False)
        self.env["crm.lead"].invalidate_model(["assignment_decision_ids"], flush=False)

    def _get_log_texts(self):
        """The note on a lead by rule: in a few words, by which it got its team or owner."""
        prefix = self.env._("Lead assignment")
        rules = get_labels(self.env, "rule", codes.RULES)
        rules += [
            (f"team_{code}", text)
            for code, text in get_labels(self.env, "team_rule", codes.TEAM_RULES)
        ]
        return {code: f"<p>{escape(prefix)}: {escape(text)}</p>" for code, text in rules}

    # -- preview: apply, discard ---------------------------------------------------

    def action_apply(self):
        """Carry out exactly what a preview shows.

        A lead that somebody has changed since is left alone and says so. Cost: as a run.

        :raises UserError: when the run is no preview (any more)
        :return: action that shows the run
        """
        for run in self:
            run._check_may_assign()
            if run.state != "preview":
                raise UserError(self.env._("%s is no preview (any more).", run.name))
            run._apply()
        return self._get_form_action()

    def _apply(self):
        with self._locked(self.team_ids) as free:
            if free != self.team_ids:
                raise UserError(
                    self.env._(
                        "Leads of %s are being assigned at this moment. Try again in a minute.",
                        ", ".join((self.team_ids - free).mapped("name")),
                    )
                )
            # sudo: see _create_run; a leader may carry out what was decided for the own team.
            run = self.sudo()
            run.write({"state": "running", "date_start": fields.Datetime.now()})
            rows = run.decision_ids
            given = (codes.ASSIGNED, codes.ALLOCATED, codes.REASSIGNED)
            applied = rows.filtered(lambda row: row.lead_id and row.outcome in given)
            process = PreviewApplication(run, free.sudo(), lead_ids=[])
            counts = process.apply(applied, rows.filtered(lambda row: row.outcome == codes.MERGED))
            rows = rows.exists()
            rows.filtered(lambda row: row.state == "preview").write({"state": "done"})
            counts[codes.UNASSIGNED] = len(
                rows.filtered(lambda row: row.outcome == codes.UNASSIGNED)
            )
            run._save_counts(counts)
            run.write(
                {
                    "state": "done",
                    "date_end": fields.Datetime.now(),
                    "duration": process.get_seconds(),
                }
            )
            run._notify_members()

    def action_discard(self):
        """Throw a preview away. Leads were never touched by it.

        :raises UserError: when the run is no preview (any more)
        """
        for run in self:
            run._check_may_assign()
            if run.state != "preview":
                raise UserError(self.env._("%s is no preview (any more).", run.name))
        # sudo: see _create_run
        self.sudo().decision_ids.unlink()
        self.sudo().write({"state": "discarded"})
        return True

    # -- undo ----------------------------------------------------------------------

    def action_undo(self):
        """Give back what a run gave out, for leads that nobody has touched since.

        Owner, team, type, stage and dates are as before. Leads that were worked on stay,
        each decision says so. Merged leads can't be parted again. Cost: some 20 queries
        and one for each (owner, team) before.

        :raises UserError: when the run did nothing that can be undone
        :return: action that shows the run
        """
        for run in self:
            run._check_may_assign()
            if run.state not in ("done", "partial", "interrupted"):
                raise UserError(self.env._("%s has nothing to undo.", run.name))
            run._undo()
        return self._get_form_action()

    def _undo(self):
        # sudo: see _create_run; leads go back to where they were, whoever had them.
        run = self.sudo()
        rows = run.decision_ids.filtered(
            lambda row: (
                row.state == "done"
                and row.lead_id
                and row.outcome in (codes.ASSIGNED, codes.ALLOCATED, codes.REASSIGNED)
            )
        )
        untouched = rows._get_untouched()
        (rows - untouched).write({"state": "kept"})
        untouched._undo()
        untouched.write({"state": "undone"})
        run.write({"state": "undone", "undone_count": len(untouched)})
        return len(untouched)

    # -- access --------------------------------------------------------------------

    def _check_may_assign(self):
        """Who may give out leads in the run's teams and sees all that the run decided.

        It is carried out and undone as superuser: of teams that companies share, the run may be
        about leads of another company.

        :raises UserError: for everybody else
        """
        self.team_ids._check_may_assign()
        done = (codes.ASSIGNED, codes.ALLOCATED, codes.REASSIGNED, codes.MERGED)
        domain = [("run_id", "in", self.ids), ("outcome", "in", done)]
        Decision = self.env["crm.assignment.decision"]
        # sudo: the number only.
        if Decision.search_count(domain) < Decision.sudo().search_count(domain):
            raise AccessError(
                self.env._(
                    "%(run)s is also about leads that you may not see, of other teams or "
                    "companies. Whoever started it can go on with it, or somebody who works in "
                    "all companies: %(user)s.",
                    run=self[:1].name,
                    user=self[:1].sudo().user_id.name,  # sudo: the name of a colleague
                )
            )

    # -- notifications -------------------------------------------------------------

    def _notify_members(self):
        """Tell members as each wishes: not at all, once for the run, or lead by lead."""
        # sudo: members are told by whoever started the run.
        rows = (
            self.env["crm.assignment.decision"]
            .sudo()
            .search(
                [
                    ("run_id", "=", self.id),
                    ("outcome", "in", (codes.ASSIGNED, codes.REASSIGNED)),
                    ("member_id.assignment_notify", "in", ("digest", "each")),
                ]
            )
        )
        for member, own in rows.grouped("member_id").items():
            leads = own.lead_id
            if not leads:
                continue
            if member.assignment_notify == "each":
                leads.with_context(
                    mail_auto_subscribe_no_notify=False
                )._message_auto_subscribe_notify(
                    [member.user_id.partner_id.id], template="mail.message_user_assigned"
                )
            else:
                self._send_digest(member, leads)

    def _send_digest(self, member, leads):
        lines = Markup().join(
            Markup('<li><a href="/odoo/crm.lead/%s">%s</a></li>') % (lead.id, lead.name)
            for lead in leads[:50]
        )
        more = len(leads) - 50
        body = Markup("<p>%s</p><ul>%s</ul>%s") % (
            tell_count(
                len(leads),
                self.env._("1 lead of team %(team)s is yours now:"),
                self.env._("%(count)s leads of team %(team)s are yours now:"),
                team=member.crm_team_id.name,
            ),
            lines,
            Markup("<p>%s</p>") % self.env._("and %s more", more) if more > 0 else "",
        )
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=member.user_id.partner_id.ids,
            subject=self.env._("New leads: %s", len(leads)),
            body=body,
        )

    # -- screens -------------------------------------------------------------------

    def _get_summary(self):
        """What came of the run, in a few words."""
        self.ensure_one()
        parts = [self.env._("%s assigned", self.assigned_count)]
        for count, text in (
            (self.allocated_count, self.env._("%s in a team, nobody yet", self.allocated_count)),
            (self.unassigned_count, self.env._("%s nobody", self.unassigned_count)),
            (self.merged_count, self.env._("%s merged", self.merged_count)),
            (self.changed_count, self.env._("%s changed meanwhile", self.changed_count)),
            (self.error_count, self.env._("%s refused", self.error_count)),
        ):
            if count:
                parts.append(text)
        return ", ".join(parts)

    def _get_notification(self, skipped=0):
        """The summary as a message on the screen."""
        message = self._get_summary()
        if skipped:
            message += self.env._(", %s left alone: owned or closed", skipped)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if self.assigned_count else "warning",
                "title": self.env._("Lead Assignment"),
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_form_action(self):
        action = {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "name": self.env._("Lead Assignment"),
        }
        return {**action, "res_id": self.id} if len(self) == 1 else True
