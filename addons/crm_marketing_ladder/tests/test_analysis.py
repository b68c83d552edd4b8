from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestAnalysis(LadderCommon):
    """One figure at a time, each counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.analysis = cls.env["crm.ladder.analysis"].with_user(cls.users_by_role["marketeer"])
        cls.pain = cls._create_pain(name="Pain A")
        cls.other_pain = cls._create_pain(name="Pain B")
        cls.foreign_pain = cls._create_pain(cls.directorate_foreign, name="Foreign")

    def _create_deal(self, pains, step=None, **vals):
        return self._create_lead(
            **{
                "directorate_id": self.directorate_own.id,
                "pain_ids": [Command.set(pains.ids)],
                "ladder_step_id": step and step.id,
                "expected_revenue": 100,
                **vals,
            }
        )

    def _count_queries(self, method, *arguments):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        method(*arguments)
        return self.env.cr.sql_log_count - before

    # Coverage map

    def test_coverage_map(self):
        self._create_deal(self.pain, self.steps[0])
        self._create_deal(self.pain | self.other_pain, self.steps[0])
        self._create_deal(self.pain, self.steps[1])
        self._create_deal(self.pain, self.steps[2]).action_set_lost()
        self._publish(self._create_content(pain_id=self.pain.id, ladder_step_id=self.steps[1].id))
        self._create_content(pain_id=self.pain.id, ladder_step_id=self.steps[0].id)
        data = self.analysis.get_coverage_map(self.directorate_own.id)
        self.assertEqual([step["name"] for step in data["steps"]], self.steps.mapped("name"))
        cells = data["cells"]
        hole = cells[f"{self.pain.id}-{self.steps[0].id}"]
        self.assertEqual(
            hole, {"contents": 0, "without_address": 0, "leads": 2, "amount": 200, "hole": True}
        )
        covered = cells[f"{self.pain.id}-{self.steps[1].id}"]
        self.assertEqual(
            covered, {"contents": 1, "without_address": 0, "leads": 1, "amount": 100, "hole": False}
        )
        self.assertNotIn(f"{self.pain.id}-{self.steps[2].id}", cells)
        missing = {pain["id"]: pain["missing"] for pain in data["pains"]}
        self.assertEqual((missing[self.pain.id], missing[self.other_pain.id]), (200, 100))
        self.assertEqual(data["pains"][0]["id"], self.pain.id)
        self.assertNotIn(self.foreign_pain.id, missing)

    def test_what_cannot_be_sent_fills_no_hole(self):
        """(how it was published, does it count): the map and the button to send say the same."""
        lead = self._create_deal(self.pain, self.steps[0])
        lead.email_from = "customer@example.com"
        key = f"{self.pain.id}-{self.steps[0].id}"
        for how, counts in (
            ("text alone", False),
            ("task without publication", False),
            ("publication in draft", False),
            ("publication taken back", False),
            ("publication deleted", False),
            ("published", True),
        ):
            content = self._create_content(
                name="Way", pain_id=self.pain.id, ladder_step_id=self.steps[0].id
            )
            if how == "text alone":
                content.state = "published"
            elif how == "task without publication":
                self._create_task(content, state="published")
            else:
                publication = self._publish(content).publication_ids
                if how == "publication in draft":
                    publication.state = "draft"
                elif how == "publication taken back":
                    publication.state = "unpublished"
                elif how == "publication deleted":
                    publication.unlink()
            cell = self.analysis.get_coverage_map(self.directorate_own.id)["cells"][key]
            told = (cell["contents"], cell["without_address"], cell["hole"])
            with self.subTest(how=how):
                self.assertEqual(content.state, "published")
                self.assertEqual(told, (1, 0, False) if counts else (0, 1, True))
                self.assertEqual(bool(content.url), counts)
                if counts:
                    lead._get_content_to_send(content.id)
                else:
                    with self.assertRaisesRegex(UserError, "“Way” cannot be sent"):
                        lead._get_content_to_send(content.id)
            content.state = "correction"

    def test_message_pains_cover_cells(self):
        message = self.env["crm.marketing.message"].create(
            {
                "name": "M",
                "directorate_id": self.directorate_own.id,
                "pain_ids": [Command.set((self.pain | self.other_pain).ids)],
                "ladder_step_id": self.steps[0].id,
            }
        )
        self._publish(self._create_content(marketing_message_id=message.id))
        cells = self.analysis.get_coverage_map(self.directorate_own.id)["cells"]
        for pain in (self.pain, self.other_pain):
            self.assertEqual(cells[f"{pain.id}-{self.steps[0].id}"]["contents"], 1)

    def test_amounts_of_another_currency(self):
        currency = self.env["res.currency"].create({"name": "TLD", "symbol": "T"})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 2, "company_id": self.env.company.id}
        )
        self.company_b.currency_id = currency
        marketeer = self.users_by_role["marketeer"]
        marketeer.company_ids = [Command.link(self.company_b.id)]
        shared = self._create_directorate(
            "Shared", company_id=False, user_ids=[Command.set(marketeer.ids)]
        )
        pain = self._create_pain(shared)
        self._create_deal(
            pain, self.steps[0], directorate_id=shared.id, company_id=self.company_b.id
        )
        step = self.steps[0].id
        companies = (self.env.company | self.company_b).ids
        both = self.analysis.with_context(allowed_company_ids=companies)
        cell = both.get_coverage_map(shared.id)["cells"][f"{pain.id}-{step}"]
        self.assertAlmostEqual(cell["amount"], 50, places=2)
        alone = self.analysis.with_context(allowed_company_ids=self.env.company.ids)
        self.assertNotIn(f"{pain.id}-{step}", alone.get_coverage_map(shared.id)["cells"])

    # Funnel

    def test_funnel(self):
        self.steps[1].stuck_days = 3
        deals = self.env["crm.lead"].browse()
        with freeze_time("2026-01-01 10:00:00"):
            for _number in range(4):
                deals |= self._create_deal(self.pain, self.steps[0])
        with freeze_time("2026-01-11 10:00:00"):
            deals[:2].move_on_ladder(self.steps[1].id)
        with freeze_time("2026-01-21 10:00:00"):
            deals[2].move_on_ladder(self.steps[1].id)
            deals[0].move_on_ladder(self.steps[0].id)
        with freeze_time("2026-01-23 10:00:00"):
            data = self.analysis.get_ladder_funnel(
                self.directorate_own.id, "2026-01-01", "2026-01-31"
            )
        zero, one, two, three = data["steps"]
        self.assertEqual((zero["entered"], zero["up"], zero["conversion"]), (5, 3, 60))
        self.assertEqual(zero["median_days"], 10)
        self.assertEqual((one["entered"], one["up"], one["down"]), (3, 0, 1))
        self.assertIs(one["median_days"], False)
        self.assertEqual((one["standing"], one["stuck"]), (2, 1))
        self.assertEqual((zero["standing"], two["entered"]), (2, 0))
        self.assertEqual((two["conversion"], three["conversion"]), (0, False))
        self.assertEqual(
            data["months"][0],
            {"month": "2026-01", "step": self.steps[0].id, "entered": 5, "up": 3},
        )
        later = self.analysis.get_ladder_funnel(self.directorate_own.id, "2026-02-01", False)
        self.assertEqual(later["steps"][0]["entered"], 0)

    def test_funnel_counts_the_days_and_months_of_the_user(self):
        """Half past nine in the evening of the 31st in London is the 1st in Tokyo."""
        with freeze_time("2026-01-31 21:30:00"):
            self._create_deal(self.pain, self.steps[0])
        for zone, month, days in (
            ("Europe/London", "2026-01", ("2026-01-31", "2026-01-31")),
            ("Asia/Tokyo", "2026-02", ("2026-02-01", "2026-02-01")),
        ):
            data = self.analysis.with_context(tz=zone).get_ladder_funnel(
                self.directorate_own.id, *days
            )
            self.assertEqual([row["month"] for row in data["months"]], [month])
            self.assertEqual(data["steps"][0]["entered"], 1)

    def test_settings(self):
        settings = self.env["res.config.settings"].create(
            {"ladder_credit_days": 30, "ladder_minimum_deals": 5}
        )
        settings.execute()
        self.assertEqual(self.analysis.get_what_wins()["minimum"], 5)
        moves = self.env["crm.ladder.move"]
        self.assertEqual(moves._get_number_parameter("crm_marketing_ladder.credit_days", 90), 30)

    # What wins

    def _close(self, won, lost, pains):
        deals = self.env["crm.lead"].browse()
        for _number in range(won + lost):
            deals |= self._create_deal(pains)
        deals[:won].action_set_won()
        deals[won:].action_set_lost()
        return deals

    def test_what_wins(self):
        won = self._close(9, 1, self.pain)
        self._close(3, 27, self.other_pain)
        differentiator = self.env["crm.differentiator"].create(
            {"name": "Criterion", "directorate_id": self.directorate_own.id}
        )
        self.env["crm.lead.criterion"].create(
            [{"lead_id": lead.id, "differentiator_id": differentiator.id} for lead in won[:2]]
        )
        message = self.env["crm.marketing.message"].create(
            {"name": "Said", "directorate_id": self.directorate_own.id}
        )
        content = self._create_content(marketing_message_id=message.id)
        self.env["crm.content.sending"].create(
            [
                {
                    "lead_id": lead.id,
                    "content_id": content.id,
                    "marketing_message_id": message.id,
                }
                for lead in (won[0], won[0], won[1])
            ]
        )
        data = self.analysis.get_what_wins(self.directorate_own.id, minimum=10)
        self.assertEqual((data["won"], data["total"]), (12, 40))
        rows = {(row["kind"], row["id"]): row for row in data["rows"]}
        best = rows["pain", self.pain.id]
        self.assertEqual((best["won"], best["total"], best["claim"]), (9, 10, "more"))
        self.assertAlmostEqual(best["lift"], 3)
        self.assertTrue(best["low"] < 0.9 < best["high"])
        self.assertEqual(rows["pain", self.other_pain.id]["claim"], "less")
        self.assertEqual(rows["criterion", differentiator.id]["claim"], "few")
        self.assertEqual(rows["message", message.id]["total"], 2)
        self.assertEqual(data["rows"][0]["id"], self.pain.id)
        strict = self.analysis.get_what_wins(self.directorate_own.id, minimum=11)
        self.assertIn("few", [row["claim"] for row in strict["rows"] if row["id"] == self.pain.id])
        self.env["ir.config_parameter"].set_param("crm_marketing_ladder.minimum_deals", "31")
        self.assertEqual(self.analysis.get_what_wins()["minimum"], 31)
        self.env["ir.config_parameter"].set_param("crm_marketing_ladder.minimum_deals", "rubbish")
        self.assertEqual(self.analysis.get_what_wins()["minimum"], 20)

    def test_nothing_closed(self):
        data = self.analysis.get_what_wins(self.directorate_own.id)
        self.assertEqual((data["won"], data["total"], data["rows"]), (0, 0, []))

    # Who may see it

    def test_roles(self):
        methods = ("get_coverage_map", "get_ladder_funnel", "get_what_wins", "get_directorates")
        allowed = ("manager", "marketeer", "admin", "read_admin")
        for role, user in self.users_by_role.items():
            for method in methods:
                with self.subTest(role=role, method=method):
                    call = getattr(self.env["crm.ladder.analysis"].with_user(user), method)
                    if role in allowed:
                        call()
                    else:
                        with self.assertRaises(AccessError):
                            call()

    def test_directorates(self):
        names = [row["name"] for row in self.analysis.get_directorates()]
        self.assertEqual(names, ["Own"])
        with self.assertRaisesRegex(AccessError, "you are not a member"):
            self.analysis.get_coverage_map(self.directorate_foreign.id)
        self._create_deal(self.foreign_pain, self.steps[0], directorate_id=False)
        self.assertFalse(
            [cell for cell in self.analysis.get_coverage_map()["cells"].values() if cell["leads"]]
        )
        admin = self.analysis.with_user(self.admin)
        self.assertIn("Foreign", [row["name"] for row in admin.get_directorates()])
        self.assertTrue(admin.get_coverage_map()["cells"])

    def test_other_company_is_out_of_sight(self):
        directorate_b = self._create_directorate("B", company_id=self.company_b.id)
        with self.assertRaises(AccessError):
            self.analysis.with_user(self.admin).get_ladder_funnel(directorate_b.id)

    def test_fixed_number_of_queries(self):
        methods = ("get_coverage_map", "get_ladder_funnel", "get_what_wins")
        few = {}
        for method in methods:
            call = getattr(self.analysis, method)
            call()
            few[method] = self._count_queries(call)
        for number in range(8):
            pain = self._create_pain(name=f"P {number}")
            self._create_deal(pain, self.steps[number % 4])
            self._close(1, 1, pain)
        for method in methods:
            with self.subTest(method=method):
                many = self._count_queries(getattr(self.analysis, method))
                self.assertLessEqual(many, few[method] + 1)
