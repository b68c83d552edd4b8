from odoo.tests import tagged

from odoo.addons.crm_access.tests.offered import OfferedCases

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestOfferedFields(OfferedCases, LeadAssignCommon):
    def test_custom_filters_and_groups_offer_no_technical_fields(self):
        self._assert_offered_fields_are_shown(
            "crm_lead_assign",
            [
                "crm.lead.assignment_decision_ids",
                "crm.lead.assignment_handover_count",
                "crm.lead.zip_within",
            ],
        )
