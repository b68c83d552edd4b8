# pylint: disable=consider-merging-classes-inherited
# (Company size and list fields are a concern of their own.)
from odoo import api, models


class ResPartner(models.Model):
    """A contact with the size of its company and its list fields."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.company.size.mixin"]

    @api.model
    def _commercial_fields(self):
        """Persons have the size of their company, as they have its industry."""
        return super()._commercial_fields() + ["employee_count", "revenue_band"]

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self.env["crm.list.field"]._check_mandatory(
            partners.browse(
                p.id for p, vals in zip(partners, vals_list, strict=True) if "properties" in vals
            )
        )
        return partners

    def write(self, vals):
        result = super().write(vals)
        if "properties" in vals:
            self.env["crm.list.field"]._check_mandatory(self)
        return result

    def web_save(self, vals, specification, next_id=None):
        """A form that shows the list fields is not saved while a mandatory one is empty."""
        result = super().web_save(vals, specification, next_id)
        if "properties" in specification and not (next_id and not self):
            saved = self or self.browse(result[0]["id"])
            self.env["crm.list.field"]._check_mandatory(saved, whole=True)
        return result
