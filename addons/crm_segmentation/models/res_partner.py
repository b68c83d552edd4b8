from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.sql import column_exists, create_column

from .crm_type import COMPANY, CONTACT


class ResPartner(models.Model):
    """A contact or company with a type from the dictionary of its kind."""

    _inherit = "res.partner"

    # Internal users only: what a seller calls a customer is not for the customer's eyes.
    crm_type_id = fields.Many2one(
        "crm.type",
        string="CRM Type",
        compute="_compute_crm_type_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
        check_company=True,
        ondelete="restrict",
        groups="base.group_user",
        domain="[('kind', '=', 'company' if is_company else 'contact'),"
        " ('company_id', 'in', [False, company_id])]",
    )
    crm_type_color = fields.Integer(
        related="crm_type_id.color", groups="base.group_user", export_string_translation=False
    )

    def _auto_init(self):
        # With the column there, installation computes no type: existing contacts stay untouched,
        # and a base of a million contacts is not walked through.
        if not column_exists(self.env.cr, self._table, "crm_type_id"):
            create_column(self.env.cr, self._table, "crm_type_id", "int4")
        return super()._auto_init()

    @api.depends("is_company", "company_id")
    def _compute_crm_type_id(self):
        # As superuser: portal users may not read the dictionary, yet their contacts get a type.
        types = self.env["crm.type"].sudo()
        defaults = types._get_defaults([CONTACT, COMPANY])
        for partner in self:
            kind, company = partner._get_crm_type_kind(), partner.company_id
            crm_type = partner.crm_type_id.sudo()
            if crm_type and not crm_type._fits(kind, company):
                crm_type = types._pick_default(defaults, kind, company)
            elif not crm_type and not partner._origin and partner.type in ("contact", False):
                # Only while creating: a type that somebody cleared stays cleared.
                crm_type = types._pick_default(defaults, kind, company)
            partner.crm_type_id = crm_type.sudo(self.env.su)

    @api.constrains("crm_type_id", "is_company")
    def _check_crm_type_id(self):
        # As superuser: portal users may edit their contact without access to its type.
        for partner in self.sudo():
            crm_type, kind = partner.crm_type_id, partner._get_crm_type_kind()
            if crm_type and crm_type.kind != kind:
                raise ValidationError(crm_type._get_kind_error(partner, "crm_type_id", kind))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._translate_company_type(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._translate_company_type(vals)
        return super().write(vals)

    @api.model
    def load(self, fields, data):
        typed = self.with_context(crm_type_kinds=[CONTACT, COMPANY])
        return super(ResPartner, typed).load(fields, data)

    def _get_crm_type_kind(self):
        """Say which dictionary the type of this contact comes from."""
        self.ensure_one()
        return COMPANY if self.is_company else CONTACT

    @api.model
    def _translate_company_type(self, vals):
        """Write the stored field together with its form twin.

        `company_type` sets `is_company` by an inverse, which runs after the constraints: a
        company created in the form with a company type would be checked as a person.
        """
        if vals.get("company_type") and "is_company" not in vals:
            vals["is_company"] = vals["company_type"] == "company"
