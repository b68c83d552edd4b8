# pylint: disable=consider-merging-classes-inherited
from odoo import api, models, tools
from odoo.modules import Manifest

from ..naming import find_named
from .base import ADDON


class Base(models.AbstractModel):
    """Wizards name what their user may read.

    Odoo shows the name of a many2one's record to who reads the record that holds it, and takes
    any number for it. A wizard may be made by everybody for himself: so it would tell the name of
    whatever one likes. Holds for the wizards of the addons that depend on this one.

    Costs one question for rights for each many2one that is filled in.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        # Afterwards, because defaults and computes name records, too.
        wizards._ask_for_what_is_named(wizards._get_asked_fields())
        return wizards

    def write(self, vals):
        result = super().write(vals)
        if names := self._get_asked_fields() & vals.keys():
            self._ask_for_what_is_named(names)
        return result

    def onchange(self, values, field_names, fields_spec):
        if asked := self._get_asked_fields() & values.keys():
            told = {name: values[name] for name in asked}
            for _records, _field, model, ids in find_named(self, told):
                if ids and model in self.env:
                    self.env[model].browse(ids).exists().check_access("read")
        return super().onchange(values, field_names, fields_spec)

    @api.model
    @tools.ormcache("self._name")
    def _get_asked_fields(self):
        """Return the names of the many2one fields of a wizard of ours."""
        if not self._transient or not self._is_of_suite(self._original_module):
            return frozenset()
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.type == "many2one" and field.store and name not in models.MAGIC_COLUMNS
        )

    @api.model
    def _is_of_suite(self, module):
        """Tell whether an addon depends on this one, by way of others, too."""
        manifest = Manifest.for_addon(module, display_warning=False)
        needed = manifest["depends"] if manifest else []
        return ADDON in needed or any(
            self._is_of_suite(name) for name in needed if name.startswith("crm_")
        )

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
