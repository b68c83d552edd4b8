from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_access.tests.shared import BranchCases

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestBranches(BranchCases, SegmentCommon):
    """Types and segments of a parent company serve its branches."""

    served = {
        "crm.type": "_get_type_values",
        "crm.segment": {"name": "Branch case"},
    }
    own = (
        "crm.bulk.operation",
        "crm.owner.operation",
        "crm.owner.change",
        "crm.deal.type.report",
        # Seen with their segment, and their contact: below.
        "crm.segment.member",
        "crm.segment.move",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_branch()
        cls.user = cls._create_branch_user(
            "segment_branch", "sales_team.group_sale_manager,base.group_partner_manager"
        )

    def _places(self):
        return (
            (self.env["res.company"], False),
            (self.parent_company, True),
            (self.branch, True),
            (self.twig, True),
            (self.stranger, False),
        )

    def _get_type_values(self, company):
        name = f"Branch case {company.id}"
        return {"name": name, "kind": "company", "company_id": company.id}

    def _type(self, kind, **vals):
        return self.env["crm.type"].create(
            {"name": "Of the parent", "kind": kind, "company_id": self.parent_company.id, **vals}
        )

    def test_what_a_company_keeps_its_branches_see(self):
        self._assert_serves_branches("crm_segmentation", self.user)

    def test_it_is_the_parents_to_change(self):
        segment = self._create_segment(company_id=self.parent_company.id)
        for record in (self._type("company"), segment):
            self._assert_is_the_parents_to_change(record, {"name": "Ours"}, self.user)

    def test_types_of_contacts(self):
        crm_type = self._type("company")
        for company, fits in self._places():
            with self.subTest(company=company.name):
                contact = self.alpha.create(
                    {"name": "Case", "is_company": True, "company_id": company.id}
                )
                self.assertEqual(crm_type._fits("company", company), fits)
                if fits:
                    contact.crm_type_id = crm_type
                    contact.company_id = self.stranger
                    self.assertNotEqual(contact.crm_type_id, crm_type)
                elif company:
                    with self.assertRaises(UserError), self.cr.savepoint():
                        contact.crm_type_id = crm_type

    def test_types_of_deals(self):
        crm_type = self._type("deal")
        for company, fits in self._places():
            with self.subTest(company=company.name):
                deal = self._create_lead(company_id=self.parent_company.id, team_id=False)
                deal.deal_type_id = crm_type
                deal.company_id = company
                self.assertEqual(deal.deal_type_id == crm_type, fits)

    def test_a_branch_has_its_own_default_then_its_parents(self):
        self.env["crm.type"].search([("is_default", "=", True)]).is_default = False
        shared = self._type("company", is_default=True, company_id=False, code="shared")
        parents = self._type("company", is_default=True, code="parents")
        twigs = self._type("company", is_default=True, company_id=self.twig.id, code="twigs")
        expected = {
            self.env["res.company"]: shared,
            self.parent_company: parents,
            self.branch: parents,
            self.twig: twigs,
            self.stranger: shared,
        }
        for company, crm_type in expected.items():
            with self.subTest(company=company.name):
                contact = self.alpha.create(
                    {"name": "Case", "is_company": True, "company_id": company.id}
                )
                self.assertEqual(contact.crm_type_id, crm_type)

    def test_a_type_becomes_a_parents_though_its_branches_use_it(self):
        crm_type = self._type("company", company_id=False)
        self.alpha.write({"company_id": self.branch.id, "crm_type_id": crm_type.id})
        crm_type.company_id = self.parent_company
        crm_type.company_id = False
        self.beta.write({"company_id": self.stranger.id, "crm_type_id": crm_type.id})
        with self.assertRaisesRegex(UserError, "cannot belong to Test Parent alone"):
            crm_type.company_id = self.parent_company

    def test_whom_a_segment_takes(self):
        """Of a company: its own records, its branches' and the shared ones."""
        segment = self._create_segment(
            ("self", [("ref", "=", "branch-case")]),
            company_id=self.parent_company.id,
            keep_history=True,
        )
        amount = self._create_segment(
            {"source": "deal", "condition": "amount", "threshold": 100, "domain": "[]"},
            company_id=self.parent_company.id,
        )
        for company, fits in self._places():
            with self.subTest(company=company.name):
                fits = fits or not company  # of all: in every segment
                contact = self.alpha.create(
                    {"name": "Case", "is_company": True, "ref": "branch-case"}
                )
                self._create_deal(contact, "won", 100, company_id=company.id, team_id=False)
                self.assertEqual(contact in self._find(amount), fits)
                contact.company_id = company
                segment._refresh()
                self.assertEqual(contact in self._find(segment), fits)
                self.assertEqual(bool(self._member(segment, contact)), fits)

    def test_it_is_shown_on_the_contacts_of_the_branch(self):
        segment = self._create_segment(
            ("self", [("ref", "=", "branch-case")]),
            company_id=self.parent_company.id,
            keep_history=True,
        )
        contact = self.alpha.create(
            {
                "name": "Case",
                "is_company": True,
                "ref": "branch-case",
                "company_id": self.branch.id,
            }
        )
        segment._refresh()
        mine = contact.with_user(self.user).with_context(allowed_company_ids=self.branch.ids)
        self.assertIn(segment, mine.segment_ids)
        for model in ("crm.segment.member", "crm.segment.criterion"):
            with self.subTest(model=model):
                rows = self.env[model].with_env(mine.env).search([("segment_id", "=", segment.id)])
                self.assertEqual(len(rows), 1)
