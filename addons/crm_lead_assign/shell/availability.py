"""Who works when: from calendars, time off and public holidays Odoo has already."""

from collections import defaultdict
from datetime import timedelta

from pytz import timezone, utc

from odoo.tools.intervals import Intervals

from ..engine.capacity import PERIOD

#: A day off ends at 23:59:59: what is left of it is no work.
GAP = timedelta(seconds=1)
#: Work is looked back for in steps of so many days, and so many steps.
STEP_DAYS, STEPS = 14, 100


class Availability:
    """Working times of users: the one place that the assignment, the what-if and the handover ask.

    An employee works by his own calendar in his own time zone; one without a calendar (fully
    flexible) at any time but for his time off and the public holidays of his company. A user who
    is no employee works by his company's calendar in the time zone of his preferences. Whoever
    was an employee and is archived is not at work.

    Time off is that of the resource, as ``hr_holidays`` writes it; public holidays are leaves
    without a resource.
    """

    def __init__(self, users, now):
        # sudo: salespeople's calendars and time off are not the sales manager's to read;
        # only whether somebody is at work leaves this class.
        self.users = users.sudo()
        self.now = now
        self._resources = {}

    def resource(self, user):
        """The user's resource in the user's company; may be empty."""
        if user.id not in self._resources:
            resources = self._all_resources(user).filtered("active")
            own = resources.filtered(lambda resource: resource.company_id == user.company_id)
            self._resources[user.id] = (own or resources)[:1]
        return self._resources[user.id]

    def _all_resources(self, user):
        return user.with_context(active_test=False).resource_ids

    def has_left(self, user):
        """Whether the user was an employee and is one no more."""
        return not self.resource(user) and bool(self._all_resources(user))

    def _place(self, user):
        """Where the user works: ``(calendar, time zone, company, whether an employee)``.

        Users of one place are read together. By the time zone too: Odoo takes that of the first
        resource for the days off of all.
        """
        resource = self.resource(user)
        company = resource.company_id or user.company_id
        calendar = resource.calendar_id or company.resource_calendar_id
        tz = resource.tz if resource else user.tz or calendar.tz
        return calendar, tz or "UTC", company, bool(resource)

    def work_intervals(self, start, end):
        """``{user id: [(begin, stop), ...]}``: when the users work between two moments.

        Whoever has left does not work. Cost: some queries for each distinct calendar and time
        zone.

        :param start: with its time zone, as ``end``
        """
        working = self.users.filtered(lambda user: not self.has_left(user))
        return {user.id: [] for user in self.users} | self._read_work(working, start, end)

    def _read_work(self, users, start, end):
        work = {}
        for (calendar, tz, company, employed), own in users.grouped(self._place).items():
            resources = users.env["resource.resource"].union(*map(self.resource, own))
            # Of a user who is no resource Odoo would take the holidays of all companies.
            domain = [("time_type", "=", "leave")]
            domain += [] if employed else [("company_id", "=", company.id)]
            options = {"resources": resources, "domain": domain, "tz": timezone(tz)}
            if calendar:
                intervals = calendar._work_intervals_batch(start, end, **options)
            else:
                leaves = calendar._leave_intervals_batch(start, end, **options)
                always = Intervals([(start, end, calendar)])
                intervals = {id_: always - off for id_, off in leaves.items()}
            for user in own:
                found = intervals[self.resource(user).id]
                work[user.id] = sorted(
                    (begin, stop) for begin, stop, _meta in found if stop - begin > GAP
                )
        return work

    def away(self, hours):
        """Ids of the users who are not at work at any time in the next ``hours``.

        Cost: as :meth:`work_intervals`.
        """
        start = utc.localize(self.now)
        end = start + timedelta(hours=max(hours, 0), minutes=1)
        return {id_ for id_, work in self.work_intervals(start, end).items() if not work}

    def days_away(self):
        """``{user id: {whole days of the last 30 on which the user was off}}``.

        Days are counted back from now by 24 hours, as in :mod:`..engine.capacity`.
        Cost: one search.
        """
        by_resource = {
            resource.id: user.id for user in self.users if (resource := self.resource(user))
        }
        if not by_resource:
            return {}
        leaves = self.users.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "in", list(by_resource)),
                ("time_type", "=", "leave"),
                ("date_to", ">", self.now - timedelta(days=PERIOD)),
                ("date_from", "<", self.now),
            ]
        )
        days = defaultdict(set)
        for leave in leaves:
            for day in range(PERIOD):
                middle = self.now - timedelta(days=day, hours=12)
                if leave.date_from <= middle <= leave.date_to:
                    days[by_resource[leave.resource_id.id]].add(day)
        return days

    def work_ended_before(self, user, hours):
        """The moment since which the user has worked ``hours``, counted back from now.

        What happened before it has waited for longer than ``hours`` of the user's
        working time. Of somebody who has left, it is the time that the company works: what lies
        with him is to be given to others.
        """
        user, left = user.sudo(), timedelta(hours=hours)  # sudo: as above
        end = utc.localize(self.now)
        for _step in range(STEPS):
            start = end - timedelta(days=STEP_DAYS)
            for begin, stop in reversed(self._read_work(user, start, end)[user.id]):
                if stop - begin >= left:
                    return (stop - left).astimezone(utc).replace(tzinfo=None)
                left -= stop - begin
            end = start
        # Nothing found in all these years: nobody has waited that long.
        return self.now.min
