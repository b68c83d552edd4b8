# pylint: disable=consider-merging-classes-inherited
# (What screens offer is a concern of its own.)
from odoo import api, models

#: What a screen offers a field for: conditions, groups, files.
OFFERS = ("searchable", "groupable", "exportable")


class Base(models.AbstractModel):
    """A field with ``technical=True`` is none that people choose.

    Odoo offers each stored field in *Custom Filter*, *Custom Group* and exports; leaving one out is
    told in ``fields_get``, as for the names of mailing contacts. The field itself works as ever:
    in rules, in searches of the program and over RPC.
    """

    _inherit = "base"

    def _valid_field_parameter(self, field, name):
        return name == "technical" or super()._valid_field_parameter(field, name)

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Offer no technical fields."""
        told = super().fields_get(allfields, attributes)
        for name, description in told.items():
            field = self._fields.get(name)
            if field is not None and getattr(field, "technical", False):
                description.update({offer: False for offer in OFFERS if offer in description})
        return told
