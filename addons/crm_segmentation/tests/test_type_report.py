from datetime import timedelta

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestTypeReport(SegmentationCommon):
    """Deals, revenue, win rate and speed by type."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        won_stage = cls.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        cls.won = cls._create_lead(deal_type_id=cls.type_deal.id, expected_revenue=300)
        cls.lost = cls._create_lead(deal_type_id=cls.type_deal.id, expected_revenue=100)
        cls.open = cls._create_lead(deal_type_id=cls.type_deal.id, expected_revenue=50)
        cls.won.stage_id = won_stage
        cls.lost.action_set_lost()
        cls.env.flush_all()
        created = cls.won.date_closed - timedelta(days=10)
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s", [created, cls.won.id]
        )
        cls.env.invalidate_all()

    def _read(self, user=None):
        reports = self.env["crm.deal.type.report"]
        reports = reports.with_user(user) if user else reports
        return reports._read_group(
            [("deal_type_id", "=", self.type_deal.id)],
            ["deal_type_id"],
            [
                "__count",
                "expected_revenue:sum",
                "won_revenue:sum",
                "win_rate:avg",
                "days_to_win:avg",
                "deal_count:sum",
            ],
        )

    def test_figures(self):
        [(crm_type, count, revenue, won, rate, days, deals)] = self._read()
        self.assertEqual((crm_type, count, revenue, won, rate), (self.type_deal, 3, 450, 300, 50))
        self.assertEqual(deals, 3)
        self.assertAlmostEqual(days, 10, 3)

    def test_deal_closed_before_it_was_imported_has_no_speed(self):
        """What was closed years ago and came by import must not make the average negative."""
        imported = self._create_lead(deal_type_id=self.type_deal.id)
        imported.stage_id = self.won.stage_id
        self.env.flush_all()
        imported.date_closed = imported.create_date - timedelta(days=900)
        self.env.flush_all()
        line = self.env["crm.deal.type.report"].browse(imported.id)
        self.assertEqual((line.won_status, line.days_to_win, line.days_to_close), ("won", 0, 0))
        [(*_figures, days, _deals)] = self._read()
        self.assertAlmostEqual(days, 10, 3)

    def test_figures_take_one_query(self):
        self.env.flush_all()
        self.assertTrue(self.type_deal.name)
        # Known already in every request, and to every server.
        self.assertTrue(self.env.company.currency_id)
        self.assertTrue(self.env["res.company"]._get_currencies())
        with self.assertQueryCount(1):
            self._read()

    def test_salesperson_sees_own_figures(self):
        self.assertFalse(self._read(self.salesman))
        self.won.user_id = self.salesman
        self.env.flush_all()
        self.assertEqual(self._read(self.salesman)[0][1], 1)
        self.assertEqual(self._read(self.sales_manager)[0][1], 3)

    def test_other_company_sees_nothing(self):
        (self.won | self.lost | self.open).company_id = self.env.company
        self.env.flush_all()
        stranger = new_test_user(
            self.env,
            "seg_manager_b",
            groups="sales_team.group_sale_manager",
            company_id=self.company_b.id,
            company_ids=[Command.set(self.company_b.ids)],
        )
        self.assertFalse(self._read(stranger))

    def test_row_opens_its_deal(self):
        [row] = self.env["crm.deal.type.report"].search([("lead_id", "=", self.won.id)])
        action = row.action_open_deal()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", self.won.id))
