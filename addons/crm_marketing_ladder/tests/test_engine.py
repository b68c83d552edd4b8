from odoo.tests import BaseCase, tagged

from ..engine import match, next_best, statistics


@tagged("post_install", "-at_install")
class TestEngine(BaseCase):
    def test_match_is_weighted(self):
        """3 × 1 + 2 × ½ + 1 × 0 of 6 points."""
        score = match.weighted_score(
            [("mandatory", "fully"), ("important", "partly"), ("nice", "not_met")]
        )
        self.assertAlmostEqual(score, 100 * 4 / 6)

    def test_what_is_not_assessed_does_not_count(self):
        self.assertIsNone(match.weighted_score([("mandatory", "not_assessed")]))
        self.assertEqual(
            match.weighted_score([("mandatory", "not_assessed"), ("nice", "fully")]), 100
        )

    def test_match_says_where_points_are_lost(self):
        explained = match.explain(
            [
                {
                    "name": name,
                    "importance": importance,
                    "our_match": ours,
                    "rival_match": "fully",
                }
                for name, importance, ours in (
                    ("Price", "nice", "partly"),
                    ("Certificate", "mandatory", "not_met"),
                    ("Speed", "important", "fully"),
                )
            ]
        )
        self.assertEqual(explained["knockouts"], ["Certificate"])
        self.assertEqual([line["name"] for line in explained["lines"]][0], "Certificate")
        self.assertAlmostEqual(explained["lines"][0]["lost"], 50)
        lost = sum(line["lost"] for line in explained["lines"])
        self.assertAlmostEqual(explained["score"] + lost, 100, delta=0.2)
        self.assertEqual(explained["rival_score"], 100)

    def test_wilson_interval(self):
        """Against published values: 8 of 10 is 0.490 to 0.943."""
        low, high = statistics.wilson_interval(8, 10)
        self.assertAlmostEqual(low, 0.4902, places=3)
        self.assertAlmostEqual(high, 0.9433, places=3)
        self.assertEqual(statistics.wilson_interval(0, 0), (0.0, 1.0))
        self.assertEqual(statistics.wilson_interval(0, 5)[0], 0.0)
        self.assertEqual(statistics.wilson_interval(5, 5)[1], 1.0)

    def test_claims(self):
        judge = statistics.judge
        self.assertEqual(judge(90, 100, 300, 1000, 20)["claim"], "more")
        self.assertEqual(judge(5, 100, 300, 1000, 20)["claim"], "less")
        self.assertEqual(judge(31, 100, 300, 1000, 20)["claim"], "none")
        self.assertEqual(judge(19, 19, 300, 1000, 20)["claim"], "few")
        self.assertAlmostEqual(judge(90, 100, 300, 1000, 20)["lift"], 3.0)
        self.assertIsNone(judge(0, 0, 0, 0, 20)["lift"])

    def test_rank(self):
        deal = next_best.Deal(pains={1: "A", 2: "B"}, step=10, next_step=20, industry=5, product=7)
        candidates = [
            next_best.Candidate(1, pains=[9], step=30),
            next_best.Candidate(2, pains=[1], step=10),
            next_best.Candidate(3, pains=[1, 2], step=20, industries=[5]),
            next_best.Candidate(4, pains=[1], step=10, sent="2026-01-01"),
            next_best.Candidate(5, pains=[1], step=10, sendings=20, credited=10),
            next_best.Candidate(6, pains=[1], step=10, industries=[6]),
        ]
        ranked = next_best.rank(deal, candidates, 9)
        self.assertEqual([row[0].content for row in ranked], [5, 3, 2, 6, 4])
        self.assertEqual([row[1] for row in ranked], [77.5, 75, 70, 45, 10])
        codes = [reason[0] for reason in ranked[1][2]]
        self.assertEqual(codes, ["pain", "next_step", "industry"])
        self.assertEqual(len(next_best.rank(deal, candidates, 2)), 2)
