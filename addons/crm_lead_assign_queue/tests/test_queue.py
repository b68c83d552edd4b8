from odoo.tests import tagged

from odoo.addons.crm_lead_assign.tests.common import LeadAssignCommon
from odoo.addons.queue_job.tests.common import trap_jobs


@tagged("post_install", "-at_install")
class TestQueue(LeadAssignCommon):
    """Several nodes decide what one would decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        us = "[('country_id.code', '=', 'US')]"
        cls.us_1 = cls._create_team("US 1", us, [(cls.user_1, "[]", 300)])
        cls.us_2 = cls._create_team("US 2", us, [(cls.user_2, "[]", 300)])
        cls.fr_1 = cls._create_team("FR", "[('country_id.code', '=', 'FR')]",
                                    [(cls.manager, "[]", 300)])  # fmt: skip

    def _parts(self):
        return [
            (job.args[0], job.args[1])
            for job in self._trap(self.env["crm.team"]._cron_assign_leads)
        ]

    def _trap(self, call):
        with trap_jobs() as trap:
            call()
            return list(trap.enqueued_jobs)

    def test_a_job_for_each_independent_set_of_teams(self):
        us, fr, nowhere = self._create_leads(self.us, self.fr, self.ca)
        parts = {tuple(teams): leads for teams, leads in self._parts()}
        self.assertEqual(set(parts), {tuple((self.us_1 + self.us_2).ids), (self.fr_1.id,)})
        self.assertIn(us.id, parts[tuple((self.us_1 + self.us_2).ids)])
        self.assertEqual(set(parts[self.fr_1.id,]) - {nowhere.id}, {fr.id})
        self.assertEqual(sum(nowhere.id in leads for leads in parts.values()), 1)

    def test_a_shared_person_joins_teams(self):
        self.fr_1.crm_team_member_ids.create(
            {"crm_team_id": self.fr_1.id, "user_id": self.user_1.id}
        )
        self._create_leads(self.us, self.fr)
        self.assertEqual(len(self._parts()), 1)

    def test_jobs_decide_as_one_process(self):
        leads = self._create_leads(*[self.us, self.us, self.fr] * 10)
        teams = self.us_1 + self.us_2 + self.fr_1
        runs = self.env["crm.assignment.run"]
        whole = runs._preview_assignment(teams, seed=7).decision_ids
        parts = self.env["crm.assignment.decision"]
        for part, lead_ids in runs._get_parts(teams, seed=7):
            parts += runs._preview_assignment(part, lead_ids=lead_ids, seed=7).decision_ids

        def decided(rows):
            return {row.lead_id: (row.team_id, row.user_id, row.rule) for row in rows}

        self.assertEqual(len(decided(parts)), len(leads))
        self.assertEqual(decided(parts), decided(whole))

    def test_jobs_done(self):
        leads = self._create_leads(*[self.us, self.fr] * 3)
        with trap_jobs() as trap:
            self.env["crm.team"]._cron_assign_leads()
            # A job that may commit has a cursor of its own.
            with self.enter_registry_test_mode():
                trap.perform_enqueued_jobs()
        self.assertTrue(all(lead.user_id for lead in leads))

    def test_jobs_may_commit(self):
        """A run commits batch by batch, which the job runner forbids unless told."""
        jobs = self._trap(self.env["crm.team"]._cron_assign_leads)
        self.assertTrue(jobs)
        self.assertTrue(all(job.job_config.allow_commit for job in jobs))
