from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_access.texts import tell_count


class CrmListValue(models.Model):
    """A choice of a list field: the same row serves the property and the real field."""

    _name = "crm.list.value"
    _inherit = ["crm.shared.mixin", "crm.code.mixin"]
    _description = "Value of a List Field"
    _order = "field_id, sequence, id"
    _shared_by = None
    _rec_names_search = ["name", "code"]
    _code_within = ("field_id",)
    _code_stem = "value"

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

    def _read_taken_codes(self):
        """On a list's screen, the codes of the choices above are taken, too, before it is saved."""
        taken = super()._read_taken_codes()
        for value in self.field_id.value_ids - self:
            if value.code:
                taken.setdefault(value._get_code_scope(), set()).add(value.code.lower())
        return taken

    @api.model_create_multi
    def create(self, vals_list):
        values = super().create(vals_list)
        values.field_id._push_definitions()
        return values

    def write(self, vals):
        result = super().write(vals)
        self.field_id._push_definitions()
        return result

    def copy_data(self, default=None):
        """Keep the codes: choices are copied with their list."""
        vals_list = super().copy_data(default=default)
        for value, vals in zip(self, vals_list, strict=True):
            vals["code"] = (default or {}).get("code") or value.code
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for value in self:
            count = value.field_id._count_value(value)
            if count:
                raise UserError(
                    tell_count(
                        count,
                        self.env._(
                            "“%(value)s” cannot be deleted: 1 record has it. Archive it instead; "
                            "it keeps it and nobody can choose it any more."
                        ),
                        self.env._(
                            "“%(value)s” cannot be deleted: %(count)s records have it. Archive it"
                            " instead; they keep it and nobody can choose it any more."
                        ),
                        value=value.name,
                    )
                )

    def unlink(self):
        lists = self.field_id
        result = super().unlink()
        lists.exists()._push_definitions()
        return result
