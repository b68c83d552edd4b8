from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class TestMarketingList(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "mailing_marketeer",
            groups="base.group_user,crm_marketing_ladder.group_marketeer,"
            "mass_mailing.group_mass_mailing_user",
        )
        cls.directorate = cls.env["crm.sales.directorate"].create(
            {"name": "Mailing", "user_ids": [Command.set(cls.user.ids)]}
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Mailing {number}",
                    "email_from": f"mailing{number}@example.com",
                    "directorate_id": cls.directorate.id,
                    "user_id": False,
                }
                for number in range(3)
            ]
        )
        cls.list = (
            cls.env["crm.marketing.list"]
            .with_user(cls.user)
            .create({"name": "List", "domain": "[('name', 'in', ['Mailing 0', 'Mailing 1'])]"})
        )

    def _create_mailing(self, marketing_list):
        action = marketing_list.action_create_mailing()
        mailings = self.env["mailing.mailing"].with_user(self.user)
        with Form(mailings.with_context(**action["context"])) as form:
            self.assertTrue(form.subject)
        return form.record

    def test_mailing_to_the_list(self):
        mailing = self._create_mailing(self.list)
        self.assertEqual(mailing.mailing_model_real, "crm.lead")
        self.assertEqual(set(mailing._get_recipients()), set(self.leads[:2].ids))
        self.assertEqual(mailing.subject, "List")
        self.assertEqual(self.list.mailing_count, 1)
        action = self.list.action_view_mailings()
        self.assertEqual(self.env["mailing.mailing"].search(action["domain"]), mailing)

    def test_mailing_to_members_picked_by_hand(self):
        self.list.write({"is_dynamic": False, "lead_ids": [Command.set(self.leads[2].ids)]})
        mailing = self._create_mailing(self.list)
        self.assertEqual(mailing._get_recipients(), self.leads[2].ids)

    def test_mailing_to_companies(self):
        partner = self.env["res.partner"].create(
            {"name": "Mailing Company", "is_company": True, "email": "company@example.com"}
        )
        self.list.write({"kind": "company", "domain": "[('name', '=', 'Mailing Company')]"})
        mailing = self._create_mailing(self.list)
        self.assertEqual(mailing._get_recipients(), partner.ids)

    def test_nobody_on_the_list(self):
        self.list.domain = "[('name', '=', 'Nobody')]"
        with self.assertRaisesRegex(UserError, "Nobody whom you may see is on the list “List”"):
            self.list.action_create_mailing()
