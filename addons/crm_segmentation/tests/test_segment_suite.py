from odoo.fields import Command
from odoo.tests import tagged

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentSuite(SegmentCommon):
    """Segments as conditions of Odoo's own rules, and of the other addons where they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment = cls._create_segment(("deal", [("won_status", "=", "won")]))
        cls.condition = ("segment_ids", "in", cls.segment.ids)

    def test_assignment_domain_of_a_team(self):
        of_customer = self._create_lead(
            type="lead", name="Known", partner_id=self.persons[1].id, user_id=False, team_id=False
        )
        self._create_lead(type="lead", name="Unknown", user_id=False, team_id=False)
        self.env["crm.team"].search([]).assignment_optout = True
        team = self.env["crm.team"].create(
            {
                "name": "Customers' team",
                "use_leads": True,
                "assignment_domain": repr(
                    [("partner_id.commercial_partner_id.segment_ids", "in", self.segment.ids)]
                ),
                "crm_team_member_ids": [
                    Command.create({"user_id": self.salesman.id, "assignment_max": 300})
                ],
            }
        )
        leads = self.env["crm.lead"].search(
            [
                ("type", "=", "lead"),
                self._made_here(of_customer),
                *self._parse(team.assignment_domain),
            ]
        )
        self.assertEqual(leads, of_customer)
        if "crm.assignment.run" not in self.env:
            self.skipTest("crm_lead_assign is not installed: its runs are not tried")
        # Only there can it be imported.
        from odoo.addons.crm_lead_assign.tests.common import in_one_transaction

        self.startPatcher(in_one_transaction())
        run = team.action_preview_assignment()
        run.action_apply()
        self.assertEqual(of_customer.team_id, team)
        self.assertEqual(of_customer.user_id, self.salesman)

    def _parse(self, text):
        return self.env["crm.segment.criterion"].new({"domain": text})._parse()

    def test_lead_segment_in_an_assignment_domain(self):
        lead = self._create_lead(type="lead", name="Segmented", user_id=False)
        segment = self._create_segment(("self", [("name", "=", "Segmented")]), applies_to="lead")
        domain = [("segment_ids", "in", segment.ids)]
        self.assertEqual(self.env["crm.lead"].search(domain), lead)
        self.assertEqual(lead.filtered_domain(domain), lead)

    def test_rule_of_a_contact_group(self):
        if "crm.contact.group" not in self.env:
            self.skipTest("crm_groups is not installed")
        group = self.env["crm.contact.group"].create(
            {
                "name": "Customers by segment",
                "kind": "smart",
                "applies_to": "company",
                "domain": repr([self.condition]),
            }
        )
        group.action_rebuild()
        Partner = self.env["res.partner"]
        found = Partner.search([("contact_group_ids", "in", group.ids), self._made_here(Partner)])
        self.assertEqual(found, self.alpha + self.beta)
        nested = self._create_segment(
            ("self", [("contact_group_ids", "in", group.ids), ("name", "ilike", "Alpha")])
        )
        self.assertEqual(self._find(nested), self.alpha)

    def test_automation_and_favourites_take_the_field(self):
        description = self.env["res.partner"].fields_get(["segment_ids"])["segment_ids"]
        self.assertTrue(description["searchable"])
        self.assertFalse(description.get("groupable"))
        stored = self.env["res.partner"].fields_get(["stored_segment_ids"])
        self.assertTrue(stored["stored_segment_ids"]["groupable"])
