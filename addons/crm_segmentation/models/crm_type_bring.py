# pylint: disable=consider-merging-classes-inherited
# (What a type brings is a concern of its own.)
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain

from odoo.addons.crm_access.system import Switch
from odoo.addons.crm_access.texts import tell_count

from .crm_type import DEAL

#: Records that get a type get nothing else with it (mass operations, migrations).
NO_EFFECTS = Switch("crm_type_no_effects")


class CrmType(models.Model):
    """What a type brings: who is responsible, the team, tags, planned activities, stages."""

    _inherit = "crm.type"

    scope_team_ids = fields.Many2many(
        "crm.team",
        "crm_type_scope_team_rel",
        string="Only for Teams",
        help="Deals of other teams, and members of other teams, are not offered this type. "
        "Leave empty for all.",
    )
    assign_mode = fields.Selection(
        [
            ("none", "Nobody in particular"),
            ("user", "One person"),
            ("queue", "Several people in turn"),
        ],
        string="Responsible",
        required=True,
        default="none",
        help="Who gets a record of this type that has no salesperson yet. A salesperson whom "
        "somebody chose is never replaced.",
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", domain="[('share', '=', False)]", ondelete="set null"
    )
    queue_ids = fields.One2many("crm.type.queue", "type_id", string="In Turn", copy=True)
    next_user_id = fields.Many2one(
        "res.users", compute="_compute_next_user_id", string="Next in Turn"
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        ondelete="set null",
        help="New deals of this type go to this team. Without a responsible person above, they "
        "wait there for whoever takes them or for lead assignment.",
    )
    partner_tag_ids = fields.Many2many("res.partner.category", string="Contact Tags")
    deal_tag_ids = fields.Many2many("crm.tag", string="Deal Tags")
    activity_plan_id = fields.Many2one(
        "mail.activity.plan",
        ondelete="set null",
        domain="[('res_model', '=', 'crm.lead' if kind == 'deal' else 'res.partner')]",
        help="Planned on every record that gets this type.",
    )
    stage_ids = fields.Many2many(
        "crm.stage",
        "crm_stage_deal_type_rel",
        "type_id",
        "stage_id",
        string="Stages",
        help="Stages that this deal type shares with no type but those named on the stage. Stages "
        "that name no type are there for all.",
    )
    has_effects = fields.Boolean(compute="_compute_has_effects", store=True, technical=True)

    @api.depends(
        "assign_mode", "team_id", "partner_tag_ids", "deal_tag_ids", "activity_plan_id", "kind"
    )
    def _compute_has_effects(self):
        for crm_type in self:
            tags = crm_type.deal_tag_ids if crm_type.kind == DEAL else crm_type.partner_tag_ids
            crm_type.has_effects = bool(
                crm_type.assign_mode != "none"
                or (crm_type.kind == DEAL and crm_type.team_id)
                or tags
                or crm_type.activity_plan_id
            )

    @api.depends("assign_mode", "user_id", "queue_ids.user_id", "queue_ids.sequence")
    def _compute_next_user_id(self):
        for crm_type in self:
            crm_type.next_user_id = crm_type._get_next_user(crm_type.company_id)

    @api.constrains("assign_mode", "user_id", "queue_ids")
    def _check_responsible(self):
        for crm_type in self:
            if crm_type.assign_mode == "user" and not crm_type.user_id:
                raise ValidationError(
                    self.env._("Say who is responsible for “%s”.", crm_type.display_name)
                )
            if crm_type.assign_mode == "queue" and not crm_type.queue_ids:
                raise ValidationError(
                    self.env._("Put somebody into the queue of “%s”.", crm_type.display_name)
                )

    @api.constrains("activity_plan_id", "kind")
    def _check_activity_plan_id(self):
        for crm_type in self.filtered("activity_plan_id"):
            model_name = "crm.lead" if crm_type.kind == DEAL else "res.partner"
            if crm_type.activity_plan_id.res_model != model_name:
                raise ValidationError(
                    self.env._(
                        "The activity plan “%(plan)s” is for other records than those of the "
                        "type “%(type)s”.",
                        plan=crm_type.activity_plan_id.display_name,
                        type=crm_type.display_name,
                    )
                )

    def _get_next_user(self, company):
        """Who would be responsible for one more record of this company; gives no turn out."""
        self.ensure_one()
        if self.assign_mode == "queue":
            return self.queue_ids._get_candidates(company)[:1].user_id
        user = self.user_id if self.assign_mode == "user" else self.env["res.users"]
        fits = user.active and (not company or company in user.company_ids)
        return user if fits else user.browse()

    def _get_brought_users(self):
        """Return whom the type can make responsible."""
        self.ensure_one()
        if self.assign_mode == "queue":
            return self.queue_ids.user_id
        return self.user_id if self.assign_mode == "user" else self.user_id.browse()

    # -- bringing ------------------------------------------------------------------

    @api.model
    def _bring_effects(self, records, field_name, ownerless=None):
        """Give records what the types bring that they have just got.

        Costs a fixed number of queries for each type and each responsible person, not for each
        record. Nothing happens for types that bring nothing, nor where ``NO_EFFECTS`` is on.

        :param records: contacts or deals
        :param field_name: their field that holds the type
        :param ownerless: those whose salesperson nobody chose; by default those without one
        """
        if NO_EFFECTS.is_on(self.env):
            return
        # sudo: the type's settings act whoever gives the type, be it a web form or the gateway.
        records = records.sudo()
        records = records.filtered(lambda record: record[field_name].has_effects)
        if not records:
            return
        ownerless = records.filtered(lambda r: not r.user_id) if ownerless is None else ownerless
        for crm_type, typed in records.grouped(field_name).items():
            decisions = crm_type._bring_owner(typed & ownerless.sudo())
            crm_type._bring_tags(typed, decisions)
            crm_type._bring_activities(typed, decisions)
            crm_type._store_decisions(typed, decisions)

    def _bring_owner(self, records):
        """Set salesperson and team; return record id → what was decided and why."""
        decisions = defaultdict(dict)
        is_deal = self.kind == DEAL
        team = self.team_id if is_deal else self.env["crm.team"]
        groups, teams = defaultdict(records.browse), {}
        for record, user, line in self._pick_owners(records):
            decision = {"rule": self.assign_mode if user else "team"}
            if line:
                decision |= {"turn": line.last_turn, "queue": len(self.queue_ids)}
            if not user:
                if self.assign_mode != "none":
                    decision |= {"rule": "nobody", "company": record.company_id.name}
                # Without a person the deal waits in the team, unless its creator works there.
                keeps = not team or record.user_id in (team.member_ids | team.user_id)
                user = record.user_id if keeps else user
            if user != record.user_id or (is_deal and team and team != record.team_id):
                decision |= {
                    "user_id": user.id,
                    "user": user.name,
                    "old_user_id": record.user_id.id,
                    **({"team_id": team.id, "team": team.name} if team else {}),
                    **({"old_team_id": record.team_id.id} if team else {}),
                }
                groups[user, team or self._get_team(record, user, teams)] |= record
            elif decision["rule"] == "team":
                continue
            elif decision["rule"] != "nobody":
                # Whose it is already, by the same rule: the turn is taken, and this is why.
                decision["user"] = user.name
            decisions[record.id] = decision
        told = defaultdict(int)
        for (user, new_team), chosen in groups.items():
            quiet = len(records) > 1
            NO_EFFECTS.on(chosen).with_context(mail_auto_subscribe_no_notify=quiet).write(
                {"user_id": user.id} | ({"team_id": new_team.id} if is_deal else {})
            )
            told[user] += len(chosen) if quiet else 0
        for user, count in told.items():
            if user and count and user != self.env.user:
                self._notify_summary(user, count)
        return decisions

    def _get_team(self, record, user, teams):
        """The team that Odoo would give a deal with its salesperson.

        :param teams: what was found so far, by person; filled, so that each is asked once
        """
        if self.kind != DEAL:
            return self.env["crm.team"]
        if not user or user in (record.team_id.member_ids | record.team_id.user_id):
            return record.team_id
        key = (user.id, record.type)
        if key not in teams:
            use = "use_leads" if record.type == "lead" else "use_opportunities"
            teams[key] = self.env["crm.team"]._get_default_team_id(user.id, [(use, "=", True)])
        return teams[key]

    def _pick_owners(self, records):
        """Yield each record with the person it goes to and that person's place in the queue."""
        none = self.env["crm.type.queue"]
        if self.assign_mode == "queue":
            companies = [record.company_id for record in records]
            for record, line in zip(records, self.queue_ids._take_turns(companies), strict=True):
                yield record, line.user_id, line
        else:
            for record in records:
                yield record, self._get_next_user(record.company_id), none

    def _notify_summary(self, user, count):
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.env._("%(count)s × %(type)s for you", count=count, type=self.name),
            body=tell_count(
                count,
                self.env._(
                    "1 record of the type “%(type)s” is yours now, because the type says so."
                ),
                self.env._(
                    "%(count)s records of the type “%(type)s” are yours now, because the "
                    "type says so."
                ),
                type=self.name,
            ),
        )

    def _bring_tags(self, records, decisions):
        field_name = "tag_ids" if self.kind == DEAL else "category_id"
        tags = self.deal_tag_ids if self.kind == DEAL else self.partner_tag_ids
        missing = records.filtered(lambda record: tags - record[field_name])
        if not missing:
            return
        for record in missing:
            decisions[record.id]["tag_ids"] = (tags - record[field_name]).ids
        NO_EFFECTS.on(missing).write({field_name: [Command.link(tag.id) for tag in tags]})

    def _bring_activities(self, records, decisions):
        """Plan what the plan says, as its wizard does, for all records at once."""
        plan = self.activity_plan_id.sudo()
        if not plan.active:
            return
        today = fields.Date.context_today(self)
        model_id = self.env["ir.model"]._get_id(records._name)
        vals_list = []
        for record in records:
            for template in plan.template_ids:
                owner = record.user_id or self.env.user
                responsible = template._determine_responsible(owner, record)["responsible"] or owner
                vals_list.append(
                    {
                        "res_model_id": model_id,
                        "res_id": record.id,
                        "activity_type_id": template.activity_type_id.id,
                        "summary": template.summary,
                        "note": template.note,
                        "user_id": responsible.id,
                        "date_deadline": template._get_date_deadline(today),
                        "automated": False,
                    }
                )
        quiet = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        for activity in quiet.create(vals_list):
            decisions[activity.res_id].setdefault("activity_ids", []).append(activity.id)

    def _store_decisions(self, records, decisions):
        """Keep what was done and why: as data on the record, as a line in its history."""
        decided = records.browse(decisions)
        moment = fields.Datetime.to_string(fields.Datetime.now())
        quiet = NO_EFFECTS.on(decided).with_context(mail_notrack=True)
        for record in quiet._as_system():
            record.type_decision = {
                "type_id": self.id,
                "type": self.name,
                "date": moment,
                **decisions[record.id],
            }
        if decided and not self.env.context.get("tracking_disable"):
            decided._message_log_batch({record.id: record.type_decision_text for record in decided})

    @api.model
    def _get_scope_domain(self, teams):
        """Types that these teams may choose."""
        return Domain("scope_team_ids", "=", False) | Domain("scope_team_ids", "in", teams.ids)
