# pylint: disable=consider-merging-classes-inherited
from odoo import api, models

from ..system import IMPORTING, IMPORTING_KEY, ImportedNames


class Base(models.AbstractModel):
    """What is made in an import: Odoo's ``import_file`` in the context can be sent by anybody."""

    _inherit = "base"

    @api.model
    def load(self, fields, data):
        importing = self.with_context(
            **{IMPORTING_KEY: IMPORTING, ImportedNames.key: ImportedNames()}
        )
        return super(Base, importing).load(fields, data)

    @api.model
    def _is_imported(self):
        """Tell whether Odoo's import of a file is at work, whatever the context says of it."""
        context = self.env.context
        return bool(context.get("import_file")) and context.get(IMPORTING_KEY) is IMPORTING

    @api.model
    def _is_named_in_files(self):
        """Tell whether imports find records of this model as :mod:`.ir_fields_converter` does.

        An override says no where more than the name counts.
        """
        return self._is_of_suite(self._original_module or "")
