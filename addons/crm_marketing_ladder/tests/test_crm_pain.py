import base64

from odoo.tests import tagged

from .common import LadderCommon

PIXEL = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x04\x00\x00\x00"
    b"\xb5\x1c\x0c\x02\x00\x00\x00\x0bIDATx\xdacd`\x00\x00\x00\x06\x00\x020\x81\xd0/"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
).decode()


@tagged("post_install", "-at_install")
class TestCrmPain(LadderCommon):
    def test_table(self):
        self.assertEqual(self.env["crm.pain"]._table, "crm_pain")

    def test_scripts_are_taken_out_and_images_stay(self):
        pain = self._create_pain(
            description='<p onclick="alert(1)">Grows</p><script>alert(2)</script>'
            f'<img src="data:image/png;base64,{PIXEL}">'
            '<a href="javascript:alert(3)">more</a>'
        )
        for rubbish in ("script", "onclick", "alert"):
            self.assertNotIn(rubbish, pain.description)
        self.assertIn("Grows", pain.description)
        self.assertIn(PIXEL, pain.description)

    def test_company_follows_the_directorate(self):
        pain = self._create_pain()
        self.directorate_own.write({"user_ids": [(5, 0, 0)], "product_ids": [(5, 0, 0)]})
        self.directorate_own.company_id = self.company_b
        self.assertEqual(pain.company_id, self.company_b)

    def test_search_by_own_directorates(self):
        pain = self._create_pain()
        self._create_pain(self.directorate_foreign)
        found = self.env["crm.pain"].search([("directorate_id.member_ids", "in", [self.sales.id])])
        self.assertEqual(found, pain)
