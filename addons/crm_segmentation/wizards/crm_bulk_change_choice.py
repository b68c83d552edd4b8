from odoo import api, fields, models

from ..bulk.list_field import PROPERTIES, ListFieldChange

#: Fields of Odoo that are lists to choose from, too.
OFFERED = ("industry_id", "lang")
#: Entries of a dictionary that are offered.
ENTRIES = 200


class CrmBulkChangeChoice(models.TransientModel):
    """A list field with one of its values, to choose in one step."""

    _name = "crm.bulk.change.choice"
    _description = "Value of a List Field"
    _order = "id"

    name = fields.Char(required=True)
    model = fields.Char(required=True)
    field = fields.Char(required=True)
    value = fields.Json()
    needs_text = fields.Boolean()

    @api.model
    def _make_choices(self, model_name):
        """Offer what there is for this user now."""
        if model_name not in PROPERTIES:
            return
        change = ListFieldChange(self.env, model_name, {})
        seen, rows = set(), []
        for properties in change.get_definitions().values():
            for prop in properties:
                if prop["type"] != "separator" and prop["string"] not in seen:
                    seen.add(prop["string"])
                    rows += self._get_property_rows(prop)
        Model = self.env[model_name]
        for name, field in Model._fields.items():
            own = field.manual or field._module == "crm_segmentation" or name in OFFERED
            if own and field.type in ("selection", "many2one") and change._is_plain_field(name):
                rows += self._get_field_rows(field)
        # Those there are stay: a dialog that is open has chosen one.
        known = self.search([("model", "=", model_name), ("create_uid", "=", self.env.uid)])
        names = {choice.name for choice in known}
        wanted = {row["name"] for row in rows}
        known.filtered(lambda choice: choice.name not in wanted).unlink()
        self.create([{"model": model_name, **row} for row in rows if row["name"] not in names])

    def _get_property_rows(self, prop):
        label, name = prop["string"], prop["string"]
        if prop["type"] in ("selection", "tags"):
            options = [tuple(option[:2]) for option in prop.get(prop["type"]) or []]
        elif prop["type"] == "boolean":
            options = [(True, self.env._("yes")), (False, self.env._("no"))]
        elif prop["type"] in ("char", "integer", "float"):
            return [{"name": f"{label}: …", "field": name, "needs_text": True}]
        else:
            return []
        return self._get_rows(label, name, options, with_empty=prop["type"] != "boolean")

    def _get_field_rows(self, field):
        label = field._description_string(self.env)
        if field.comodel_name in ("crm.type", "res.users", "res.partner", "crm.team"):
            return []
        if field.type == "selection":
            options = field._description_selection(self.env)
        else:
            found = self.env[field.comodel_name].search([], limit=ENTRIES)
            options = [(record.id, record.display_name) for record in found]
        return self._get_rows(label, field.name, options)

    def _get_rows(self, label, name, options, with_empty=True):
        rows = [
            {"name": f"{label}: {text}", "field": name, "value": value} for value, text in options
        ]
        if with_empty:
            rows.append({"name": self.env._("%s: empty", label), "field": name, "value": False})
        return rows
