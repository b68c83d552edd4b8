from odoo.tests import tagged, warmup

from ..models.crm_segment_follow import NO_FOLLOW
from .segment_common import SegmentCommon


@tagged("post_install", "-at_install", "crm_performance")
class TestSegmentPerformance(SegmentCommon):
    """What segments cost on lists and forms, and on saving: the same for one and for many."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(6):
            cls._create_segment(
                ("self", [("color", "=", number)]),
                {"source": "deal", "condition": "none", "domain": "[]"},
                name=f"Many {number}",
            )
        cls.score = cls._create_score(cls._amount_parameter())
        cls.score.action_refresh()
        cls.contacts = cls.env["res.partner"].create(
            [{"name": f"C {n}", "is_company": True, "color": n % 6} for n in range(20)]
        )
        cls.env.flush_all()

    def _count(self, function):
        for _time in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            function()
            self.env.flush_all()
        return self.env.cr.sql_log_count - before

    @warmup
    def test_list_and_form_cost_at_most_five_queries_more(self):
        name = {"fields": {"display_name": {}, "color": {}}}
        plain = {"name": {}, "email": {}, "user_id": {}}
        views = {
            "form": (
                self.contacts[0],
                {
                    "segment_ids": name,
                    # As in the view: the name of the class without its score's.
                    "segment_class_id": {**name, "context": {"crm_segment_class_short": 1}},
                    "segment_class_color": {},
                    "segment_score": {},
                    "segment_max_score": {},
                },
            ),
            "list": (self.contacts, {"segment_class_ids": name}),
        }
        for view, (records, ours) in views.items():
            # As a user: Odoo's own rule on contacts asks for the company, too.
            records = records.with_user(self.sales_manager)
            with self.subTest(view):
                without = self._count(lambda r=records: r.web_read(plain))
                with_ours = self._count(lambda r=records, o=ours: r.web_read({**plain, **o}))
                self.assertLessEqual(with_ours - without, 5)

    @warmup
    def test_saving_what_no_segment_looks_at_costs_nothing(self):
        quiet = NO_FOLLOW.on(self.contacts)
        towns = iter(range(100))
        without = self._count(lambda: quiet[0].write({"city": f"Town {next(towns)}"}))
        with_ours = self._count(lambda: self.contacts[0].write({"city": f"Town {next(towns)}"}))
        self.assertEqual(with_ours, without)

    @warmup
    def test_refresh_costs_the_same_for_few_and_many(self):
        few = self._count(self.score._refresh)
        self.env["res.partner"].create(
            [{"name": f"More {n}", "is_company": True} for n in range(200)]
        )
        self.assertEqual(self._count(self.score._refresh), few)
