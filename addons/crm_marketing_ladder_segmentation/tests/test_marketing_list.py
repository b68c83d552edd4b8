from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class TestMarketingList(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"].create(
            [
                {"name": f"List company {number}", "is_company": True, "city": city}
                for number, city in enumerate(("Listville", "Listville", "Elsewhere"))
            ]
        )
        cls.segment = cls.env["crm.segment"].create(
            {
                "name": "In Listville",
                "applies_to": "company",
                "criterion_ids": [
                    Command.create({"source": "self", "domain": "[('city', '=', 'Listville')]"})
                ],
            }
        )

    def _get_members(self, marketing_list):
        action = marketing_list.action_view_members()
        return self.env[action["res_model"]].search(action["domain"])

    def test_members_of_a_segment(self):
        marketing_list = self.env["crm.marketing.list"].create(
            {
                "name": "List",
                "kind": "company",
                "domain": "[('name', 'like', 'List company')]",
                "segment_ids": [Command.set(self.segment.ids)],
            }
        )
        self.assertEqual(self._get_members(marketing_list), self.partners[:2])
        self.assertEqual(marketing_list.member_count, 2)
        self.partners[2].city = "Listville"
        self.assertEqual(self._get_members(marketing_list), self.partners)
        marketing_list.domain = "[('name', '=', 'List company 1')]"
        self.assertEqual(marketing_list.member_count, 1)

    def test_form_offers_segments_of_the_kind(self):
        with Form(self.env["crm.marketing.list"]) as form:
            form.name = "By segment"
            form.kind = "lead"
            offered = self.env["crm.segment"].search(form.segment_domain)
            self.assertNotIn(self.segment, offered)
            form.kind = "company"
            offered = self.env["crm.segment"].search(form.segment_domain)
            self.assertIn(self.segment, offered)
            form.segment_ids.add(self.segment)
        self.assertEqual(form.record.member_count, 2)
