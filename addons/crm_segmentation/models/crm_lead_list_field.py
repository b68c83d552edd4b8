# pylint: disable=consider-merging-classes-inherited
# (Company size and list fields are a concern of their own.)
from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

#: What a deal knows of its company, by column type.
COMPANY_FIELDS = {"employee_count": "int4", "revenue_band": "varchar", "industry_id": "int4"}


class CrmLead(models.Model):
    """A deal that knows how big its company is and what it does."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.company.size.mixin"]

    employee_count = fields.Integer(
        compute="_compute_company_profile", store=True, readonly=False, precompute=True
    )
    revenue_band = fields.Selection(
        compute="_compute_company_profile", store=True, readonly=False, precompute=True
    )
    industry_id = fields.Many2one(
        "res.partner.industry",
        compute="_compute_company_profile",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
    )

    def _auto_init(self):
        fresh = not column_exists(self.env.cr, self._table, "industry_id")
        if fresh:
            for name, column_type in COMPANY_FIELDS.items():
                create_column(self.env.cr, self._table, name, column_type)
            # The industry is known already; one statement instead of a walk through all deals.
            self.env.cr.execute(
                """
                UPDATE crm_lead lead SET industry_id = company.industry_id
                  FROM res_partner person
                  JOIN res_partner company ON company.id = person.commercial_partner_id
                 WHERE person.id = lead.partner_id AND company.industry_id IS NOT NULL
                """
            )
        return super()._auto_init()

    @api.depends(
        "partner_id.commercial_partner_id.employee_count",
        "partner_id.commercial_partner_id.revenue_band",
        "partner_id.commercial_partner_id.industry_id",
    )
    def _compute_company_profile(self):
        """Follow the company where it is known; keep what somebody wrote where it is not."""
        for lead in self:
            # sudo: what a customer's company is, is no secret to who works on the deal.
            company = lead.sudo().partner_id.commercial_partner_id
            for name in COMPANY_FIELDS:
                lead[name] = company[name] or lead[name]

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        self.env["crm.list.field"]._check_mandatory(
            leads.browse(
                lead.id
                for lead, vals in zip(leads, vals_list, strict=True)
                if "lead_properties" in vals
            )
        )
        return leads

    def write(self, vals):
        former = {}
        if "partner_id" in vals:
            # sudo: see _compute_company_profile.
            former = {lead.id: lead.partner_id.commercial_partner_id for lead in self.sudo()}
        result = super().write(vals)
        if former:
            self._forget_former_company(former, set(COMPANY_FIELDS) - set(vals))
        if "lead_properties" in vals:
            self.env["crm.list.field"]._check_mandatory(self)
        return result

    def _forget_former_company(self, former, names):
        """What a deal had from its former customer goes, where the new one has nothing to say.

        :param former: lead id → company of the customer before
        :param names: fields to look at
        """
        # sudo: see _compute_company_profile.
        companies = {lead.id: lead.partner_id.commercial_partner_id for lead in self.sudo()}
        moved = self.filtered(
            lambda lead: companies[lead.id] and companies[lead.id] != former[lead.id]
        )
        for name in names:
            stale = moved.filtered(
                lambda lead, name=name: (
                    former[lead.id][name]
                    and not companies[lead.id][name]
                    and lead.sudo()[name] == former[lead.id][name]
                )
            )
            if stale:
                stale.write({name: False})

    def web_save(self, vals, specification, next_id=None):
        """A form that shows the list fields is not saved while a mandatory one is empty."""
        result = super().web_save(vals, specification, next_id)
        if "lead_properties" in specification and not (next_id and not self):
            saved = self or self.browse(result[0]["id"])
            self.env["crm.list.field"]._check_mandatory(saved, whole=True)
        return result

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """A company made from a deal takes along what the deal knows of it."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if is_company or not parent_id:
            for name in COMPANY_FIELDS:
                if self[name]:
                    values[name] = self[name].id if name == "industry_id" else self[name]
        return values

    def _merge_get_fields(self):
        return super()._merge_get_fields() + list(COMPANY_FIELDS)
