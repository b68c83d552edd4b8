from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestCrmSalesDirectorate(LadderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Memberships as they are by default in Odoo: joining a team leaves the other one.
        cls.env["ir.config_parameter"].set_param("sales_team.membership_multi", False)
        cls.user_a = new_test_user(cls.env, "ladder_a", groups="base.group_user")
        cls.user_b = new_test_user(cls.env, "ladder_b", groups="base.group_user")
        cls.team = cls._create_team(users=cls.user_a)
        cls.directorate = cls._create_directorate(
            "Directorate", team_ids=[Command.set(cls.team.ids)]
        )

    def _assert_members(self, *users):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(set(self.directorate.member_ids), set(users))

    def test_members_are_head_users_and_team_members(self):
        self.directorate.write(
            {"head_id": self.sales.id, "user_ids": [Command.set(self.user_b.ids)]}
        )
        self._assert_members(self.sales, self.user_a, self.user_b)

    def test_user_joins_the_team(self):
        self.env["crm.team.member"].create({"crm_team_id": self.team.id, "user_id": self.user_b.id})
        self._assert_members(self.user_a, self.user_b)

    def test_archived_membership_does_not_count(self):
        membership = self.team.crm_team_member_ids
        membership.active = False
        self._assert_members()
        membership.active = True
        self._assert_members(self.user_a)

    def test_joining_another_team_leaves_this_one(self):
        self._create_team("Other Team", users=self.user_a)
        self._assert_members()

    def test_deleted_membership(self):
        self.team.crm_team_member_ids.unlink()
        self._assert_members()

    def test_members_changed_on_the_team(self):
        self.team.member_ids = self.user_b
        self._assert_members(self.user_b)

    def test_archived_team_does_not_count(self):
        self.team.active = False
        self._assert_members()
        self.team.active = True
        self._assert_members(self.user_a)

    def test_deleted_team(self):
        self.team.unlink()
        self._assert_members()

    def test_team_in_two_directorates(self):
        second = self._create_directorate("Second", team_ids=[Command.set(self.team.ids)])
        self.env["crm.team.member"].create({"crm_team_id": self.team.id, "user_id": self.user_b.id})
        self.env.invalidate_all()
        self.assertEqual(second.member_ids, self.user_a | self.user_b)
        self._assert_members(self.user_a, self.user_b)

    def test_user_and_team_member_at_once(self):
        self.directorate.user_ids = self.user_a
        self.team.crm_team_member_ids.unlink()
        self._assert_members(self.user_a)

    def test_members_in_the_form(self):
        with Form(self.env["crm.sales.directorate"]) as form:
            form.name = "In the form"
            form.head_id = self.user_b
            form.team_ids.add(self.team)
            self.assertEqual(set(form.member_ids.ids), {self.user_a.id, self.user_b.id})
        self.assertEqual(form.record.member_ids, self.user_a | self.user_b)

    def test_first_directorate_is_by_sequence(self):
        second = self._create_directorate(
            "Second", sequence=5, user_ids=[Command.set(self.user_a.ids)]
        )
        self.directorate.sequence = 7
        # As superuser: a user without a CRM role does not read directorates.
        own = self.env["crm.sales.directorate"].with_user(self.user_a).sudo()
        self.assertEqual(own._get_user_directorates(), second | self.directorate)
        self.directorate.sequence = 3
        self.assertEqual(own._get_user_directorates()[0], self.directorate)

    def test_no_cycles(self):
        child = self._create_directorate("Child", parent_id=self.directorate.id)
        with self.assertRaises(UserError):
            self.directorate.parent_id = child

    def test_code_is_unique_in_the_company(self):
        self.directorate.code = "central_x"
        self._create_directorate("B", code="central_x", company_id=self.company_b.id)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._create_directorate("Again", code="CENTRAL_X")

    def test_found_by_code(self):
        self.directorate.code = "central_test"
        found = self.env["crm.sales.directorate"].name_search("central_test")
        self.assertEqual([row[0] for row in found], self.directorate.ids)

    def test_copy(self):
        self.directorate.code = "central_test"
        copy = self.directorate.copy()
        self.assertEqual(copy.code, "central_test_copy")
        self.assertEqual(copy.member_ids, self.user_a)

    def test_used_directorate_cannot_be_deleted(self):
        self._create_pain(self.directorate, active=False)
        with self.assertRaisesRegex(UserError, r"used \(pains: 1\). Archive it"):
            self.directorate.unlink()

    def test_unused_directorate_can_be_deleted(self):
        self.directorate.unlink()
        self.assertFalse(self.directorate.exists())

    def test_team_of_another_company_is_refused(self):
        self.team.write({"crm_team_member_ids": [Command.clear()]})
        self.team.company_id = self.company_b
        with self.assertRaises(UserError):
            self._create_directorate("Wrong", team_ids=[Command.set(self.team.ids)])

    def test_counts_and_buttons(self):
        pain = self._create_pain(self.directorate)
        differentiator = self.env["crm.differentiator"].create(
            {"name": "Criterion", "directorate_id": self.directorate.id}
        )
        self.assertEqual(self.directorate.member_count, 1)
        self.assertEqual(self.directorate.pain_count, 1)
        self.assertEqual(self.directorate.differentiator_count, 1)
        action = self.directorate.action_view_pains()
        self.assertEqual(self.env["crm.pain"].search(action["domain"]), pain)
        action = self.directorate.action_view_differentiators()
        self.assertEqual(self.env["crm.differentiator"].search(action["domain"]), differentiator)
