import random

from odoo.tests import tagged

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentCounts(SegmentCommon):
    """State and numbers of a segment agree with its members, wherever they stand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales_manager.group_ids += cls.env.ref("base.group_partner_manager")
        cls.records = cls.env["res.partner"].create(
            [
                {"name": f"Counted {n}", "is_company": n % 3 > 0, "ref": f"counted {n % 4}"}
                for n in range(40)
            ]
        )

    def _make(self, dice):
        refs = [f"counted {n}" for n in dice.sample(range(4), dice.randint(1, 3))]
        segments = self.env["crm.segment"]
        for number in range(4):
            segments |= self._create_segment(
                ("self", [("ref", "in", refs)]),
                name=f"Counted {number}",
                applies_to=dice.choice(["company", "person", "contact"]),
                keep_history=number % 2 == 0,
                mode=dice.choice(["live", "live", "snapshot"]) if number % 2 == 0 else "live",
                company_id=False,
            )
        return segments

    def _check(self, segments, user, refreshed):
        self.env.flush_all()
        self.env.invalidate_all()
        for segment in segments.with_user(user):
            members = segment._search_visible().search(segment._get_member_domain())
            [read] = segment.web_read({"current_count": {}, "last_count": {}, "state": {}})
            self.assertEqual(read["current_count"], len(members))
            action = segment.action_open_members()
            shown = self.env[action["res_model"]].with_user(user).search_count(action["domain"])
            self.assertEqual(shown, len(members))
            sees_all = user == self.sales_manager
            if segment.is_stored and (sees_all or user == self.salesman):
                # Until it is refreshed, the state says that the stored ones may be behind.
                if read["state"] == "clean":
                    self.assertEqual(read["last_count"], len(members))
            elif segment.is_stored or not sees_all:
                self.assertEqual(read["last_count"], 0)
            else:
                # As at its last refresh, the first of this test.
                first = self.counted.setdefault(segment.id, len(members))
                self.assertEqual(read["last_count"], first)
            in_state = self.env["crm.segment"].search([("state", "=", read["state"])])
            self.assertIn(segment.id, in_state.ids)
            [grouped] = self.env["crm.segment"].formatted_read_group(
                [("id", "=", segment.id)], ["state"], ["__count"]
            )
            self.assertEqual(grouped["state"], read["state"])
            if refreshed:
                self.assertEqual(read["state"], "clean")

    def test_everywhere_the_same(self):
        """After a refresh, a few changes, many changes, and the scheduled action again."""
        users = (self.salesman, self.sales_manager, self.users_by_role["internal"])
        for seed in range(5):
            dice = random.Random(seed)
            segments = self._make(dice)
            self.counted = {}
            with self.subTest(seed=seed):
                for step in ("refreshed", "few", "refreshed", "many", "refreshed"):
                    if step == "few":
                        for record in dice.sample(list(self.records), 5):
                            record.ref = f"counted {dice.randrange(4)}"
                    elif step == "many":
                        self.records.write({"ref": f"counted {dice.randrange(4)}"})
                        stored = segments.filtered(lambda s: s.is_stored and s.mode == "live")
                        self.assertEqual(set(stored.mapped("state")) - {"waiting"}, set())
                    else:
                        self.env.cr.flush()  # as at the end of the transaction
                        with self.enter_registry_test_mode():
                            self.env.ref(
                                "crm_segmentation.ir_cron_refresh_waiting_segments"
                            ).method_direct_trigger()
                    for user in users:
                        self._check(segments, user, step == "refreshed")
            for n, record in enumerate(self.records):
                record.ref = f"counted {n % 4}"
            segments.unlink()
