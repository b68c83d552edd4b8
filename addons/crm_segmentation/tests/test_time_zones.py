from odoo.tests import freeze_time, new_test_user, tagged

from .segment_common import SegmentCommon

#: (time zone, the last second of 2026-03-31 there, in UTC, and the first after it)
MIDNIGHTS = [
    ("Pacific/Kiritimati", "2026-03-31 09:59:59", "2026-03-31 10:00:00"),
    ("Asia/Ho_Chi_Minh", "2026-03-31 16:59:59", "2026-03-31 17:00:00"),
    ("Asia/Kolkata", "2026-03-31 18:29:59", "2026-03-31 18:30:00"),
    ("Europe/Warsaw", "2026-03-31 21:59:59", "2026-03-31 22:00:00"),  # summer time since the 29th
    ("UTC", "2026-03-31 23:59:59", "2026-04-01 00:00:00"),
    ("America/New_York", "2026-04-01 03:59:59", "2026-04-01 04:00:00"),
    ("Pacific/Pago_Pago", "2026-04-01 10:59:59", "2026-04-01 11:00:00"),
]
#: (time zone, moment in UTC, day there), around the changes of the clocks.
DAYS = [
    ("Europe/Warsaw", "2026-03-28 22:59:59", "2026-03-28"),
    ("Europe/Warsaw", "2026-03-28 23:00:00", "2026-03-29"),
    ("Europe/Warsaw", "2026-03-29 21:59:59", "2026-03-29"),
    ("Europe/Warsaw", "2026-03-29 22:00:00", "2026-03-30"),
    ("Europe/Warsaw", "2026-10-25 22:59:59", "2026-10-25"),
    ("Europe/Warsaw", "2026-10-25 23:00:00", "2026-10-26"),
    ("America/New_York", "2026-03-08 04:59:59", "2026-03-07"),
    ("America/New_York", "2026-03-09 04:00:00", "2026-03-09"),
    ("America/New_York", "2026-11-02 04:59:59", "2026-11-01"),
    ("America/New_York", "2026-11-02 05:00:00", "2026-11-02"),
]


