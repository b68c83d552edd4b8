# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, groupby

from odoo.addons.crm_access.texts import tell_count

from ..switches import FOLLOWING, NO_FOLLOW, NOTE_ERRORS

_logger = logging.getLogger(__name__)

#: Up to so many contacts are judged in Python: one read of the contact, no query per rule.
FEW_CONTACTS = 10
#: So many rules are put into one statement.
RULES_PER_STATEMENT = 50
#: What a rebuild looks at; changing it leaves the group waiting for one.
RULE_FIELDS = {"kind", "domain", "applies_to", "company_id"}


class CrmContactGroup(models.Model):
    """When and how the members by rule are brought in step: by button, night, or on save."""

    _inherit = "crm.contact.group"

    build_state = fields.Selection(
        selection=[
            ("clean", "Up to date"),
            ("waiting", "Waiting"),
            ("building", "Building"),
            ("failed", "Failed"),
        ],
        string="Rebuild State",
        default="clean",
        readonly=True,
        copy=False,
        index=True,
    )
    last_build = fields.Datetime(string="Last Rebuild", readonly=True, copy=False)
    last_error = fields.Text(readonly=True, copy=False)
    last_duration = fields.Float(string="Seconds", readonly=True, copy=False)
    last_entered = fields.Integer(
        string="Entered", readonly=True, copy=False, groups="sales_team.group_sale_manager"
    )
    last_left = fields.Integer(
        string="Left", readonly=True, copy=False, groups="sales_team.group_sale_manager"
    )

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups._forget_rules()
        groups._await_rebuild()
        return groups

    def write(self, vals):
        if vals.get("active") is False:
            self._refuse_while_used(self.env._("archived"))
        result = super().write(vals)
        if {"active", "parent_id", "name", "code", *RULE_FIELDS} & set(vals):
            self._forget_rules()
        if RULE_FIELDS & set(vals) or vals.get("active"):
            self._await_rebuild()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_rules()
        return result

    def _forget_rules(self):
        """Have the rules read anew (see :meth:`_get_smart_rules`)."""
        self.env.registry.clear_cache()

    def _await_rebuild(self):
        """Mark smart groups as waiting and have the cron rebuild them soon."""
        waiting = self.filtered(lambda g: g.kind == "smart" and g.active)
        if waiting:
            waiting._as_system().build_state = "waiting"
            self._trigger_rebuild()

    @api.model
    def _trigger_rebuild(self, at=None):
        cron = self.env.ref("crm_groups.ir_cron_rebuild_waiting_groups", False)
        if cron:
            # sudo: triggers are the system's.
            cron.sudo()._trigger(at)

    def action_rebuild_and_notify(self):
        """Rebuild and tell on the screen what has changed (the button of the form)."""
        results = self.action_rebuild()
        message = tell_count(
            sum(result["entered"] for result in results),
            self.env._("1 contact entered, %(left)s left."),
            self.env._("%(entered)s contacts entered, %(left)s left."),
            entered=sum(result["entered"] for result in results),
            left=sum(result["left"] for result in results),
        )
        return self._prepare_notification(
            message, next={"type": "ir.actions.client", "tag": "soft_reload"}
        )

    def action_rebuild(self):
        """Bring the members in step with the rules, set by set.

        Who matches enters, who entered by the rule and no longer matches leaves, and what
        people decided stays. A snapshot is filled the first time only.

        :return: per group a dict with ``group_id``, ``entered`` and ``left`` (numbers)
        :rtype: list
        :raises UserError: when a group has no rule, or is being rebuilt at this moment
        :raises ValidationError: when a rule cannot be used any more
        :raises AccessError: when the caller may not write the groups
        """
        self.check_access("write")
        return [group._rebuild() for group in self]

    @api.model
    def _cron_rebuild_smart_groups(self, only_waiting=False):
        """End the memberships that are over and rebuild smart groups, needed ones first.

        Each group is committed on its own: a run that is killed or out of time has done whole
        groups, and the next one goes on with the rest.

        :param bool only_waiting: leave out the groups that are up to date
        """
        self.env["crm.contact.group.member"]._end_overdue()
        domain = self._get_rebuild_domain()
        if only_waiting:
            domain = [("kind", "=", "smart"), ("build_state", "in", ("waiting", "building"))]
        groups = self.search(domain, order="last_build NULLS FIRST, id")
        groups = groups._sort_by_dependency()
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(groups))
        for group in groups:
            # Not waited for: the other groups go on while somebody has this one.
            if group.try_lock_for_update(allow_referencing=True):
                group._as_system().build_state = "building"
                Cron._commit_progress()
                group._rebuild_or_note_error()
            else:
                group._rebuild_later()
            if not Cron._commit_progress(1):
                break

    @api.model
    def _get_rebuild_domain(self):
        """Return which groups the cron rebuilds; an override may narrow it.

        A run that was out of time is continued at once: what it has done is then left out.
        """
        domain = Domain("kind", "=", "smart")
        previous = self.env["ir.cron.progress"].search(
            [
                ("cron_id", "=", self.env.context.get("cron_id")),
                ("id", "!=", self.env.context.get("ir_cron_progress_id")),
            ],
            order="id desc",
            limit=1,
        )
        if previous.remaining:
            recently = fields.Datetime.now() - timedelta(hours=1)
            domain &= Domain("last_build", "=", False) | Domain("last_build", "<", recently)
        return domain

    def _rebuild_or_note_error(self):
        """Rebuild one group for the cron: one broken group must not stop the others."""
        try:
            with self.env.cr.savepoint():
                self._rebuild()
        except (LockError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            self._rebuild_later()
        except Exception as error:
            _logger.exception("Contact group %s could not be rebuilt", self.id)
            self._as_system().write(
                {
                    "last_build": fields.Datetime.now(),
                    "last_error": str(error),
                    "build_state": "failed",
                }
            )

    def _rebuild_later(self):
        """Leave alone what somebody else works on, and have the cron come back to it.

        Nothing is written on the group, which is locked. Its state may say "building", as
        after a killed run: the cron takes such groups up again.
        """
        _logger.info("Contact group %s is in use and is rebuilt later", self.id)
        self._trigger_rebuild(fields.Datetime.now() + timedelta(minutes=1))

    def _rebuild(self):
        """Rebuild one group.

        :return: see :meth:`action_rebuild`
        """
        self.ensure_one()
        result = {"group_id": self.id, "entered": 0, "left": 0}
        if self.kind == "manual":
            raise UserError(
                self.env._(
                    "The group %s is filled by hand: there is no rule to rebuild it from. "
                    "Change how it is filled first.",
                    self.complete_name,
                )
            )
        if self.kind == "snapshot" and self.last_build:
            return result
        # Others may go on adding members meanwhile (their rows refer to the group's).
        if not self.try_lock_for_update(allow_referencing=True):
            raise LockError(
                self.env._(
                    "The group %s is being rebuilt or edited at this moment. "
                    "Try again in a minute.",
                    self.complete_name,
                )
            )
        started = time.monotonic()
        self._check_needed_groups()
        Partner, rule = self._prepare_rule(self.domain)
        # An action that fails is noted on its group, the members are right all the same.
        Member = NOTE_ERRORS.on(self.env["crm.contact.group.member"])
        entered, left = Member._apply_rule(self, Partner._search(rule))
        self._as_system().write(
            {
                "last_build": fields.Datetime.now(),
                "last_error": False,
                "build_state": "clean",
                "last_duration": time.monotonic() - started,
                "last_entered": len(entered),
                "last_left": len(left),
            }
        )
        result.update(entered=len(entered), left=len(left))
        return result

    @api.model
    def _follow_contacts(
        self, partner_ids, changed_fields=None, changed_groups=(), released_groups=()
    ):
        """Let contacts enter and leave by the rules that look at what has changed.

        A few contacts are judged in Python, many in one statement per fifty rules. Groups are
        followed level by level, so that a rule on another group sees its new members.

        :param partner_ids: ids of ``res.partner``
        :param changed_fields: names of fields of contacts; all rules if left out
        :param changed_groups: ids of groups these contacts have entered or left
        :param released_groups: ids of groups about which people no longer decide
        :return: the set of (group id, contact id) that entered
        """
        all_entered = set()
        if not partner_ids or NO_FOLLOW.is_on(self.env):
            return all_entered
        rules, changed = self._get_smart_rules(), set(changed_groups)
        Member = self.env["crm.contact.group.member"].sudo()
        # Not as superuser alone: the decision is the rule's, whoever has changed the contact.
        Member = FOLLOWING.on(NOTE_ERRORS.on(Member))
        for _level, level_rules in groupby(rules, lambda rule: rule.level):
            due = [
                rule
                for rule in level_rules
                if changed_fields is None
                or rule.watched & changed_fields
                or rule.needs & changed
                or rule.group_id in released_groups
            ]
            for start in range(0, len(due), RULES_PER_STATEMENT):
                batch = due[start : start + RULES_PER_STATEMENT]
                matching = self._match_contacts(batch, partner_ids)
                if matching is None:
                    continue
                within = SQL(
                    "m.group_id = ANY(%s) AND m.partner_id = ANY(%s)",
                    [rule.group_id for rule in batch],
                    list(partner_ids),
                )
                groups = self.sudo().browse(rule.group_id for rule in batch)  # sudo: their days
                entered, left = Member._apply_matches(matching, within, groups)
                changed.update(group_id for group_id, _id in entered + left)
                all_entered.update(entered)
        return all_entered

    @api.model
    def _match_contacts(self, rules, partner_ids):
        """Return the query of (group id, contact id) that match; None if nothing can change."""
        # sudo: whom a rule means must not depend on who changed the contact.
        groups = self.sudo().browse(rule.group_id for rule in rules)
        companies = groups.env["res.company"].browse(rule.company_id for rule in rules)
        places = list(zip(companies, groups._map_tz().values(), strict=True))
        models_of = {place: self.sudo()._get_rule_contacts(*place) for place in set(places)}
        places = dict(zip(groups.ids, places, strict=True))
        if len(partner_ids) > FEW_CONTACTS:
            among = Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "%s IN (SELECT id FROM crm_rule_contact)", SQL.identifier(alias, "id")
                )
            )
            selects = [
                SQL(
                    "SELECT %s AS group_id, p.id AS partner_id FROM (%s) AS p(id)",
                    rule.group_id,
                    models_of[places[rule.group_id]]._search(rule.domain & among).select(),
                )
                for rule in rules
            ]
            return SQL(
                "WITH crm_rule_contact AS MATERIALIZED (SELECT unnest(%s) AS id) %s",
                list(partner_ids),
                SQL(" UNION ALL ").join(selects),
            )
        contacts = {
            place: model.browse(partner_ids).filtered("active")
            for place, model in models_of.items()
        }
        matches = [
            (rule.group_id, partner_id)
            for rule in rules
            for partner_id in self._filter_contacts(contacts[places[rule.group_id]], rule)
        ]
        group_ids = [rule.group_id for rule in rules]
        if self._is_in_step(group_ids, partner_ids, set(matches)):
            return None
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::int[]) AS p(group_id, partner_id)",
            [group_id for group_id, _id in matches],
            [partner_id for _id, partner_id in matches],
        )

    @api.model
    def _filter_contacts(self, contacts, rule):
        """Return the ids of a few contacts that match, judged in Python where that is possible."""
        for name, values in rule.tests:
            if not contacts:
                return []
            if contacts._fields[name].type == "many2one":
                contacts = contacts.filtered(lambda p, n=name, v=values: p[n].id in v)
            else:
                contacts = contacts.filtered(lambda p, n=name, v=values: p[n] in v)
        if not contacts:
            return []
        try:
            return contacts.filtered_domain(rule.judged).ids
        except (ValueError, TypeError, NotImplementedError):
            # Conditions that only the database knows, such as a field with a search method.
            return contacts.search(rule.domain & Domain("id", "in", contacts.ids)).ids

    @api.model
    def _is_in_step(self, group_ids, partner_ids, matches):
        """Tell whether the rows of a few contacts are already as the rules want them."""
        Member = self.env["crm.contact.group.member"]
        Member.flush_model(["group_id", "partner_id", "state", "source"])
        rows = self.env.execute_query(
            SQL(
                "SELECT group_id, partner_id, state = 'in' AND source = 'rule', state <> 'past' "
                "FROM crm_contact_group_member "
                "WHERE group_id = ANY(%s) AND partner_id = ANY(%s)",
                group_ids,
                list(partner_ids),
            )
        )
        settled = {row[:2] for row in rows if row[3]}
        by_rule = {row[:2] for row in rows if row[2]}
        return by_rule <= matches <= settled
