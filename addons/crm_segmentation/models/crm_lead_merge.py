# pylint: disable=consider-merging-classes-inherited
from markupsafe import Markup

from odoo import fields, models

from odoo.addons.crm_access.merging import (
    get_properties,
    is_edited,
    join_notes,
    merge_properties,
)
from odoo.addons.crm_access.texts import read_properties

from .crm_type_bring import NO_EFFECTS

#: Of these the lead that stays keeps its own: they follow from its stage and its mails.
OWN = {"active", "probability", "message_bounce"}


class CrmLead(models.Model):
    """Leads are merged without loss of what people entered.

    Odoo fills a list of fields that it knows. Here the others follow, those that an addon or an
    administrator has made, by Odoo's rule: the first value, notes put together.
    """

    _inherit = "crm.lead"

    def _merge_get_fields(self):
        known = super()._merge_get_fields()
        return known + [
            name
            for name in self._get_other_merged_fields()
            if name not in known and self._has_field_access(self._fields[name], "write")
        ]

    def _get_other_merged_fields(self):
        """Return the fields that people edit, lists and custom fields of teams left out."""
        kept = {*models.MAGIC_COLUMNS, *self._get_system_fields(), *OWN}
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and name not in kept
            and not (field.readonly or field.related)
            and field.type not in ("one2many", "many2many", "properties")
            and (field.compute is None or is_edited(field))
        ]

    def _merge_get_fields_specific(self):
        specific = super()._merge_get_fields_specific()
        kept = self._get_system_fields()
        for name, field in self._fields.items():
            if not field.store or field.readonly or field.compute or name in kept:
                continue
            if not self._has_field_access(field, "write"):
                continue
            if field.type == "html" and not field.translate:
                specific.setdefault(name, lambda name, leads: join_notes(leads.mapped(name)))
            elif field.type == "many2many":
                specific.setdefault(name, lambda name, leads: leads.mapped(name))
        return specific

    def _merge_data(self, fnames=None):
        """Convert an amount that comes from a lead with another currency."""
        data = super()._merge_data(fnames)
        company = self.env["res.company"].browse(data.get("company_id") or self.env.company.id)
        today = fields.Date.context_today(self)
        for name, value in data.items():
            field = self._fields[name]
            if field.type != "monetary" or not value:
                continue
            source = next(lead for lead in self if lead[name])
            currency = source[field.get_currency_field(source)]
            if field.get_currency_field(self) == "company_currency" and currency:
                data[name] = currency._convert(value, company.currency_id, company, today)
        return data

    def _merge_opportunity(self, user_id=False, team_id=False, auto_unlink=True, max_length=5):
        """Carry custom fields, what the user may not see, and what Odoo computes anew."""
        ordered = self._sort_by_confidence_level(reverse=True)
        # sudo: what whoever merges may not see goes along; nothing of it is told.
        leads = ordered.sudo()
        rows = [get_properties(lead, "lead_properties") for lead in leads]
        held = read_properties(leads[:1], "lead_properties") if leads else []
        values = {
            **ordered._get_edited_merged(user_id, team_id),
            **leads._get_unseen_merged(self),
        }
        # What a type brings, the deal that had it has had.
        quiet = NO_EFFECTS.on(self)
        merged = super(CrmLead, quiet)._merge_opportunity(
            user_id=user_id, team_id=team_id, auto_unlink=auto_unlink, max_length=max_length
        )
        merged._carry_merged_lead(rows, values)
        merged = merged.with_env(self.env)
        merged._log_lost_properties(held)
        return merged

    def _get_edited_merged(self, user_id, team_id):
        """Return the merged values of computed fields: Odoo may compute them anew as it writes.

        The team, for one, follows from the salesperson as soon as the type is written.
        """
        data = self._merge_data(self._merge_get_fields()) if len(self) > 1 else {}
        data.update(
            {name: id_ for name, id_ in (("user_id", user_id), ("team_id", team_id)) if id_}
        )
        return {
            # Odoo gives a part of the address as records.
            name: value.id if isinstance(value, models.BaseModel) else value
            for name, value in data.items()
            # The stage follows the team.
            if value and is_edited(self._fields[name]) and name != "stage_id"
        }

    def _get_unseen_merged(self, mine):
        """Return {field: value} of what the user does not see: the first value of each."""
        values = {}
        for name in self._get_other_merged_fields():
            if not mine._has_field_access(self._fields[name], "write"):
                found = next((lead[name] for lead in self if lead[name]), None)
                if found:
                    values[name] = found.id if self._fields[name].type == "many2one" else found
        return values

    def _carry_merged_lead(self, rows, values):
        """Write what Odoo has left.

        :param rows: properties of the leads, see ``get_properties``
        :param values: other fields that the lead is to hold, as for a write
        """
        # sudo: leads held it before; a mandatory field that nobody filled in is no reason to stop.
        lead = self.sudo()
        missing = {
            name: value
            for name, value in values.items()
            if value != (lead[name].id if self._fields[name].type == "many2one" else lead[name])
        }
        if missing:
            lead.write(missing)
        properties = merge_properties(rows, lead.team_id.lead_properties_definition or ())
        kept = lead.lead_properties._values or {}
        if any(kept.get(key) != value for key, value in properties.items()):
            lead.lead_properties = {**kept, **properties}

    def _log_lost_properties(self, held):
        """Note what the lead that stays held itself before it came to a team without these fields.

        Of the other leads, Odoo's summary of the merge tells it.
        """
        # sudo: custom fields are shown to whoever sees the lead.
        kept = [
            (entry["name"], entry["text"])
            for entry in read_properties(self.sudo(), "lead_properties")
        ]
        lost = [entry for entry in held if (entry["name"], entry["text"]) not in kept]
        if lost:
            title = self.env._("Before the merge, this lead held:")
            lines = [Markup("<li>%s: %s</li>") % (row["label"], row["text"]) for row in lost]
            self._message_log(body=Markup("<p>%s</p><ul>%s</ul>") % (title, Markup("").join(lines)))
