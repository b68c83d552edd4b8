from datetime import date, datetime, timedelta

import pytz

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..shell.availability import Availability
from ..shell.capacities import Capacities
from ..shell.settings import AssignmentSettings
from ..shell.simulation import days_absent
from .common import LeadAssignCommon

NEW_YORK, WARSAW, KOLKATA = "America/New_York", "Europe/Warsaw", "Asia/Kolkata"
SAIGON, KIRITIMATI, PAGO = "Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "Pacific/Pago_Pago"
#: (time zone, moment in UTC, is it working time there), by a calendar of 8-12 and 13-17,
#: Monday to Friday. Why: what a clock on the wall says there.
MOMENTS = [
    (NEW_YORK, "2026-01-05 08:00", False),  # Monday 3:00
    (NEW_YORK, "2026-01-05 12:58", False),  # 7:58
    (NEW_YORK, "2026-01-05 13:00", True),  # 8:00
    (NEW_YORK, "2026-01-05 14:00", True),  # 9:00
    (NEW_YORK, "2026-01-05 21:59", True),  # 16:59
    (NEW_YORK, "2026-01-05 22:01", False),  # 17:01
    (NEW_YORK, "2026-03-06 12:30", False),  # Friday 7:30, winter
    (NEW_YORK, "2026-03-09 12:30", True),  # Monday 8:30, the day after the clocks went on
    (NEW_YORK, "2026-10-30 12:30", True),  # Friday 8:30, summer
    (NEW_YORK, "2026-11-02 12:30", False),  # Monday 7:30, the day after they went back
    (WARSAW, "2026-03-27 06:30", False),  # Friday 7:30, winter
    (WARSAW, "2026-03-30 06:30", True),  # Monday 8:30, summer
    (WARSAW, "2026-10-26 06:30", False),  # Monday 7:30, winter again
    (WARSAW, "2026-10-26 07:30", True),
    (WARSAW, "2026-06-15 10:30", False),  # 12:30, lunch
    (KOLKATA, "2026-01-05 02:20", False),  # 7:50
    (KOLKATA, "2026-01-05 02:35", True),  # 8:05
    (KOLKATA, "2026-01-05 11:25", True),  # 16:55
    (KOLKATA, "2026-01-05 11:35", False),  # 17:05
    (SAIGON, "2026-01-05 00:50", False),  # 7:50
    (SAIGON, "2026-01-05 01:05", True),  # 8:05
    (SAIGON, "2026-01-05 09:30", True),  # 16:30
    (SAIGON, "2026-01-05 10:30", False),  # 17:30
    (KIRITIMATI, "2026-01-04 18:30", True),  # Sunday in UTC, Monday 8:30 there
    (KIRITIMATI, "2026-01-09 02:30", True),  # Friday 16:30
    (KIRITIMATI, "2026-01-09 18:30", False),  # Saturday 8:30
    (PAGO, "2026-01-05 08:30", False),  # Sunday 21:30
    (PAGO, "2026-01-05 19:30", True),  # Monday 8:30
    (PAGO, "2026-01-10 03:30", True),  # Saturday in UTC, Friday 16:30 there
    (False, "2026-01-05 08:30", True),  # none of his own: the calendar's, UTC here
    (False, "2026-01-05 03:30", False),
]
#: (hours of work, moment now, since when he has worked so long), both in UTC.
WORKED = [
    (NEW_YORK, 2, "2026-01-05 15:00", "2026-01-05 13:00"),
    (NEW_YORK, 4, "2026-01-05 15:00", "2026-01-02 20:00"),  # since Friday 15:00
    (NEW_YORK, 8, "2026-03-09 20:00", "2026-03-06 21:00"),  # 7 hours of summer, one of winter
    (NEW_YORK, 8, "2026-03-09 21:00", "2026-03-09 12:00"),  # summer time: 8:00 is 12:00 UTC
    (WARSAW, 8, "2026-03-30 15:00", "2026-03-30 06:00"),
    (KIRITIMATI, 1, "2026-01-04 19:00", "2026-01-04 18:00"),
]


def moment(text):
    return datetime.fromisoformat(text)


