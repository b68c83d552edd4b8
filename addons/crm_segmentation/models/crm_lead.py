from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.sql import column_exists, create_column

from .crm_type import DEAL


class CrmLead(models.Model):
    """A lead or opportunity with a deal type."""

    _inherit = "crm.lead"

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
        domain="[('kind', '=', 'deal'), ('company_id', 'in', [False, company_id])]",
    )
    deal_type_color = fields.Integer(related="deal_type_id.color", export_string_translation=False)

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
            lambda lead: (
                lead.deal_type_id.company_id and lead.deal_type_id.company_id != lead.company_id
            )
        )
        # A stored computed field must be assigned, also where nothing changes.
        for lead in self - misfits:
            lead.deal_type_id = lead.deal_type_id
        if misfits:
            defaults = types._get_defaults([DEAL])
            for lead in misfits:
                crm_type = types._pick_default(defaults, DEAL, lead.company_id)
                lead.deal_type_id = crm_type.sudo(self.env.su)

    @api.constrains("deal_type_id")
    def _check_deal_type_id(self):
        for lead in self:
            crm_type = lead.deal_type_id
            if crm_type and crm_type.kind != DEAL:
                raise ValidationError(crm_type._get_kind_error(lead, "deal_type_id", DEAL))

    @api.model_create_multi
    def create(self, vals_list):
        if "default_deal_type_id" in self.env.context:
            return super().create(vals_list)
        # The company of a lead follows from its team and salesperson, so the default of that
        # company is known only afterwards.
        untyped = [vals.setdefault("deal_type_id", None) is None for vals in vals_list]
        leads = super().create(vals_list)
        leads.browse(
            lead.id for lead, is_untyped in zip(leads, untyped, strict=True) if is_untyped
        )._set_default_deal_type()
        return leads

    @api.model
    def load(self, fields, data):
        typed = self.with_context(crm_type_kinds=[DEAL])
        return super(CrmLead, typed).load(fields, data)

    def _set_default_deal_type(self):
        types = self.env["crm.type"].sudo()  # As superuser: see the default above.
        defaults = types._get_defaults([DEAL]) if self else {}
        if not defaults:
            return
        # A default is no change worth a line in the history.
        for company, leads in self.with_context(mail_notrack=True).grouped("company_id").items():
            crm_type = types._pick_default(defaults, DEAL, company)
            if crm_type:
                leads.deal_type_id = crm_type.sudo(self.env.su)

    def _merge_get_fields(self):
        return super()._merge_get_fields() + ["deal_type_id"]
