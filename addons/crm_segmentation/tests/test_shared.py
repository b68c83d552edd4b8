from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_access.tests.shared import SharedCases

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestShared(SharedCases, SegmentCommon):
    """What companies share is changed by whoever works in all of them."""

    def _get_cases(self):
        segment = self._create_segment(("self", [("city", "=", "Riga")]))
        score = self._create_score(self._amount_parameter())
        field = self.env["crm.list.field"].create(
            {"name": "Shared Colour", "value_ids": [Command.create({"name": "Red"})]}
        )
        city = self.env["ir.model.fields"]._get("res.partner", "city")
        relation = self.env["crm.relation.type"].create(
            {"name": "Shared", "inverse_name": "Shared Too", "code": "t_shared"}
        )
        renamed = {"name": "Changed"}
        return {
            "crm.type": (self._create_type("company", "shared"), renamed),
            "crm.type.queue": (
                self.env["crm.type.queue"].create(
                    {"type_id": self.type_company.id, "user_id": self.salesman.id}
                ),
                {"sequence": 3},
            ),
            "crm.type.requirement": (
                self.env["crm.type.requirement"].create(
                    {"type_id": self.type_company.id, "field_id": city.id}
                ),
                {"weight": 3},
            ),
            "crm.segment": (segment, renamed),
            "crm.segment.criterion": (segment.criterion_ids, {"sequence": 3}),
            "crm.segment.class": (score.class_ids[0], renamed),
            "crm.segment.parameter": (score.parameter_ids, renamed),
            "crm.segment.range": (score.parameter_ids.range_ids[0], renamed),
            "crm.list.field": (field, renamed),
            "crm.list.value": (field.value_ids, renamed),
            "crm.relation.type": (relation, renamed),
            "crm.duplicate.criterion": (
                self.env.ref("crm_segmentation.crm_duplicate_criterion_email"),
                {"max_shared": 7},
            ),
        }

    def test_every_model(self):
        cases = self._get_cases()
        self.assertEqual(set(cases), self._get_shared_models("crm_segmentation"))
        for name, (record, vals) in cases.items():
            if name == "crm.duplicate.criterion":  # nobody deletes it
                with self.assertRaises(AccessError):
                    record.with_user(self.local_manager).write(vals)
                record.with_user(self.sales_manager).write(vals)
                continue
            self._assert_changed_by_those_of_all(
                record, vals, self.local_manager, self.sales_manager
            )

    def test_own_company_is_ones_own(self):
        mine = self.env["crm.type"].with_user(self.local_manager)
        own = mine.create({"name": "Own", "kind": "company"})
        self.assertEqual(own.company_id, self.local_manager.company_id)
        own.name = "Changed"
        with self.assertRaises(AccessError), self.cr.savepoint():
            own.company_id = False
        copy = self.type_company.with_user(self.local_manager).copy({"code": "copy"})
        self.assertEqual(copy.company_id, self.local_manager.company_id)
        with self.assertRaises(AccessError), self.cr.savepoint():
            mine.create({"name": "All", "kind": "company", "company_id": False})
        own.unlink()

    def test_segments_of_all_companies(self):
        segments = self.env["crm.segment"].with_user(self.local_manager)
        for source in ("self", "company", "person"):
            line = {"source": source, "domain": "[('city', '=', 'Riga')]"}
            with self.subTest(source=source), self.assertRaises(AccessError):
                segments.create(
                    {"name": source, "company_id": False, "criterion_ids": [Command.create(line)]}
                )

    def test_merge_of_shared_types(self):
        one, two = self._create_type("company", "m_one"), self._create_type("company", "m_two")
        self.alpha.crm_type_id = one
        merge = self.env["crm.type.merge"].create({"source_ids": one.ids, "target_id": two.id})
        with self.assertRaisesRegex(AccessError, "All companies share"):
            merge.with_user(self.local_manager).action_merge()
        merge.with_user(self.sales_manager).action_merge()
        with self.assertRaisesRegex(AccessError, "All companies share"):
            merge.with_user(self.local_manager).action_undo()
        self.assertEqual(self.alpha.crm_type_id, two)

    def test_settings_of_list_fields_open_all_the_same(self):
        self.assertTrue(
            self.env["crm.list.field"].with_user(self.local_manager).action_open_settings()
        )

    def test_release_of_the_schedule(self):
        operation = self.env["crm.owner.operation"].create({"kind": "release", "state": "done"})
        self.assertFalse(operation.company_id)
        with self.assertRaisesRegex(AccessError, "all companies"):
            operation.with_user(self.local_manager).action_undo()

    def test_count_of_a_shared_segment(self):
        """The number of all would tell of contacts that one may not see."""
        self.alpha.company_id = self.company_b
        kept = self._create_segment(("self", [("ref", "=", "segment")]), keep_history=True)
        live = self._create_segment(("self", [("ref", "=", "segment")]))
        (kept + live).action_refresh()
        for segment, seen in ((kept, 2), (live, 0)):
            self.assertEqual(segment.with_user(self.sales_manager).last_count, 3)
            self.assertEqual(segment.with_user(self.local_manager).last_count, seen)
            self.assertEqual(segment.with_user(self.salesman).last_count, seen)
            with self.assertRaises(AccessError):
                segment.with_user(self.sales_manager).read(["last_total"])
