from odoo.tests import tagged

from odoo.addons.crm_access.tests.offered import OfferedCases

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestOfferedFields(OfferedCases, CrmGroupsCommon):
    def test_custom_filters_and_groups_offer_no_technical_fields(self):
        self._assert_offered_fields_are_shown("crm_groups")
