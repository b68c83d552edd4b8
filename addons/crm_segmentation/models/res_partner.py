from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.sql import column_exists, create_column

from .crm_type import COMPANY, CONTACT

#: What an import may write for a company, in lower case.
TRUE_TEXTS = {"1", "true", "yes", "company"}


class ResPartner(models.Model):
    """A contact or company with a type from the dictionary of its kind."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.type.decision.mixin"]

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
        " '|', ('company_id', '=', False), ('company_id', 'parent_of', company_id),"
        " '|', ('scope_team_ids', '=', False), ('scope_team_ids.member_ids', 'in', uid)]",
    )
    crm_type_color = fields.Integer(
        related="crm_type_id.color",
        groups="base.group_user",
        export_string_translation=False,
        technical=True,
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
        partners = super().create(vals_list)
        # sudo: portal users may make contacts without access to their types.
        partners.env["crm.type"]._bring_effects(partners.sudo(), "crm_type_id")
        return partners

    def write(self, vals):
        self._translate_company_type(vals)
        if "crm_type_id" not in vals and "is_company" not in vals:
            return super().write(vals)
        # sudo: see create.
        before = {partner.id: partner.crm_type_id for partner in self.sudo()}
        result = super().write(vals)
        changed = self.sudo().filtered(lambda p: p.crm_type_id != before[p.id])
        self.env["crm.type"]._bring_effects(changed, "crm_type_id")
        return result

    @api.model
    def load(self, fields, data):
        typed = self.with_context(crm_type_kinds=[CONTACT, COMPANY])
        return self.env["crm.type"]._load_typed(
            lambda records, *rows: super().load(*rows),
            typed,
            "crm_type_id",
            fields,
            data,
        )

    @api.model
    def _get_import_kinds(self):
        return (CONTACT, COMPANY)

    @api.model
    def _get_import_kind_finder(self, fields):
        """Return a function from row to kind, or to None where the row does not say it."""
        for name in ("is_company", "company_type"):
            if name in fields:
                place = fields.index(name)
                return lambda row: (
                    COMPANY if str(row[place]).strip().lower() in TRUE_TEXTS else CONTACT
                )
        if "id" in fields or ".id" in fields:
            return lambda row: None  # perhaps a contact that is there: its kind is known
        default = self.default_get(["is_company"]).get("is_company")
        return lambda row: COMPANY if default else CONTACT

    @api.model
    def get_import_templates(self):
        """A template for companies and one for persons, before Odoo's own for both."""
        return [
            {
                "label": self.env._("Import Template for Companies"),
                "template": "/crm_segmentation/static/xls/companies.xlsx",
            },
            {
                "label": self.env._("Import Template for Persons"),
                "template": "/crm_segmentation/static/xls/persons.xlsx",
            },
        ] + super().get_import_templates()

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
