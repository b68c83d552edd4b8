from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..models.crm_type_bring import NO_EFFECTS
from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestTypeBring(SegmentationCommon):
    """What a type brings to the records that get it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.env["res.users"]
        for name in ("ann", "bob", "cid"):
            cls.people |= new_test_user(
                cls.env, f"seg_{name}", groups="sales_team.group_sale_salesman"
            )
        cls.team = cls.env["crm.team"].create({"name": "Tender Desk", "user_id": False})

    def _set_queue(self, crm_type=None, people=None):
        (crm_type or self.type_deal).write(
            {
                "assign_mode": "queue",
                "queue_ids": [
                    Command.create({"user_id": user.id, "sequence": number})
                    for number, user in enumerate(people or self.people)
                ],
            }
        )

    def _create_deals(self, number, **vals):
        return self.env["crm.lead"].create(
            [
                {"name": f"Deal {n}", "deal_type_id": self.type_deal.id, **vals}
                for n in range(number)
            ]
        )

    # -- responsible -----------------------------------------------------------------

    def test_one_person(self):
        self.type_deal.write({"assign_mode": "user", "user_id": self.salesman.id})
        self.assertEqual(self._create_deals(1).user_id, self.salesman)

    def test_explicit_salesperson_stays(self):
        self.type_deal.write({"assign_mode": "user", "user_id": self.salesman.id})
        self.assertEqual(self._create_deals(1, user_id=self.people[0].id).user_id, self.people[0])
        self.assertFalse(self._create_deals(1, user_id=self.people[0].id).type_decision_text)

    def test_salesperson_from_the_context_stays(self):
        self.type_deal.write({"assign_mode": "user", "user_id": self.salesman.id})
        leads = self.env["crm.lead"].with_context(default_user_id=self.people[1].id)
        lead = leads.create({"name": "Deal", "deal_type_id": self.type_deal.id})
        self.assertEqual(lead.user_id, self.people[1])

    def test_default_type_brings_too(self):
        self.type_deal.write(
            {"assign_mode": "user", "user_id": self.salesman.id, "is_default": True}
        )
        self.assertEqual(self.env["crm.lead"].create({"name": "Deal"}).user_id, self.salesman)

    def test_queue_goes_round_in_one_batch_and_in_many(self):
        self._set_queue()
        first = self._create_deals(4).mapped("user_id.id")
        self.assertEqual(self._create_deals(1).user_id, self.people[1])
        self.assertEqual(self._create_deals(1).user_id, self.people[2])
        self.assertEqual(len(first), 3)
        self.assertEqual(self.type_deal.queue_ids.mapped("turn_count"), [2, 2, 2])

    def test_queue_passes_over_who_left_and_who_may_not(self):
        self.people[0].active = False
        self.env.user.company_ids += self.company_b
        self._set_queue()
        self.people[2].write(
            {"company_ids": [Command.set(self.company_b.ids)], "company_id": self.company_b.id}
        )
        deals = self._create_deals(2, company_id=self.env.company.id)
        self.assertEqual(deals.user_id, self.people[1])

    def test_nobody_in_the_queue_may_work_in_the_company(self):
        self.people.write(
            {"company_ids": [Command.set(self.company_b.ids)], "company_id": self.company_b.id}
        )
        self._set_queue()
        deal = self._create_deals(1, company_id=self.env.company.id)
        self.assertEqual(deal.user_id, self.env.user)
        self.assertEqual(deal.type_decision["rule"], "nobody")
        self.assertIn(self.env.company.name, deal.type_decision_text)

    def test_reason_is_kept_as_data_and_as_a_line(self):
        self._set_queue()
        leads = self.env["crm.lead"].with_context(tracking_disable=False)
        deal = leads.create({"name": "Deal", "deal_type_id": self.type_deal.id})
        self.assertEqual(deal.type_decision["rule"], "queue")
        self.assertEqual(deal.type_decision["queue"], 3)
        self.assertIn(self.people[0].name, deal.type_decision_text)
        self.assertIn("whose turn it was among 3", "".join(deal.message_ids.mapped("body")))

    def test_reason_is_kept_where_the_creator_is_next(self):
        self._set_queue()
        leads = self.env["crm.lead"].with_user(self.people[0])
        deal = leads.create({"name": "Deal", "deal_type_id": self.type_deal.id})
        self.assertEqual(deal.user_id, self.people[0])
        self.assertIn("whose turn it was among 3", deal.type_decision_text)
        self.assertEqual(self.type_deal.next_user_id, self.people[1])

    def test_contact_types_of_a_team_are_offered_to_its_members(self):
        self.type_company.scope_team_ids = self.team
        self.team.member_ids = [Command.link(self.salesman.id)]
        text = self.env["res.partner"]._fields["crm_type_id"]._description_domain(self.env)
        for user, offered in ((self.salesman, True), (self.people[0], False)):
            values = {"uid": user.id, "is_company": True, "company_id": False}
            found = self.env["crm.type"].with_user(user).search(safe_eval(text, values))
            self.assertEqual(self.type_company in found, offered)

    def test_form_proposes_the_next_and_saving_takes_the_turn(self):
        self._set_queue()
        with Form(self.env["crm.lead"].with_context(default_type="opportunity")) as form:
            form.name = "In the form"
            form.deal_type_id = self.type_deal
            self.assertEqual(form.user_id, self.people[0])
        self.assertEqual(form.record.user_id, self.people[0])
        self.assertEqual(self.type_deal.next_user_id, self.people[1])

    def test_form_lets_the_user_choose(self):
        self._set_queue()
        with Form(self.env["crm.lead"].with_context(default_type="opportunity")) as form:
            form.name = "In the form"
            form.deal_type_id = self.type_deal
            form.user_id = self.salesman
        self.assertEqual(form.record.user_id, self.salesman)
        self.assertEqual(self.type_deal.next_user_id, self.people[0])

    def test_team_only_leaves_the_deal_to_assignment(self):
        self.type_deal.team_id = self.team
        deal = self._create_deals(1)
        self.assertEqual(deal.team_id, self.team)
        self.assertFalse(deal.user_id)

    def test_team_keeps_a_creator_who_works_there(self):
        self.type_deal.team_id = self.team
        self.team.member_ids = [Command.link(self.salesman.id)]
        leads = self.env["crm.lead"].with_user(self.salesman)
        deal = leads.create({"name": "Deal", "deal_type_id": self.type_deal.id})
        self.assertEqual(deal.user_id, self.salesman)

    def test_change_of_type_fills_an_empty_salesperson_only(self):
        self._set_queue()
        owned = self._create_lead(user_id=self.salesman.id)
        free = self._create_lead(user_id=False)
        (owned | free).deal_type_id = self.type_deal
        self.assertEqual(owned.user_id, self.salesman)
        self.assertEqual(free.user_id, self.people[0])

    def test_company_gets_the_person_responsible_for_its_type(self):
        self._set_queue(self.type_company)
        companies = self.env["res.partner"].create(
            [
                {"name": f"C{n}", "is_company": True, "crm_type_id": self.type_company.id}
                for n in range(3)
            ]
        )
        self.assertEqual(companies.mapped("user_id"), self.people)

    def test_batch_sends_one_notice_to_each_person(self):
        self._set_queue()
        before = self.env["mail.message"].search_count([("message_type", "=", "user_notification")])
        self._create_deals(9)
        messages = self.env["mail.message"].search(
            [("message_type", "=", "user_notification")], order="id desc"
        )
        self.assertEqual(len(messages) - before, 3)
        self.assertIn("3 records", messages[0].body)

    # -- tags, activities --------------------------------------------------------------

    def test_brings_tags(self):
        tag = self.env["crm.tag"].create({"name": "Formal"})
        self.type_deal.deal_tag_ids = tag
        self.assertEqual(self._create_deals(1).tag_ids, tag)

    def test_activity_plan(self):
        plan = self._create_plan("res.partner")
        self.type_company.activity_plan_id = plan
        company = self._create_contact(is_company=True, crm_type_id=self.type_company.id)
        self.assertEqual(company.activity_ids.mapped("summary"), ["Welcome call"])

    def test_plan_of_other_records_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "for other records"):
            self.type_deal.activity_plan_id = self._create_plan("res.partner")

    def _create_plan(self, model_name):
        return self.env["mail.activity.plan"].create(
            {
                "name": "Onboarding",
                "res_model": model_name,
                "template_ids": [
                    Command.create(
                        {
                            "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                            "summary": "Welcome call",
                            "responsible_type": "on_demand",
                        }
                    )
                ],
            }
        )

    def test_no_effects_when_asked_for_none(self):
        self._set_queue()
        leads = NO_EFFECTS.on(self.env["crm.lead"])
        lead = leads.create({"name": "Deal", "deal_type_id": self.type_deal.id})
        self.assertEqual(lead.user_id, self.env.user)

    # -- undo ---------------------------------------------------------------------------

    def test_take_back(self):
        tag = self.env["res.partner.category"].create({"name": "Reseller"})
        self._set_queue(self.type_company)
        self.type_company.write(
            {
                "partner_tag_ids": [Command.set(tag.ids)],
                "activity_plan_id": self._create_plan("res.partner").id,
            }
        )
        company = self._create_contact(is_company=True, crm_type_id=self.type_company.id)
        self.assertTrue(company.user_id and company.activity_ids and company.category_id)
        company.action_undo_type_decision()
        self.assertFalse(company.user_id or company.activity_ids or company.category_id)
        self.assertEqual(company.crm_type_id, self.type_company)
        with self.assertRaises(UserError):
            company.action_undo_type_decision()

    def test_take_back_spares_what_changed_since(self):
        self._set_queue()
        deal = self._create_deals(1)
        deal.user_id = self.salesman
        deal.action_undo_type_decision()
        self.assertEqual(deal.user_id, self.salesman)

    # -- settings -----------------------------------------------------------------------

    def test_settings_that_make_no_sense(self):
        with self.assertRaisesRegex(ValidationError, "who is responsible"):
            self.type_deal.assign_mode = "user"
        with self.assertRaisesRegex(ValidationError, "into the queue"):
            self.type_deal.assign_mode = "queue"

    def test_scope(self):
        self.type_deal.scope_team_ids = self.team
        other = self.env["crm.team"].create({"name": "Other Team"})
        with self.assertRaisesRegex(ValidationError, "only for the teams Tender Desk"):
            self._create_deals(1, team_id=other.id)
        self.assertTrue(self._create_deals(1, team_id=self.team.id))

    def test_portal_user_creates_and_the_type_still_brings(self):
        self._set_queue(self.type_person)
        self.type_person.is_default = True
        portal = self.users_by_role["portal"]
        partner = self.env["res.partner"].with_user(portal).sudo().create({"name": "Signed up"})
        self.assertEqual(partner.user_id, self.people[0])

    def test_cost_does_not_grow_with_the_number(self):
        self._set_queue()
        counts = []
        for number in (2, 40):
            leads = self._create_deals(number, user_id=False, deal_type_id=False)
            self.env.flush_all()
            leads.invalidate_recordset()
            before = self.env.cr.sql_log_count
            leads.with_context(tracking_disable=True).write({"deal_type_id": self.type_deal.id})
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 25)
