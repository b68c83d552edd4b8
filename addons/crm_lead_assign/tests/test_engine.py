import random

from odoo.tests import BaseCase, tagged

from ..engine import (
    allocation,
    capacity,
    codes,
    distribution,
    duplicates,
    fairness,
    languages,
    rotation,
)
from ..engine.facts import EVERYTHING, Lead, Member, Person, Team

BIT_A, BIT_B = 2, 4


def member(number, weight=30, credit=100, **values):
    person = values.pop("person", None) or Person(number * 10)
    return Member(number, 1, person, weight=weight, credit=credit, **values)


def team(*members, number=1, **values):
    values.setdefault("weight", sum(m.weight for m in members) or 30)
    return Team(number, members=members, **values)


def owners(decisions):
    return [decision.member_id for decision in decisions]


@tagged("post_install", "-at_install")
class TestCapacity(BaseCase):
    """The bucket: what is due to somebody now."""

    def _due(self, leads, received=(), age=0, **values):
        return capacity.whole(capacity.credit(leads, list(received), age, **values))

    def test_first_day_is_odoos_daily_quota(self):
        for leads, quota in ((15, 1), (30, 1), (44, 1), (45, 2), (60, 2), (300, 10)):
            with self.subTest(leads=leads):
                self.assertEqual(self._due(leads), quota)

    def test_small_capacity_gets_one_on_the_first_day(self):
        self.assertEqual(self._due(1), 1)
        self.assertEqual(self._due(10), 1)

    def test_ten_a_month_is_one_every_three_days(self):
        got = []
        for day in range(10):
            received = [0] * 30
            for earlier in got:
                received[day - earlier] += 1
            if self._due(10, received, age=day) >= 1:
                got.append(day)
        self.assertEqual(got, [0, 3, 6, 9])

    def test_forty_five_is_two_and_one_in_turns(self):
        counts = []
        for day in range(6):
            received = [0] * 30
            for earlier, count in enumerate(counts):
                received[day - earlier] += count
            counts.append(self._due(45, received, age=day))
        self.assertEqual(counts, [2, 1, 2, 1, 2, 1])

    def test_unused_days_are_carried_over_up_to_a_limit(self):
        self.assertEqual(self._due(30, age=3), 4)
        self.assertEqual(self._due(30, age=20, carry_over=5), 5)

    def test_days_away_fill_nothing(self):
        self.assertEqual(self._due(30, age=6, away={0, 1, 2, 3, 4, 5}), 1)

    def test_debt_from_leads_given_by_hand(self):
        self.assertEqual(self._due(45, [30]), -28)
        self.assertEqual(self._due(30, [500]), -30, "never more than a month's")

    def test_no_capacity(self):
        self.assertEqual(self._due(0, age=10), 0)

    def test_old_hand_gets_its_capacity_in_a_month_and_no_more(self):
        self.assertEqual(self._due(30, [1] * 30, age=400), 0)
        self.assertEqual(self._due(30, [0] + [1] * 29, age=400), 1)


@tagged("post_install", "-at_install")
class TestRotation(BaseCase):
    """Whose turn it is."""

    def _sequence(self, weights, count):
        members = [member(number, weight) for number, weight in enumerate(weights, 1)]
        leads = [Lead(number) for number in range(1, count + 1)]
        return owners(distribution.distribute(team(*members), leads))

    def test_proportional_at_every_moment(self):
        self.assertEqual(self._sequence([300, 30], 11), [1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1])

    def test_shares_are_never_a_whole_lead_off(self):
        weights = [5, 3, 2]
        sequence = self._sequence(weights, 200)
        for length in range(1, 201):
            for number, weight in enumerate(weights, 1):
                due = length * weight / sum(weights)
                self.assertLess(abs(sequence[:length].count(number) - due), 1)

    def test_position_goes_on_from_run_to_run(self):
        members = [member(1), member(2), member(3)]
        sequence = []
        for number in range(1, 7):
            sequence += owners(distribution.distribute(team(*members), [Lead(number)]))
        self.assertEqual(sequence, [1, 2, 3, 1, 2, 3])

    def test_newcomer_stands_where_the_others_stand(self):
        positions = rotation.calibrated(
            [(1, 5.0, 30, True), (2, 5.2, 30, True), (3, None, 30, False)]
        )
        self.assertAlmostEqual(positions[3], 5.1)

    def test_who_returns_gets_no_flood(self):
        positions = rotation.calibrated(
            [(1, 5.0, 30, True), (2, 5.0, 30, True), (3, 1.0, 30, False)]
        )
        self.assertEqual(positions[3], 5.0)

    def test_leads_by_hand_count_for_a_month_at_most(self):
        positions = rotation.calibrated([(1, 0.0, 30, True), (2, 90.0, 30, True)])
        self.assertLessEqual(positions[2] - positions[1], 46)

    def test_nobody_has_a_position_yet(self):
        self.assertEqual(rotation.calibrated([(1, None, 30, False)]), {1: 0.0})


