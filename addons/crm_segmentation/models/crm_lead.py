from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column

from .crm_type import DEAL
from .crm_type_bring import NO_EFFECTS


class CrmLead(models.Model):
    """A lead or opportunity with a deal type."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.type.decision.mixin"]

    deal_type_id = fields.Many2one(
        "crm.type",
        default=lambda self: self._default_deal_type_id(),
        compute="_compute_deal_type_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        check_company=True,
        ondelete="restrict",
        domain="[('kind', '=', 'deal'), '|', ('company_id', '=', False),"
        " ('company_id', 'parent_of', company_id),"
        " '|', ('scope_team_ids', '=', False), ('scope_team_ids', 'in', team_id)]",
    )
    stage_id = fields.Many2one(
        domain="['|', ('team_ids', '=', False), ('team_ids', 'in', team_id),"
        " '|', ('deal_type_ids', '=', False), ('deal_type_ids', 'in', deal_type_id)]"
    )
    deal_type_color = fields.Integer(
        related="deal_type_id.color", export_string_translation=False, technical=True
    )

    def _auto_init(self):
        # With the column there, installation gives no type to existing leads.
        if not column_exists(self.env.cr, self._table, "deal_type_id"):
            create_column(self.env.cr, self._table, "deal_type_id", "int4")
        return super()._auto_init()

    @api.model
    def _default_deal_type_id(self):
        # As superuser: a web form or a mail gateway that makes leads may not read the dictionary.
        types = self.env["crm.type"].sudo()
        crm_type = types._pick_default(types._get_defaults([DEAL]), DEAL, self.env.company)
        return crm_type.sudo(self.env.su)

    @api.depends("company_id")
    def _compute_deal_type_id(self):
        """Replace the type of another company when a deal changes its company."""
        types = self.env["crm.type"].sudo()  # As superuser: see the default above.
        misfits = self.filtered(
            lambda lead: not lead.deal_type_id.company_id._serves(lead.company_id)
        )
        # A stored computed field must be assigned, also where nothing changes.
        for lead in self - misfits:
            lead.deal_type_id = lead.deal_type_id
        if misfits:
            defaults = types._get_defaults([DEAL])
            for lead in misfits:
                crm_type = types._pick_default(defaults, DEAL, lead.company_id)
                lead.deal_type_id = crm_type.sudo(self.env.su)

    @api.depends("deal_type_id")
    def _compute_stage_id(self):
        """Move a deal out of a stage that does not belong to its type."""
        result = super()._compute_stage_id()
        for lead in self:
            stage, crm_type = lead.stage_id, lead.deal_type_id
            # sudo: a web form that makes leads may not read the dictionary.
            stage_types = stage.sudo().deal_type_ids
            if stage_types and crm_type.sudo() not in stage_types:
                lead.stage_id = (
                    lead._stage_find(domain=[("is_won", "=", stage.is_won), ("fold", "=", False)])
                    or lead._stage_find(domain=[("fold", "=", False)])
                ).id
        return result

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        type_ids = self.deal_type_id.ids or [self.env.context.get("default_deal_type_id")]
        fitting = self.env["crm.stage"]._get_deal_type_domain(filter(None, type_ids))
        return super()._stage_find(
            team_id=team_id, domain=list(domain or []) + list(fitting), order=order, limit=limit
        )

    def _read_group_stage_ids(self, stages, domain):
        """Show no empty column of a stage that none of the asked deal types passes through."""
        found = super()._read_group_stage_ids(stages, domain)
        type_ids = self._get_asked_deal_types(domain)
        if type_ids is None:
            return found
        fitting = Domain("id", "in", stages.ids) | stages._get_deal_type_domain(type_ids)
        # sudo: as in the method this extends.
        return found.browse(found.sudo().search(Domain("id", "in", found.ids) & fitting).ids)

    @api.model
    def _get_asked_deal_types(self, domain):
        """Which deal types a list or board is about; None when about all."""
        default = self.env.context.get("default_deal_type_id")
        if default:
            return [default]
        asked = [
            value
            for condition in Domain(domain).iter_conditions()
            if condition.field_expr == "deal_type_id" and condition.operator in ("=", "in")
            for value in (
                condition.value
                if isinstance(condition.value, (list, tuple, set, frozenset))
                or hasattr(condition.value, "__iter__")
                and not isinstance(condition.value, str)
                else [condition.value]
            )
        ]
        return asked if asked and all(type(value) is int for value in asked) else None

    @api.constrains("deal_type_id")
    def _check_deal_type_scope(self):
        for lead in self:
            teams = lead.sudo().deal_type_id.scope_team_ids
            if teams and lead.team_id and lead.sudo().team_id not in teams:
                raise ValidationError(
                    self.env._(
                        "The deal type “%(type)s” of “%(lead)s” is only for the teams %(teams)s, "
                        "and the deal is in the team %(team)s. Choose another type or team.",
                        type=lead.sudo().deal_type_id.display_name,
                        lead=lead.display_name,
                        teams=", ".join(teams.mapped("name")),
                        team=lead.sudo().team_id.name,
                    )
                )

    @api.onchange("deal_type_id")
    def _onchange_deal_type_id(self):
        """Propose whom a new deal of this type goes to; the queue's turn is taken on saving."""
        # sudo: the settings of the type are for all who give it.
        crm_type = self.deal_type_id.sudo()
        if (
            self._origin
            or not crm_type.has_effects
            or self.user_id
            not in (
                self.env.user,
                self.env["res.users"],
            )
        ):
            return
        user = crm_type._get_next_user(self.company_id)
        if user:
            self.user_id = user.sudo(self.env.su)
        if crm_type.team_id:
            self.team_id = crm_type.team_id.sudo(self.env.su)

    @api.constrains("deal_type_id")
    def _check_deal_type_id(self):
        for lead in self:
            crm_type = lead.deal_type_id
            if crm_type and crm_type.kind != DEAL:
                raise ValidationError(crm_type._get_kind_error(lead, "deal_type_id", DEAL))

    @api.model_create_multi
    def create(self, vals_list):
        vals_list, proposed = self._leave_to_the_type(vals_list)
        has_default = "default_deal_type_id" in self.env.context
        has_user = "default_user_id" in self.env.context
        # The company of a lead follows from its team and salesperson, so the default of that
        # company is known only afterwards.
        untyped = [
            not has_default and vals.setdefault("deal_type_id", None) is None for vals in vals_list
        ]
        ownerless = [
            number in proposed or not has_user and "user_id" not in vals
            for number, vals in enumerate(vals_list)
        ]
        leads = super().create(vals_list)
        leads.browse(
            lead.id for lead, is_untyped in zip(leads, untyped, strict=True) if is_untyped
        )._set_default_deal_type()
        leads._bring_type_effects_on_create(ownerless)
        return leads

    @api.model
    def _leave_to_the_type(self, vals_list):
        """Let the type itself bring whom the form has proposed in its name.

        Who works on his own deals alone may not make them for others; the type may. A colleague
        who is not of the type stays refused.

        :return: the values, with the user for such salespersons, and their positions
        """
        may_give = self.env.su or self.env.user.has_group(
            "sales_team.group_sale_salesman_all_leads"
        )
        if may_give:
            return vals_list, ()
        left, proposed, get = [], set(), self.env.context.get
        for number, vals in enumerate(vals_list):
            user_id = vals.get("user_id", get("default_user_id"))
            if user_id and user_id != self.env.uid:
                type_id = vals.get("deal_type_id", get("default_deal_type_id"))
                # sudo: the settings of the type are for all who give it.
                crm_type = self.env["crm.type"].sudo().browse(type_id or ())
                crm_type = crm_type or self._default_deal_type_id().sudo()
                if crm_type and user_id in crm_type._get_brought_users().ids:
                    vals = self._make_ones_own(vals)
                    proposed.add(number)
            left.append(vals)
        return left, proposed

    @api.model
    def _make_ones_own(self, vals):
        """Return the values for a deal of one's own; an override takes out what the form has
        filled in for its proposed salesperson."""
        return {**vals, "user_id": self.env.uid}

    def _bring_type_effects_on_create(self, ownerless):
        """Give new deals what their types bring.

        :param ownerless: for each deal whether nobody said who its salesperson is: Odoo puts the
            creator there then, whom a type may replace
        """
        free = self.browse(
            lead.id for lead, nobody in zip(self, ownerless, strict=True) if nobody
        ).filtered(lambda lead: lead.sudo().deal_type_id.has_effects)
        # Whom the form proposed as the next in turn has had the turn.
        for lead in (self - free).filtered("user_id"):
            crm_type = lead.sudo().deal_type_id
            if crm_type.assign_mode == "queue" and (
                crm_type._get_next_user(lead.sudo().company_id) == lead.sudo().user_id
            ):
                free |= lead
        self.env["crm.type"]._bring_effects(self, "deal_type_id", free)

    def write(self, vals):
        if "deal_type_id" not in vals:
            return super().write(vals)
        before = {lead.id: lead.deal_type_id for lead in self}
        result = super().write(vals)
        changed = self.filtered(lambda lead: lead.deal_type_id != before[lead.id])
        self.env["crm.type"]._bring_effects(changed, "deal_type_id")
        return result

    @api.model
    def load(self, fields, data):
        typed = self.with_context(crm_type_kinds=[DEAL])
        return self.env["crm.type"]._load_typed(
            lambda records, *rows: super().load(*rows),
            typed,
            "deal_type_id",
            fields,
            data,
        )

    @api.model
    def _get_import_kinds(self):
        return (DEAL,)

    @api.model
    def _get_import_kind_finder(self, fields):
        return lambda row: DEAL

    def _set_default_deal_type(self):
        types = self.env["crm.type"].sudo()  # As superuser: see the default above.
        defaults = types._get_defaults([DEAL]) if self else {}
        if not defaults:
            return
        # A default is no change worth a line in the history.
        quiet = NO_EFFECTS.on(self).with_context(mail_notrack=True)
        for company, leads in quiet.grouped("company_id").items():
            crm_type = types._pick_default(defaults, DEAL, company)
            if crm_type:
                leads.deal_type_id = crm_type.sudo(self.env.su)

    def _merge_get_fields(self):
        return super()._merge_get_fields() + ["deal_type_id"]
