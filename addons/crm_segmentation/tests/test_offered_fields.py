from odoo.tests import tagged

from odoo.addons.base.tests.common import BaseCommon
from odoo.addons.crm_access.tests.offered import OfferedCases


@tagged("post_install", "-at_install")
class TestOfferedFields(OfferedCases, BaseCommon):
    def test_custom_filters_and_groups_offer_no_technical_fields(self):
        self._assert_offered_fields_are_shown(
            "crm_segmentation", ["crm.lead.stored_segment_ids", "res.partner.owner_change_ids"]
        )