@tagged("post_install", "-at_install")
class TestWorkingHours(LeadAssignCommon):
    """Who is at work when: one answer for the assignment, the what-if and the handover."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Office", "tz": "UTC", "company_id": cls.company.id}
        )
        cls.calendar.attendance_ids.unlink()
        cls.calendar.attendance_ids = [
            fields.Command.create(
                {
                    "name": f"{day} {period}",
                    "dayofweek": day,
                    "hour_from": low,
                    "hour_to": high,
                    "day_period": period,
                }
            )
            for day in "01234"
            for period, low, high in (("morning", 8, 12), ("afternoon", 13, 17))
        ]
        cls.company.resource_calendar_id = cls.calendar

    def _resource(self, user, **values):
        return self.env["resource.resource"].create(
            {"name": user.name, "user_id": user.id, "company_id": self.company.id, **values}
        )

    def _leave(self, start, end, **values):
        values = {"calendar_id": False, "time_type": "leave", "name": "Off", **values}
        return self.env["resource.calendar.leaves"].create(
            {"date_from": start, "date_to": end, **values}
        )

    def _is_away(self, user, now, hours=0):
        return user.id in Availability(user, moment(now)).away(hours)

    def test_users_work_in_their_own_time_zone(self):
        """One who is no employee, and an employee of that time zone, at the same moments."""
        employee = self.user_2
        resource = self._resource(employee, calendar_id=self.calendar.id)
        for zone, now, works in MOMENTS:
            with self.subTest(zone=zone, now=now):
                self.user_1.tz = zone
                resource.tz = zone or "UTC"
                self.assertEqual(self._is_away(self.user_1, now), not works)
                self.assertEqual(self._is_away(employee, now), not works)
                # Together with others: each by his own clock.
                self.manager.tz = "Asia/Tokyo"
                both = Availability(self.user_1 | self.manager, moment(now))
                self.assertEqual(self.user_1.id in both.away(0), not works)

    def test_hours_worked_are_by_his_clock(self):
        for zone, hours, now, since in WORKED:
            with self.subTest(zone=zone, hours=hours, now=now):
                self.user_1.tz = zone
                availability = Availability(self.user_1, moment(now))
                found = availability.work_ended_before(self.user_1, hours)
                self.assertEqual(found, moment(since))

    def test_the_assignment_goes_by_it(self):
        """Of two, the one whose clock says that it is working time."""
        zones = (NEW_YORK, WARSAW, KOLKATA, SAIGON, KIRITIMATI, PAGO)
        now = pytz.utc.localize(fields.Datetime.now())
        for zone in zones:
            hour = now.astimezone(pytz.timezone(zone)).hour
            self.calendar.attendance_ids.unlink()
            self.calendar.attendance_ids = [
                fields.Command.create(
                    {
                        "name": day,
                        "dayofweek": day,
                        "hour_from": max(0, hour - 1),
                        "hour_to": min(24, hour + 2),
                        "day_period": "full_day",
                    }
                )
                for day in "0123456"
            ]
            with self.subTest(zone=zone):
                self.user_1.tz = zone
                other = next(z for z in zones if self._are_far(now, zone, z))
                self.user_2.tz = other
                team = self._create_team(
                    zone, members=[(self.user_1, "[]", 3000), (self.user_2, "[]", 3000)]
                )
                team.assignment_available_hours = 0
                leads = self._create_leads(self.us, self.us, team_id=team.id)
                team._action_assign_leads()
                self.assertEqual(leads.user_id, self.user_1)

    def _are_far(self, now, one, other):
        hours = [now.astimezone(pytz.timezone(zone)).hour for zone in (one, other)]
        return 4 <= abs(hours[0] - hours[1]) <= 20

    def test_fully_flexible_employees(self):
        """(leave, moment, is he away): at work at any time but for time off."""
        resource = self._resource(self.user_1, calendar_id=False, tz=WARSAW)
        self._leave("2026-01-11 23:00:00", "2026-01-16 22:59:59", resource_id=resource.id)
        cases = [
            ("2026-01-10 03:00", False),  # a Saturday night
            ("2026-01-11 22:30", False),  # Sunday 23:30
            ("2026-01-12 03:00", True),
            ("2026-01-14 10:00", True),
            ("2026-01-16 22:30", True),
            ("2026-01-17 00:30", False),
        ]
        for now, away in cases:
            with self.subTest(now=now):
                self.assertEqual(self._is_away(self.user_1, now), away)

    def test_public_holidays(self):
        """Of the calendar, and of all of the company, for everybody who works there."""
        stranger = self.env["res.company"].create({"name": "Stranger"})
        flexible = self.env["resource.calendar"].create(
            {
                "name": "Flexible",
                "tz": "UTC",
                "company_id": self.company.id,
                "schedule_type": "flexible",
                "hours_per_day": 8,
                "full_time_required_hours": 40,
            }
        )
        users = {
            kind: new_test_user(self.env, f"hours_{kind}", "base.group_user", tz="UTC")
            for kind in ("none", "fixed", "flexible", "fully_flexible")
        }
        self._resource(users["fixed"], calendar_id=self.calendar.id, tz="UTC")
        self._resource(users["flexible"], calendar_id=flexible.id, tz="UTC")
        self._resource(users["fully_flexible"], calendar_id=False, tz="UTC")
        # The 5th is of all in the company, the 6th of the office, the 7th of somebody else.
        days = {5: (self.company, False), 6: (self.company, self.calendar), 7: (stranger, False)}
        for day, (company, calendar) in days.items():
            self._leave(
                f"2026-01-{day:02} 00:00:00",
                f"2026-01-{day:02} 23:59:59",
                calendar_id=calendar and calendar.id,
            ).sudo().company_id = company
        expected = {
            "none": {5, 6},
            "fixed": {5, 6},
            "flexible": {5},
            "fully_flexible": {5, 6},
        }
        for kind, off in expected.items():
            for day in (5, 6, 7, 8):
                with self.subTest(kind=kind, day=day):
                    now = f"2026-01-{day:02} 10:00"
                    self.assertEqual(self._is_away(users[kind], now), day in off)
        # The what-if counts the same days.
        everybody = self.env["res.users"].union(*users.values())
        absent = days_absent(everybody, date(2026, 1, 5), 4, 24, pytz.utc)
        for kind, off in expected.items():
            with self.subTest(kind=kind):
                self.assertEqual({5 + day for day in absent[users[kind].id]}, off)

    def test_who_has_left_is_away(self):
        resource = self._resource(self.user_1, calendar_id=self.calendar.id, tz="UTC")
        now = "2026-01-05 10:00"
        self.assertFalse(self._is_away(self.user_1, now))
        resource.active = False
        self.assertTrue(self._is_away(self.user_1, now))
        self.assertTrue(self._is_away(self.user_1, now, hours=24 * 30))
        absent = days_absent(self.user_1, date(2026, 1, 5), 3, 24, pytz.utc)
        self.assertEqual(absent[self.user_1.id], {0, 1, 2})
        # What lies with him is not kept until he comes back: the company's hours count.
        found = Availability(self.user_1, moment(now)).work_ended_before(self.user_1, 2)
        self.assertEqual(found, moment("2026-01-05 08:00"))
        # Employed anew, or in another company: he is there.
        self._resource(self.user_1, calendar_id=self.calendar.id, tz="UTC")
        self.assertFalse(self._is_away(self.user_1, now))

    def test_no_calendar_at_all(self):
        """At work at any time, but for the public holidays of the own company."""
        stranger = self.env["res.company"].create({"name": "Stranger"})
        self.company.resource_calendar_id = False
        resource = self._resource(self.user_2, calendar_id=False, tz=SAIGON)
        self._leave("2026-01-05 00:00:00", "2026-01-05 23:59:59").company_id = self.company
        self._leave("2026-01-06 00:00:00", "2026-01-06 23:59:59").company_id = stranger
        self._leave("2026-01-07 17:00:00", "2026-01-08 16:59:59", resource_id=resource.id)
        self.user_1.tz = NEW_YORK
        cases = [
            ("2026-01-05 03:00", True, True),
            ("2026-01-06 03:00", False, False),
            ("2026-01-08 03:00", False, True),
            ("2026-01-10 03:00", False, False),
        ]
        for now, first, second in cases:
            with self.subTest(now=now):
                self.assertEqual(self._is_away(self.user_1, now), first)
                self.assertEqual(self._is_away(self.user_2, now), second)
        availability = Availability(self.user_1, moment("2026-01-06 02:00"))
        since = availability.work_ended_before(self.user_1, 4)
        self.assertEqual(since, moment("2026-01-04 22:00:01"))

    def test_on_leave_gets_no_leads(self):
        """The reported case: a fully flexible employee on leave got all of them."""
        resource = self._resource(self.user_1, calendar_id=False)
        self._resource(self.user_2, calendar_id=False)
        now = fields.Datetime.now()
        self._leave(now - timedelta(days=2), now + timedelta(days=5), resource_id=resource.id)
        self._create_team("Team", members=[(self.user_1, "[]", 300), (self.user_2, "[]", 300)])
        leads = self._create_leads(*[self.us] * 4)
        self._run_schedule()
        self.assertEqual(leads.user_id, self.user_2)

    def test_a_burst_ends_where_the_team_is(self):
        """At one moment the last day is over in one company and not in another."""
        now = moment("2026-01-05 10:30")
        cases = {
            KIRITIMATI: "2026-01-06",
            SAIGON: "2026-01-05",
            WARSAW: "2026-01-05",
            NEW_YORK: "2026-01-05",
            KOLKATA: "2026-01-05",
            PAGO: "2026-01-04",
        }
        for zone, today in cases.items():
            with self.subTest(zone=zone):
                company = self.env["res.company"].create({"name": zone, "tz": zone})
                self.user_1.company_ids += company
                team = self._create_team(
                    zone, members=[(self.user_1, "[]", 30)], company_id=company.id
                )
                member = team.crm_team_member_ids
                member.assignment_burst_max = 90
                capacities = Capacities(
                    member, Availability(self.user_1, now), AssignmentSettings.load(self.env)
                )
                for days, capacity in ((1, 90), (0, 90), (-1, 30)):
                    member.assignment_burst_until = date.fromisoformat(today) + timedelta(days)
                    self.assertEqual(capacities.weight(member), capacity)

    def test_each_place_is_read_once(self):
        users = [
            new_test_user(self.env, f"hours_{number}", "base.group_user", tz=WARSAW)
            for number in range(12)
        ]
        users = self.env["res.users"].union(*users)

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Availability(some, moment("2026-01-05 10:00")).away(0)
            return self.env.cr.sql_log_count - before

        count(users)
        self.assertEqual(count(users[:1]), count(users))
