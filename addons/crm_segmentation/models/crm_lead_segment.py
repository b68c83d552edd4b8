from odoo import api, fields, models


class CrmLead(models.Model):
    """A lead or deal with its segments; what becomes of it moves its customer's scores."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "segment.member.mixin"]

    stored_segment_ids = fields.Many2many(
        "crm.segment",
        relation="crm_segment_member",
        column1="lead_id",
        column2="segment_id",
        string="Stored Segments",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Segments that store their members. To group lists; live segments are not here.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        self.env["crm.segment"]._follow("crm.lead", leads.ids)
        return leads

    def write(self, vals):
        # The customer it leaves has one deal less.
        before = self.sudo().partner_id.ids if "partner_id" in vals else []  # sudo: ids only
        result = super().write(vals)
        Segment = self.env["crm.segment"]
        Segment._follow("crm.lead", self.ids, vals)
        if before:
            Segment._follow("res.partner", before, {"parent_id"})
        return result
