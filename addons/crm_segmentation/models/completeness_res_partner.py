# pylint: disable=consider-merging-classes-inherited
# (Completeness is a concern of its own.)
from odoo import api, fields, models


class ResPartner(models.Model):
    """A contact that knows what is missing of what its type requires."""

    _inherit = "res.partner"

    completeness = fields.Integer(
        "Complete (%)",
        readonly=True,
        copy=False,
        aggregator="avg",
        index="btree_not_null",
        groups="base.group_user",
        help="How much of what its type requires this contact has. Empty where the type requires "
        "nothing.",
    )
    completeness_gap_ids = fields.Many2many(
        "crm.type.requirement",
        "crm_completeness_gap_rel",
        "partner_id",
        "requirement_id",
        string="Missing",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    has_completeness = fields.Boolean(
        related="crm_type_id.has_requirements",
        groups="base.group_user",
        technical=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if self.env["crm.type"]._get_watched_fields():
            partners._update_completeness()
        return partners

    def write(self, vals):
        parents = self.parent_id if "parent_id" in vals else self.browse()
        # A copy: core takes is_company out of what it is given.
        result = super().write(dict(vals))
        watched = self.env["crm.type"]._get_watched_fields()
        if watched and not watched.isdisjoint(vals):
            (self | parents)._update_completeness()
        return result

    def _update_completeness(self):
        """Work out what is missing, of these contacts and of the companies they belong to."""
        # sudo: whoever saves a contact; the statements show nobody anything.
        concerned = self.sudo()
        concerned |= concerned.parent_id
        self.env["crm.type"].sudo()._update_completeness(concerned.ids)
