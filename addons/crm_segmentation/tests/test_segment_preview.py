from collections import Counter

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..wizards import segment_preview
from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentPreview(SegmentCommon):
    def _open(self, score):
        Preview = self.env["crm.segment.preview"].with_context(default_segment_id=score.id)
        return Preview.create({})

    def test_who_moves_before_anything_changes(self):
        self.patch(segment_preview, "NAMES", 10**6)
        score = self._create_score(self._amount_parameter())
        score.action_refresh()
        before = {member.partner_id: member.class_id.name for member in score.member_ids}
        preview = self._open(score)
        preview.parameter_ids.weight = 0.5
        preview.action_try()
        moves = {
            (change.from_class_id.name, change.to_class_id.name): (change.count, change.names)
            for change in preview.change_ids
        }
        self.assertIn("Segment Alpha", moves["A", "B"][1])
        self.assertIn("Segment Alpha", preview.matrix)
        self.assertEqual(score.parameter_ids.weight, 1)
        self.assertEqual(self.alpha.segment_class_id.name, "A")
        preview.action_apply()
        self.assertEqual(score.parameter_ids.weight, 0.5)
        self.assertEqual(self.alpha.segment_class_id.name, "B")
        moved = Counter(
            (before[member.partner_id], member.class_id.name)
            for member in score.member_ids
            if before[member.partner_id] != member.class_id.name
        )
        told = {(old, new): count for (old, new), (count, _names) in moves.items() if old != new}
        self.assertEqual(told, moved)
        self.assertEqual(preview.moved_count, moved.total())
        self.assertEqual(score.last_changed, moved.total())

    def test_points_and_thresholds_too(self):
        score = self._create_score(self._amount_parameter())
        score.action_refresh()
        preview = self._open(score)
        low = preview.range_ids.filtered(lambda line: line.points == 5)
        low.points = 12
        preview.class_ids.filtered(lambda line: line.class_id.name == "A").score_from = 11
        preview.action_try()
        moves = {
            (change.from_class_id.name, change.to_class_id.name): change.names
            for change in preview.change_ids
        }
        self.assertIn("Segment Beta", moves["C", "A"])
        preview.action_apply()
        self.assertEqual(self.beta.segment_class_id.name, "A")

    def test_faults_in_a_preview(self):
        score = self._create_score(self._amount_parameter())
        preview = self._open(score)
        with self.assertRaisesRegex(UserError, "Show Who Moves"):
            preview.action_apply()
        preview.parameter_ids.weight = -2
        with self.assertRaisesRegex(ValidationError, "weight -2 is negative"):
            preview.action_try()
        preview.parameter_ids.weight = 1
        preview.class_ids.score_from = 3
        with self.assertRaisesRegex(ValidationError, "overlap"):
            preview.action_try()
