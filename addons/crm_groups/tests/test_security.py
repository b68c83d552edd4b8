from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestSecurity(CrmGroupsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()
        cls.dealers.add_contacts(cls.north.ids)
        cls.member = cls.dealers.member_ids

    def _get_rights(self, record, user):
        return {
            operation
            for operation in ("read", "write", "create", "unlink")
            if record.with_user(user).has_access(operation)
        }

    def test_groups(self):
        everything = {"read", "write", "create", "unlink"}
        for user, rights in [
            (self.user_plain, {"read"}),
            (self.user_contacts, {"read"}),
            (self.user_sales, {"read"}),
            (self.user_manager, everything),
            (self.user_portal, set()),
            (self.user_public, set()),
        ]:
            with self.subTest(user=user.login):
                self.assertEqual(self._get_rights(self.dealers, user), rights)

    def test_memberships(self):
        everything = {"read", "write", "create", "unlink"}
        for user, rights in [
            (self.user_plain, {"read"}),
            (self.user_contacts, {"read"}),
            (self.user_sales, everything),
            (self.user_manager, everything),
            (self.user_portal, set()),
            (self.user_public, set()),
        ]:
            with self.subTest(user=user.login):
                self.assertEqual(self._get_rights(self.member, user), rights)

    def test_methods(self):
        smart = self._create_smart()
        for user in (self.user_plain, self.user_contacts):
            group = self.dealers.with_user(user)
            for method in ("add_contacts", "remove_contacts", "exclude_contacts"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(group, method)(self.north.ids)
        for user in (self.user_plain, self.user_sales):
            for method in ("action_rebuild", "preview_rule"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(smart.with_user(user), method)()
        self.assertEqual(
            self.dealers.with_user(self.user_sales).add_contacts(self.south.ids)["added"], 1
        )
        self.assertEqual(smart.with_user(self.user_manager).action_rebuild()[0]["entered"], 3)

    def test_contacts_field(self):
        self.assertEqual(self.north.with_user(self.user_plain).contact_group_ids, self.dealers)
        commands = {"contact_group_ids": [Command.link(self.vips.id)]}
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.north.with_user(self.user_contacts).write(commands)
        self.env.invalidate_all()
        self.assertEqual(self.north.contact_group_ids, self.dealers)
        self.north.with_user(self.user_sales).write(commands)
        self.assertEqual(self.north.contact_group_ids, self.dealers + self.vips)

    def test_contact_manager_works_on_without_groups(self):
        north = self.north.with_user(self.user_contacts)
        north.write({"phone": "1", "contact_group_ids": [Command.set(self.dealers.ids)]})
        copy = north.copy()
        self.assertFalse(copy.contact_group_ids)
        self.env["res.partner"].with_user(self.user_contacts).create({"name": "Test theirs"})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_portal_and_public(self):
        for user in (self.user_portal, self.user_public):
            with self.subTest(user=user.login):
                self.dealers.sudo().add_contacts(user.partner_id.ids)
                with self.assertRaises(AccessError):
                    self.Group.with_user(user).search([])
                with self.assertRaises(AccessError):
                    user.partner_id.with_user(user).read(["contact_group_ids"])
        self.assertNotIn("contact_group_ids", self.Partner.with_user(self.user_portal).fields_get())

    def test_group_of_another_company(self):
        theirs = self._create_group("Test theirs", company_id=self.company_b.id)
        theirs.add_contacts(self.south.ids)
        for user, operations in ((self.user_local, set()), (self.user_b, 4)):
            for record in (theirs, theirs.member_ids):
                with self.subTest(user=user.login, record=record._name):
                    rights = self._get_rights(record, user)
                    self.assertEqual(len(rights), 4 if operations else 0)
        found = self.Group.with_user(self.user_local).search([])
        self.assertNotIn(theirs, found)
        self.assertIn(self.dealers, found)
        self.assertEqual(
            self.Member.with_user(self.user_local).search([("group_id", "in", theirs.ids)]),
            self.Member,
        )
        self.assertIn(theirs, self.Group.with_user(self.user_b).search([]))

    def test_contact_of_another_company_in_a_shared_group(self):
        self.south.company_id = self.company_b
        self.dealers.add_contacts(self.south.ids)
        member = self._get_member(self.dealers, self.south)
        self.assertFalse(member.with_user(self.user_sales).has_access("read"))
        self.assertTrue(member.with_user(self.user_b).has_access("read"))
        self.assertEqual(self.dealers.with_user(self.user_sales).member_count, 1)
        self.env.invalidate_all()
        self.assertEqual(self.dealers.with_user(self.user_b).member_count, 2)
        with self.assertRaises(AccessError):
            self.dealers.with_user(self.user_sales).add_contacts(self.south.ids)

    def test_writing_keeps_groups_one_cannot_see(self):
        theirs = self._create_group("Test theirs", company_id=self.company_b.id)
        theirs.add_contacts(self.north.ids)
        self.env.invalidate_all()
        north = self.north.with_user(self.user_sales)
        north.contact_group_ids = [Command.set(self.vips.ids)]
        self.env.invalidate_all()
        self.assertEqual(self.north.contact_group_ids, self.vips + theirs)
        self._assert_in_step(self.dealers + self.vips + theirs)

    def test_rebuild_does_not_depend_on_the_user(self):
        self.south.company_id = self.company_b
        smart = self._create_smart()
        smart.with_user(self.user_manager).action_rebuild()
        members = self.Member.search([("group_id", "=", smart.id)])
        self.assertEqual(members.partner_id, self.north + self.south + self.person)

    def test_preview_names_readable_contacts_only(self):
        self.south.company_id = self.company_b
        smart = self._create_smart()
        here = {"allowed_company_ids": self.company.ids}
        preview = smart.with_user(self.user_manager).with_context(**here).preview_rule()
        self.assertEqual(preview["entering"], 2)
        self.assertEqual(preview["entering_ids"], (self.north + self.person).ids)

    def test_rule_may_use_only_fields_of_its_author(self):
        smart = self._create_smart().with_user(self.user_manager)
        for domain in (
            "[('user_ids.presence_ids', '!=', False)]",
            "[('message_ids.mail_ids.state', '=', 'sent')]",
        ):
            with self.subTest(domain=domain), self.assertRaises(ValidationError):
                smart.domain = domain
        with self.assertRaises(ValidationError):
            smart.preview_rule([("user_ids.presence_ids", "!=", False)])
