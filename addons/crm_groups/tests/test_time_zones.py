from odoo.tests import freeze_time, new_test_user, tagged

from .common import CrmGroupsCommon

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
#: The same for days on which clocks are changed: (time zone, day, last second, first after it)
CHANGES = [
    ("Europe/Warsaw", "2026-03-29", "2026-03-29 21:59:59", "2026-03-29 22:00:00"),
    ("Europe/Warsaw", "2026-03-28", "2026-03-28 22:59:59", "2026-03-28 23:00:00"),
    ("Europe/Warsaw", "2026-10-25", "2026-10-25 22:59:59", "2026-10-25 23:00:00"),
    ("Europe/Warsaw", "2026-10-24", "2026-10-24 21:59:59", "2026-10-24 22:00:00"),
    ("America/New_York", "2026-03-08", "2026-03-09 03:59:59", "2026-03-09 04:00:00"),
    ("America/New_York", "2026-03-07", "2026-03-08 04:59:59", "2026-03-08 05:00:00"),
    ("America/New_York", "2026-11-01", "2026-11-02 04:59:59", "2026-11-02 05:00:00"),
    ("America/New_York", "2026-10-31", "2026-11-01 03:59:59", "2026-11-01 04:00:00"),
]


@tagged("post_install", "-at_install")
class TestTimeZones(CrmGroupsCommon):
    """The day of a group is that of its company, or of whoever answers for what all share."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Whoever comes first by name, place or the clock of the server decides nothing.
        cls.first = cls.env["res.company"].create(
            {"name": "AAA", "sequence": -99, "tz": "Pacific/Kiritimati"}
        )
        cls.env.company.tz = "Asia/Kolkata"

    def _place(self, zone):
        number = self.env["res.company"].search_count([])
        return self.env["res.company"].create({"name": f"{zone} {number}", "tz": zone})

    def _member(self, group, until):
        group.add_contacts(self.north.ids)
        member = self._get_member(group, self.north)
        member.write({"date_from": "2026-01-01", "date_to": until})
        self.env.flush_all()
        return member

    def _assert_ends(self, member, last, after):
        with freeze_time(last):
            self.Member._end_overdue()
            self.assertEqual(member.state, "in")
        with freeze_time(after):
            self.Member._end_overdue()
            self.assertEqual(member.state, "past")
        self.assertEqual(str(member.date_to), self.until)

    def test_the_last_day_ends_at_its_midnight(self):
        for number, (zone, day, last, after) in enumerate(
            [(zone, "2026-03-31", last, after) for zone, last, after in MIDNIGHTS] + CHANGES
        ):
            with self.subTest(zone=zone, day=day):
                self.until = day
                group = self._create_group(f"{zone} {number}", company_id=self._place(zone).id)
                self._assert_ends(self._member(group, day), last, after)

    def test_what_all_share_goes_by_its_responsible(self):
        for number, (zone, last, after) in enumerate(MIDNIGHTS):
            with self.subTest(zone=zone):
                self.until = "2026-03-31"
                user = new_test_user(self.env, f"zone_{number}", "base.group_user", tz=zone)
                group = self._create_group(f"Shared {zone}", user_id=user.id)
                self._assert_ends(self._member(group, self.until), last, after)

    def test_what_nobody_answers_for_goes_by_the_oldest_company(self):
        self.env.user.tz = False
        oldest = self.env["res.company"].search([], order="id", limit=1)
        for number, (zone, last, after) in enumerate(MIDNIGHTS):
            with self.subTest(zone=zone):
                self.until = "2026-03-31"
                oldest.tz = zone
                group = self._create_group(f"Nobody's {number}")
                self._assert_ends(self._member(group, self.until), last, after)

    def test_today_in_a_rule(self):
        """Who is made on the day there: by the rebuild, and as contacts are saved."""
        for zone, last, after in MIDNIGHTS:
            smart = self._create_smart(
                f"Made today {zone}",
                [("ref", "=", zone), ("create_date", ">=", "today")],
                company_id=self._place(zone).id,
            )
            made = self.Partner.create({"name": "Made", "ref": f"{zone} later"})
            # Made a minute before midnight there: of the 31st until then.
            self.env.cr.execute(
                "UPDATE res_partner SET create_date = %s::timestamp - interval '1 minute' "
                "WHERE id = %s",
                (last, made.id),
            )
            self.env.invalidate_all()
            for now, inside in ((last, True), (after, False)):
                with self.subTest(zone=zone, now=now), freeze_time(now):
                    made.with_context(tz="UTC").ref = zone
                    smart.action_rebuild()
                    self.assertEqual(made in smart.member_ids.filtered(
                        lambda m: m.state == "in").partner_id, inside)  # fmt: skip
                    self.assertEqual(smart.preview_rule()["matching"], int(inside))
                    # As a few contacts are saved, and many.
                    for limit in ("few", "many"):
                        ids = made.ids if limit == "few" else [*made.ids, *range(10**8, 10**8 + 20)]
                        self.Group._follow_contacts(ids)
                        self.assertEqual(self._get_member(smart, made).state == "in", inside)

    def test_the_day_a_rule_brings_somebody_in(self):
        """Of several groups in one statement, each by its own day."""
        groups = {
            zone: self._create_smart(
                f"Day of {zone}", [("ref", "=", "comes")], company_id=self._place(zone).id
            )
            for zone, _last, _after in MIDNIGHTS
        }
        moments = {
            "2026-03-31 10:30:00": {
                "Pacific/Kiritimati": "2026-04-01",
                "Pacific/Pago_Pago": "2026-03-30",
            },
            "2026-03-31 17:30:00": {
                "Pacific/Kiritimati": "2026-04-01",
                "Asia/Ho_Chi_Minh": "2026-04-01",
            },
        }
        for now, others in moments.items():
            with freeze_time(now):
                contact = self.Partner.create({"name": "Comes", "ref": "comes"})
            for zone, group in groups.items():
                with self.subTest(now=now, zone=zone):
                    member = self._get_member(group, contact)
                    self.assertEqual(str(member.date_from), others.get(zone, "2026-03-31"))

    def test_a_company_without_one_goes_by_its_working_hours(self):
        company = self._place(False)
        self.assertEqual(company._get_tz(), company.resource_calendar_id.tz or "UTC")
        company.resource_calendar_id.tz = "Asia/Ho_Chi_Minh"
        self.assertEqual(company._get_tz(), "Asia/Ho_Chi_Minh")
        company.tz = "Europe/Warsaw"
        self.assertEqual(company._get_tz(), "Europe/Warsaw")
        self.assertEqual(company.partner_id.tz, "Europe/Warsaw")

    def test_it_is_set_where_it_is_looked_for(self):
        """In the general settings, and on the company."""
        settings = self.env["res.config.settings"].create({"company_tz": "Asia/Ho_Chi_Minh"})
        settings.execute()
        self.assertEqual(self.env.company.tz, "Asia/Ho_Chi_Minh")
        for model, view, name in (
            ("res.config.settings", "base.res_config_settings_view_form", "company_tz"),
            ("res.company", "base.view_company_form", "tz"),
        ):
            with self.subTest(model=model):
                arch = self.env[model].get_view(self.env.ref(view).id, "form")["arch"]
                self.assertIn(f'name="{name}"', arch)
