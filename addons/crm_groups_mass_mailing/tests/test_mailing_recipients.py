from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import BaseCommon

DOMAIN = "[('email', '=like', 'recipient%')]"


@tagged("post_install", "-at_install")
class TestMailingRecipients(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mailer = new_test_user(cls.env, "groups_mailer", "mass_mailing.group_mass_mailing_user")
        cls.manager = new_test_user(
            cls.env,
            "groups_mailing_manager",
            "mass_mailing.group_mass_mailing_user,sales_team.group_sale_manager",
        )
        cls.open, cls.hidden = cls.env["res.partner"].create(
            [
                {"name": "Open", "email": "recipient.open@example.com"},
                {"name": "Hidden", "email": "recipient.hidden@example.com"},
            ]
        )
        cls.group = cls.env["crm.contact.group"].create({"name": "VIP", "access": "hidden"})
        cls.group.add_contacts(cls.hidden.ids)
        cls.env.flush_all()

    def _create_mailing(self, user, model="res.partner", **values):
        return (
            self.env["mailing.mailing"]
            .with_user(user)
            .create(
                {
                    "subject": "News",
                    "body_html": "<p>News</p>",
                    "mailing_model_id": self.env["ir.model"]._get_id(model),
                    "mailing_domain": DOMAIN,
                    **values,
                }
            )
        )

    def _send(self, mailing):
        """As Odoo's scheduled action does, with its rights."""
        mailing.action_put_in_queue()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").method_direct_trigger()
        self.env.invalidate_all()
        return self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)])

    def test_goes_to_whom_its_author_sees(self):
        for user, wanted in ((self.mailer, self.open), (self.manager, self.open + self.hidden)):
            with self.subTest(user=user.login):
                mailing = self._create_mailing(user)
                self.assertEqual(mailing.total, len(wanted))
                traces = self._send(mailing)
                self.assertEqual(set(traces.mapped("res_id")), set(wanted.ids))
                self.assertEqual(mailing.state, "done")

    def test_nobody_lends_more_rights(self):
        """Neither the responsible user nor who sends it, nor what the client says."""
        mailing = self._create_mailing(self.mailer, user_id=self.manager.id)
        mailing.with_user(self.manager).write({"subject": "Corrected"})
        self.assertEqual(mailing.recipients_user_id, self.mailer)
        self.assertEqual(set(mailing.sudo()._get_recipients()), set(self.open.ids))
        forged = self.env["mailing.mailing"].with_user(self.mailer)
        forged = forged.with_context(default_recipients_user_id=self.manager.id)
        with self.assertRaises(AccessError):
            forged.create({"subject": "Forged", "recipients_user_id": self.manager.id})
        with self.assertRaises(AccessError):
            mailing.recipients_user_id = self.manager
        self.assertEqual(forged.create({"subject": "Mine"}).recipients_user_id, self.mailer)
        copied = self._create_mailing(self.manager).with_user(self.mailer).copy()
        self.assertEqual(copied.recipients_user_id, self.mailer)
        self.assertEqual(set(copied.sudo()._get_recipients()), set(self.open.ids))
        # What Odoo copies by a scheduled action (the winner of a test) stays its author's.
        self.assertEqual(copied.sudo().with_user(1).copy().recipients_user_id, self.mailer)

    def test_whoever_chooses_anew_answers_for_it(self):
        mailing = self._create_mailing(self.manager)
        self.assertEqual(set(mailing.sudo()._get_recipients()), set((self.open + self.hidden).ids))
        mailing.with_user(self.mailer).mailing_domain = DOMAIN
        self.assertEqual(set(mailing.sudo()._get_recipients()), set(self.open.ids))

    def test_without_a_protecting_group_it_is_as_in_odoo(self):
        self.group.access = "open"
        self.env.flush_all()
        mailing = self._create_mailing(self.mailer)
        self.assertEqual(set(mailing._get_recipients()), set((self.open + self.hidden).ids))

    def test_documents_of_hidden_contacts(self):
        """Their address is the contact's: a mailing to memberships, say, is one to contacts."""
        if "crm.lead" not in self.env:
            self.skipTest("There are no leads")
        seller = new_test_user(
            self.env,
            "groups_mailing_seller",
            "mass_mailing.group_mass_mailing_user,sales_team.group_sale_salesman_all_leads",
        )
        leads = self.env["crm.lead"].create(
            [
                {"name": "Of nobody", "email_from": "recipient@example.com"},
                {"name": "Of the open one", "partner_id": self.open.id},
                {"name": "Of the hidden one", "partner_id": self.hidden.id},
            ]
        )
        domain = repr([("id", "in", leads.ids)])
        mailing = self._create_mailing(seller, "crm.lead", mailing_domain=domain)
        self.assertEqual(set(mailing.sudo()._get_recipients()), set(leads[:2].ids))
        # Who reads no leads writes to none.
        mailing = self._create_mailing(self.mailer, "crm.lead", mailing_domain=domain)
        self.assertFalse(mailing.sudo()._get_recipients())

    def test_traces_are_of_whom_one_sees(self):
        traces = self._send(self._create_mailing(self.manager))
        about_hidden = traces.filtered(lambda trace: trace.res_id == self.hidden.id)
        self.assertTrue(about_hidden)
        mine = traces.with_user(self.mailer)
        self.assertEqual(mine.search([("id", "in", traces.ids)]), mine - about_hidden)
        self.assertFalse(mine.search([("email", "=like", "recipient.hidden%")]))
        with self.assertRaises(AccessError):
            about_hidden.with_user(self.mailer).read(["email"])
        self.assertEqual(traces.with_user(self.manager).search_count([("id", "in", traces.ids)]), 2)
        self.assertEqual(
            self.env["mailing.trace"].search([("mailed_partner_id", "=", self.hidden.id)]),
            about_hidden,
        )
        self.assertEqual(about_hidden.mailed_partner_id, self.hidden)

    def test_traces_of_documents(self):
        """The address of a deal about a contact is the contact's."""
        if "crm.lead" not in self.env:
            self.skipTest("There are no leads")
        leads = self.env["crm.lead"].create(
            [
                {"name": "Of the open one", "partner_id": self.open.id},
                {"name": "Of the hidden one", "partner_id": self.hidden.id},
                {"name": "Of nobody", "email_from": "recipient@example.com"},
            ]
        )
        domain = repr([("id", "in", leads.ids)])
        seeing = self.env.ref("base.user_admin")
        traces = self._send(
            self._create_mailing(
                seeing, "crm.lead", mailing_domain=domain, email_from="a@x.example"
            )
        )
        by_lead = {trace.res_id: trace for trace in traces}
        self.assertEqual(len(by_lead), 3)
        self.assertEqual(by_lead[leads[1].id].mailed_partner_id, self.hidden)
        self.assertFalse(by_lead[leads[2].id].mailed_partner_id)
        mine = traces.with_user(self.mailer).search([("id", "in", traces.ids)])
        self.assertEqual(set(mine.mapped("res_id")), {leads[0].id, leads[2].id})
