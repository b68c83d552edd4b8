from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_access.tests.shared import LinkCases

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestLinks(LinkCases, SegmentationCommon):
    """Types, segments and the like are named by those who may read them."""

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_every_link(self):
        user = new_test_user(
            self.env,
            "segmentation_links",
            "sales_team.group_sale_salesman,base.group_partner_manager",
        )
        kinds = [{"kind": "deal", "name": "Hidden deal type", "code": "hidden_deal"}]
        kinds += [{"kind": "contact", "name": "Hidden type", "code": "hidden_type"}]
        self.env["crm.type"].create(kinds)
        tried = self._assert_links_are_asked_for(user, "crm_segmentation")
        self.assertLessEqual({"crm.lead.deal_type_id", "res.partner.crm_type_id"}, tried)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_type_of_another_company(self):
        other = self.env["res.company"].create({"name": "Another"})
        theirs = self.env["crm.type"].create(
            {"kind": "deal", "name": "Their type", "code": "theirs", "company_id": other.id}
        )
        user = new_test_user(self.env, "links_sales", "sales_team.group_sale_salesman")
        lead = self.env["crm.lead"].with_user(user).create({"name": "Mine", "user_id": user.id})
        with self.assertRaises(AccessError) as caught:
            lead.deal_type_id = theirs.id
        self.assertNotIn("Their type", str(caught.exception))
        # What is there already is no news: the form of such a lead works.
        self.env.cr.execute(
            "UPDATE crm_lead SET deal_type_id = %s WHERE id = %s", [theirs.id, lead.id]
        )
        self.env.invalidate_all()
        answer = lead.onchange({"deal_type_id": theirs.id, "name": "New"}, ["name"], {"name": {}})
        self.assertIn("value", answer)
