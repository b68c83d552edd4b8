from odoo.fields import Command
from odoo.tests import new_test_user, tagged, warmup

from .common import DICTIONARIES, LadderCommon


@tagged("post_install", "-at_install", "crm_performance")
class TestPerformance(LadderCommon):
    """A fixed number of queries, whatever the size of the batch."""

    def _count_queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _create(self, model, size):
        values = {"product_id": self.product_own.id}
        if model == "crm.communication.goal":
            values.update(from_step_id=self.steps[0].id, to_step_id=self.steps[1].id)
        self.env[model].with_user(self.sales).create(
            [{"name": f"R {number}", **values} for number in range(size)]
        )

    @warmup
    def test_create_one_and_fifty(self):
        for model in DICTIONARIES:
            self._create(model, 1)
            for size in (1, 50):
                self.env.flush_all()
                self.env.invalidate_all()
                with self.subTest(model=model, size=size), self.assertQueryCount(24):
                    self._create(model, size)
                    self.env.flush_all()

    @warmup
    def test_write_one_and_fifty(self):
        pains = self.env["crm.pain"].create(
            [{"name": f"P {n}", "directorate_id": self.directorate_own.id} for n in range(50)]
        )
        for records in (pains[0], pains):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(12):
                records.with_user(self.sales).write({"product_id": self.product_own.id})
                self.env.flush_all()
            records.product_id = False

    @warmup
    def test_rules_add_no_query_to_a_search(self):
        self._create("crm.pain", 50)

        def read(user):
            pains = self.env["crm.pain"].with_user(user)
            return lambda: pains.search_fetch([], ["name"], limit=80)

        read(self.sales)(), read(self.admin)()
        self.assertLessEqual(
            self._count_queries(read(self.sales)), self._count_queries(read(self.admin)) + 1
        )

    @warmup
    def test_members_of_one_team_and_of_many(self):
        """Twenty directorates on one team are recomputed in as many queries as one."""
        users = [new_test_user(self.env, f"perf_{n}", groups="base.group_user") for n in range(4)]
        small, large = self._create_team("Small", users[:1]), self._create_team("Large", users[1:2])
        self._create_directorate("One", team_ids=[Command.set(small.ids)])
        self.env["crm.sales.directorate"].create(
            [
                {"name": f"Many {number}", "team_ids": [Command.set(large.ids)]}
                for number in range(20)
            ]
        )

        def join(team, user):
            return lambda: self.env["crm.team.member"].create(
                {"crm_team_id": team.id, "user_id": user.id}
            )

        one = self._count_queries(join(small, users[2]))
        many = self._count_queries(join(large, users[3]))
        self.assertLessEqual(many, one + 2)
