from odoo.tests import BaseCase, tagged

from ..engine import unassigned
from ..engine.unassigned import Lead, Member, Team, reason_for


@tagged("post_install", "-at_install")
class TestUnassignedEngine(BaseCase):
    """The decision alone: no database, one question after the other."""

    def setUp(self):
        super().setUp()
        self.willing = Member(lead_ids={1}, remaining=1)
        self.team = Team(lead_ids={1}, capacity=30, members=(self.willing,))

    def _reason(self, lead=None, **teams):
        named = {int(key[1:]): team for key, team in teams.items()}
        return reason_for(lead or Lead(1), named)

    def test_no_team_at_all(self):
        self.assertEqual(self._reason(), unassigned.NO_TEAM)

    def test_no_team_lets_it_through(self):
        self.assertEqual(self._reason(t1=Team(lead_ids={2}, capacity=30)), unassigned.NO_TEAM)

    def test_only_teams_out_of_the_schedule_match(self):
        skipped = Team(lead_ids={1}, scheduled=False, capacity=30)
        self.assertEqual(self._reason(t1=skipped), unassigned.TEAM_SKIPPED)

    def test_matching_teams_have_no_capacity(self):
        self.assertEqual(self._reason(t1=Team(lead_ids={1})), unassigned.TEAM_NO_CAPACITY)

    def test_one_able_team_is_enough(self):
        skipped = Team(lead_ids={1}, scheduled=False, capacity=30)
        self.assertEqual(self._reason(t1=skipped, t2=self.team), unassigned.WAITING)

    def test_older_than_the_schedule_looks_back(self):
        lead = Lead(1, too_old=True)
        self.assertEqual(self._reason(lead, t1=self.team), unassigned.TOO_OLD)

    def test_age_does_not_matter_once_in_a_team(self):
        lead = Lead(1, team_id=1, too_old=True)
        self.assertEqual(self._reason(lead, t1=self.team), unassigned.WAITING)

    def test_archived_team(self):
        self.assertEqual(self._reason(Lead(1, team_id=9), t1=self.team), unassigned.NO_TEAM)

    def test_in_a_team_where_no_member_matches(self):
        other = Team(lead_ids={1}, capacity=30, members=(Member({2}, 5),))
        self.assertEqual(self._reason(Lead(1, team_id=1), t1=other), unassigned.NO_MEMBER)

    def test_in_a_team_whose_capacity_is_used_up(self):
        used = Team(lead_ids={1}, capacity=30, members=(Member({1}, 0), Member({2}, 5)))
        self.assertEqual(self._reason(Lead(1, team_id=1), t1=used), unassigned.CAPACITY_USED)

    def test_released_by_its_last_owner(self):
        lead = Lead(1, team_id=1, released=True)
        self.assertEqual(self._reason(lead, t1=self.team), unassigned.RELEASED)
