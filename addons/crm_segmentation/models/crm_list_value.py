from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmListValue(models.Model):
    """A choice of a list field: the same row serves the property and the real field."""

    _name = "crm.list.value"
    _inherit = "crm.shared.mixin"
    _description = "Value of a List Field"
    _order = "field_id, sequence, id"
    _shared_by = None
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True)
    code = fields.Char(
        required=True,
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
        help="Stable name for imports. It stays when the name is changed.",
    )
    field_id = fields.Many2one("crm.list.field", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(field_id, lower(code))", "This list has a value with the same code already."
    )

    @api.depends("name")
    def _compute_code(self):
        for value in self:
            if not value.code:
                value.code = value.field_id._slugify(value.name) or f"value_{value.sequence}"

    @api.model_create_multi
    def create(self, vals_list):
        values = super().create(vals_list)
        values.field_id._push_definitions()
        return values

    def write(self, vals):
        result = super().write(vals)
        self.field_id._push_definitions()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for value in self:
            count = value.field_id._count_value(value)
            if count:
                raise UserError(
                    self.env._(
                        "“%(value)s” cannot be deleted: %(count)s records have it. Archive it "
                        "instead; they keep it and nobody can choose it any more.",
                        value=value.name,
                        count=count,
                    )
                )

    def unlink(self):
        lists = self.field_id
        result = super().unlink()
        lists.exists()._push_definitions()
        return result
