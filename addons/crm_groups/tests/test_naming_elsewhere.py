from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestNamingElsewhere(CrmGroupsCommon):
    """Contacts of other companies, of logins, notices, and of lists that one came from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()
        cls.foreign = cls.Partner.create(
            {"name": "Test Foreign Ltd", "email": "f@example.com", "company_id": cls.company_b.id}
        )
        cls.hidden = cls.Partner.create({"name": "Test Hidden Ltd", "email": "h@example.com"})

    def _hide(self):
        self._create_group("Test hidden", access="hidden").add_contacts(self.hidden.ids)
        self.env.flush_all()
        self.env.invalidate_all()

    def test_contacts_of_another_company(self):
        """Without any group that protects: Odoo's rules refuse them, its forms tell of them."""
        Partner = self.Partner.with_user(self.user_sales)
        mine = Partner.create({"name": "Test mine"})
        ways = {
            "create": lambda: Partner.create({"name": "x", "parent_id": self.foreign.id}),
            "write": lambda: mine.write({"parent_id": self.foreign.id}),
            "form": lambda: Partner.onchange(
                {"parent_id": self.foreign.id}, ["parent_id"], {"parent_id": {"fields": {}}}
            ),
            "subscribe": lambda: mine.message_subscribe(partner_ids=self.foreign.ids),
        }
        for name, way in ways.items():
            with self.subTest(way=name), self.assertRaises(AccessError), self.cr.savepoint():
                way()
        told = Partner.with_context(default_parent_id=self.foreign.id).default_get(["parent_id"])
        self.assertFalse(told.get("parent_id"))
        # Of who works in both it is one of his, whichever company he has chosen for now.
        self.user_sales.company_ids = [Command.link(self.company_b.id)]
        ways["write"]()
        self.assertEqual(mine.parent_id.id, self.foreign.id)

    def test_a_customer_is_asked_as_before(self):
        colleague = self.user_sales.partner_id
        colleague.company_id = self.env.company
        customer = self.user_portal.partner_id.with_user(self.user_portal)
        self.assertFalse(customer._get_unseen_contacts(colleague.ids))

    def test_a_list_is_no_leave_to_name_whom_it_holds(self):
        tag = self.env["res.partner.category"].create(
            {"name": "Test", "partner_ids": [Command.set((self.hidden + self.person).ids)]}
        )
        self._hide()
        context = {"active_model": tag._name, "active_id": tag.id, "active_ids": tag.ids}
        wizard = self.env["mail.activity.schedule"].with_user(self.user_sales)
        wizard = wizard.with_context(**context)
        self.assertNotIn(self.hidden.id, wizard._get_contacts_of_origin())

    def test_the_login_of_a_hidden_contact(self):
        """Odoo lets all employees read the names of portal users."""
        self.user_portal.partner_id = self.hidden
        everybody = self.env["res.users"].with_context(active_test=False)
        names = [("login", "=", self.user_portal.login)]
        self.assertTrue(everybody.with_user(self.user_plain).search(names))
        self._hide()
        for user, found in (
            (self.user_plain, False),
            (self.user_sales, False),
            (self.user_manager, True),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(bool(everybody.with_user(user).search(names)), found)
                self.assertEqual(self.user_portal.with_user(user).has_access("read"), found)
                # Colleagues are seen as ever.
                self.assertTrue(self.user_manager.with_user(user).has_access("read"))
        self.assertTrue(self.user_portal.with_user(self.user_portal).has_access("read"))

    def test_notices_of_others_tell_no_subject(self):
        """All employees may read who was told, and by the link to the message of what."""
        self.hidden.message_notify(
            partner_ids=self.user_manager.partner_id.ids, subject="About Test Hidden", body="x"
        )
        self._hide()
        notice = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.user_manager.partner_id.id)], order="id desc", limit=1
        )
        notice.mail_mail_id = self.env["mail.mail"].create(
            {"mail_message_id": notice.mail_message_id.id, "email_to": "x@example.com"}
        )
        for user, told in (
            (self.user_plain, False),
            (self.user_sales, False),
            (self.user_manager, True),
        ):
            self.env.invalidate_all()
            [row] = notice.with_user(user).read(["mail_message_id", "mail_mail_id"])
            with self.subTest(user=user.login):
                self.assertEqual("Hidden" in str(row["mail_message_id"][1]), told)
                self.assertEqual("Hidden" in str(row["mail_mail_id"][1]), told)
                domain = [("mail_message_id.subject", "ilike", "hidden"), ("id", "=", notice.id)]
                self.assertEqual(bool(notice.with_user(user).search(domain)), told)

    def test_a_notice_to_oneself_tells_no_name(self):
        """Of a contact, or by way of a model and a number, to oneself and to a colleague."""
        self._hide()
        user = self.user_plain
        Thread, Partner = self.env["mail.thread"].with_user(user), self.Partner.with_user(user)
        for contact in (self.hidden, self.foreign):
            hidden = Partner.browse(contact.id)
            for told in (user.partner_id, self.user_sales.partner_id):
                notice = {"body": "x", "subject": "s", "partner_ids": told.ids}
                for way, call in (
                    (
                        "contact",
                        lambda hidden=hidden, notice=notice: hidden.message_notify(**notice),
                    ),
                    (
                        "number",
                        lambda hidden=hidden, notice=notice: Thread.message_notify(
                            model="res.partner", res_id=hidden.id, **notice
                        ),
                    ),
                ):
                    with (
                        self.subTest(way=way, contact=contact.name, told=told.name),
                        self.assertRaises(AccessError),
                        self.cr.savepoint(),
                    ):
                        call()
        notice = {"body": "x", "partner_ids": self.user_sales.partner_id.ids}
        self.assertTrue(Partner.browse(self.person.id).message_notify(**notice))

    def test_signing_up_as_a_hidden_contact(self):
        """Odoo offers it to any employee, by a number alone."""
        if not hasattr(type(self.Partner), "_generate_signup_token"):
            self.skipTest("sign-up is not installed")
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        self._hide()
        contacts = self.hidden + self.foreign + self.person
        for user, seen in (
            (self.user_plain, self.person),
            (self.user_sales, self.person),
            (self.user_manager, contacts.with_user(self.user_manager)._filtered_access("read")),
        ):
            with self.subTest(user=user.login):
                told = contacts.with_user(user).signup_get_auth_param()
                self.assertEqual(set(told), set(contacts.ids))
                self.assertEqual({id_ for id_, way in told.items() if way}, set(seen.ids))
        with self.assertRaises(AccessError):
            get_public_method(self.Partner, "signup_get_auth_param")
