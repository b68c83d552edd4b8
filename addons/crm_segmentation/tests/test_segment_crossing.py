from odoo.exceptions import AccessError
from odoo.tests import tagged

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentCrossing(SegmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search(
            [("is_company", "=", True), ("id", "not in", cls.companies.ids)]
        ).is_company = False
        cls.industry = cls.env["res.partner.industry"].create({"name": "Crossed"})
        (cls.alpha + cls.gamma).industry_id = cls.industry
        cls.score = cls._create_score(cls._amount_parameter())
        cls.score.action_refresh()
        cls.env.flush_all()

    def _cross(self, rows, columns, **options):
        return self.env["segment.crossing"].get_matrix(rows, columns, **options)

    def _by_name(self, matrix):
        """Return {(row, column): figures} by names, totals as "All"."""
        names = [
            {"*": "All", **{item["key"]: item["name"] for item in matrix[side]}}
            for side in ("rows", "columns")
        ]
        found = {}
        for key, figures in matrix["cells"].items():
            row, column = key.split("|")
            found[names[0][row], names[1][column]] = figures
        return found

    def test_class_by_industry(self):
        matrix = self._cross(f"score:{self.score.id}", "field:industry_id")
        self.assertEqual(
            self._by_name(matrix),
            {
                ("A", "Crossed"): [1, 1500, 0],
                ("C", "Crossed"): [1, 0, 20000],
                ("C", "None"): [1, 200, 0],
                ("A", "All"): [1, 1500, 0],
                ("C", "All"): [2, 200, 20000],
                ("All", "Crossed"): [2, 1500, 20000],
                ("All", "None"): [1, 200, 0],
                ("All", "All"): [3, 1700, 20000],
            },
        )

    def test_every_cell_opens_as_many_as_it_says(self):
        self._create_segment(("deal", [("won_status", "=", "won")]), name="Won")
        self._create_segment(("deal", [("won_status", "!=", "won")]), name="Not won")
        keys = [d["key"] for d in self.env["segment.crossing"].get_dimensions()]
        self.assertIn("segments", keys)
        self.assertIn("field:crm_type_id", keys)
        Partner = self.env["res.partner"]
        for key in keys:
            matrix = self._cross(key, f"score:{self.score.id}")
            items = [{"key": "*", "domain": []}]
            for row in matrix["rows"] + items:
                for column in matrix["columns"] + items:
                    figures = matrix["cells"].get(f"{row['key']}|{column['key']}", [0])
                    found = Partner.search_count(
                        matrix["domain"] + row["domain"] + column["domain"]
                    )
                    with self.subTest(key=key, row=row["key"], column=column["key"]):
                        self.assertEqual(figures[0], found)

    def test_with_the_rights_of_who_asks(self):
        self.alpha.company_id = self.company_b
        matrix = (
            self.env["segment.crossing"]
            .with_user(self.local_manager)
            .get_matrix("field:industry_id", f"score:{self.score.id}")
        )
        self.assertEqual(self._by_name(matrix)["All", "All"][0], 2)
        salesman = self.env["segment.crossing"].with_user(self.salesman)
        mine = self.env["crm.lead"].search([("partner_id", "=", self.gamma.id)])
        mine.user_id = self.sales_manager
        matrix = salesman.get_matrix("field:industry_id", f"score:{self.score.id}")
        self.assertEqual(self._by_name(matrix)["All", "All"][2], 0)
        with self.assertRaises(AccessError):
            self.env["segment.crossing"].with_user(self.users_by_role["portal"]).get_matrix(
                "field:industry_id", "field:country_id"
            )

    def test_persons_and_unknown_keys(self):
        persons = self._cross("field:country_id", "field:lang", applies_to="person")
        self.assertTrue(persons["rows"])
        for key in ("field:password", "score:0", "field:signup_type", "x"):
            with self.subTest(key), self.assertRaises(ValueError):
                self._cross(key, "field:country_id")

    def test_cost(self):
        keys = (f"score:{self.score.id}", "field:industry_id")
        self._cross(*keys)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(14):
            self._cross(*keys)
