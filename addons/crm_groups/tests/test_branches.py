from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.crm_access.tests.shared import BranchCases

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestBranches(BranchCases, CrmGroupsCommon):
    """Groups of a parent company serve its branches."""

    served = {"crm.contact.group": {"name": "Branch case"}}
    own = ("crm.contact.group.operation",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_branch()
        cls.user = cls._create_branch_user(
            "groups_branch", "sales_team.group_sale_manager,base.group_partner_manager"
        )
        cls.group = cls._create_group("Of the parent", company_id=cls.parent_company.id)

    def test_what_a_company_keeps_its_branches_see(self):
        self._assert_serves_branches("crm_groups", self.user)

    def test_it_is_the_parents_to_change(self):
        self._assert_is_the_parents_to_change(self.group, {"name": "Ours"}, self.user)

    def test_which_contacts_it_takes(self):
        smart = self._create_smart(
            "Smart", [("ref", "=", "branch-case")], company_id=self.parent_company.id
        )
        cases = [
            (self.env["res.company"], True),
            (self.parent_company, True),
            (self.branch, True),
            (self.twig, True),
            (self.stranger, False),
        ]
        for company, fits in cases:
            with self.subTest(company=company.name):
                contact = self.Partner.create(
                    {"name": "Case", "company_id": company.id, "ref": "branch-case"}
                )
                self.assertEqual(bool(self._get_member(smart, contact)), fits)
                smart.action_rebuild()
                self.assertEqual(bool(self._get_member(smart, contact)), fits)
                if fits:
                    self.group.add_contacts(contact.ids)
                    self._assert_member(self.group, contact, "in")
                    contact.company_id = self.stranger
                    self._assert_member(self.group, contact, "past")
                else:
                    with self.assertRaises(ValidationError), self.cr.savepoint():
                        self.group.add_contacts(contact.ids)

    def test_members_and_their_history_are_seen_in_the_branch(self):
        contact = self.Partner.create({"name": "Case", "company_id": self.branch.id})
        foreign = self.Partner.create({"name": "Far", "company_id": self.parent_company.id})
        self.group.add_contacts((contact | foreign).ids)
        self.group.remove_contacts(contact.ids)
        self.group.add_contacts(contact.ids)
        self.env.flush_all()
        own = {"allowed_company_ids": self.branch.ids}
        for model in ("crm.contact.group.member", "crm.contact.group.history"):
            with self.subTest(model=model):
                rows = self.env[model].with_user(self.user).with_context(**own)
                found = rows.search([("group_id", "=", self.group.id)])
                self.assertIn(contact, found.partner_id)

    def test_a_group_of_a_branch_hangs_below_one_of_its_parent(self):
        below = self._create_group("Below", company_id=self.branch.id, parent_id=self.group.id)
        self.assertEqual(below.parent_id, self.group)
