# pylint: disable=consider-merging-classes-inherited
from odoo import api, fields, models
from odoo.fields import Domain


class CrmLead(models.Model):
    """A deal with the contacts that have a part in it."""

    _inherit = "crm.lead"

    relation_ids = fields.One2many(
        "crm.relation", "right_lead_id", "Relations", groups="base.group_user"
    )
    relation_count = fields.Integer(
        "Number of Relations", compute="_compute_relation_count", groups="base.group_user"
    )

    @api.depends_context("uid")
    def _compute_relation_count(self):
        counts = self.env["crm.relation"]._count_by_party(["right_lead_id"], self.ids)
        for lead in self:
            lead.relation_count = counts.get(lead._origin.id, 0)

    def get_relations(self, current_only=False):
        """List the relations of one deal; see ``res.partner.get_relations``.

        :param current_only: leave out what has ended or not begun
        :rtype: list
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["crm.relation"]._get_seen_from(
            self, Domain("right_lead_id", "=", self.id), current_only
        )

    def _merge_dependences(self, opportunities):
        """Relations of merged deals go to the one that stays, each once."""
        result = super()._merge_dependences(opportunities)
        # sudo: whoever may merge deals need not see each contact around them.
        Relation = self.env["crm.relation"].sudo()
        Relation._move_parties(["right_lead_id"], opportunities, self)
        return result
