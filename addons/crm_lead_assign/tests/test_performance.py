from odoo.tests import tagged, warmup

from .common import LeadAssignCommon


@tagged("post_install", "-at_install")
class TestPerformance(LeadAssignCommon):
    """Reasons cost queries by the filter, not by the lead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for country in (cls.us, cls.ca, cls.fr):
            cls._create_team(
                country.name,
                f"[('country_id.code', '=', '{country.code}')]",
                [(cls.user_1 if country == cls.us else cls.user_2, "[]", 30)],
            )
        cls.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)

    def _queries(self, count):
        leads = self._create_leads(*[self.us, self.ca, self.fr] * count)
        # With what other addons do before a commit.
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        leads.mapped("unassigned_reason")
        return self.env.cr.sql_log_count - before

    @warmup
    def test_same_queries_for_3_and_for_300_leads(self):
        self._queries(1)
        self.assertEqual(self._queries(100), self._queries(1))

    @warmup
    def test_budget(self):
        leads = self._create_leads(*[self.us, self.ca, self.fr] * 20)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(29):
            leads.mapped("unassigned_reason")
