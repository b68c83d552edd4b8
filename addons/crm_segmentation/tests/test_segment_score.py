import json

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.crm_segmentation.engine.segment_ranges import find_faults, get_upper_bounds

from .segment_common import OURS, SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentScore(SegmentCommon):
    def _scores(self, segment):
        segment.action_refresh()
        return {
            member.partner_id: (member.class_id.name, member.score)
            for member in segment.member_ids
            if member.partner_id in self.companies
        }

    def _get_row_version(self, score):
        """Return what PostgreSQL changes when it writes the row of a member."""
        self.env.cr.execute(
            "SELECT ctid FROM crm_segment_member WHERE id = %s",
            [self._member(score, self.beta).id],
        )
        return self.env.cr.fetchone()

    def test_panel_names_classes_below_their_score(self):
        """A narrow panel: below the name of the score the name of the class is enough."""
        score = self._create_score(self._amount_parameter())
        score.action_refresh()
        # Members without a class are in the same table.
        self._create_segment(OURS, mode="snapshot").action_refresh()
        result = self.env["res.partner"].search_panel_select_multi_range(
            "segment_class_ids", group_by="segment_id", enable_counters=True
        )
        values = [value for value in result["values"] if value["group_id"] == score.id]
        shown = {value["display_name"] for value in values}
        self.assertLessEqual({"A", "C"}, shown)
        self.assertLessEqual(shown, {"A", "B", "C"})
        names = set(score.class_ids.mapped("display_name"))
        self.assertIn(f"{score.name}: A", names, "elsewhere the score is named")

    def test_amount_by_ranges(self):
        score = self._create_score(self._amount_parameter())
        self.assertEqual(score.max_score, 20)
        self.assertEqual(
            self._scores(score),
            {self.alpha: ("A", 20), self.beta: ("C", 5), self.gamma: ("C", 0)},
        )
        self.assertEqual(self.alpha.segment_class_id.name, "A")
        self.assertEqual(self.alpha.segment_score, 20)
        self.assertEqual(self.alpha.segment_max_score, 20)
        self.assertTrue(self.alpha.segment_class_since)

    def test_weights_measures_fields_and_conditions_add_up(self):
        self.beta.color = 7
        self.alpha.crm_type_id = self.type_company
        score = self._create_score(
            self._amount_parameter(weight=2),
            {
                "name": "Number",
                "kind": "measure",
                "measure": "won_count",
                "range_ids": self._ranges((None, 2, 1), (2, None, 3)),
            },
            {
                "name": "Colour",
                "kind": "field",
                "field_path": "color",
                "else_points": 1,
                "range_ids": self._ranges((5, 10, 4)),
            },
            {
                "name": "Type",
                "kind": "conditions",
                "range_ids": [
                    Command.create(
                        {"domain": repr([("crm_type_id.code", "=", "test_company")]), "points": 6}
                    )
                ],
            },
            {"name": "Off", "active": False, "measure": "won_count", "weight": 100},
        )
        # alpha: 2 * 20 + 3 + 1 + 6; beta: 2 * 5 + 1 + 4 + 0; gamma: 0 + 0 + 1 + 0
        self.assertEqual(
            {partner: value for partner, (_name, value) in self._scores(score).items()},
            {self.alpha: 50, self.beta: 15, self.gamma: 1},
        )
        self.assertEqual(score.max_score, 2 * 20 + 3 + 4 + 6)

    def test_every_measure_can_be_computed(self):
        self.alpha.message_post(body="Hello", message_type="comment")
        measures = self.env["crm.segment.parameter"]._fields["measure"].get_values(self.env)
        score = self._create_score(
            *[
                {
                    "name": key,
                    "measure": key,
                    "period_days": days,
                    "range_ids": self._ranges((None, None, 1)),
                }
                for key in measures
                for days in (0, 10000)
            ],
        )
        score.action_refresh()
        values = {
            line.parameter_id.name: line.value
            for line in self._member(score, self.alpha).line_ids
            if not line.parameter_id.period_days
        }
        self.assertEqual(values["won_count"], 2)
        self.assertEqual(values["won_amount"], 1500)
        self.assertEqual(values["person_count"], 1)
        self.assertGreaterEqual(values["message_count"], 1)
        self.assertEqual(
            self._member(score, self.alpha).score,
            sum(line.points for line in self._member(score, self.alpha).line_ids),
        )

    def test_days_since_and_the_explanation_stays_while_days_go_by(self):
        score = self._create_score(
            {
                "name": "Recency",
                "measure": "won_days",
                "better": "less",
                "range_ids": self._ranges((None, 30, 20), (30, 100, 10), (100, None, 1)),
            },
        )
        with freeze_time("2026-02-20"):
            self.assertEqual(self._scores(score)[self.alpha], ("A", 20))
            line = self._member(score, self.alpha).line_ids
            self.assertEqual(line.value_text, "2026-02-10, 10 days ago")
            before = self._get_row_version(score)
        with freeze_time("2026-03-25"):
            self.assertEqual(self._scores(score)[self.alpha], ("B", 10))
            self.assertEqual(self._get_row_version(score), before)
            self.env.invalidate_all()
            line = self._member(score, self.alpha).line_ids
            self.assertEqual(line.value_text, "2026-02-10, 43 days ago")

    def test_fifths(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Fifth {n}", "is_company": True, "color": n + 1} for n in range(11)]
        )
        score = self._create_score(
            {"name": "Colour", "kind": "field", "field_path": "color", "scale": "fifths"},
            {
                "name": "Less",
                "kind": "field",
                "field_path": "color",
                "scale": "fifths",
                "better": "less",
                "weight": 10,
            },
            classes=((0, "All"),),
        )
        # Fifths are of all that have a value: nobody else has one.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET color = NULL WHERE id <> ALL(%s)", [partners.ids]
        )
        self.env.invalidate_all()
        score.action_refresh()
        points = [
            tuple(self._member(score, partner).line_ids.mapped("raw_points"))
            for partner in partners
        ]
        self.assertEqual([p[0] for p in points], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5])
        self.assertEqual([p[1] for p in points], [5, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1])
        self.assertEqual(self._member(score, self.alpha).score, 0)

    def test_equal_values_get_equal_fifths(self):
        ordered = self.env["res.partner"].create(
            [{"name": f"Tie {n}", "is_company": True, "color": 1 if n < 4 else 2} for n in range(5)]
        )
        self.env.cr.execute(
            "UPDATE res_partner SET color = NULL WHERE id <> ALL(%s)", [ordered.ids]
        )
        self.env.invalidate_all()
        score = self._create_score(
            {"name": "Colour", "kind": "field", "field_path": "color", "scale": "fifths"}
        )
        score.action_refresh()
        points = [self._member(score, p).score for p in ordered]
        self.assertEqual(points, [1, 1, 1, 1, 5])

    def test_explanation_line_by_line(self):
        score = self._create_score(self._amount_parameter(weight=0.5))
        score.action_refresh()
        explanation = self.alpha.get_score_explanation()[0]
        json.dumps(explanation)
        self.assertEqual(explanation["class"], "B")
        self.assertEqual((explanation["score"], explanation["max_score"]), (10, 10))
        self.assertEqual(
            explanation["lines"],
            [
                {
                    "parameter": "Amount",
                    "value": "$\N{NO-BREAK SPACE}1,500",
                    "reason": "$\N{NO-BREAK SPACE}1,200 and more",
                    "points": 20,
                    "weight": 0.5,
                    "result": 10,
                }
            ],
        )
        action = self.alpha.action_explain_score()
        # The one score itself, or the list of all.
        domain = action.get("domain") or [("id", "=", action["res_id"])]
        shown = self.env[action["res_model"]].search(domain)
        self.assertIn(self._member(score, self.alpha), shown)
        self.assertEqual(shown.partner_id, self.alpha)
        empty = self._member(score, self.gamma).line_ids
        self.assertEqual((empty.value_text, empty.reason), ("none", "nothing that matches"))

    def test_class_moves_are_kept(self):
        score = self._create_score(self._amount_parameter())
        score.action_refresh()
        Move = self.env["crm.segment.move"]
        mine = [("segment_id", "=", score.id)]
        self.assertFalse(Move.search(mine))
        self._create_deal(self.beta, "won", 2000, "2026-03-01")
        move = Move.search(mine)
        self.assertEqual(move.partner_id, self.beta)
        self.assertEqual((move.from_class_id.name, move.to_class_id.name), ("C", "A"))
        self.assertEqual(self.beta.segment_class_id.name, "A")
        score.action_refresh()
        self.assertEqual((score.last_entered, score.last_left, score.last_changed), (0, 0, 0))
        self.assertEqual(Move.search(mine), move)

    def test_follows_a_field_at_once_and_an_import_later(self):
        score = self._create_score(
            {
                "name": "Colour",
                "kind": "field",
                "field_path": "color",
                "range_ids": self._ranges((5, None, 20)),
            },
        )
        score.action_refresh()
        self.alpha.color = 6
        self.assertEqual(self.alpha.segment_class_id.name, "A")
        self.assertEqual(score.state, "clean")
        created = self.env["res.partner"].create({"name": "New", "is_company": True, "color": 9})
        self.assertEqual(created.segment_class_id.name, "A")
        many = self.env["res.partner"].create(
            [{"name": f"Many {n}", "is_company": True, "color": 9} for n in range(30)]
        )
        self.assertEqual(score.state, "waiting")
        self.assertFalse(many.segment_class_id)
        self.env.cr.flush()  # as at the end of the transaction
        with self.enter_registry_test_mode():
            cron = self.env.ref("crm_segmentation.ir_cron_refresh_waiting_segments")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(set(many.mapped("segment_class_id.name")), {"A"})
        many.is_company = False
        score._refresh()
        self.assertFalse(self._member(score, many[0]))

    def test_deal_that_changes_its_customer(self):
        score = self._create_score(self._amount_parameter())
        score.action_refresh()
        deal = self.env["crm.lead"].search(
            [("expected_revenue", "=", 1000), ("partner_id", "=", self.alpha.id)]
        )
        deal.partner_id = self.gamma
        self.env.flush_all()
        self.assertEqual(self._member(score, self.alpha).score, 10)
        self.assertEqual(self._member(score, self.gamma).score, 10)

    def test_faults_are_named(self):
        def refuse(message, *parameters, **vals):
            with self.subTest(message), self.assertRaisesRegex(ValidationError, message):
                self._create_score(*parameters, **vals)

        amount = self._amount_parameter()
        refuse("weight -1 is negative", {**amount, "weight": -1})
        refuse("B, A.*overlap: both begin at 10", amount, classes=((0, "C"), (10, "B"), (10, "A")))
        refuse(
            "leave a hole: none holds scores from 0 to below 5",
            amount,
            classes=((5, "C"), (10, "B")),
        )
        refuse(
            "two ranges hold the values from 5 to below 10",
            {**amount, "range_ids": self._ranges((0, 10, 1), (5, None, 2))},
        )
        refuse(
            "no range holds the values from 10 to below 20",
            {**amount, "range_ids": self._ranges((0, 10, 1), (20, None, 2))},
        )
        refuse("holds no value", {**amount, "range_ids": self._ranges((10, 10, 1))})
        refuse("no field “nothing”", {**amount, "kind": "field", "field_path": "nothing"})
        refuse("no stored number", {**amount, "kind": "field", "field_path": "name"})
        refuse("has no measure", {"name": "X", "kind": "measure"})
        refuse("must be for companies or for persons", amount, applies_to="contact")
        refuse(
            "no_such",
            {
                "name": "X",
                "kind": "conditions",
                "range_ids": [Command.create({"domain": "[('no_such', '=', 1)]", "points": 1})],
            },
        )

    def test_thresholds_can_change_places_in_one_go(self):
        score = self._create_score(self._amount_parameter())
        low, middle, high = score.class_ids.sorted("score_from")
        score.class_ids = [
            Command.update(middle.id, {"score_from": 20}),
            Command.update(high.id, {"score_from": 10}),
        ]
        score.action_refresh()
        self.assertEqual(self.alpha.segment_class_id, middle)
        self.assertEqual((high.score_to, middle.is_top), (20, True))
        with self.assertRaisesRegex(ValidationError, "leave a hole"):
            low.unlink()

    def test_dead_field_fails_alone_and_keeps_the_scores(self):
        score = self._create_score(
            {
                "name": "Colour",
                "kind": "field",
                "field_path": "color",
                "range_ids": self._ranges((5, None, 20)),
            },
        )
        score.action_refresh()
        self.env.cr.execute("UPDATE crm_segment_parameter SET field_path = 'gone'")
        self.env.invalidate_all()
        score._refresh_or_note_error()
        self.assertEqual(score.state, "failed")
        self.assertRegex(score.last_error, "Test Score.*“Colour”.*no field “gone”")
        self.assertTrue(self._member(score, self.alpha))
        # Nobody is kept from saving by it.
        self.alpha.color = 3
        self.env.flush_all()

    def test_deleted_class_leaves_members_in(self):
        score = self._create_score(self._amount_parameter())
        score.action_refresh()
        score.class_ids.filtered(lambda c: c.name == "A").unlink()
        self.assertTrue(self._member(score, self.alpha))
        score.action_refresh()
        self.assertEqual(self.alpha.segment_class_id.name, "B")

    def test_class_in_search_group_by_and_conditions(self):
        score = self._create_score(self._amount_parameter())
        score.action_refresh()
        top = score.class_ids.filtered(lambda c: c.name == "A")
        Partner = self.env["res.partner"]
        for condition in (
            ("segment_class_ids", "in", top.ids),
            ("segment_class_id", "=", top.id),
            ("segment_class_ids", "ilike", "Test Score: A"),
        ):
            found = Partner.search([condition, self._made_here(Partner)])
            self.assertEqual(found, self.alpha, condition)
        groups = Partner._read_group(
            [("id", "in", self.companies.ids)], ["segment_class_ids"], ["__count"]
        )
        counts = {found.name: count for found, count in groups if found in score.class_ids}
        self.assertEqual(counts, {"A": 1, "C": 2})
        segment = self._create_segment(("self", [("segment_class_ids", "in", top.ids)]))
        self.assertEqual(self._find(segment), self.alpha)

    def test_merge_of_contacts_keeps_one_score(self):
        score = self._create_score(self._amount_parameter())
        score.action_refresh()
        twin = self.env["res.partner"].create({"name": "Twin", "is_company": True})
        self.assertTrue(self._member(score, twin))
        self.env["base.partner.merge.automatic.wizard"]._merge((twin + self.alpha).ids, self.alpha)
        self.assertEqual(len(self._member(score, self.alpha)), 1)

    def test_persons_apart(self):
        score = self._create_score(self._amount_parameter(), applies_to="person")
        score.action_refresh()
        self.assertEqual(self._member(score, self.persons[0]).score, 10)
        self.assertFalse(self._member(score, self.alpha))

    def test_engine_ranges(self):
        self.assertEqual(find_faults([(None, 1), (1, 5), (5, None)]), [])
        self.assertEqual(find_faults([]), [])
        self.assertEqual(find_faults([(0, 2), (1, 3)]), [("overlap", 1, 2)])
        self.assertEqual(find_faults([(3, None), (0, 2)]), [("hole", 2, 3)])
        self.assertEqual(find_faults([(None, None), (0, 1)]), [("overlap", 0, 1)])
        self.assertEqual(find_faults([(2, 1)]), [("empty", 2, 1)])
        self.assertEqual(get_upper_bounds([0, 20, 10]), {0: 10, 10: 20, 20: None})
