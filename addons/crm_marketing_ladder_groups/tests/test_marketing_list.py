from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class TestMarketingList(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = cls.env["crm.contact.group"]
        cls.dealers = groups.create({"name": "List dealers"})
        cls.vip = groups.create({"name": "List VIP", "parent_id": cls.dealers.id})
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"List company {number}", "is_company": True} for number in range(3)]
        )
        cls.dealers.add_contacts(cls.partners[0].ids)
        cls.vip.add_contacts(cls.partners[1].ids)
        cls.leads = cls.env["crm.lead"].create(
            [{"name": partner.name, "partner_id": partner.id} for partner in cls.partners]
        )

    def _create_list(self, **vals):
        return self.env["crm.marketing.list"].create(
            {
                "name": "List",
                "kind": "company",
                "domain": "[('name', 'like', 'List company')]",
                **vals,
            }
        )

    def _get_members(self, marketing_list):
        action = marketing_list.action_view_members()
        return self.env[action["res_model"]].search(action["domain"])

    def test_members_of_a_group_and_its_subgroups(self):
        marketing_list = self._create_list(group_ids=[Command.set(self.dealers.ids)])
        self.assertEqual(self._get_members(marketing_list), self.partners[:2])
        self.assertEqual(marketing_list.member_count, 2)
        marketing_list.group_ids = self.vip
        self.assertEqual(marketing_list.member_count, 1)
        marketing_list.group_ids = False
        self.assertEqual(marketing_list.member_count, 3)

    def test_leads_by_their_customer(self):
        marketing_list = self._create_list(kind="lead", group_ids=[Command.set(self.vip.ids)])
        self.assertEqual(self._get_members(marketing_list), self.leads[1])

    def test_form(self):
        with Form(self.env["crm.marketing.list"]) as form:
            form.name = "By group"
            form.kind = "company"
            form.group_ids.add(self.vip)
        self.assertEqual(form.record.member_count, 1)
