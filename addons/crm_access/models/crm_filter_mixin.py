from odoo import api, models

from ..domains import write_filter


class CrmFilterMixin(models.AbstractModel):
    """Stores filters that mean the same for everybody.

    A filter is written as Odoo's own code reads it, and a record that it names by its name by its
    number: see :mod:`odoo.addons.crm_access.filter_names`. What is wrong with a filter is for the
    model's own constraint to say, with ``find_search_fault``.
    """

    _name = "crm.filter.mixin"
    _description = "With Filters"

    #: {field that holds the text of a filter: the model that is searched, or the field with its
    #: name}
    _filters = {}

    @api.model_create_multi
    def create(self, vals_list):
        # A default in the context is stored as well.
        defaults = [name for name in self._filters if f"default_{name}" in self.env.context]
        if defaults:
            vals_list = self._with_defaults(vals_list, defaults)
        vals_list = [self._with_written_filters(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self._filters.keys() & vals.keys():
            return super().write(vals)
        # Filters for several models name different records by one name.
        told = {}
        for record in self:
            written = record._with_written_filters(vals)
            key = tuple(written.get(name) for name in self._filters)
            told.setdefault(key, (written, []))[1].append(record.id)
        for written, ids in told.values():
            super(CrmFilterMixin, self.browse(ids)).write(written)
        return True

    def _with_written_filters(self, vals):
        """Return values in which the filters are as they are to be stored."""
        told = {name: vals[name] for name in self._filters if vals.get(name)}
        if not told:
            return vals
        written = {
            name: write_filter(self.env[model], text)
            for name, text in told.items()
            if (model := self._get_searched_model(name, vals)) in self.env
        }
        return {**vals, **written}

    def _get_searched_model(self, name, vals):
        """Return the name of the model that a filter is for, with the values that are written."""
        source = self._filters[name]
        if source in self.env:
            return source
        plain = {
            key: value
            for key, value in vals.items()
            if key in self._fields and self._fields[key].type not in ("one2many", "many2many")
        }
        return self.new(plain, origin=self._origin if self else None)[source]
