from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_access.tests.readonly import ReadonlyCases

from .common import CrmGroupsCommon

OPERATIONS = {"read", "write", "unlink"}


@tagged("post_install", "-at_install")
class TestAccess(ReadonlyCases, CrmGroupsCommon):
    """Who may see and edit the contacts of protected groups.

    ============ ============================================= =========================
    user         is                                            sees north (hidden group)
    ============ ============================================= =========================
    user_sales   salesperson without a grant                   no
    user_vip     salesperson with a grant on the group         yes
    user_team    member of a team with a grant                 yes
    user_manager sales administrator                           yes
    user_books   accountant with the see-all role              yes
    user_portal  portal login of the contact itself            own
    ============ ============================================= =========================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()
        roles = "sales_team.group_sale_salesman,base.group_partner_manager"
        cls.user_vip = new_test_user(cls.env, "crm_groups_vip", roles)
        cls.user_team = new_test_user(cls.env, "crm_groups_team", roles)
        cls.user_books = new_test_user(
            cls.env,
            "crm_groups_books",
            "base.group_user,base.group_partner_manager,crm_groups.group_all_contacts",
        )
        cls.team = cls.env["crm.team"].create({"name": "Test VIP team"})
        cls.team_member = cls.env["crm.team.member"].create(
            {"crm_team_id": cls.team.id, "user_id": cls.user_team.id}
        )
        cls.child = cls.Partner.create({"name": "Test North Person", "parent_id": cls.north.id})
        cls.dealers.add_contacts(cls.north.ids)
        cls.vips.add_contacts(cls.south.ids)
        cls.internal = (
            cls.user_sales | cls.user_vip | cls.user_team | cls.user_manager | cls.user_books
        )

    def _protect(self, group=None, access="hidden", grant=True):
        group = group or self.dealers
        group.access = access
        if grant:
            self.env["crm.contact.group.grant"].create(
                [
                    {"group_id": group.id, "user_id": self.user_vip.id},
                    {"group_id": group.id, "team_id": self.team.id},
                ]
            )

    def _get_rights(self, contact, user):
        return {name for name in OPERATIONS if contact.with_user(user).has_access(name)}

    def _sees(self, contact, user):
        self.env.flush_all()
        found = self.Partner.with_user(user).search([("id", "=", contact.id)])
        readable = contact.with_user(user).has_access("read")
        self.assertEqual(bool(found), readable, "Search and reading agree")
        return readable

    def _assert_seen_by(self, contact, users):
        seen = self.internal.filtered(lambda user: self._sees(contact, user))
        self.assertEqual(seen.mapped("login"), users.mapped("login"))

    def test_off_until_switched_on(self):
        self.assertFalse(self.env["crm.contact.access.scope"].search([]))
        for user in self.internal:
            self.assertEqual(self._get_rights(self.north, user), OPERATIONS)

    def test_hidden(self):
        self._protect()
        allowed = self.user_vip | self.user_team | self.user_manager | self.user_books
        for contact in (self.north, self.child):
            with self.subTest(contact=contact.name):
                self._assert_seen_by(contact, allowed)
                self.assertEqual(self._get_rights(contact, self.user_vip), OPERATIONS)
                self.assertEqual(self._get_rights(contact, self.user_sales), set())
        self._assert_seen_by(self.east, self.internal)
        with self.assertRaises(AccessError):
            self.north.with_user(self.user_sales).read(["name"])
        with self.assertRaises(AccessError):
            self.Partner.with_user(self.user_sales).create(
                {"name": "Test intruder", "parent_id": self.north.id}
            )

    def test_readonly(self):
        self._protect(access="readonly")
        self._assert_seen_by(self.north, self.internal)
        self.assertEqual(self._get_rights(self.north, self.user_sales), {"read"})
        self.assertEqual(self._get_rights(self.north, self.user_team), OPERATIONS)
        with self.assertRaises(AccessError):
            self.child.with_user(self.user_sales).write({"phone": "1"})
        self.dealers.access = "hidden"
        self.assertEqual(self._get_rights(self.north, self.user_sales), set())
        self.dealers.access = "open"
        self.assertEqual(self._get_rights(self.north, self.user_sales), OPERATIONS)

    def test_the_form_of_a_readonly_contact_is_readonly(self):
        self._protect(access="readonly")
        said = "You can read .*Test North.* but not change it.*Test dealers.*let you in"
        for view in ("base.view_partner_form", "base.view_partner_simple_form"):
            for contact in (self.north, self.child):
                with self.subTest(view=view, contact=contact.name):
                    self._assert_form_says_why(contact, view, self.user_sales, self.user_vip, said)
        with self.assertRaises(AccessError) as refused:
            self.child.with_user(self.user_sales).write({"phone": "1"})
        told = self.child.with_user(self.user_sales).readonly_reason
        self.assertEqual(told, " ".join(str(refused.exception).split()))
        self.assertFalse(self.Partner.with_user(self.user_sales).new({}).readonly_reason)

    def test_the_reason_is_asked_once_for_all(self):
        self.dealers.add_contacts(self.east.ids)
        self._protect(access="readonly")
        contacts = (self.north | self.child | self.east).with_user(self.user_sales)

        def count(contacts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertTrue(all(contacts.mapped("readonly_reason")))
            return self.cr.sql_log_count - before

        count(contacts)
        self.assertLessEqual(count(contacts), count(contacts[0]) + 2)

    def test_subgroups_are_protected_too(self):
        self._protect()
        self._assert_seen_by(self.south, self.internal - self.user_sales)
        self.dealers.grant_ids.include_subgroups = False
        self._assert_seen_by(self.south, self.user_manager | self.user_books)
        self._assert_seen_by(self.north, self.internal - self.user_sales)
        self.vips.parent_id = self.customers
        self._assert_seen_by(self.south, self.internal)

    def test_grants_act_at_once(self):
        self._protect(grant=False)
        self.assertFalse(self._sees(self.north, self.user_vip))
        grant = self.env["crm.contact.group.grant"].create(
            {"group_id": self.dealers.id, "user_id": self.user_vip.id}
        )
        self.assertTrue(self._sees(self.north, self.user_vip))
        grant.user_id = self.user_sales
        self.assertFalse(self._sees(self.north, self.user_vip))
        self.assertTrue(self._sees(self.north, self.user_sales))
        grant.unlink()
        self.assertFalse(self._sees(self.north, self.user_sales))

    def test_team_changes_act_at_once(self):
        self._protect()
        self.team_member.active = False
        self.assertFalse(self._sees(self.north, self.user_team))
        self.team.user_id = self.user_sales
        self.assertTrue(self._sees(self.north, self.user_sales))
        self.team_member.active = True
        self.assertTrue(self._sees(self.north, self.user_team))
        self.team_member.unlink()
        self.assertFalse(self._sees(self.north, self.user_team))

    def test_responsible_is_let_in(self):
        self._protect(grant=False)
        self.dealers.user_id = self.user_sales
        self.assertTrue(self._sees(self.north, self.user_sales))
        self.dealers.write({"user_id": False, "user_ids": [Command.set(self.user_vip.ids)]})
        self.assertFalse(self._sees(self.north, self.user_sales))
        self.assertTrue(self._sees(self.north, self.user_vip))

    def test_see_all_role_acts_at_once(self):
        self._protect()
        self.assertFalse(self._sees(self.north, self.user_sales))
        role = self.env.ref("crm_groups.group_all_contacts")
        self.user_sales.group_ids += role
        self.assertTrue(self._sees(self.north, self.user_sales))
        self.user_sales.group_ids -= role
        self.assertFalse(self._sees(self.north, self.user_sales))

    def test_salesperson_sees_the_family(self):
        self._protect()
        self.north.user_id = self.user_sales
        self.assertEqual(self._get_rights(self.north, self.user_sales), OPERATIONS)
        self.assertTrue(self._sees(self.child, self.user_sales))
        self.north.user_id = False
        self.child.user_id = False
        self.assertFalse(self._sees(self.north, self.user_sales))
        self.child.user_id = self.user_sales
        self.assertTrue(self._sees(self.child, self.user_sales))
        self.assertFalse(self._sees(self.north, self.user_sales))

    def test_company_of_a_hidden_person(self):
        """Anybody becomes the salesperson of an open company: that opens no hidden person."""
        persons = self._create_group("Test persons", applies_to="person", access="hidden")
        persons.add_contacts(self.child.ids)
        self.north.user_id = self.user_sales
        self.child.user_id = False
        self.assertTrue(self._sees(self.north, self.user_sales))
        self.assertFalse(self._sees(self.child, self.user_sales))
        reasons = {
            line["user_id"] for line in self.child.get_access_reasons() if line["reason"] != "none"
        }
        self.assertNotIn(self.user_sales.id, reasons)
        # Whom the same groups protect goes with the company.
        persons.remove_contacts(self.child.ids)
        self._protect()
        self.assertTrue(self._sees(self.child, self.user_sales))

    def test_several_groups_let_in_who_is_let_in_by_each(self):
        self._protect()
        other = self._create_group("Test other", access="hidden")
        other.add_contacts(self.north.ids)
        self.env["crm.contact.group.grant"].create(
            {"group_id": other.id, "user_id": self.user_vip.id}
        )
        self._assert_seen_by(self.north, self.user_vip | self.user_manager | self.user_books)
        self.dealers.remove_contacts(self.north.ids)
        self.assertFalse(self._sees(self.north, self.user_team))
        other.action_archive()
        self._assert_seen_by(self.north, self.internal)

    def test_joining_leaving_and_moving(self):
        self._protect()
        self.assertTrue(self._sees(self.east, self.user_sales))
        self.dealers.add_contacts(self.east.ids)
        self.assertFalse(self._sees(self.east, self.user_sales))
        self.child.parent_id = False
        self.assertTrue(self._sees(self.child, self.user_sales))
        self.child.parent_id = self.east
        self.assertFalse(self._sees(self.child, self.user_sales))
        self._get_member(self.dealers, self.east).unlink()
        self.assertTrue(self._sees(self.child, self.user_sales))

    def test_deleting_the_group_opens(self):
        group = self._create_group("Test gone", access="hidden")
        group.add_contacts(self.east.ids)
        self.assertFalse(self._sees(self.east, self.user_sales))
        group.unlink()
        self.assertTrue(self._sees(self.east, self.user_sales))

    def test_person_in_a_group_for_persons(self):
        persons = self._create_group("Test persons", applies_to="person", access="hidden")
        persons.add_contacts(self.child.ids)
        self.assertFalse(self._sees(self.child, self.user_sales))
        self.assertTrue(self._sees(self.north, self.user_sales))

    def test_nobody_is_locked_out(self):
        users = self.env["res.users"].search([])
        company_partner = self.env.company.partner_id
        everybody = users.partner_id | company_partner | self.env.ref("base.partner_root")
        self.dealers.add_contacts((everybody | self.user_portal.partner_id).ids)
        self._protect()
        self.env.invalidate_all()
        self.assertFalse(company_partner.access_scope_id)
        for user in self.internal:
            seen = self.env["res.users"].with_user(user).search([])
            self.assertFalse(users.filtered(lambda u: not u.share) - seen)
            user.with_user(user).read(["name", "email"])
            company_partner.with_user(user).read(["name"])
            self.env.ref("base.partner_root").with_user(user).read(["name"])
        portal = self.user_portal.with_user(self.user_portal)
        self.assertTrue(portal.partner_id.read(["name", "email"]))
        self.assertTrue(portal.partner_id.has_access("read"))
        public = self.user_public
        self.assertTrue(public.partner_id.with_user(public).has_access("read"))

    def test_rule_restricts_only_when_applied(self):
        smart = self._create_smart(access="hidden")
        smart.action_rebuild()
        self.assertTrue(self._sees(self.south, self.user_sales))
        self.assertEqual(smart.access_pending_count, 3)
        with self.assertRaises(AccessError):
            smart.with_user(self.user_sales).action_apply_access()
        self.assertEqual(
            smart.with_user(self.user_manager).action_apply_access(), {"protected": 3, "free": 0}
        )
        self.assertEqual(smart.access_pending_count, 0)
        self.assertFalse(self._sees(self.south, self.user_sales))
        self.south.ref = False
        self._assert_member(smart, self.south, "past")
        self.assertFalse(self._sees(self.south, self.user_sales), "An edit opens nothing either")
        self.assertEqual(smart.action_apply_access(), {"protected": 0, "free": 1})
        self.assertTrue(self._sees(self.south, self.user_sales))
        smart.add_contacts(self.east.ids)
        self.assertFalse(self._sees(self.east, self.user_sales), "By hand counts at once")

    def test_document_lets_in(self):
        self._protect()
        Allowance = self.env["crm.contact.allowance"]
        Allowance.create({"partner_id": self.child.id, "user_id": self.user_sales.id})
        self.assertTrue(self._sees(self.north, self.user_sales))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            Allowance.create({"partner_id": self.north.id, "user_id": self.user_sales.id})
        with self.assertRaises(AccessError):
            Allowance.with_user(self.user_sales).create(
                {"partner_id": self.south.id, "user_id": self.user_sales.id}
            )

    def test_grant_names_one(self):
        for values in ({}, {"user_id": self.user_vip.id, "team_id": self.team.id}):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.env["crm.contact.group.grant"].create({"group_id": self.vips.id, **values})

    def test_rights_on_grants(self):
        self._protect()
        grants = self.dealers.grant_ids
        for user, operations in (
            (self.user_sales, {"read"}),
            (self.user_manager, OPERATIONS),
            (self.user_portal, set()),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._get_rights(grants, user), operations)

    def test_no_duplicates(self):
        self.north.email = "north@example.com"
        self._protect()
        Partner = self.Partner.with_user(self.user_sales)
        emails = ["new@example.com", "north@example.com", ""]
        found = Partner._find_or_create_from_emails(emails, no_create=False)
        self.assertEqual(found[1], self.north)
        self.assertEqual(found[0].email, "new@example.com")
        self.assertFalse(found[2])
        other = self.env["res.company"].create({"name": "Test Company C"})
        self.north.company_id = other
        found = Partner._find_or_create_from_emails(emails, no_create=False)
        self.assertNotEqual(found[1], self.north)

    def test_memberships_of_hidden_contacts(self):
        self._protect()
        Member = self.Member.with_user(self.user_sales)
        self.assertFalse(Member.search([("partner_id", "=", self.north.id)]))
        history = self.env["crm.contact.group.history"].with_user(self.user_sales)
        self.assertFalse(history.search([("partner_id", "=", self.north.id)]))
        self.assertEqual(self.dealers.with_user(self.user_sales).member_count, 0)
        self.env.invalidate_all()
        self.assertEqual(self.dealers.with_user(self.user_vip).member_count, 1)

    def test_out_of_ones_own_reach(self):
        """Without salesperson the contact is out of reach: the form goes back to the list."""
        self._protect()
        self.north.user_id = self.user_sales
        north = self.north.with_user(self.user_sales)
        [answer] = north.web_save({"user_id": False}, {"name": {}})
        self.assertEqual(set(answer), {"id", "out_of_reach"})
        self.assertEqual(answer["id"], north.id)
        self.assertIn("Test North Ltd", answer["out_of_reach"])
        self.assertIn("Protected by:", answer["out_of_reach"])
        self.assertIn(self.dealers.name, answer["out_of_reach"])
        self.assertFalse(self.north.user_id)
        self.env.invalidate_all()
        self.assertFalse(self._sees(self.north, self.user_sales))
        answer = self.south.with_user(self.user_manager).web_save(
            {"contact_group_ids": [Command.clear()]}, {"name": {}}
        )
        self.assertEqual(answer[0]["name"], "Test South Ltd")

    def test_create_into_a_hidden_group(self):
        self._protect()
        values = {
            "name": "Test given away",
            "contact_group_ids": [Command.link(self.dealers.id)],
            # With owners by crm_segmentation, whoever creates a contact may own and see it.
            "user_id": False,
        }
        with self.assertRaisesRegex(AccessError, self.dealers.name), self.cr.savepoint():
            self.Partner.with_user(self.user_sales).create(values)
        contact = self.Partner.with_user(self.user_vip).create(values)
        self.assertFalse(self._sees(contact, self.user_sales))

    def test_what_protects_is_told(self):
        """Whoever sees the contact but may not change it learns why, and whom to ask."""
        self._protect(access="readonly")
        with self.assertRaises(AccessError) as caught:
            self.north.with_user(self.user_sales).phone = "1"
        for text in (self.north.name, self.dealers.complete_name, self.user_vip.name):
            self.assertIn(text, str(caught.exception))
        # Of hidden contacts nothing is told.
        self.dealers.access = "hidden"
        with self.assertRaises(AccessError) as caught:
            self.north.with_user(self.user_sales).phone = "1"
        for text in (self.north.name, self.dealers.name, self.user_vip.name):
            self.assertNotIn(text, str(caught.exception))

    def test_reasons(self):
        self._protect()
        self.child.user_id = self.user_sales
        Allowance = self.env["crm.contact.allowance"]
        Allowance.create({"partner_id": self.north.id, "user_id": self.user_plain.id})
        reasons = {
            (line["user_id"], line["reason"]): line for line in self.north.get_access_reasons()
        }
        self.assertEqual(
            reasons[self.user_vip.id, "grant"]["detail"], "Test customers / Test dealers"
        )
        self.assertIn((self.user_team.id, "grant"), reasons)
        self.assertIn((self.user_books.id, "see_all"), reasons)
        self.assertIn((self.user_plain.id, "manual"), reasons)
        self.assertNotIn(self.user_sales.id, {key[0] for key in reasons})
        listed = {key[0] for key in reasons}
        for user in self.internal:
            self.assertEqual(user.id in listed, self._sees(self.north, user), user.login)
        self.dealers.access = "readonly"
        reasons = {line["user_id"]: line for line in self.north.get_access_reasons()}
        self.assertFalse(reasons[self.user_sales.id]["write"])
        reasons = self.east.get_access_reasons()
        self.assertEqual({line["reason"] for line in reasons}, {"open"})
        self.assertEqual({line["write"] for line in reasons}, {True, False})
        for line in reasons:
            user = self.env["res.users"].browse(line["user_id"])
            allowed = self.east.with_user(user).has_access("write")
            self.assertEqual(line["write"], allowed, user.login)
        with self.assertRaises(AccessError):
            self.dealers.access = "hidden"
            self.north.with_user(self.user_sales).get_access_reasons()

    def test_merge_keeps_the_protection(self):
        self._protect()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.north + self.east).ids, self.east
        )
        self.assertFalse(self._sees(self.east, self.user_sales))

    def test_import_by_a_salesperson(self):
        """A row into a group that does not let him in is refused with the reason."""
        self._protect()
        rows = [["Test import 1", "T-DEAL"], ["Test import 2", ""]]
        result = self.Partner.with_user(self.user_sales).load(["name", "contact_group_ids"], rows)
        self.assertEqual(self.Partner.browse(result["ids"]).mapped("name"), ["Test import 2"])
        [message] = result["messages"]
        self.assertEqual((message["record"], message["type"]), (0, "error"))
        self.assertIn(self.dealers.name, message["message"])
        result = self.Partner.with_user(self.user_vip).load(["name", "contact_group_ids"], rows)
        self.assertFalse(result["messages"])
        # With owners by crm_segmentation, whoever imports a contact may own and see it.
        self.Partner.browse(result["ids"]).user_id = False
        self.assertFalse(self._sees(self.Partner.browse(result["ids"][0]), self.user_sales))

    def test_two_companies(self):
        theirs = self._create_group("Test theirs", company_id=self.company_b.id, access="hidden")
        self.east.company_id = self.company_b
        theirs.add_contacts(self.east.ids)
        # user_b is a sales administrator of company B, and sees all contacts of it.
        self.assertTrue(self._sees(self.east, self.user_b))
        self.assertFalse(self._sees(self.east, self.user_local), "Odoo's company rule holds")
        b_sales = new_test_user(
            self.env,
            "crm_groups_b_sales",
            "sales_team.group_sale_salesman",
            company_id=self.company_b.id,
            company_ids=[(6, 0, self.company_b.ids)],
        )
        self.assertFalse(self._sees(self.east, b_sales))

    def test_group_of_a_company_is_for_its_users(self):
        """A manager of one company takes no contact that all share from the others."""
        self._protect()
        self.dealers.company_id = self.company
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        roles = "sales_team.group_sale_salesman,base.group_partner_manager"
        users = {
            name: new_test_user(
                self.env,
                f"crm_groups_{name}",
                roles,
                company_id=companies[0].id,
                company_ids=[(6, 0, companies.ids)],
            )
            for name, companies in {
                "other": self.company_b,
                "both": self.company_b + self.company,
                "branch": branch,
            }.items()
        }
        for access, denied in (("hidden", set()), ("readonly", {"read"})):
            self.dealers.access = access
            self.assertEqual(self._get_rights(self.north, users["other"]), OPERATIONS)
            self.assertEqual(self._get_rights(self.north, users["both"]), denied)
            self.assertEqual(self._get_rights(self.north, users["branch"]), denied)
            self.assertEqual(self._get_rights(self.north, self.user_sales), denied)
        self.dealers.access = "hidden"
        [line] = [
            line for line in self.north.get_access_reasons() if line["user_id"] == users["other"].id
        ]
        self.assertEqual((line["reason"], line["detail"]), ("company", self.company.name))
        listed = {line["user_id"] for line in self.north.get_access_reasons()}
        self.assertFalse({users["both"].id, users["branch"].id} & listed)
        users["other"].company_ids += self.company
        self.assertFalse(self._sees(self.north, users["other"]), "At once")
        users["both"].company_ids -= self.company
        self.assertTrue(self._sees(self.north, users["both"]))
        # A further group, of all: the one of the company counts for its users only.
        shared = self._create_group("Test shared", access="hidden", company_id=False)
        shared.add_contacts(self.north.ids)
        self.assertFalse(self._sees(self.north, users["both"]))
        self.env["crm.contact.group.grant"].create(
            {"group_id": shared.id, "user_id": users["both"].id}
        )
        self.assertTrue(self._sees(self.north, users["both"]))
        self.dealers.company_id = False
        self.assertFalse(self._sees(self.north, users["both"]))

    def test_queries(self):
        self._protect()
        contacts = self.Partner.create(
            [{"name": f"Test {number}", "is_company": True} for number in range(50)]
        )
        self.dealers.add_contacts(contacts[:25].ids)
        self.env.flush_all()
        Partner = self.Partner.with_user(self.user_vip)
        Partner.search([("id", "in", contacts.ids)]).mapped("name")
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            Partner.search_fetch([("id", "in", contacts.ids)], ["name"])
