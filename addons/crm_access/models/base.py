from odoo import api, models, tools
from odoo.exceptions import AccessError
from odoo.modules import Manifest

from ..system import BY_SYSTEM, KEY, LeftOut

ADDON = "crm_access"


class Base(models.AbstractModel):
    """Stored read-only fields, kept by the system.

    For Odoo, ``readonly=True`` is a hint to forms: over RPC, in an import, and by a default in
    the context, everybody who may edit the record writes the field. What an addon that depends
    on this one declares stored and read-only is the system's: superusers write it, and code that
    says ``_as_system()``. Wizards are their user's own and not guarded.

    Costs a lookup for each call.
    """

    _inherit = "base"

    def _as_system(self, flag=True):
        """Return the records with the right to write the fields that the system keeps, or without.

        The user and his rights stay the same. It holds for what is called with these records,
        too, so call it right before the write.

        :param bool flag: False takes the right away again, for what others do with the records
        """
        if flag:
            return self.with_context(**{KEY: BY_SYSTEM})
        return self.with_context(**{KEY: None}) if KEY in self.env.context else self

    def _is_seen_by_all(self):
        """Tell whether every internal user sees the record, as far as that is known of its model.

        For overrides where records are hidden from some. A record of a company is not seen by all
        as soon as there is another company.
        """
        self.ensure_one()
        # sudo: whether it is of a company, and whether there are several; nothing is told of them.
        if "company_id" not in self._fields or not self.sudo().company_id:
            return True
        return self.env["res.company"].sudo().search_count([], limit=2) == 1

    @api.model
    def _may_write_system_fields(self):
        return self.env.su or self.env.context.get(KEY) is BY_SYSTEM

    @api.model
    @tools.ormcache("self._name")
    def _get_system_fields(self):
        """Return the names of the fields that only the system writes."""
        if self._abstract or self._transient:
            return frozenset()
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.store
            and field.readonly
            and name not in models.MAGIC_COLUMNS
            and any(map(self._is_guarding, field._modules))
        )

    @api.model
    def _is_guarding(self, module):
        """Tell whether a module has its read-only fields kept by the system."""
        manifest = Manifest.for_addon(module, display_warning=False)
        return bool(manifest) and ADDON in manifest["depends"]

    @api.model_create_multi
    def create(self, vals_list):
        if self._get_system_fields():
            vals_list = [self._without_system_fields(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if self._get_system_fields():
            vals = self._without_system_fields(vals)
        return super().write(vals)

    @api.model
    def _without_system_fields(self, vals):
        """Return values that may be written; for an override that goes on as the system, too.

        :raises AccessError: that names the fields, when somebody tells what the system keeps
        """
        told = self._get_system_fields() & vals.keys()
        if not told:
            return vals
        mode = self.env.context.get(KEY)
        if isinstance(mode, LeftOut) and mode.model == self._name:
            return {name: value for name, value in vals.items() if name not in told}
        if self._may_write_system_fields():
            return vals
        raise AccessError(
            self.env._(
                "What the system keeps of “%(model)s” can't be entered: %(names)s. Leave it out.",
                model=self.env["ir.model"]._get(self._name).sudo().name,  # sudo: of the name
                names=", ".join(sorted(told)),
            )
        )

    @api.model
    def default_get(self, fields):
        """Let neither the context nor a user's own defaults say what the system keeps."""
        system = self._get_system_fields()
        kept = [name for name in fields if name in system]
        if not kept:
            return super().default_get(fields)
        values = super().default_get([name for name in fields if name not in system])
        for name in kept:
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, validate=False)
                values[name] = field.convert_to_write(value, self)
        return values

    @api.model
    def _with_defaults(self, vals_list, names):
        """Return values with the defaults that a create adds, for a check of what was told.

        Defaults come from the context and from what users have set, too; a check of the values
        alone is passed by them. They are asked for once for all records.

        :param list vals_list: values for a create, which stay as they are
        :param names: the fields that the check looks at
        """
        missing = [name for name in names if any(name not in vals for vals in vals_list)]
        defaults = self.default_get(missing) if missing else {}
        return [{**defaults, **vals} for vals in vals_list]

    def copy_data(self, default=None):
        """Leave out what the system keeps: of the copy it keeps something else."""
        vals_list = super().copy_data(default=default)
        system = self._get_system_fields() - set(default or ())
        if not system or self._may_write_system_fields():
            return vals_list
        return [
            vals and {name: value for name, value in vals.items() if name not in system}
            for vals in vals_list
        ]
