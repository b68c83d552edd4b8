from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Datetime
from odoo.tests import Form, freeze_time, tagged

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestCrmLead(LadderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman = cls._create_user("deal_salesman", "sales_team.group_sale_salesman")
        cls.directorate_own.user_ids = [Command.link(cls.salesman.id)]
        cls.partner = cls.env["res.partner"].create(
            {"name": "Customer", "is_company": True, "email": "customer@example.com"}
        )
        cls.lead = cls._create_lead(user_id=cls.salesman.id, partner_id=cls.partner.id)

    def _last_move(self):
        return self.env["crm.ladder.move"].search(
            [("lead_id", "=", self.lead.id)], order="id desc", limit=1
        )

    # Directorate and product

    def test_directorate_of_the_salesperson(self):
        self.assertEqual(self.lead.directorate_id, self.directorate_own)
        nobodys = self._create_lead()
        self.assertFalse(nobodys.directorate_id)
        nobodys.user_id = self.salesman
        self.assertEqual(nobodys.directorate_id, self.directorate_own)

    def test_directorate_chosen_stays(self):
        self.lead.directorate_id = self.directorate_foreign
        self.lead.user_id = self.sales
        self.assertEqual(self.lead.directorate_id, self.directorate_foreign)

    def test_a_deal_of_nobody_goes_to_the_directorate_of_its_salesperson(self):
        """It had that of its maker meanwhile; by one write of many, as an assignment does."""
        maker = self._create_user("deal_maker", "sales_team.group_sale_manager")
        self.directorate_foreign.user_ids = [Command.link(maker.id)]
        Lead = self.env["crm.lead"].with_user(maker)
        pain = self._create_pain(self.directorate_foreign, name="Theirs")
        leads = Lead.create([{"name": f"Web {n}", "user_id": False} for n in range(3)])
        self.assertEqual(leads.directorate_id, self.directorate_foreign)
        leads[2].pain_ids = pain
        leads.sudo().write({"user_id": self.salesman.id})
        self.assertEqual(leads[:2].directorate_id, self.directorate_own)
        self.assertEqual(leads[2].directorate_id, self.directorate_foreign)

    def test_directorate_of_another_company_is_not_filled_in(self):
        directorate_b = self._create_directorate(
            "B", sequence=-99, company_id=self.company_b.id, user_ids=[]
        )
        self.salesman.company_ids = [Command.link(self.company_b.id)]
        directorate_b.user_ids = self.salesman
        lead = self._create_lead(user_id=self.salesman.id, company_id=self.env.company.id)
        self.assertEqual(lead.directorate_id, self.directorate_own)

    def test_foreign_directorate_is_refused(self):
        lead = self.lead.with_user(self.salesman)
        with self.assertRaisesRegex(ValidationError, "“Test Deal” cannot belong.*“Foreign”.*Own"):
            lead.directorate_id = self.directorate_foreign
        with self.assertRaises(ValidationError):
            lead.create({"name": "New", "directorate_id": self.directorate_foreign.id})

    def test_user_in_no_directorate(self):
        loner = self._create_user("deal_loner", "sales_team.group_sale_salesman")
        with Form(self.env["crm.lead"].with_user(loner), view="crm.crm_lead_view_form") as form:
            form.name = "Alone"
            self.assertFalse(form.is_directorate_required)
        self.assertFalse(form.record.directorate_id)

    def test_directorate_is_optional_for_whoever_sees_deals_of_none(self):
        """Required of members; not of those who see the deals without one, whatever they are."""
        cases = (
            ("sales_team.group_sale_salesman", True),
            ("sales_team.group_sale_salesman_all_leads", False),
            ("sales_team.group_sale_manager", False),
            ("sales_team.group_sale_salesman,crm_marketing_ladder.group_admin", False),
        )
        for number, (groups, required) in enumerate(cases):
            with self.subTest(groups=groups):
                user = self._create_user(f"deal_member_{number}", groups)
                self.directorate_own.user_ids += user
                Lead = self.env["crm.lead"].with_user(user)
                with Form(
                    Lead.with_context(default_type="opportunity"), view="crm.crm_lead_view_form"
                ) as form:
                    form.name = "Of nobody"
                    self.assertEqual(form.directorate_id, self.directorate_own)
                    self.assertEqual(form.is_directorate_required, required)
                    if not required:
                        form.directorate_id = self.env["crm.sales.directorate"]
                self.assertEqual(not form.record.directorate_id, not required)

    def test_a_deal_that_never_had_a_directorate_is_no_error(self):
        """Older than the addon: opened, changed and saved; one that is there stays required."""
        for kind in ("opportunity", "lead"):
            lead = self._create_lead(user_id=self.salesman.id, type=kind)
            self.assertTrue(lead.directorate_id)
            self.env.flush_all()
            self.cr.execute("UPDATE crm_lead SET directorate_id = NULL WHERE id = %s", (lead.id,))
            self.env.invalidate_all()
            mine = lead.with_user(self.salesman)
            with self.subTest(kind=kind), Form(mine, view="crm.crm_lead_view_form") as form:
                self.assertFalse(form.is_directorate_required)
                form.name = "Changed"
            self.assertEqual((lead.name, lead.directorate_id.ids), ("Changed", []))
            with Form(mine, view="crm.crm_lead_view_form") as form:
                form.directorate_id = self.directorate_own
            self.env.invalidate_all()
            with self.subTest(kind=kind), Form(mine, view="crm.crm_lead_view_form") as form:
                self.assertTrue(form.is_directorate_required)

    def test_product_of_another_directorate(self):
        with self.assertRaisesRegex(ValidationError, "“Own” does not sell “Foreign Product”"):
            self.lead.product_id = self.product_foreign
        self.lead.product_id = self.product_in_category

    def test_form_is_narrowed(self):
        self._create_pain(self.directorate_foreign, name="Foreign")
        own = self._create_pain(name="Ours")
        with Form(self.lead.with_user(self.salesman), view="crm.crm_lead_view_form") as form:
            pains = self.env["crm.pain"].search(form.dictionary_domain)
            self.assertIn(own, pains)
            self.assertNotIn("Foreign", pains.mapped("name"))
            products = self.env["product.template"].search(form.product_domain)
            self.assertEqual(products, self.product_own | self.product_in_category)
            form.pain_ids.add(own)
        self.assertEqual(self.lead.pain_ids, own)

    def test_pains_and_criteria_of_another_directorate(self):
        """Imports and other systems are kept to what the form offers."""
        foreign = self._create_pain(self.directorate_foreign, name="Foreign pain")
        common = self._create_pain(self.env["crm.sales.directorate"], name="Common pain")
        message = "“Test Deal” belongs to.*“Own”, “.*Foreign pain.*” to “Foreign”"
        with self.assertRaisesRegex(ValidationError, message), self.env.cr.savepoint():
            self.lead.pain_ids = foreign
        with self.assertRaises(ValidationError):
            self._create_lead(directorate_id=self.directorate_own.id, pain_ids=foreign.ids)
        self.lead.pain_ids = common
        differentiator = self.env["crm.differentiator"].create(
            {"name": "Foreign criterion", "directorate_id": self.directorate_foreign.id}
        )
        message = "Foreign criterion.* to “Foreign”"
        with self.assertRaisesRegex(ValidationError, message), self.env.cr.savepoint():
            self.lead.criterion_ids = [Command.create({"differentiator_id": differentiator.id})]
        # What is there stays where the deal goes, and where deals become one.
        self.lead.directorate_id = self.directorate_foreign
        self.assertEqual(self.lead.pain_ids, common)
        other = self._create_lead(directorate_id=self.directorate_own.id)
        other.pain_ids = self._create_pain(name="Own pain")
        other.criterion_ids = [
            Command.create(
                {
                    "differentiator_id": self.env["crm.differentiator"]
                    .create({"name": "Own", "directorate_id": self.directorate_own.id})
                    .id
                }
            )
        ]
        merged = (self.lead | other).merge_opportunity()
        self.assertEqual(set(merged.pain_ids.mapped("name")), {"Common pain", "Own pain"})
        self.assertEqual(len(merged.criterion_ids), 1)

    def test_new_company_has_the_directorate_of_its_maker(self):
        partners = self.env["res.partner"].with_user(self.salesman)
        company = partners.create({"name": "New", "is_company": True})
        self.assertEqual(company.directorate_id, self.directorate_own)
        self.assertFalse(partners.create({"name": "Person"}).directorate_id)

    # Ladder

    def test_history_of_moves(self):
        lead = self.lead.with_user(self.salesman)
        with freeze_time("2026-03-01 10:00:00"):
            lead.ladder_step_id = self.steps[0]
        with freeze_time("2026-03-11 10:00:00"):
            self.assertEqual(lead.ladder_days, 10)
            lead.move_on_ladder(self.steps[2].id, "Saw the demonstration")
        with freeze_time("2026-03-12 10:00:00"):
            lead.move_on_ladder(self.steps[1].id)
        lead.invalidate_recordset()
        back, up, first = lead.ladder_move_ids
        self.assertEqual(
            (first.direction, first.from_step_id, first.to_step_id),
            ("enter", self.steps.browse(), self.steps[0]),
        )
        self.assertEqual((first.left_direction, first.days, first.conversion), ("up", 10, 100))
        self.assertEqual((up.direction, up.user_id), ("up", self.salesman))
        self.assertEqual(up.reason, "Saw the demonstration")
        self.assertEqual((up.left_direction, up.conversion), ("down", 0))
        self.assertEqual((back.direction, back.left_date), ("down", False))
        self.assertEqual(lead.ladder_date, Datetime.to_datetime("2026-03-12 10:00:00"))
        with freeze_time("2026-03-20 10:00:00"):
            lead.ladder_move_ids.invalidate_recordset(["days_so_far"])
            self.assertEqual(lead.ladder_move_ids.mapped("days_so_far"), [8, 1, 10])

    def test_the_highest_step_is_left_by_nobody_upwards(self):
        """Who falls back from it has not failed to convert there: the average leaves it out."""
        lead = self.lead
        for step in (self.steps[0], self.steps[-1], self.steps[0]):
            lead.ladder_step_id = step
        self.env["crm.ladder.move"].flush_model()
        self.env.cr.execute(
            "SELECT conversion FROM crm_ladder_move WHERE lead_id = %s AND to_step_id = %s",
            (lead.id, self.steps[-1].id),
        )
        self.assertEqual(self.env.cr.fetchall(), [(None,)])

    def test_same_step_is_no_move(self):
        self.lead.ladder_step_id = self.steps[0]
        since = self.lead.ladder_date
        self.lead.write({"ladder_step_id": self.steps[0].id, "name": "Changed"})
        self.assertEqual(len(self.lead.ladder_move_ids), 1)
        self.assertEqual(self.lead.ladder_date, since)
        self.assertEqual(self.lead.name, "Changed")

    def test_off_the_ladder(self):
        self.lead.ladder_step_id = self.steps[0]
        self.lead.move_on_ladder(False, "Was a mistake")
        self.assertEqual(self._last_move().direction, "leave")
        self.assertFalse(self.lead.ladder_date)
        self.assertEqual(self.lead.ladder_days, 0)

    def test_step_that_does_not_exist(self):
        with self.assertRaisesRegex(ValidationError, "no ladder step with the number 999999"):
            self.lead.move_on_ladder(999999)

    def test_used_step_is_not_deleted(self):
        self.lead.ladder_step_id = self.steps[0]
        with self.assertRaisesRegex(
            UserError, r"“Zero” cannot be deleted, because it is used \(deals: 1\)"
        ):
            self.steps[0].unlink()

    def test_stuck(self):
        self.steps[0].stuck_days = 5
        with freeze_time("2026-03-01 10:00:00"):
            self.lead.ladder_step_id = self.steps[0]
            fresh = self._create_lead(ladder_step_id=self.steps[1].id)
        domain = [("id", "in", (self.lead | fresh).ids)]
        search = self.env["crm.lead"].search
        with freeze_time("2026-03-05 10:00:00"):
            self.assertFalse(search([*domain, ("is_ladder_stuck", "=", True)]))
        with freeze_time("2026-03-10 10:00:00"):
            self.lead.invalidate_recordset()
            self.assertTrue(self.lead.is_ladder_stuck)
            self.assertEqual(search([*domain, ("is_ladder_stuck", "=", True)]), self.lead)
            self.assertEqual(search([*domain, ("is_ladder_stuck", "=", False)]), fresh)
            self.assertEqual(search([*domain, ("is_ladder_stuck", "!=", True)]), fresh)
            self.lead.action_set_lost()
            self.lead.invalidate_recordset()
            self.assertFalse(self.lead.is_ladder_stuck)

    def test_many_moves_in_few_queries(self):
        leads = self.env["crm.lead"].create([{"name": f"L {n}"} for n in range(40)])
        leads.write({"ladder_step_id": self.steps[0].id})

        def count(records, step):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.write({"ladder_step_id": step.id})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        one = count(leads[0], self.steps[1])
        self.assertLessEqual(count(leads[1:], self.steps[1]), one + 2)

    def test_wizard_proposes_the_next_step(self):
        self.lead.ladder_step_id = self.steps[1]
        action = self.lead.with_user(self.salesman).action_move_on_ladder()
        wizard = Form(
            self.env[action["res_model"]].with_user(self.salesman).with_context(**action["context"])
        )
        self.assertEqual(wizard.step_id, self.steps[2])
        wizard.reason = "Asked for a price"
        wizard.save().action_move()
        self.assertEqual(self.lead.ladder_step_id, self.steps[2])
        self.assertEqual(self._last_move().reason, "Asked for a price")

    def test_step_of_a_contact(self):
        person = self.env["res.partner"].create({"name": "P", "parent_id": self.partner.id})
        self.assertFalse(self.partner.ladder_step_id)
        self.lead.ladder_step_id = self.steps[1]
        deal = self._create_lead(partner_id=person.id, ladder_step_id=self.steps[2].id)
        self.assertEqual(person.ladder_step_id, self.steps[2])
        self.assertEqual(self.partner.ladder_step_id, self.steps[2])
        deal.partner_id = False
        self.assertEqual(self.partner.ladder_step_id, self.steps[1])
        self.partner.ladder_step_id = self.steps[3]
        self.lead.ladder_step_id = self.steps[0]
        self.assertEqual(self.partner.ladder_step_id, self.steps[3])
        self.partner.ladder_step_id = False
        self.assertEqual(self.partner.ladder_step_id, self.steps[0])
        self.lead.action_set_lost()
        self.assertFalse(self.partner.ladder_step_id)

    def test_merge(self):
        pain, other_pain = self._create_pain(name="A"), self._create_pain(name="B")
        differentiators = self.env["crm.differentiator"].create(
            [{"name": name, "directorate_id": self.directorate_own.id} for name in "XY"]
        )
        self.lead.write(
            {
                "pain_ids": [Command.set(pain.ids)],
                "ladder_step_id": self.steps[1].id,
                "criterion_ids": [Command.create({"differentiator_id": differentiators[0].id})],
                "probability": 90,
            }
        )
        other = self._create_lead(
            pain_ids=[Command.set(other_pain.ids)],
            ladder_step_id=self.steps[3].id,
            directorate_id=self.directorate_own.id,
            customer_stage="decision",
            criterion_ids=[
                Command.create({"differentiator_id": differentiator.id})
                for differentiator in differentiators
            ],
        )
        other.write(
            {
                "directorate_id": self.directorate_foreign.id,
                "product_id": self.product_foreign.id,
            }
        )
        merged = (self.lead | other).merge_opportunity()
        self.assertEqual(merged.pain_ids, pain | other_pain)
        self.assertEqual(merged.ladder_step_id, self.steps[3])
        self.assertEqual(merged.criterion_ids.differentiator_id, differentiators)
        self.assertEqual(merged.customer_stage, "decision")
        self.assertEqual(merged.directorate_id, self.directorate_own)
        self.assertFalse(merged.product_id)
        self.assertEqual(len(merged.ladder_move_ids.filtered(lambda move: not move.left_date)), 1)

    # Criteria

    def _add_criterion(self, name, kind, ours, **vals):
        differentiator = self.env["crm.differentiator"].create(
            {
                "name": name,
                "type": kind,
                "criterion_match": ours,
                "directorate_id": self.directorate_own.id,
            }
        )
        return self.env["crm.lead.criterion"].create(
            {"lead_id": self.lead.id, "differentiator_id": differentiator.id, **vals}
        )

    def test_criterion_starts_from_the_differentiator(self):
        criterion = self._add_criterion("Speed", "mandatory", "partly")
        self.assertEqual((criterion.importance, criterion.our_match), ("mandatory", "partly"))
        self.assertEqual(criterion.rival_match, "not_assessed")
        criterion.importance = "nice"
        criterion.differentiator_id.type = "important"
        self.assertEqual(criterion.importance, "nice")

    def test_match_score(self):
        self._add_criterion("Speed", "mandatory", "fully", rival_match="partly")
        slow = self._add_criterion("Price", "nice", "not_met", rival_match="fully")
        self.assertAlmostEqual(self.lead.match_score, 75)
        self.assertAlmostEqual(self.lead.rival_match_score, 100 * 2.5 / 4)
        self.assertFalse(self.lead.has_knockout)
        self.assertEqual(self.lead.match_explanation["lines"][0]["name"], "Price")
        slow.importance = "mandatory"
        self.assertTrue(self.lead.has_knockout)
        self.assertAlmostEqual(self.lead.match_score, 50)
        self.assertEqual(self.lead.match_explanation["knockouts"], ["Price"])
        slow.unlink()
        self.assertAlmostEqual(self.lead.match_score, 100)

    def test_used_dictionary_records_are_not_deleted(self):
        criterion = self._add_criterion("Speed", "mandatory", "fully")
        pain = self._create_pain(name="Used")
        self.lead.pain_ids = pain
        for record in (criterion.differentiator_id, pain):
            with self.assertRaisesRegex(UserError, r"used \(deals: 1\). Archive it instead"):
                record.unlink()

    def test_companies(self):
        """A deal of no company takes what belongs to one; a deal of another company does not."""
        pain_b = self._create_pain(self._create_directorate("B", company_id=self.company_b.id))
        self.lead.company_id = False
        self._create_lead(pain_ids=[Command.set(pain_b.ids)])
        deal = self._create_lead(company_id=self.env.company.id, user_id=self.salesman.id)
        with self.assertRaisesRegex(ValidationError, "“Test Deal” belongs to the company"):
            deal.pain_ids = pain_b
        self.partner.company_id = self.env.company
        with self.assertRaisesRegex(ValidationError, "“Customer” belongs to the company"):
            self.partner.directorate_id = pain_b.directorate_id

    def test_imported_history(self):
        """A migration brings steps with their dates; nobody else sets the date."""
        day = Datetime.to_datetime("2025-01-01 10:00:00")
        values = {"ladder_step_id": self.steps[1].id, "ladder_date": day}
        key = {"crm_marketing_ladder_keep_history": True}
        seller = self.lead.with_user(self.salesman).with_context(**key)
        with self.assertRaisesRegex(AccessError, "ladder_date"):
            seller.write(values)
        with self.assertRaisesRegex(AccessError, "ladder_date"):
            seller.create({"name": "Old", **values})
        self.assertNotEqual(self.lead.ladder_date, day)
        imported = self.env["crm.lead"].with_context(**key).create({"name": "Old", **values})
        self.assertEqual(imported.ladder_date, day)
        self.assertFalse(imported.ladder_move_ids)
        imported.with_context(crm_marketing_ladder_keep_history=False).ladder_date = False
        self.assertEqual(imported.ladder_date, day)

    def test_customer_made_from_a_deal_has_its_directorate(self):
        lead = self._create_lead(
            name="New customer", partner_name="Company Inc.", directorate_id=self.directorate_own.id
        )
        lead._handle_partner_assignment(create_missing=True)
        self.assertEqual(lead.partner_id.commercial_partner_id.name, "Company Inc.")
        self.assertEqual(lead.partner_id.directorate_id, self.directorate_own)
