from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class TestSegmentMailing(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "segment_marketeer",
            groups="sales_team.group_sale_manager,mass_mailing.group_mass_mailing_user",
        )
        cls.partners = cls.env["res.partner"].create(
            [
                {"name": f"Mail {n}", "is_company": True, "email": f"mail{n}@example.com"}
                for n in range(3)
            ]
        )
        cls.segment = cls.env["crm.segment"].create(
            {
                "name": "Audience",
                "criterion_ids": [
                    Command.create({"domain": repr([("name", "in", ["Mail 0", "Mail 1"])])})
                ],
            }
        )

    def test_mailing_follows_the_segment_until_it_is_sent(self):
        action = self.segment.with_user(self.user).action_create_mailing()
        mailings = self.env["mailing.mailing"].with_user(self.user)
        with Form(mailings.with_context(**action["context"])) as form:
            self.assertEqual(form.subject, "Audience")
        mailing = form.record
        self.assertEqual(mailing.mailing_model_real, "res.partner")
        self.assertEqual(set(mailing._get_recipients()), set(self.partners[:2].ids))
        self.partners[2].name = "Mail 1"
        self.assertEqual(set(mailing._get_recipients()), set(self.partners.ids))
        self.assertEqual(self.segment.with_user(self.user).mailing_count, 1)
        view = self.segment.with_user(self.user).action_view_mailings()
        self.assertEqual(self.env["mailing.mailing"].search(view["domain"]), mailing)

    def test_leads_are_an_audience_too(self):
        lead = self.env["crm.lead"].create(
            {"name": "Mail lead", "type": "lead", "email_from": "lead@example.com"}
        )
        self.segment.copy(
            {
                "name": "Leads",
                "applies_to": "lead",
                "criterion_ids": [Command.create({"domain": repr([("id", "=", lead.id)])})],
            }
        )
        segment = self.env["crm.segment"].search([("name", "=", "Leads")])
        action = segment.action_create_mailing()
        with Form(self.env["mailing.mailing"].with_context(**action["context"])) as form:
            pass
        self.assertEqual(form.record._get_recipients(), lead.ids)

    def test_a_segment_can_be_left_out_of_any_mailing(self):
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "All but the audience",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "mailing_domain": repr(
                    [
                        ("id", "in", self.partners.ids),
                        ("segment_ids", "not in", self.segment.ids),
                    ]
                ),
            }
        )
        self.assertEqual(mailing._get_recipients(), self.partners[2].ids)

    def test_nobody_in_it(self):
        self.partners.name = "Other"
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "Nobody whom you may see is in the segment"):
            self.segment.action_create_mailing()
