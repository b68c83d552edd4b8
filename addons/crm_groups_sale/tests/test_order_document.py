from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_groups.tests.document_access import DocumentAccessCase
from odoo.addons.sale.tests.common import SaleCommon


@tagged("post_install", "-at_install")
class TestOrderDocument(DocumentAccessCase, SaleCommon):
    model = "sale.order"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_access("sales_team.group_sale_salesman_all_leads,base.group_partner_manager")

    def _get_values(self):
        return {"partner_id": self.public.id}

    def test_addresses_open_nothing(self):
        order = self._create(self.seller, user_id=self.seller.id)
        for name in ("partner_invoice_id", "partner_shipping_id"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                order.write({name: self.secret.id})
