from odoo.tests import tagged

from odoo.addons.crm_access.tests.offered import OfferedCases

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestOfferedFields(OfferedCases, LadderCommon):
    def test_custom_filters_and_groups_offer_no_technical_fields(self):
        self._assert_offered_fields_are_shown(
            "crm_marketing_ladder",
            ["crm.lead.ladder_date", "crm.lead.rival_match_score", "crm.lead.sending_ids"],
        )
