from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestCrmCommunicationGoal(LadderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pain = cls._create_pain()
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Goal {number}",
                    "user_id": False,
                    "directorate_id": cls.directorate_own.id,
                }
                for number in range(4)
            ]
        )
        with freeze_time("2026-01-10 10:00:00"):
            cls.leads.write({"ladder_step_id": cls.steps[0].id})

    def _create_goal(self, **vals):
        return self.env["crm.communication.goal"].create(
            {
                "name": "Goal",
                "directorate_id": self.directorate_own.id,
                "from_step_id": self.steps[0].id,
                "to_step_id": self.steps[2].id,
                "date_from": "2026-02-01",
                "date_to": "2026-02-28",
                "target": 2,
                **vals,
            }
        )

    def _move(self, lead, step, day):
        with freeze_time(f"{day} 12:00:00"):
            lead.move_on_ladder(self.steps[step].id)

    def test_reached_in_one_move_or_several(self):
        self._move(self.leads[0], 2, "2026-02-28")
        self._move(self.leads[1], 1, "2026-02-02")
        self._move(self.leads[1], 3, "2026-02-03")
        self._move(self.leads[2], 1, "2026-02-02")
        self._move(self.leads[3], 2, "2026-03-01")
        goal = self._create_goal()
        self.assertEqual(goal.reached, 2)
        self.assertEqual((goal.progress, goal.state), (100, "met"))
        self.assertEqual(self._create_goal(target=3).state, "missed")
        self.assertEqual(self._create_goal(to_step_id=self.steps[1].id).reached, 3)
        self.assertEqual(self._create_goal(date_to="2026-03-31", target=4).reached, 3)

    def test_who_started_above_does_not_count(self):
        self._move(self.leads[0], 1, "2026-01-20")
        self._move(self.leads[0], 2, "2026-02-10")
        self.assertEqual(self._create_goal().reached, 0)
        self.assertEqual(self._create_goal(from_step_id=self.steps[1].id).reached, 1)

    def test_only_the_directorate_pain_and_audience(self):
        for lead in self.leads:
            self._move(lead, 2, "2026-02-10")
        self.leads[0].pain_ids = self.pain
        self.assertEqual(self._create_goal().reached, 4)
        self.assertEqual(self._create_goal(pain_id=self.pain.id).reached, 1)
        self.assertEqual(self._create_goal(directorate_id=self.directorate_foreign.id).reached, 0)
        goal = self._create_goal(audience_domain="[('name', '=', 'Goal 1')]")
        self.assertEqual(goal.reached, 1)

    def test_audience_is_seen_with_the_rights_of_its_author(self):
        for lead in self.leads:
            self._move(lead, 2, "2026-02-10")
        marketeer = self.users_by_role["marketeer"]
        goal = self._create_goal().with_user(marketeer)
        goal.audience_domain = "[('name', '=like', 'Goal%')]"
        with self.assertRaises(AccessError):
            goal.write({"audience_user_id": self.env.uid})
        self.assertEqual(goal.audience_user_id, marketeer)
        self.assertEqual(goal.reached, 4)
        self.directorate_own.user_ids = [Command.unlink(marketeer.id)]
        self.env.flush_all()
        goal.invalidate_recordset()
        self.assertEqual(goal.with_user(self.admin).reached, 0)
        without_deals = self._create_goal().with_user(self.users_by_role["pam"])
        with self.assertRaisesRegex(ValidationError, "not allowed to access 'Lead'"):
            without_deals.audience_domain = "[('name', '=like', 'Goal%')]"

    def test_credited(self):
        content = self._create_content()
        message = self.env["crm.marketing.message"].create(
            {"name": "M", "directorate_id": self.directorate_own.id}
        )
        for lead, said in zip(self.leads[:2], (message.id, False), strict=True):
            self.env["crm.content.sending"].create(
                {
                    "lead_id": lead.id,
                    "content_id": content.id,
                    "marketing_message_id": said,
                    "date": "2026-02-09 10:00:00",
                }
            )
        for lead in self.leads:
            self._move(lead, 2, "2026-02-10")
        self.assertEqual(self._create_goal().credited, 2)
        self.assertEqual(self._create_goal(message_id=message.id).credited, 1)

    def test_bad_goals(self):
        with self.assertRaisesRegex(ValidationError, "“Zero” is not above “Two”"):
            self._create_goal(from_step_id=self.steps[2].id, to_step_id=self.steps[0].id)
        for bad in ("[('nothing', '=', 1)]", "__import__('os')", "[(", "7", "[('name',)]"):
            with self.assertRaisesRegex(ValidationError, "The filter of “Goal” cannot be used"):
                self._create_goal(audience_domain=bad)
        for vals in ({"target": 0}, {"date_to": "2026-01-01"}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._create_goal(**vals)

    def test_its_days_are_those_of_its_company(self):
        """Whoever reads it: when it begins, ends and is missed."""
        for tz, first, last in (
            ("Pacific/Kiritimati", "2026-01-31 10:00:00", "2026-02-28 09:59:59"),
            ("Pacific/Pago_Pago", "2026-02-01 11:00:00", "2026-03-01 10:59:59"),
            ("Europe/Warsaw", "2026-01-31 23:00:00", "2026-02-28 22:59:59"),
            ("Asia/Ho_Chi_Minh", "2026-01-31 17:00:00", "2026-02-28 16:59:59"),
            ("America/New_York", "2026-02-01 05:00:00", "2026-03-01 04:59:59"),
            ("UTC", "2026-02-01 00:00:00", "2026-02-28 23:59:59"),
        ):
            goal = self._create_goal(target=3)
            goal._get_company().tz = tz
            begins, ends = map(fields.Datetime.to_datetime, (first, last))
            second = timedelta(seconds=1)
            for at, counts in (
                (begins - second, False),
                (begins, True),
                (ends, True),
                (ends + second, False),
            ):
                lead = self._create_lead_at(at)
                for reader in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
                    self.env.invalidate_all()
                    read = goal.with_context(tz=reader)
                    with self.subTest(tz=tz, at=at, reader=reader):
                        self.assertEqual(read.reached, int(counts))
                        moves = self.env["crm.ladder.move"].with_context(tz=reader)
                        found = moves.search(read.action_view_moves()["domain"])
                        self.assertEqual(lead in found.lead_id, counts)
                lead.unlink()
            for moment, state in ((ends, "running"), (ends + second, "missed")):
                self.env.invalidate_all()
                with freeze_time(moment), self.subTest(tz=tz, moment=moment):
                    self.assertEqual(goal.state, state)
            goal.unlink()

    def _create_lead_at(self, moment):
        """Return a deal that goes up the ladder at a moment."""
        values = {"name": "Late", "user_id": False, "directorate_id": self.directorate_own.id}
        lead = self.env["crm.lead"].create(values)
        with freeze_time("2026-01-10 10:00:00"):
            lead.ladder_step_id = self.steps[0]
            self.env.flush_all()
        with freeze_time(moment):
            lead.move_on_ladder(self.steps[2].id)
        self.env.flush_all()
        return lead

    def test_fixed_number_of_queries(self):
        goals = self.env["crm.communication.goal"].browse()
        for _number in range(8):
            goals |= self._create_goal()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(5):  # two for the time zone of their company
            goals.mapped("reached")

    def test_moves_behind_the_goal(self):
        self._move(self.leads[0], 2, "2026-02-10")
        action = self._create_goal().action_view_moves()
        moves = self.env["crm.ladder.move"].search(action["domain"])
        self.assertEqual(moves.lead_id, self.leads[0])
        # What does not come far enough is not counted, and not shown; nor who is no audience.
        self._move(self.leads[1], 1, "2026-02-11")
        self._move(self.leads[2], 2, "2026-02-11")
        goal = self._create_goal(audience_domain=f"[('id', '!=', {self.leads[2].id})]")
        moves = self.env["crm.ladder.move"].search(goal.action_view_moves()["domain"])
        self.assertEqual(moves.lead_id, self.leads[0])
        self.assertEqual(len(moves.lead_id), goal.reached)

    # Stored filters that cannot be searched --------------------------------------------------

    BROKEN = (
        "[('id', 'in', ['a'])]",
        "[('partner_id.id', '=', 'a')]",
        "[('no_such_field', '=', 1)]",
        "[('create_date', '>', 'some day')]",
        "[",
    )

    def test_filters_are_searched_when_they_are_saved(self):
        goal = self._create_goal()
        lists = self.env["crm.marketing.list"].create({"name": "L"})
        for record, name in ((goal, "audience_domain"), (lists, "domain")):
            for text in self.BROKEN:
                with (
                    self.subTest(model=record._name, text=text),
                    self.assertRaisesRegex(ValidationError, "cannot be used"),
                    mute_logger("odoo.sql_db"),
                    self.cr.savepoint(),
                ):
                    record[name] = text

    def test_an_old_broken_filter_stops_nobody(self):
        """Of an addon that is gone, or stored before it was checked: said, and passed over."""
        self._move(self.leads[0], 2, "2026-02-20")
        whole = self._create_goal()
        broken = self._create_goal(name="Broken")
        lists = self.env["crm.marketing.list"].create([{"name": "Whole"}, {"name": "Broken"}])
        for text in self.BROKEN[:3]:
            with self.subTest(text=text):
                for record, column in ((broken, "audience_domain"), (lists[1], "domain")):
                    self.env.cr.execute(
                        f"UPDATE {record._table} SET {column} = %s WHERE id = %s",
                        [text, record.id],
                    )
                self.env.invalidate_all()
                both = whole + broken
                self.assertEqual(both.mapped("reached"), [1, 0])
                self.assertEqual([bool(fault) for fault in both.mapped("audience_fault")], [0, 1])
                self.assertEqual([bool(fault) for fault in lists.mapped("domain_fault")], [0, 1])
                self.assertTrue(lists[0].member_count)
                self.assertEqual(lists[1].member_count, 0)
                self.assertFalse(self.env["crm.lead"].search(lists[1]._get_domain()))
                lists[1].action_view_members()


@tagged("post_install", "-at_install")
class TestCrmMarketingList(LadderCommon):
    def test_members(self):
        lead = self._create_lead(name="On the list")
        lists = self.env["crm.marketing.list"]
        values = {"name": "List", "directorate_id": self.directorate_own.id}
        dynamic = lists.create({**values, "domain": "[('name', '=', 'On the list')]"})
        self.assertEqual(dynamic.member_count, 1)
        action = dynamic.action_view_members()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), lead)
        fixed = lists.create({**values, "is_dynamic": False, "lead_ids": [Command.set(lead.ids)]})
        self.assertEqual(fixed.member_count, 1)

    def test_companies_and_contacts(self):
        partners = self.env["res.partner"].create(
            [{"name": "Listed", "is_company": True}, {"name": "Listed"}]
        )
        for kind, partner in zip(("company", "contact"), partners, strict=True):
            found = self.env["crm.marketing.list"].create(
                {"name": kind, "kind": kind, "domain": "[('name', '=', 'Listed')]"}
            )
            self.assertEqual(self.env["res.partner"].search(found._get_domain()), partner)

    def test_bad_conditions(self):
        for kind, bad in (("lead", "[('is_company', '=', True)]"), ("company", "[x]")):
            with self.assertRaisesRegex(ValidationError, "The filter of “List” cannot be used"):
                self.env["crm.marketing.list"].create({"name": "List", "kind": kind, "domain": bad})

    def test_members_are_those_the_reader_may_see(self):
        self._create_lead(name="On the list", user_id=self.admin.id)
        found = self.env["crm.marketing.list"].create(
            {"name": "List", "domain": "[('name', '=', 'On the list')]"}
        )
        salesman = self._create_user("list_salesman", "sales_team.group_sale_salesman")
        self.assertEqual(found.with_user(salesman).member_count, 0)
        self.assertEqual(found.with_user(self.users_by_role["pam"]).member_count, 0)
