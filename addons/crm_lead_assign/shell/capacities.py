"""What members and people may get now, from the leads they got in the last 30 days."""

from collections import defaultdict
from datetime import timedelta

from odoo.tools import SQL

from ..engine import capacity


class Capacities:
    """Capacities of members, read at once. Cost: two queries.

    :param members: ``crm.team.member``, as superuser
    :param force_quota: everybody may get a whole day's leads, whatever came before
    """

    def __init__(self, members, availability, settings, force_quota=False):
        self.env = members.env
        self.users = members.user_id
        self.settings = settings
        self.force_quota = force_quota
        self.now = availability.now
        #: ``{team: {user: leads given by hand since the team's last run}}``
        self.by_hand = defaultdict(dict)
        self.received = self._read_received()
        self._days_away = availability.days_away()

    def weight(self, member):
        """A member's capacity in 30 days: the burst's while it lasts."""
        until = member.assignment_burst_until
        if until and until >= self._get_today(member.crm_team_id):
            return member.assignment_burst_max or member.assignment_max
        return member.assignment_max

    def _get_today(self, team):
        """Which day it is now where the team is: a burst ends at that midnight."""
        return team._get_assignment_company()._get_today(self.now)

    def of_member(self, member, today=None):
        """Leads due to a member now.

        :param today: leads of the last 24 hours, where the caller knows better
        """
        received = list(self.received.get((member.user_id.id, member.crm_team_id.id), ()))
        if today is not None:
            received[:1] = [today]
        return self._credit(self.weight(member), received, self._age(member), member.user_id)

    def received_in_period(self, member):
        """Leads the member got in the last 30 days."""
        return sum(self.received.get((member.user_id.id, member.crm_team_id.id), ()))

    def of_person(self, user, members):
        """What the user may get in all teams together; None: just what each team allows.

        :param members: the user's members in this run
        """
        total = user.assignment_max
        if not total and self.settings.capacity_per_person:
            # Teams outside this run count too: the highest of all memberships holds.
            own = (user.crm_team_member_ids | members).filtered("crm_team_id.active")
            total = max(own.mapped(self.weight), default=0)
        if not total:
            return None
        days = [received for (user_id, _team), received in self.received.items()
                if user_id == user.id]  # fmt: skip
        received = [sum(day) for day in zip(*days, strict=True)]
        age = max((self._age(member) for member in members), default=0)
        return self._credit(total, received, age, user)

    def _credit(self, leads, received, age, user):
        if self.force_quota:
            return float(capacity.first_day(leads))
        return capacity.credit(
            leads,
            received,
            age,
            away=self._days_away.get(user.id, ()),
            carry_over=self.settings.carry_over_days,
        )

    def _age(self, member):
        return max((self.now - (member.create_date or self.now)).days, 0)

    def _read_received(self):
        """``{(user, team): [leads received by 24 hours, the last first]}``, lost ones too."""
        if not self.users:
            return {}
        self.env["crm.lead"].flush_model(["user_id", "team_id", "date_open"])
        self.env["crm.team"].flush_model(["assignment_position_date"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lead.user_id, coalesce(lead.team_id, 0),
                       greatest(floor(extract(
                           epoch FROM %(now)s - date_trunc('second', lead.date_open)) / 86400), 0),
                       count(*),
                       count(*) FILTER (WHERE lead.date_open > team.assignment_position_date)
                  FROM crm_lead lead
             LEFT JOIN crm_team team ON team.id = lead.team_id
                 WHERE lead.date_open > %(since)s
                   AND lead.user_id IN %(users)s
              GROUP BY 1, 2, 3
                """,
                now=self.now,
                since=self.now - timedelta(days=capacity.PERIOD),
                users=tuple(self.users.ids),
            )
        )
        received = defaultdict(lambda: [0] * capacity.PERIOD)
        for user_id, team_id, day, count, by_hand in rows:
            received[user_id, team_id][min(int(day), capacity.PERIOD - 1)] += count
            if by_hand:
                users = self.by_hand[team_id]
                users[user_id] = users.get(user_id, 0) + by_hand
        return dict(received)
