# pylint: disable=consider-merging-classes-inherited
# (What forms show of list fields is a concern of its own.)
from odoo import api, models, tools
from odoo.exceptions import ValidationError

from .crm_list_field import PROPERTY_FIELDS

#: What the definition of a property says beside Odoo's own keys, for the form.
HELP, MANDATORY = "crm_list_help", "crm_list_mandatory"


class Base(models.AbstractModel):
    """Lets definitions of properties say what to enter and whether it must be."""

    _inherit = "base"

    def _additional_allowed_keys_properties_definition(self):
        return (*super()._additional_allowed_keys_properties_definition(), HELP, MANDATORY)


class CrmListField(models.Model):
    """What to enter, and that it must be: shown by the form, held when it is saved."""

    _inherit = "crm.list.field"

    def _add_form_keys(self, definition):
        """Return the definition with what a property knows nothing of by itself."""
        extra = {HELP: self.description, MANDATORY: self._must_be_filled()}
        kept = {key: value for key, value in definition.items() if key not in extra}
        return kept | {key: value for key, value in extra.items() if value}

    def _must_be_filled(self):
        # "No" is an answer: a box that is not ticked is not empty.
        return self.is_mandatory and self.type != "boolean"

    @api.model
    def _forget_form_keys(self):
        """Leave definitions that Odoo takes without this addon."""
        for container, name in self._get_model_containers(set(PROPERTY_FIELDS)):
            definition = [
                {key: value for key, value in entry.items() if key not in (HELP, MANDATORY)}
                for entry in container[name] or []
            ]
            if definition != list(container[name] or []):
                container[name] = definition

    @api.model
    @tools.ormcache("model")
    def _get_mandatory(self, model):
        """Codes, labels and teams (none: all) of the mandatory properties of a model."""
        # sudo: what a form asks for does not depend on who fills it in.
        found = self.sudo().search(
            [("model", "=", model), ("is_mandatory", "=", True), ("storage", "=", "property")]
        )
        found = found.filtered(lambda field: field._must_be_filled())
        return tuple((field.code, field.name, tuple(field.team_ids.ids)) for field in found)

    @api.model
    def _check_mandatory(self, records, whole=False):
        """Refuse to save a form in which a mandatory field is empty.

        Where the property is among the values it is checked, and in whole where a form that shows
        it is saved. A mail gateway, an automation rule or a quick creation has no form to fill in.

        :param whole: a form was saved: also what it left as it was must be filled in
        :raises ValidationError: naming the record and the fields
        """
        mandatory = self._get_mandatory(records._name) if records and not self.env.su else ()
        if not mandatory:
            return
        name = PROPERTY_FIELDS[records._name]
        # sudo: who has just given a record away is told all the same. As it is kept: the mapping
        # of a record takes a zero for nothing.
        kept = {row["id"]: row[name] for row in records.sudo().read([name])}
        for record in records:
            values = {
                entry["name"]: entry["value"] for entry in kept[record.id] if "value" in entry
            }
            team = record.team_id.id if records._name == "crm.lead" else None
            missing = [
                label
                for code, label, teams in mandatory
                if (code in values or whole and team is not False)
                and (not teams or team in teams)
                and self._is_empty(values.get(code))
            ]
            if missing:
                raise ValidationError(
                    self.env._(
                        "Please fill in %(fields)s of “%(record)s”.",
                        fields=", ".join(f"“{label}”" for label in missing),
                        record=record.display_name,
                    )
                )

    @staticmethod
    def _is_empty(value):
        """Whether nothing was entered; a zero was."""
        return value is None or value is False or value == "" or value == []
