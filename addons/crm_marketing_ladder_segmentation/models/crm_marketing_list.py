from odoo import api, fields, models
from odoo.fields import Domain

#: What a segment is about, for each kind of list.
TARGETS = {
    "lead": ["lead", "deal"],
    "company": ["company", "contact"],
    "contact": ["person", "contact"],
}


class CrmMarketingList(models.Model):
    _inherit = "crm.marketing.list"

    segment_ids = fields.Many2many(
        "crm.segment",
        "crm_marketing_list_segment_rel",
        "list_id",
        "segment_id",
        string="Segments",
        help="Only who is in one of these segments now. The conditions narrow them further.",
    )
    segment_domain = fields.Binary(
        compute="_compute_segment_domain", export_string_translation=False, exportable=False
    )

    @api.depends("kind")
    def _compute_segment_domain(self):
        for record in self:
            record.segment_domain = [("applies_to", "in", TARGETS.get(record.kind, []))]

    @api.depends("segment_ids")
    def _compute_member_count(self):
        return super()._compute_member_count()

    def _get_source_domain(self):
        domain = super()._get_source_domain()
        if not self.segment_ids:
            return domain
        return domain & Domain("segment_ids", "in", self.segment_ids.ids)
