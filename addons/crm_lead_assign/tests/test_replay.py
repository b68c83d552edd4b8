from odoo.tests import BaseCase, tagged

from ..engine import fairness
from ..engine.facts import Lead, Member, Person, Team
from ..engine.replay import Replay


def member(number, weight=30, team=1, person=None, **values):
    return Member(number, team, person or Person(number * 10), weight=weight, **values)


@tagged("post_install", "-at_install")
class TestFairnessWithinTeams(BaseCase):
    """A team with little to give out is not unfair to its members."""

    def test_even_in_each_team(self):
        rows = [(1, 10, 30), (1, 20, 60), (2, 1, 30), (2, 1, 30)]
        for figure in fairness.within_teams(rows):
            self.assertAlmostEqual(figure, 0)

    def test_the_widest_spread_of_all_teams(self):
        self.assertAlmostEqual(
            fairness.within_teams([(1, 5, 30), (1, 5, 30), (2, 10, 30), (2, 0, 30)])[1], 2
        )

    def test_nothing_given_out(self):
        self.assertEqual(fairness.within_teams([(1, 0, 30), (2, 5, 0)]), (0.0, 0.0))


@tagged("post_install", "-at_install")
class TestReplay(BaseCase):
    """Leads given out again day by day, without a database."""

    def _run(self, teams, days, **options):
        numbers = iter(range(1, 1 + sum(days)))
        leads = [[Lead(next(numbers), team_id=1) for _n in range(count)] for count in days]
        return Replay(teams, **options).run(leads)

    def test_shares_by_capacity(self):
        team = Team(1, members=(member(1, 60), member(2, 30)))
        result = self._run([team], [3] * 30)
        self.assertEqual(result.received, {(1, 10): 60, (1, 20): 30})
        self.assertEqual((result.assigned, result.waited), (90, 0))

    def test_ten_in_thirty_days_is_one_every_three(self):
        result = self._run([Team(1, members=(member(1, 10),))], [1] * 30)
        self.assertEqual(result.received[1, 10], 10)
        self.assertEqual(result.reasons, {"capacity_used": 20})
        self.assertGreater(result.waited, 0)

    def test_what_waits_goes_out_when_there_is_room(self):
        result = self._run([Team(1, members=(member(1, 30),))], [5, 0, 0, 0, 0])
        self.assertEqual((result.assigned, result.waited), (5, 0 + 1 + 2 + 3 + 4))

    def test_away_and_back_without_a_flood(self):
        team = Team(1, members=(member(1, 300), member(2, 300)))
        result = self._run([team], [2] * 30, away={2: set(range(10))})
        self.assertEqual(result.received, {(1, 10): 40, (1, 20): 20})

    def test_all_away_they_wait(self):
        team = Team(1, members=(member(1),))
        result = self._run([team], [1, 0, 0], away={1: {0, 1, 2}})
        self.assertEqual(result.reasons, {"nobody_available": 1})

    def test_capacity_over_all_teams(self):
        person = Person(10)
        teams = [
            Team(1, members=(member(1, 300, person=person),)),
            Team(2, members=(member(2, 300, team=2, person=person),)),
        ]
        leads = [[Lead(day * 2 + 1, team_id=1), Lead(day * 2 + 2, team_id=2)] for day in range(30)]
        result = Replay(teams, totals={10: 30}).run(leads)
        self.assertEqual(result.assigned, 30)

    def test_teams_are_chosen_for_leads_without_one(self):
        teams = [
            Team(1, rule=2, members=(member(1, 300),)),
            Team(2, rule=4, members=(member(2, 300, team=2),)),
        ]
        leads = [[Lead(1, matches=3), Lead(2, matches=5), Lead(3)]]
        result = Replay(teams).run(leads)
        self.assertEqual(result.received, {(1, 10): 1, (2, 20): 1})
        self.assertEqual(result.reasons, {"no_team": 1})

    def test_fallback_for_what_no_team_matches(self):
        result = Replay([Team(1, rule=2, members=(member(1),))], fallback=(7, 70)).run([[Lead(1)]])
        self.assertEqual(result.received, {(7, 70): 1})

    def test_what_nobody_in_the_team_takes_goes_to_another(self):
        teams = [
            Team(1, members=(member(1, 300, rule=2),)),
            Team(2, members=(member(2, 300, team=2),)),
        ]
        result = Replay(teams).run([[Lead(1, team_id=1)]])
        self.assertEqual(result.received, {(2, 20): 1})
        alone = Replay(teams[:1]).run([[Lead(1, team_id=1)]])
        self.assertEqual(alone.reasons, {"no_member": 1})

    def test_a_customer_comes_back_to_the_same_person(self):
        keys = {number: [("partner_id", 5)] for number in range(1, 10)}
        team = Team(1, members=(member(1, 300), member(2, 300)))
        result = self._run([team], [1] * 9, keys=keys)
        self.assertEqual(sorted(result.received.values()), [9])
        team = Team(1, members=(member(1, 300), member(2, 300)))
        result = self._run([team], [1] * 9, keys=keys, known={("partner_id", 5): 20})
        self.assertEqual(result.received, {(1, 20): 9})

    def test_same_seed_same_result(self):
        def run():
            teams = [
                Team(number, members=(member(number, 900, team=number),)) for number in (1, 2, 3)
            ]
            return Replay(teams, seed=5).run([[Lead(n) for n in range(30)]]).received

        self.assertEqual(run(), run())
        self.assertEqual(sum(run().values()), 30)
