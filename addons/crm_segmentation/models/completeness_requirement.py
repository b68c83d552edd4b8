from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .crm_type import DEAL

#: Kinds of fields whose emptiness a statement can see.
PLAIN = ("char", "text", "html", "selection", "many2one", "date", "datetime", "boolean")
NUMBERS = ("integer", "float", "monetary")
FIELD_TYPES = (*PLAIN, *NUMBERS, "many2many", "one2many")


class CrmTypeRequirement(models.Model):
    """A field that a contact of a type must have."""

    _name = "crm.type.requirement"
    _inherit = "crm.shared.mixin"
    _description = "Required Field of a CRM Type"
    _order = "type_id, sequence, id"
    _shared_by = "type_id"

    type_id = fields.Many2one("crm.type", required=True, index=True, ondelete="cascade")
    name = fields.Char(compute="_compute_name")
    field_id = fields.Many2one(
        "ir.model.fields",
        ondelete="cascade",
        index=True,
        domain="[('model', '=', 'res.partner'), ('store', '=', True),"
        f" ('ttype', 'in', {FIELD_TYPES!r}), ('company_dependent', '=', False)]",
    )
    list_field_id = fields.Many2one(
        "crm.list.field",
        ondelete="cascade",
        index=True,
        domain="[('model', '=', 'res.partner')]",
        help="A field of your own, instead of one of Odoo's.",
    )
    sequence = fields.Integer(default=10)
    weight = fields.Integer(
        default=1, required=True, help="How much of the percentage this field makes up."
    )

    _field_uniq = models.UniqueIndex(
        "(type_id, COALESCE(field_id, 0), COALESCE(list_field_id, 0))",
        "The type requires this field already.",
    )
    _weight_positive = models.Constraint(
        "CHECK (weight > 0)", "The weight of a required field must be 1 or more."
    )

    @api.depends_context("lang")
    @api.depends("field_id", "list_field_id")
    def _compute_name(self):
        # sudo: names of fields are for administrators; what is missing is for all.
        for requirement in self.sudo():
            requirement.name = (
                requirement.list_field_id.name or requirement.field_id.field_description
            )

    @api.depends_context("lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    @api.constrains("type_id", "field_id", "list_field_id")
    def _check_field(self):
        for requirement in self.sudo():
            field, own = requirement.field_id, requirement.list_field_id
            if bool(field) == bool(own):
                raise ValidationError(
                    self.env._("Choose either one of Odoo's fields or a list field, not both.")
                )
            fits = not field or (
                field.model == "res.partner"
                and field.store
                and field.ttype in FIELD_TYPES
                and not field.company_dependent
            )
            if not fits or (own and own.model != "res.partner"):
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be required: choose a field that contacts keep.",
                        requirement.name,
                    )
                )

    @api.constrains("type_id")
    def _check_type_id(self):
        for requirement in self:
            if requirement.type_id.kind == DEAL:
                raise ValidationError(
                    self.env._(
                        "“%s” is a type of deals; required fields are for contacts and companies.",
                        requirement.type_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        requirements = super().create(vals_list)
        requirements.type_id._requirements_changed()
        return requirements

    def write(self, vals):
        types = self.type_id
        result = super().write(vals)
        (types | self.type_id)._requirements_changed()
        return result

    def unlink(self):
        types = self.type_id
        result = super().unlink()
        types.exists()._requirements_changed()
        return result

    def _get_partner_field(self):
        """The field of contacts that is looked at, or None for a property or a dead field."""
        self.ensure_one()
        requirement = self.sudo()  # Names of fields are for administrators.
        own = requirement.list_field_id
        name = own._get_real_name() if own.storage == "field" else requirement.field_id.name
        return self.env["res.partner"]._fields.get(name)

    def _get_filled_sql(self):
        """An expression that is true where the contact `p` has a value.

        A field that is gone with its addon requires nothing.
        """
        own = self.sudo().list_field_id
        if own and own.storage == "property":
            return SQL(
                "COALESCE((p.properties -> %s)::text, 'null')"
                " NOT IN ('null', 'false', '\"\"', '[]')",
                own.code,
            )
        field = self._get_partner_field()
        if field is None or not field.store:
            return SQL("TRUE")
        if field.type == "many2many":
            return SQL(
                "EXISTS (SELECT FROM %s link WHERE link.%s = p.id)",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
            )
        if field.type == "one2many":
            inverse = self.env[field.comodel_name]._fields.get(field.inverse_name)
            if inverse is None or not inverse.store or inverse.type != "many2one":
                return SQL("TRUE")
            return SQL(
                "EXISTS (SELECT FROM %s line WHERE line.%s = p.id)",
                SQL.identifier(self.env[field.comodel_name]._table),
                SQL.identifier(field.inverse_name),
            )
        column = SQL.identifier("p", field.name)
        if field.type in NUMBERS:
            return SQL("COALESCE(%s, 0) <> 0", column)
        if field.type == "boolean":
            return SQL("COALESCE(%s, FALSE)", column)
        if field.type in ("char", "text", "html") and not field.translate:
            return SQL("COALESCE(%s, '') NOT IN ('', '<p><br></p>')", column)
        return SQL("%s IS NOT NULL", column)
