from odoo.fields import Command, Datetime
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestLadderTour(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        steps = cls.env["crm.ladder.of.recognition"]
        steps.search([]).active = False
        cls.steps = steps.create(
            [
                {"name": "Tour One", "code": "tour_1", "sequence": 1, "stuck_days": 5},
                {"name": "Tour Two", "code": "tour_2", "sequence": 2},
            ]
        )
        groups = {
            "marketeer": "crm_marketing_ladder.group_marketeer",
            "salesperson": "sales_team.group_sale_salesman",
            "director": "sales_team.group_sale_manager",
        }
        cls.users = {
            name: new_test_user(
                cls.env,
                f"tour_{name}",
                groups=f"base.group_user,base.group_partner_manager,{group}",
            )
            for name, group in groups.items()
        }
        cls.directorate = cls.env["crm.sales.directorate"].create(
            {
                "name": "Tour directorate",
                "user_ids": [Command.set([user.id for user in cls.users.values()])],
            }
        )
        cls.env["crm.content.channel"].create(
            {"name": "Tour blog", "code": "tour_blog", "address": "blog.example.com"}
        )
        cls.partner = cls.env["res.partner"].create(
            {"name": "Tour customer", "email": "tour@example.com"}
        )

    def _create_deal(self, **vals):
        return self.env["crm.lead"].create(
            {
                "name": "Tour deal",
                "type": "opportunity",
                "user_id": self.users["salesperson"].id,
                "partner_id": self.partner.id,
                "expected_revenue": 1000,
                "ladder_step_id": self.steps[0].id,
                **vals,
            }
        )

    def _create_pain(self):
        return self.env["crm.pain"].create(
            {"name": "Tour pain", "directorate_id": self.directorate.id}
        )

    def test_marketeer(self):
        """Pain, message, content, task and publication; the content is published by itself."""
        self.start_tour("/odoo", "crm_marketing_ladder_marketeer", login="tour_marketeer")
        content = self.env["crm.content"].search([("name", "=", "Tour content")])
        self.assertEqual(content.state, "published")
        self.assertEqual(content.covered_pain_ids.name, "Tour pain")
        publication = content.publication_ids
        self.assertEqual(
            (publication.state, publication.url), ("published", "https://blog.example.com/tour")
        )
        self.assertEqual(content.url, publication.url)

    def test_salesperson(self):
        """Pains, criteria, the recommended content in two clicks, a move up that is credited."""
        pain = self._create_pain()
        self.env["crm.differentiator"].create(
            {
                "name": "Tour criterion",
                "criterion_match": "partly",
                "directorate_id": self.directorate.id,
            }
        )
        content = self.env["crm.content"].create(
            {
                "name": "Tour content",
                "directorate_id": self.directorate.id,
                "pain_id": pain.id,
                "ladder_step_id": self.steps[0].id,
            }
        )
        task = self.env["crm.content.task"].create({"content_id": content.id})
        self.env["crm.content.publication"].create(
            {"task_id": task.id, "url": "https://blog.example.com/x", "state": "published"}
        )
        task.state = "published"
        deal = self._create_deal()
        self.start_tour("/odoo", "crm_marketing_ladder_salesperson", login="tour_salesperson")
        deal.invalidate_recordset()
        self.assertEqual(deal.ladder_step_id, self.steps[1])
        self.assertEqual(deal.match_score, 50)
        self.assertTrue(deal.sending_ids.is_credited)

    def test_director(self):
        """A hole of the map becomes a content; the stuck prospects of the funnel are listed."""
        deal = self._create_deal(pain_ids=[Command.set(self._create_pain().ids)])
        deal.with_context(crm_marketing_ladder_keep_history=True).ladder_date = Datetime.subtract(
            Datetime.now(), days=9
        )
        self.start_tour("/odoo", "crm_marketing_ladder_director", login="tour_director")