@tagged("post_install", "-at_install")
class TestTimeZones(SegmentCommon):
    """ "Today" in a segment is its company's day, or that of who made what all share."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Whoever comes first by name, place or the clock of the server decides nothing.
        cls.env["res.company"].create({"name": "AAA", "sequence": -99, "tz": "Pacific/Kiritimati"})
        cls.env.company.tz = "Asia/Kolkata"

    def _place(self, zone):
        number = self.env["res.company"].search_count([])
        company = self.env["res.company"].create({"name": f"{zone} {number}", "tz": zone})
        self.env.user.company_ids += company
        return company

    def _set_created(self, partner, moment):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = %s", (moment, partner.id)
        )
        self.env.invalidate_all()

    def test_today_in_a_filter(self):
        """Made at the last second of a day there: of today until midnight there."""
        for zone, last, after in MIDNIGHTS:
            segment = self._create_segment(
                ("self", [("ref", "=", "segment"), ("create_date", ">=", "today")]),
                company_id=self._place(zone).id,
                keep_history=True,
            )
            self._set_created(self.alpha, last)
            for now, inside in ((last, True), (after, False)):
                for tz in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
                    with self.subTest(zone=zone, now=now, tz=tz), freeze_time(now):
                        self.env.registry.clear_cache()
                        mine = segment.with_context(tz=tz)
                        self.assertEqual(
                            self.alpha in self._find(segment, tz=tz) & self.companies, inside
                        )
                        mine._refresh()
                        self.assertEqual(bool(self._member(segment, self.alpha)), inside)

    def test_what_all_share_goes_by_who_made_it(self):
        for number, (zone, last, after) in enumerate(MIDNIGHTS):
            user = new_test_user(
                self.env, f"zone_{number}", "sales_team.group_sale_manager", tz=zone
            )
            user.company_ids = self.env["res.company"].search([])
            segment = self.env["crm.segment"].with_user(user).create(
                {"name": zone, "company_id": False}
            ).sudo()  # fmt: skip
            for now, day in ((last, "2026-03-31"), (after, "2026-04-01")):
                with self.subTest(zone=zone, now=now), freeze_time(now):
                    self.assertEqual(str(segment._get_today()), day)

    def test_what_nobody_made_goes_by_the_oldest_company(self):
        self.env.user.tz = False
        segment = self._create_segment(("self", [("ref", "=", "segment")]))
        for zone, last, after in MIDNIGHTS:
            self.env["res.company"].search([], order="id", limit=1).tz = zone
            for now, day in ((last, "2026-03-31"), (after, "2026-04-01")):
                with self.subTest(zone=zone, now=now), freeze_time(now):
                    self.assertEqual(str(segment._get_today()), day)

    def test_days_since_in_a_score(self):
        """Won a second before midnight there: yesterday a second later."""
        for zone, last, after in MIDNIGHTS:
            company = self._place(zone)
            score = self._create_score(
                {
                    "name": "Days",
                    "kind": "measure",
                    "measure": "won_days",
                    "range_ids": self._ranges((None, 1, 5), (1, None, 0)),
                },
                company_id=company.id,
            )
            deal = self._create_deal(self.gamma, "won", 10, company_id=company.id, team_id=False)
            deal.date_closed = last
            self.env.flush_all()
            for now, days in ((last, 0), (after, 1)):
                with self.subTest(zone=zone, now=now), freeze_time(now):
                    self.env.invalidate_all()
                    score.with_context(tz="Asia/Tokyo")._refresh()
                    member = self._member(score, self.gamma)
                    self.assertEqual(member.score, 0 if days else 5)
                    text = member.line_ids.with_context(tz="Asia/Tokyo").value_text
                    self.assertEqual(text, f"2026-03-31, {days} days ago")
            deal.unlink()

    def test_a_period_begins_at_midnight_there(self):
        """Of the last day: since the midnight before yesterday began, there."""
        for zone, last, after in MIDNIGHTS:
            company = self._place(zone)
            score = self._create_score(
                {**self._amount_parameter(), "period_days": 1}, company_id=company.id
            )
            self._create_deal(self.gamma, "won", 10, company_id=company.id, team_id=False)
            deal = self.env["crm.lead"].search([("company_id", "=", company.id)])
            for closed, counts in ((last, False), (after, True)):
                deal.date_closed = closed
                self.env.flush_all()
                # Two days after that midnight there: yesterday is the second of them.
                with self.subTest(zone=zone, closed=closed), freeze_time("2026-04-02 10:30:00"):
                    today = score._get_today()
                    self.env.invalidate_all()
                    score._refresh()
                    [line] = self._member(score, self.gamma).line_ids
                    expected = counts if str(today) == "2026-04-02" else None
                    if expected is not None:
                        self.assertEqual(line.has_value, counts)
            deal.unlink()

    def test_the_days_on_which_clocks_are_changed(self):
        places = {zone: self._place(zone) for zone, _moment, _day in DAYS}
        for zone, moment, day in DAYS:
            with self.subTest(zone=zone, moment=moment), freeze_time(moment):
                self.assertEqual(str(places[zone]._get_today()), day)
                segment = self._create_segment(
                    ("self", [("ref", "=", "segment")]), company_id=places[zone].id
                )
                self.assertEqual(str(segment._get_today()), day)
                start = segment._get_days_ago(0)
                with freeze_time(start):
                    self.assertEqual(str(segment._get_today()), day)

    def test_taking_contacts_goes_by_the_companys_day(self):
        """The day of the one who takes is his company's, and never goes back."""
        user = new_test_user(self.env, "zone_taker", "sales_team.group_sale_salesman")
        east, west = self._place("Pacific/Kiritimati"), self._place("Pacific/Pago_Pago")
        user.write({"company_ids": (east | west).ids, "company_id": east.id})
        moves = [
            ("2026-03-31 09:00:00", east, (1, 0)),
            ("2026-03-31 09:59:00", east, (0, 0)),
            ("2026-03-31 10:01:00", east, (1, 0)),  # the 1st there
            ("2026-03-31 10:02:00", west, (0, 0)),  # the 30th there: no new day
            ("2026-04-01 12:00:00", west, (0, 0)),  # the 1st there, too
            ("2026-04-02 12:00:00", west, (1, 0)),
        ]
        for now, company, left in moves:
            with self.subTest(now=now, company=company.name), freeze_time(now):
                user.company_id = company
                self.env.flush_all()
                self.assertEqual(user._use_take_quota(1, 1), left)
