from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, sql

from odoo.addons.crm_access.merging import join_notes
from odoo.addons.crm_access.names import get_told_name
from odoo.addons.crm_access.system import MERGING

from ..engine import match
from .crm_ladder_move import SECONDS_OF_A_DAY

#: Columns of stored computed fields: made empty at installation, where computing a million old
#: deals would give nothing.
EMPTY_COLUMNS = {
    "directorate_id": "int4",
    "match_score": "float8",
    "rival_match_score": "float8",
    "has_knockout": "bool",
}

#: Context of an import that brings steps, their dates and the history itself.
KEEP_HISTORY = "crm_marketing_ladder_keep_history"


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.directorate.product.mixin", "crm.readonly.mixin"]

    directorate_id = fields.Many2one(
        compute="_compute_directorate_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        help="The first sales directorate of the salesperson, until another one is chosen. That of "
        "who made a deal for nobody gives way to the salesperson's.",
    )
    is_directorate_required = fields.Boolean(compute="_compute_is_directorate_required")
    # Not check_company, which refuses what belongs to a company on deals that belong to none.
    product_id = fields.Many2one(string="Product Interest", check_company=False)
    dictionary_domain = fields.Binary(
        compute="_compute_dictionary_domain", export_string_translation=False, exportable=False
    )
    pain_ids = fields.Many2many(
        "crm.pain",
        "crm_lead_pain_rel",
        "lead_id",
        "pain_id",
        string="Pains",
        ondelete="restrict",
    )
    current_situation = fields.Html(help="What the customer has today, and what it costs them.")
    customer_stage = fields.Selection(
        [
            ("recognition_of_needs", "Recognition of Needs"),
            ("evaluation_of_options", "Evaluation of Options"),
            ("resolution_of_concerns", "Resolution of Concerns"),
            ("trade_negotiations", "Trade Negotiations"),
            ("decision", "Decision"),
            ("implementation", "Implementation"),
            ("changes_over_time", "Changes over Time"),
        ],
        string="Customer's Stage",
        tracking=True,
        help="Where the customer stands in buying, beside our own stage in selling.",
    )
    ladder_step_id = fields.Many2one(
        "crm.ladder.of.recognition",
        index="btree_not_null",
        ondelete="restrict",
        group_expand="_read_group_ladder_step_ids",
        copy=False,
        help="How far the prospect has come in recognising the problem and our product.",
    )
    ladder_date = fields.Datetime("On This Step Since", readonly=True, copy=False)
    ladder_days = fields.Integer("Days on Step", compute="_compute_ladder_days")
    is_ladder_stuck = fields.Boolean(
        "Stuck on the Step",
        compute="_compute_ladder_days",
        search="_search_is_ladder_stuck",
        help="Longer on the step than the step allows.",
    )
    ladder_move_ids = fields.One2many("crm.ladder.move", "lead_id", string="Ladder History")
    criterion_ids = fields.One2many("crm.lead.criterion", "lead_id", string="Criteria", copy=True)
    match_score = fields.Float(
        "Our Match (%)", compute="_compute_match", store=True, aggregator="avg", digits=(5, 1)
    )
    rival_match_score = fields.Float(
        "Rival's Match (%)", compute="_compute_match", store=True, aggregator="avg", digits=(5, 1)
    )
    has_knockout = fields.Boolean(
        "Mandatory Criterion Not Met", compute="_compute_match", store=True
    )
    match_explanation = fields.Json(compute="_compute_match_explanation", exportable=False)

    def _auto_init(self):
        for column, kind in EMPTY_COLUMNS.items():
            if not sql.column_exists(self.env.cr, self._table, column):
                sql.create_column(self.env.cr, self._table, column, kind)
        return super()._auto_init()

    @api.depends("user_id", "company_id")
    def _compute_directorate_id(self):
        """Fill the directorate in where there is none or none of the company, or where that of its
        maker was taken and the deal goes to a salesperson of another one before anything was found
        out for it. One query for these; none else but for deals that name a product."""
        directorates = self.env["crm.sales.directorate"]
        first = directorates._get_directorates_by_user()
        company_of = lambda id_: self.env["res.company"].browse(id_ or ())  # noqa: E731
        for lead in self:
            company = lead.company_id.id
            directorate = lead.directorate_id
            # As superuser: the directorate of another company is out of the user's sight.
            own_company = directorate.sudo().company_id
            if directorate and (not company or own_company._serves(lead.company_id)):
                theirs = dict(first.get(lead.user_id.id, ()))
                makers = dict(first.get(lead.create_uid.id, ()))
                if not theirs or directorate.id in theirs or directorate.id not in makers:
                    continue
                if lead.product_id or lead.sudo().pain_ids:
                    continue
                found = directorate  # that of its maker, while it was nobody's
            else:
                found = directorates
            for candidate, candidate_company in first.get(lead.user_id.id or self.env.uid, ()):
                if company and not company_of(candidate_company)._serves(lead.company_id):
                    continue
                candidate = directorates.browse(candidate)
                if not lead.product_id or candidate._sells(lead.product_id):
                    found = candidate
                    break
            lead.directorate_id = found

    @api.depends_context("uid")
    def _compute_is_directorate_required(self):
        """Required of members who see the deals of directorates only; others may leave it out.

        A deal that never had one, older than the addon perhaps, is not met with an error: it can
        be opened and saved as it is.
        """
        free = self._is_free_of_directorates()
        by_user = {} if free else self.env["crm.sales.directorate"]._get_directorates_by_user()
        is_member = bool(by_user.get(self.env.uid))
        for lead in self:
            saved = lead._origin
            # As superuser: that of another company is one as well.
            has_one = not saved or bool(saved.sudo().directorate_id)
            lead.is_directorate_required = is_member and has_one

    @api.depends("directorate_id")
    def _compute_product_domain(self):
        super()._compute_product_domain()
        if self.env["crm.sales.directorate"]._get_directorates_by_user().get(self.env.uid):
            return
        # Who is in no directorate is not kept from naming a product.
        for lead in self.filtered(lambda lead: not lead.directorate_id):
            lead.product_domain = list(Domain.TRUE)

    @api.depends("directorate_id")
    def _compute_dictionary_domain(self):
        for lead in self:
            domain = Domain.TRUE
            if lead.directorate_id:
                domain = Domain("directorate_id", "in", [lead.directorate_id.id, False])
            lead.dictionary_domain = list(domain)

    @api.depends("ladder_date", "ladder_step_id.stuck_days")
    def _compute_ladder_days(self):
        now = fields.Datetime.now()
        for lead in self:
            since = lead.ladder_date if lead.ladder_step_id else False
            lead.ladder_days = (now - since).total_seconds() / SECONDS_OF_A_DAY if since else 0
            allowed = lead.ladder_step_id.stuck_days
            lead.is_ladder_stuck = bool(
                since
                and allowed
                and lead.won_status == "pending"
                and (now - since).total_seconds() > allowed * SECONDS_OF_A_DAY
            )

    def _search_is_ladder_stuck(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["crm.ladder.of.recognition"].flush_model(["stuck_days"])
        stuck = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """(%s = 'pending' AND EXISTS (
                    SELECT 1 FROM crm_ladder_of_recognition step
                     WHERE step.id = %s AND step.stuck_days > 0
                       AND %s < %s - step.stuck_days * interval '1 day'))""",
                model._field_to_sql(alias, "won_status", query),
                model._field_to_sql(alias, "ladder_step_id", query),
                model._field_to_sql(alias, "ladder_date", query),
                fields.Datetime.now(),
            )
        )
        return stuck if True in value else ~stuck

    @api.depends("criterion_ids.importance", "criterion_ids.our_match", "criterion_ids.rival_match")
    def _compute_match(self):
        for lead in self:
            lines = lead.criterion_ids
            lead.match_score = match.weighted_score(
                (line.importance, line.our_match) for line in lines if line.importance
            )
            lead.rival_match_score = match.weighted_score(
                (line.importance, line.rival_match) for line in lines if line.importance
            )
            lead.has_knockout = any(
                line.importance == "mandatory" and line.our_match == "not_met" for line in lines
            )

    @api.depends(
        "criterion_ids.differentiator_id",
        "criterion_ids.importance",
        "criterion_ids.our_match",
        "criterion_ids.rival_match",
    )
    def _compute_match_explanation(self):
        for lead in self:
            explained = match.explain(
                [
                    {
                        "name": line.differentiator_id.display_name or "",
                        "importance": line.importance or "important",
                        "our_match": line.our_match or "not_assessed",
                        "rival_match": line.rival_match or "not_assessed",
                    }
                    for line in lead.criterion_ids
                ]
            )
            # XML-RPC knows no None.
            lead.match_explanation = {
                name: False if value is None else value for name, value in explained.items()
            }

    @api.constrains("directorate_id", "product_id", "pain_ids")
    def _check_companies(self):
        for lead in self:
            for record in (lead.directorate_id, lead.product_id, *lead.pain_ids):
                if lead.company_id and not record.company_id._serves(lead.company_id):
                    raise ValidationError(
                        self.env._(
                            "“%(deal)s” belongs to the company %(company)s, “%(record)s” to "
                            "%(other)s. Choose one of the same company.",
                            deal=lead.name,
                            company=lead.company_id.name,
                            record=get_told_name(record),
                            other=get_told_name(record.company_id),
                        )
                    )

    @api.constrains("pain_ids")
    def _check_pains(self):
        for lead in self:
            # As superuser: what lies in the way may be out of the user's sight.
            lead._check_own_dictionaries(lead.sudo().pain_ids)

    def _check_own_dictionaries(self, records):
        """Pains and criteria are those of the deal's sales directorate, or common ones.

        The form offers no others; this is for imports and other systems. Those that are there stay
        when the deal goes to another directorate or takes in another deal: nothing is lost, and
        an assignment is not kept from its work.
        """
        if MERGING.is_on(self.env):
            return
        directorate = self.directorate_id.sudo()
        for record in records if directorate else ():
            if record.directorate_id and record.directorate_id != directorate:
                raise ValidationError(
                    self.env._(
                        "“%(deal)s” belongs to the sales directorate “%(directorate)s”, "
                        "“%(record)s” to “%(other)s”. Choose one of the same directorate or a "
                        "common one.",
                        deal=get_told_name(self),
                        directorate=get_told_name(directorate),
                        record=get_told_name(record),
                        other=get_told_name(record.directorate_id),
                    )
                )

    @api.model
    def _read_group_ladder_step_ids(self, steps, domain):
        return steps.search([])

    @api.model
    def _is_free_of_directorates(self):
        return super()._is_free_of_directorates() or self.env.user.has_group(
            "sales_team.group_sale_salesman_all_leads"
        )

    @api.model_create_multi
    def create(self, vals_list):
        names = ["directorate_id", "user_id", "ladder_step_id"]
        told = self._with_defaults(vals_list, names)
        for vals in told:
            self._check_own_directorate(vals, self.browse())
        on_step = [vals.get("ladder_step_id") for vals in told]
        dated = list(map(self._with_ladder_date, vals_list, on_step))
        leads = super(CrmLead, self._as_system()).create(dated).with_env(self.env)
        on_ladder = leads.filtered("ladder_step_id")
        if on_ladder and not self._brings_history():
            self.env["crm.ladder.move"]._record(
                [(lead.id, False, lead.ladder_step_id.id) for lead in on_ladder],
                self.env.context.get("ladder_reason", False),
            )
        return leads

    def _with_ladder_date(self, vals, is_on_step):
        """Return values for a new deal: since when it is on its step is told by an import alone."""
        if self._brings_history():
            date = vals.get("ladder_date")
            vals = {name: value for name, value in vals.items() if name != "ladder_date"}
        else:
            date = fields.Datetime.now() if is_on_step else False
        return {**self._without_system_fields(vals), "ladder_date": date}

    def write(self, vals):
        self._check_own_directorate(vals, self)
        if self._brings_history():
            rest = {name: value for name, value in vals.items() if name != "ladder_date"}
            self._without_system_fields(rest)
            return super(CrmLead, self._as_system()).write(vals)
        vals = self._without_system_fields(vals)
        # Superusers neither: the date follows from the step.
        vals = {name: value for name, value in vals.items() if name != "ladder_date"}
        if "ladder_step_id" not in vals:
            return super().write(vals)
        step_id = vals["ladder_step_id"] or False
        changes = [
            (lead.id, lead.ladder_step_id.id, step_id)
            for lead in self
            if lead.ladder_step_id.id != step_id
        ]
        changed = self.browse([change[0] for change in changes])
        result = True
        if self - changed:
            result = super(CrmLead, self - changed).write(dict(vals))
        if changed:
            vals = {**vals, "ladder_date": step_id and fields.Datetime.now()}
            result = super(CrmLead, changed._as_system()).write(vals)
            self.env["crm.ladder.move"]._record(
                changes, self.env.context.get("ladder_reason", False)
            )
        return result

    @api.model
    def _brings_history(self):
        """Say whether this is an import with a history of its own; for administrators alone."""
        return self.env.context.get(KEEP_HISTORY) and (
            self.env.su or self.env.user.has_group("crm_marketing_ladder.group_admin")
        )

    def _check_own_directorate(self, vals, leads):
        """Refuse a directorate that is neither the user's own nor the salesperson's.

        It is no constraint, because constraints run as superuser and cannot tell who asks.
        """
        if not vals.get("directorate_id") or self._is_free_of_directorates():
            return
        if MERGING.is_on(self.env):
            return
        members = {self.env.uid, vals.get("user_id")} | set(leads.user_id.ids)
        by_user = self.env["crm.sales.directorate"]._get_directorates_by_user()
        own = {row[0] for user in members for row in by_user.get(user, ())}
        kept = leads and set(leads.directorate_id.ids) == {vals["directorate_id"]}
        if vals["directorate_id"] not in own and not kept:
            mine = self.env["crm.sales.directorate"]._get_user_directorates()
            raise ValidationError(
                self.env._(
                    "“%(deal)s” cannot belong to the sales directorate “%(directorate)s”: neither "
                    "you nor the salesperson is a member of it. Yours: %(own)s.",
                    deal=vals.get("name") or leads[:1].name or "",
                    directorate=get_told_name(mine.browse(vals["directorate_id"]).exists()),
                    own=", ".join(mine.mapped("display_name")) or "–",
                )
            )

    def move_on_ladder(self, step_id, reason=False):
        """Move deals to a step of the ladder; the history says who, when, from, to and why.

        :param int step_id: the step, or False to take them off the ladder
        :param str reason: what the prospect said or did
        :return: True
        :raises UserError: when the step does not exist
        """
        step = self.env["crm.ladder.of.recognition"].browse(step_id).exists()
        if step_id and not step:
            raise ValidationError(
                self.env._("There is no ladder step with the number %s.", step_id)
            )
        self.with_context(ladder_reason=reason).write({"ladder_step_id": step.id})
        return True

    def action_move_on_ladder(self):
        """Ask for the step and the reason of a move; the next step up is proposed."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_marketing_ladder.crm_ladder_step_move_action"
        )
        action["context"] = {"active_model": self._name, "active_ids": self.ids}
        return action

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if is_company and self.directorate_id:
            values["directorate_id"] = self.directorate_id.id
        return values

    def _merge_opportunity(self, *args, **kwargs):
        # Pains and criteria of all its deals are kept, and the directorate.
        merging = MERGING.on(self)
        merged = super(CrmLead, merging)._merge_opportunity(*args, **kwargs)
        return merged.with_env(self.env)

    def _merge_get_fields(self):
        return [
            *super()._merge_get_fields(),
            "directorate_id",
            "customer_stage",
        ]

    def _merge_get_fields_specific(self):
        def highest_step(_name, leads):
            steps = leads.ladder_step_id.sorted(lambda step: (step.sequence, step.id))
            return steps[-1:].id

        def product(_name, leads):
            # Directorate and product are taken from the same deal: they must fit each other.
            directorate = leads.filtered("directorate_id")[:1].directorate_id
            same = leads.filtered(
                lambda lead: (
                    lead.product_id and (not directorate or lead.directorate_id == directorate)
                )
            )
            return same[:1].product_id.id

        return {
            **super()._merge_get_fields_specific(),
            "current_situation": lambda name, leads: join_notes(leads.mapped(name)),
            "pain_ids": lambda _name, leads: leads.mapped("pain_ids"),
            "ladder_step_id": highest_step,
            "product_id": product,
        }

    def _merge_dependences(self, opportunities):
        """Bring history, sendings and criteria of the other deals along."""
        result = super()._merge_dependences(opportunities)
        # As superuser: the history may be written by the program alone.
        history = opportunities.sudo()
        history.ladder_move_ids.filtered(lambda move: not move.left_date).write(
            {"left_date": fields.Datetime.now()}
        )
        history.ladder_move_ids.write({"lead_id": self.id})
        history.sending_ids.write({"lead_id": self.id})
        known = self.criterion_ids.differentiator_id
        for criterion in opportunities.criterion_ids:
            if criterion.differentiator_id not in known:
                known |= criterion.differentiator_id
                criterion.lead_id = self
        return result