@tagged("post_install", "-at_install")
class TestAllocation(BaseCase):
    """Leads to teams."""

    def _allocate(self, leads, *teams, together=None):
        decisions = allocation.allocate(leads, teams, random.Random(7), together)
        return {decision.lead_id: (decision.team_id, decision.team_rule) for decision in decisions}

    def test_only_team(self):
        result = self._allocate([Lead(1, matches=BIT_A | 1)], team(member(1), rule=BIT_A))
        self.assertEqual(result, {1: (1, codes.TEAM_ONLY)})

    def test_no_team(self):
        self.assertEqual(self._allocate([Lead(1)], team(member(1), rule=BIT_A)), {})

    def test_exclusive_comes_before_shared_in_sequence(self):
        shared = team(member(1), number=1, sequence=1)
        second = team(member(2), number=2, sequence=9, exclusive=True)
        first = team(member(3), number=3, sequence=5, exclusive=True)
        self.assertEqual(
            self._allocate([Lead(1)], shared, second, first), {1: (3, codes.TEAM_EXCLUSIVE)}
        )

    def test_closest_territory(self):
        country = team(member(1), number=1, territories={BIT_A: 0})
        state = team(member(2), number=2, territories={BIT_B: 1})
        lead, other = Lead(1, matches=1 | BIT_A | BIT_B), Lead(2, matches=1 | BIT_A)
        self.assertEqual(
            self._allocate([lead, other], country, state),
            {1: (2, codes.TEAM_TERRITORY), 2: (1, codes.TEAM_TERRITORY)},
        )

    def test_team_of_the_customers_salesperson(self):
        first = team(member(1), number=1, exclusive=True)
        theirs = team(member(2, person=Person(99)), number=2)
        lead = Lead(1, customer_user=99)
        self.assertEqual(self._allocate([lead], first, theirs)[1], (2, codes.TEAM_CUSTOMER))

    def test_team_where_somebody_takes_it(self):
        unwilling = team(member(1, rule=BIT_A), number=1)
        willing = team(member(2), number=2)
        for number in range(1, 20):
            self.assertEqual(self._allocate([Lead(number)], unwilling, willing)[number][0], 2)

    def test_unwilling_team_is_better_than_none(self):
        self.assertEqual(self._allocate([Lead(1)], team(member(1, rule=BIT_A)))[1][0], 1)

    def test_stuck_lead_leaves_only_for_who_takes_it(self):
        stuck = Lead(1, team_id=1)
        unwilling = team(member(1, rule=BIT_A), number=1)
        also = team(member(2, rule=BIT_B), number=2)
        self.assertEqual(self._allocate([stuck], unwilling, also), {})
        self.assertEqual(
            self._allocate([stuck], unwilling, team(member(2), number=2)),
            {1: (2, codes.TEAM_STUCK)},
        )

    def test_shares_follow_capacity(self):
        big, small = team(member(1), number=1, weight=300), team(member(2), number=2, weight=100)
        result = self._allocate([Lead(number) for number in range(2000)], big, small)
        share = sum(team_id == 1 for team_id, _rule in result.values()) / 2000
        self.assertAlmostEqual(share, 0.75, delta=0.04)

    def test_same_seed_same_teams(self):
        leads = [Lead(number) for number in range(50)]
        teams = team(member(1), number=1), team(member(2), number=2)
        self.assertEqual(self._allocate(leads, *teams), self._allocate(leads, *teams))

    def test_duplicates_go_together(self):
        leads = [Lead(1), Lead(2), Lead(3)]
        result = self._allocate(leads, team(member(1)), together={1: {1, 2}, 2: {1, 2}})
        self.assertEqual(len(result), 2)

    def test_linear(self):
        """Ten times the leads are ten times the draws, not a hundred times."""

        class Counting:
            def __init__(self):
                self.calls, self.random = 0, random.Random(1)

            def choices(self, *args, **kwargs):
                self.calls += 1
                return self.random.choices(*args, **kwargs)

        leads, draws = [Lead(number) for number in range(500)], Counting()
        allocation.allocate(leads, [team(member(1)), team(member(2), number=2)], draws)
        self.assertLessEqual(draws.calls, 502)


