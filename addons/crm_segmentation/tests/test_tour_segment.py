from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentTour(SegmentCommon, HttpCase):
    def test_tour(self):
        """A manager reads a segment, tries weights, crosses, and asks a contact why."""
        # Other customers of the database would fill the few lines of the previews.
        others = self.env["crm.lead"].with_context(active_test=False)
        others.search([("id", "<=", self.last_ids["crm.lead"])]).partner_id = False
        for partner in self.companies:
            partner.name = partner.name.replace("Segment", "Tour")
        self.alpha.industry_id = self.env["res.partner.industry"].create({"name": "Tour industry"})
        self._create_segment(("deal", [("won_status", "=", "won")]), name="Tour customers")
        score = self._create_score(self._amount_parameter(name="Tour amount"), name="Tour score")
        score.action_refresh()
        user = self._new_user(
            "segment_tour", "sales_team.group_sale_manager,base.group_partner_manager"
        )
        user.group_ids = [Command.link(self.env.ref("base.group_user").id)]
        # The score is all companies': who changes it works in all.
        user.company_ids = self.env["res.company"].search([])
        self.start_tour("/odoo", "crm_segmentation_segment_manager", login="segment_tour")
        self.assertEqual(score.parameter_ids.weight, 0.5)
        self.assertEqual(self.alpha.segment_class_id.name, "B")
