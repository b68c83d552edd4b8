"""Who works when: from calendars, time off and public holidays Odoo has already."""

from collections import defaultdict
from datetime import timedelta

from pytz import utc

from ..engine.capacity import PERIOD


class Availability:
    """Working times of users.

    A user's calendar is that of the user's resource (an employee has one), else of the
    user's company. Time off is that of the resource, as ``hr_holidays`` writes it;
    public holidays are a calendar's leaves without a resource.
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
            resources = user.resource_ids.filtered("active")
            own = resources.filtered(lambda resource: resource.company_id == user.company_id)
            self._resources[user.id] = (own or resources)[:1]
        return self._resources[user.id]

    def calendar(self, user):
        """The user's working hours; empty when there are none: then always at work."""
        resource = self.resource(user)
        return resource.calendar_id if resource else user.company_id.resource_calendar_id

    def away(self, hours):
        """Ids of the users who are not at work at any time in the next ``hours``.

        Cost: some queries for each distinct calendar.
        """
        start = utc.localize(self.now)
        end = start + timedelta(hours=max(hours, 0), minutes=1)
        away = set()
        for calendar, users in self.users.grouped(self.calendar).items():
            if not calendar:
                continue
            resources = users.env["resource.resource"].union(*map(self.resource, users))
            intervals = calendar._work_intervals_batch(start, end, resources=resources)
            away.update(user.id for user in users if not intervals[self.resource(user).id])
        return away

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
        working time.
        """
        calendar = self.calendar(user)
        if not calendar:
            return self.now - timedelta(hours=hours)
        moment = calendar.plan_hours(
            -hours,
            utc.localize(self.now),
            compute_leaves=True,
            resource=self.resource(user) or None,
        )
        # Nothing found in the years Odoo looks back over: nobody has waited that long.
        return moment.astimezone(utc).replace(tzinfo=None) if moment else self.now.min