@tagged("post_install", "-at_install")
class TestDistribution(BaseCase):
    """Leads of a team to its members."""

    def _why_not(self, lead=None, **values):
        decision = distribution.choose(team(member(1, **values)), lead or Lead(1))
        return decision.candidates[0][1]

    def test_each_reason_to_be_skipped(self):
        french = Lead(1, langs=frozenset({"fr"}))
        for expected, lead, values in (
            (codes.SKIP_PAUSED, None, {"blocked": codes.SKIP_PAUSED}),
            (codes.SKIP_COMPANY, Lead(1, company_id=5), {}),
            (codes.SKIP_FILTER, None, {"rule": BIT_A}),
            (codes.SKIP_LANGUAGE, french, {"langs": frozenset({"en"})}),
            (codes.SKIP_PREVIOUS, Lead(1, excluded=frozenset({10})), {}),
            (codes.SKIP_OPEN, None, {"open_max": 3, "person": Person(10, open_leads=3)}),
            (codes.SKIP_CAPACITY, None, {"credit": 0.9}),
            (codes.SKIP_PERSON_CAPACITY, None, {"person": Person(10, credit=0)}),
        ):
            with self.subTest(expected):
                self.assertEqual(self._why_not(lead, **values), expected)

    def test_language_not_known_or_not_listed_is_no_obstacle(self):
        self.assertEqual(self._why_not(Lead(1), langs=frozenset({"en"})), "")
        self.assertEqual(self._why_not(Lead(1, langs=frozenset({"fr"}))), "")

    def test_most_promising_lead_first_then_the_oldest(self):
        leads = [Lead(3, probability=10), Lead(2, probability=10), Lead(1, probability=5)]
        decisions = distribution.distribute(team(member(1, credit=2)), leads)
        self.assertEqual([d.lead_id for d in decisions], [2, 3, 1])
        self.assertEqual([d.outcome for d in decisions], ["assigned", "assigned", "unassigned"])

    def test_preferred_first_and_once(self):
        members = [member(1, preferred=BIT_A), member(2, preferred=BIT_A)]
        leads = [Lead(number, matches=EVERYTHING | BIT_A) for number in range(1, 5)]
        decisions = distribution.distribute(team(*members), leads)
        self.assertEqual(sorted(owners(decisions)), [1, 1, 2, 2])
        self.assertEqual({d.rule for d in decisions}, {codes.PREFERRED})

    def test_who_did_not_prefer_it_is_among_the_candidates(self):
        members = [member(1, preferred=BIT_A), member(2)]
        lead = Lead(1, matches=EVERYTHING | BIT_A)
        [decision] = distribution.distribute(team(*members), [lead])
        self.assertEqual(decision.member_id, 1)
        self.assertIn([2, codes.SKIP_NOT_PREFERRED], decision.candidates)

    def test_fallback_comes_after_those_who_prefer_nothing(self):
        members = [member(1, preferred=BIT_A, rule=BIT_B), member(2)]
        lead = Lead(1, matches=EVERYTHING | BIT_A)
        [decision] = distribution.distribute(team(*members, fallback_user=99), [lead])
        self.assertEqual((decision.member_id, decision.rule), (2, codes.ROUND_ROBIN))

    def test_customers_salesperson_comes_before_turn_and_capacity(self):
        members = [member(1), member(2, credit=0)]
        decision = distribution.choose(team(*members), Lead(1, customer_user=20))
        self.assertEqual((decision.member_id, decision.rule), (2, codes.CUSTOMER))

    def test_customers_salesperson_who_is_away_is_passed_over(self):
        members = [member(1), member(2, blocked=codes.SKIP_AWAY)]
        decision = distribution.choose(team(*members), Lead(1, customer_user=20))
        self.assertEqual(decision.member_id, 1)

    def test_repeat_enquiry(self):
        members = [member(1), member(2)]
        decision = distribution.choose(team(*members), Lead(1, repeat_user=20))
        self.assertEqual((decision.member_id, decision.rule), (2, codes.REPEAT))

    def test_one_capacity_for_a_person_in_several_teams(self):
        person = Person(10, credit=1)
        first, second = member(1, person=person), member(2, person=person)
        distribution.distribute(team(first), [Lead(1)])
        [decision] = distribution.distribute(team(second, number=2), [Lead(2)])
        self.assertEqual(decision.reason, codes.CAPACITY_USED)

    def test_least_load_for_the_capacity(self):
        members = [member(1, 30, load=4), member(2, 60, load=6)]
        decision = distribution.choose(team(*members, method=codes.OPEN_LOAD), Lead(1))
        self.assertEqual((decision.member_id, decision.facts["load"]), (2, 6))

    def test_best_win_rate_is_not_one_of_one(self):
        members = [
            member(1, win_rates={7: (1, 1)}),
            member(2, win_rates={7: (40, 80)}),
            member(3, win_rates={7: (10, 90)}),
        ]
        chosen = distribution.choose(
            team(*members, method=codes.WIN_RATE, exploration=0, win_rate_by="k"),
            Lead(1, kinds={"k": 7}),
        )
        self.assertEqual((chosen.member_id, chosen.rule), (2, codes.WIN_RATE))

    def test_exploration_takes_its_share(self):
        share = sum(distribution.is_exploration(number, 0.2) for number in range(10000)) / 10000
        self.assertAlmostEqual(share, 0.2, delta=0.01)

    def test_fallback(self):
        own = team(member(1, rule=BIT_A), fallback_user=77)
        decision = distribution.choose(own, Lead(1))
        self.assertEqual((decision.user_id, decision.rule), (77, codes.FALLBACK))

    def test_fallback_waits_for_capacity_unless_told_otherwise(self):
        for told, user in ((False, 0), (True, 77)):
            own = team(member(1, credit=0), fallback_user=77, fallback_when_full=told)
            self.assertEqual(distribution.choose(own, Lead(1)).user_id, user)

    def test_reason_is_what_is_nearest_to_an_owner(self):
        own = team(member(1, rule=BIT_A), member(2, credit=0))
        self.assertEqual(distribution.choose(own, Lead(1)).reason, codes.CAPACITY_USED)

    def test_long_lists_of_candidates_are_cut(self):
        own = team(*(member(number, rule=BIT_A) for number in range(1, 81)))
        candidates = distribution.choose(own, Lead(1)).candidates
        self.assertEqual((len(candidates), candidates[-1]), (51, [0, "more", 30]))


