from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestTypeStage(SegmentationCommon):
    """Deals of a type pass through its stages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stages = cls.env["crm.stage"]
        cls.tender_type = cls._create_type("deal", "test_tender")
        cls.shared = stages.create({"name": "Shared", "sequence": -5})
        cls.tender = stages.create(
            {"name": "Tender Only", "sequence": -9, "deal_type_ids": cls.tender_type.ids}
        )

    def test_first_stage_belongs_to_the_type(self):
        self.assertEqual(
            self._create_lead(deal_type_id=self.tender_type.id, team_id=False).stage_id, self.tender
        )
        self.assertEqual(
            self._create_lead(deal_type_id=self.type_deal.id, team_id=False).stage_id, self.shared
        )

    def test_change_of_type_leaves_a_foreign_stage(self):
        lead = self._create_lead(deal_type_id=self.tender_type.id, team_id=False)
        lead.deal_type_id = self.type_deal
        self.assertEqual(lead.stage_id, self.shared)

    def test_change_of_type_keeps_a_shared_stage(self):
        lead = self._create_lead(deal_type_id=self.tender_type.id, stage_id=self.shared.id)
        lead.deal_type_id = self.type_deal
        self.assertEqual(lead.stage_id, self.shared)

    def test_won_deal_stays_won(self):
        won = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        mine = won.copy({"deal_type_ids": [(6, 0, self.tender_type.ids)], "sequence": 900})
        lead = self._create_lead(deal_type_id=self.tender_type.id, stage_id=mine.id)
        lead.deal_type_id = self.type_deal
        self.assertTrue(lead.stage_id.is_won)

    def test_columns_of_the_board(self):
        leads = self.env["crm.lead"]
        for crm_type, there in ((self.type_deal, False), (self.tender_type, True)):
            for domain, context in (
                ([("deal_type_id", "=", crm_type.id)], {}),
                ([], {"default_deal_type_id": crm_type.id}),
            ):
                with self.subTest(type=crm_type.code, domain=domain):
                    groups = leads.with_context(read_group_expand=True, **context).web_read_group(
                        domain, ["stage_id"], ["__count"]
                    )
                    ids = [group["stage_id"][0] for group in groups["groups"] if group["stage_id"]]
                    self.assertEqual(self.tender.id in ids, there)
                    self.assertIn(self.shared.id, ids)

    def test_board_of_all_shows_all(self):
        leads = self.env["crm.lead"].with_context(read_group_expand=True)
        groups = leads.web_read_group([], ["stage_id"], ["__count"])["groups"]
        self.assertIn(self.tender.id, [g["stage_id"][0] for g in groups if g["stage_id"]])

    def test_status_bar_offers_the_stages_of_the_type(self):
        lead = self._create_lead(deal_type_id=self.type_deal.id, team_id=False)
        view = self.env["crm.lead"].get_view(view_type="form")
        self.assertIn("deal_type_id", view["arch"])
        domain = literal_domain(lead)
        self.assertIn(self.shared, self.env["crm.stage"].search(domain))
        self.assertNotIn(self.tender, self.env["crm.stage"].search(domain))


def literal_domain(lead):
    """The stages that the client offers, as it works them out."""
    text = lead._fields["stage_id"]._description_domain(lead.env)
    return safe_eval(text, {"team_id": lead.team_id.id, "deal_type_id": lead.deal_type_id.id})
