# pylint: disable=consider-merging-classes-inherited
from odoo import api, models, tools

from ..naming import find_named, read_ids

#: Types of fields that link a record of whatever model.
LINKS_TO_ANY = ("many2one_reference", "reference")


class Base(models.AbstractModel):
    """Records name what their user may read.

    Odoo shows the name of a many2one's record to who reads the record that holds it, and takes
    any number for it. So a type, group or content of another company or directorate would be told
    by its number, on a record or in a form of one's own; and a wizard, which everybody may make for
    himself, would tell the name of whatever one likes. Asked for are links to the records of the
    addons that depend on this one, all links of their wizards, and links to records of any model:
    for these Odoo asks when a record is made, but not in its form, and not when it is changed. In
    forms, and for what the context has for them, further models are asked for, too
    (:meth:`_is_asked_when_named`). What a record names already stays; what code does as superuser
    is not asked.

    Costs one question for rights for each such link that is told.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._ask_for_told_links(vals_list)
        records = super().create(vals_list)
        # Afterwards, because defaults and computes name records, too.
        records._ask_for_what_is_named(records._get_asked_fields())
        return records

    def write(self, vals):
        self._ask_for_told_links([vals])
        links = () if self.env.su else self._get_links_to_any().items()
        links = {name: self._get_linked(name) for name, told in links if told & vals.keys()}
        result = super().write(vals)
        for name, before in links.items():
            for model, id_ in self._get_linked(name) - before:
                if model in self.env:
                    self.env[model].browse(id_).exists().check_access("read")
        if names := self._get_asked_fields() & vals.keys():
            self._ask_for_what_is_named(names)
        return result

    def onchange(self, values, field_names, fields_spec):
        if not self.env.su:
            values = self._without_untold_computes(values)
            for unreadable in self._find_unreadable(self._with_links_of_context(values)):
                unreadable.check_access("read")
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def default_get(self, fields):
        """Leave out links to what the user may not read; without them the record can be made."""
        values = super().default_get(fields)
        if self.env.su:
            return values
        return {name: value for name, value in values.items() if self._may_default(name, value)}

    @api.model
    def _may_default(self, name, value):
        try:
            return not any(self._find_unreadable({name: value}))
        except ValueError:
            return False

    def _without_untold_computes(self, values):
        """Leave out what the form has from us and sends back: it is computed once more.

        A computed field that is not stored may name, as superuser, what the user may not read.
        """
        fields = self._fields
        computed = {
            name
            for name in values.keys() & fields.keys()
            if fields[name].type == "many2one" and fields[name].compute and not fields[name].store
        }
        untold = {name for name in computed if not self._may_default(name, values[name])}
        return {name: value for name, value in values.items() if name not in untold}

    def _find_unreadable(self, values):
        """Yield records that values for this record name anew and that the user may not read.

        :raises ValueError: for ids that are none
        """
        for records, field, model, ids in find_named(self, values):
            if ids and model in self.env and records._is_asked_in_forms(field):
                known = records._get_linked(field.name) if field.store else ()
                new = [id_ for id_ in ids if (model, id_) not in known]
                named = self.env[model].browse(new).exists()
                if named and not named.has_access("read"):
                    yield named

    @api.model
    def _with_links_of_context(self, values):
        """Return values with the links to records of any model that the context has for them."""
        told = dict(values)
        for name, field in self._fields.items():
            if field.type in LINKS_TO_ANY and f"default_{name}" in self.env.context:
                told.setdefault(name, self.env.context[f"default_{name}"])
        return told

    def _get_linked(self, name):
        """Return {(model, id)} of what these records link in a field."""
        # sudo: what is there is no news, whether the user sees it or not.
        records, field = self.sudo(), self._fields[name]
        if field.type == "many2one_reference":
            return {(record[field.model_field], record[name]) for record in records if record[name]}
        return {(one._name, one.id) for record in records for one in record[name] or ()}

    @api.model
    @tools.ormcache("self._name")
    def _get_links_to_any(self):
        """Return {field that links a record of any model: the fields that say which one}."""
        links = {}
        for name, field in self._fields.items():
            if self._abstract or not field.store or field.type not in LINKS_TO_ANY:
                continue
            links[name] = {name}
            if field.type == "many2one_reference":
                related = self._fields[field.model_field].related or ""
                links[name] |= {field.model_field, *related.split(".")}
        return links

    @api.model
    def _is_asked_in_forms(self, field):
        if field.type in LINKS_TO_ANY:
            return True
        if field.name in self._get_asked_fields():
            return True
        return (
            field.type == "many2one"
            and field.name not in models.MAGIC_COLUMNS
            and field.comodel_name in self.env
            and self.env[field.comodel_name]._is_asked_when_named()
        )

    @api.model
    @tools.ormcache("self._name")
    def _is_asked_when_named(self):
        """Tell whether a form may name a record of this model only to who reads it."""
        return self._is_of_suite(self._original_module)

    @api.model
    @tools.ormcache("self._name")
    def _get_asked_fields(self):
        """Return the names of the many2one fields of a wizard of ours."""
        if not self._transient or not self._is_of_suite(self._original_module):
            return frozenset()
        return frozenset(self._iterate_links())

    @api.model
    @tools.ormcache("self._name")
    def _get_links_to_suite(self):
        """Return the names of the many2one fields that link records of ours."""
        if self._abstract or self._transient:
            return frozenset()
        return frozenset(
            name
            for name in self._iterate_links()
            if self._is_of_suite(self.env[self._fields[name].comodel_name]._original_module)
        )

    @api.model
    def _iterate_links(self):
        for name, field in self._fields.items():
            if field.type == "many2one" and field.store and name not in models.MAGIC_COLUMNS:
                yield name

    def _ask_for_told_links(self, vals_list):
        """Ask for the right to read what values link anew, or a default in the context does.

        :raises AccessError: as Odoo's own, without names
        """
        links = self._get_links_to_suite()
        if not links or self.env.su:
            return
        for name in links - self._get_system_fields():  # which nobody tells
            default = None if self else self.env.context.get(f"default_{name}")
            if not default and not any(name in vals for vals in vals_list):
                continue
            told = {id_ for vals in vals_list for id_ in read_ids(vals.get(name, default))}
            if told:
                # sudo: what is there is no news, whether the user sees it or not.
                told -= set(self.sudo()[name].ids)
                self.env[self._fields[name].comodel_name].browse(told).exists().check_access("read")

    def _ask_for_what_is_named(self, names):
        """Ask for the right to read what these wizards name.

        :raises AccessError: as Odoo's own, without names
        """
        if self.env.su:
            return
        # What is to be computed as its user is so now, and not with the rights below.
        self._recompute_recordset(names)
        for name in names:
            # sudo: which records these are; whether the user may read them is asked at once.
            if named := self.sudo()[name].sudo(False):
                named.check_access("read")