@tagged("post_install", "-at_install")
class TestWhyNobody(BaseCase):
    """A lead without an owner, looked at on its own."""

    def _reason(self, *teams, lead=None, **state):
        return distribution.explain_open(iter(teams), lead or Lead(1), **state)

    def test_each_reason(self):
        for expected, teams, lead, state in (
            (codes.NO_TEAM, [], None, {}),
            (codes.NO_TEAM, [team(member(1), rule=BIT_A)], None, {}),
            (codes.TEAM_SKIPPED, [team(member(1), scheduled=False)], None, {}),
            (codes.TEAM_NO_CAPACITY, [team(weight=0)], None, {}),
            (codes.TOO_OLD, [team(member(1))], None, {"too_old": True}),
            (codes.WAITING, [team(member(1))], None, {}),
            (codes.WAITING, [team(member(1))], Lead(1, team_id=1), {"too_old": True}),
            (codes.RELEASED, [team(member(1))], Lead(1, team_id=1), {"released": True}),
            (codes.OWN_TEAM_CLOSED, [team(member(1))], Lead(1, team_id=9), {}),
            (codes.NO_MEMBER, [team(member(1, rule=BIT_A))], Lead(1, team_id=1), {}),
            (codes.CAPACITY_USED, [team(member(1, credit=0))], Lead(1, team_id=1), {}),
            (
                codes.OWN_TEAM_SKIPPED,
                [team(member(1), scheduled=False)],
                Lead(1, team_id=1),
                {},
            ),
            (
                codes.NOBODY_AVAILABLE,
                [team(member(1, blocked=codes.SKIP_AWAY))],
                Lead(1, team_id=1),
                {},
            ),
        ):
            with self.subTest(expected):
                self.assertEqual(self._reason(*teams, lead=lead, **state), expected)


@tagged("post_install", "-at_install")
class TestDuplicates(BaseCase):
    """Same enquiry or not."""

    def test_linked_by_way_of_a_third(self):
        found = duplicates.groups({1: ["a"], 2: ["a", "b"], 3: ["b"], 4: ["c"]})
        self.assertEqual(found, dict.fromkeys((1, 2, 3), frozenset({1, 2, 3})))

    def test_shared_mailboxes(self):
        shared = duplicates.SharedMailboxes(["info", "sales@", "@market.example", "a@b.example"])
        for address, expected in (
            ("info@any.example", True),
            ("Sales@any.example", True),
            ("john@market.example", True),
            ("a@b.example", True),
            ("c@b.example", False),
            ("information@any.example", False),
        ):
            with self.subTest(address):
                self.assertEqual(address in shared, expected)


@tagged("post_install", "-at_install")
class TestFiguresAndLanguages(BaseCase):
    def test_gini(self):
        self.assertEqual(fairness.gini([]), 0)
        self.assertAlmostEqual(fairness.gini([5, 5, 5, 5]), 0)
        self.assertAlmostEqual(fairness.gini([0, 0, 0, 10]), 0.75)

    def test_spread(self):
        self.assertEqual(fairness.spread([10, 20], [10, 20]), 0)
        self.assertAlmostEqual(fairness.spread([20, 0], [10, 10]), 2)

    def test_language_of_a_lead(self):
        self.assertEqual(languages.of_lead("fr_BE", "DE"), {"fr"})
        self.assertEqual(languages.of_lead(None, "AT"), {"de"})
        self.assertGreaterEqual(languages.of_lead(None, "CH"), {"de", "fr", "it"})
        self.assertEqual(languages.of_lead(None, None), frozenset())
