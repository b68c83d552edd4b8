from odoo import api, models

from ..naming import read_ids


class CrmAskedMixin(models.AbstractModel):
    """Asks for the right before it checks.

    Odoo runs constraints as superuser, and when something is created before it asks for the right
    to create it; a unique index speaks up even earlier. Their messages would tell anybody of what
    he may not see: what it is called, or that it is there.
    """

    _name = "crm.asked.mixin"
    _description = "Asked for Rights before It Is Checked"

    #: Many2one fields whose record the user must be able to read to name it.
    _asked = ()

    @api.model_create_multi
    def create(self, vals_list):
        self._ask_for_named(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._ask_for_named([vals])
        return super().write(vals)

    @api.model
    def _ask_for_named(self, vals_list):
        """Ask for the right to read what is named in values, or as a default in the context.

        :raises AccessError: as Odoo's own, without names
        """
        if self.env.su:
            return
        for name in self._asked:
            default = self.env.context.get(f"default_{name}")
            ids = {id_ for vals in vals_list for id_ in read_ids(vals.get(name, default))}
            if ids:
                self.env[self._fields[name].comodel_name].browse(ids).exists().check_access("read")

    def _validate_fields(self, field_names, excluded_names=()):
        field_names = list(field_names)
        if not self.env.su:
            self._ask_before_checks(set(field_names))
        return super()._validate_fields(field_names, excluded_names)

    def _ask_before_checks(self, field_names):
        """Ask for the right to read what constraints look at, wherever its value came from.

        :raises AccessError: as Odoo's own, without names
        """
        checked = {name for check in self._constraint_methods for name in check._constrains}
        # What is to be computed as the user is so now, and not with the rights below.
        self._recompute_recordset(checked & field_names & self._fields.keys())
        for name in checked & field_names:
            field = self._fields.get(name)
            if not field or field.type not in ("many2one", "many2many"):
                continue
            # sudo: which records these are; whether the user may read them is asked at once.
            if named := self.sudo()[name].sudo(False):
                named.check_access("read")
