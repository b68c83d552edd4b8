from odoo import api, models

from .crm_type_import import Meant


class IrFieldsConverter(models.AbstractModel):
    """The error for an unknown type, where Odoo converts it itself, names the codes too."""

    _inherit = "ir.fields.converter"

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        found = self.env.context.get("crm_type_imported_ids")
        is_type = found and field.comodel_name == "crm.type" and subfield == ".id"
        if is_type and str(value).isdigit() and int(value) in found:
            return int(value), []  # looked up already, for all rows at once
        loading = self.env.context.get("crm_relation_meant")
        if not isinstance(loading, Meant):
            loading = Meant()
        if not subfield and (field.comodel_name, value) in loading.names:
            return loading.names[field.comodel_name, value], []
        is_relation = field.comodel_name == "crm.relation.type" and not subfield
        types = loading.types if is_relation else {}
        if value in types:
            return types[value]
        try:
            types[value] = super().db_id_for(model, field, subfield, value, savepoint)
            return types[value]
        except ValueError as error:
            kinds = self.env.context.get("crm_type_kinds")
            if field.comodel_name == "crm.relation.type" and not subfield:
                codes = self.env["crm.relation.type"]._format_existing_codes()
            elif field.comodel_name == "crm.type" and not subfield and kinds:
                codes = self.env["crm.type"]._format_existing_codes(list(kinds))
            else:
                raise
            message, *details = error.args
            raise type(error)(f"{message}. {codes.replace('%', '%%')}", *details) from None
