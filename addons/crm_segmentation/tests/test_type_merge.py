from ast import literal_eval

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestTypeMerge(SegmentationCommon):
    """Two values of a dictionary become one, and two again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls._create_type("company", "old_dealer")
        cls.companies = cls.env["res.partner"].create(
            [
                {"name": f"Company {n}", "is_company": True, "crm_type_id": cls.old.id}
                for n in range(5)
            ]
        )
        cls.env.flush_all()

    def _merge(self, sources=None, target=None, user=None):
        merges = self.env["crm.type.merge"].with_user(user or self.sales_manager)
        return merges.create(
            {
                "source_ids": (sources if sources is not None else self.old).ids,
                "target_id": (target or self.type_company).id,
            }
        )

    def test_all_usages_follow(self):
        self.companies[0].active = False
        deal_old = self._create_type("deal", "old_deal")
        lead = self._create_lead(deal_type_id=deal_old.id)
        stage = self.env["crm.stage"].create({"name": "Only", "deal_type_ids": deal_old.ids})
        self._merge().action_merge()
        self._merge(deal_old, self.type_deal).action_merge()
        self.assertEqual(self.companies.crm_type_id, self.type_company)
        self.assertEqual(lead.deal_type_id, self.type_deal)
        self.assertEqual(stage.deal_type_ids, self.type_deal)

    def test_sources_are_archived_and_say_where_they_went(self):
        self._merge().action_merge()
        self.assertFalse(self.old.active)
        self.assertEqual(self.old.merged_into_id, self.type_company)

    def test_list_of_merges_leaves_previews_out(self):
        done, preview = self._merge(), self._merge(self._create_type("company", "older_dealer"))
        done.action_merge()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_segmentation.crm_type_merge_action_history"
        )
        listed = self.env["crm.type.merge"].search(literal_eval(action["domain"]))
        self.assertIn(done, listed)
        self.assertNotIn(preview, listed)

    def test_what_was_merged_into_what_stays(self):
        merge = self._merge()
        merge.action_merge()
        for name, value in (("target_id", self.old.id), ("source_ids", [(5,)])):
            with self.subTest(field=name), self.assertRaisesRegex(UserError, "is merged"):
                merge.write({name: value})

    def test_history_is_kept(self):
        self._merge().action_merge()
        tracking = self.companies[0].message_ids.tracking_value_ids.sudo()[:1]
        self.assertEqual(
            (tracking.old_value_char, tracking.new_value_char), ("Old Dealer", "Test Company")
        )

    def test_preview_says_what_will_happen(self):
        merge = self._merge()
        self.assertIn("5 contacts or companies", merge.preview)
        self.assertIn("Test Company", merge.preview)
        self.assertEqual(self.companies.crm_type_id, self.old)

    def test_one_statement_however_many(self):
        merge = self._merge()
        self.assertTrue(merge.preview)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        merge.action_merge()
        few = self.env.cr.sql_log_count - before
        merge.action_undo()
        self.env["res.partner"].create(
            [
                {"name": f"More {n}", "is_company": True, "crm_type_id": self.old.id}
                for n in range(60)
            ]
        )
        again = self._merge()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        again.action_merge()
        self.assertLessEqual(self.env.cr.sql_log_count - before, few + 5)

    def test_undo_spares_what_changed_since(self):
        merge = self._merge()
        merge.action_merge()
        other = self._create_type("company", "other_type")
        self.companies[1].crm_type_id = other
        merge.action_undo()
        self.assertTrue(self.old.active)
        self.assertEqual(self.companies[1].crm_type_id, other)
        self.assertEqual((self.companies - self.companies[1]).crm_type_id, self.old)
        self.assertEqual(sum(merge.line_ids.mapped("undone_count")), 4)
        with self.assertRaisesRegex(UserError, "is not merged"):
            merge.action_undo()

    def test_undo_spares_those_that_had_the_target_before(self):
        before = self._create_contact(is_company=True, crm_type_id=self.type_company.id)
        merge = self._merge()
        merge.action_merge()
        merge.action_undo()
        self.assertEqual(before.crm_type_id, self.type_company)

    def test_default_mark_moves_and_comes_back(self):
        self.old.is_default = True
        merge = self._merge()
        merge.action_merge()
        self.assertTrue(self.type_company.is_default)
        merge.action_undo()
        self.assertFalse(self.type_company.is_default)

    def test_choices_that_make_no_sense(self):
        own_b = self._create_type("company", "own_b", company_id=self.env.company.id)
        archived = self._create_type("company", "archived", active=False)
        cases = [
            (self.type_company, self.type_company, "cannot be merged with itself"),
            (self.old, self.type_person, "different dictionaries"),
            (self.old, own_b, "used beyond"),
            (self.old, archived, "is archived"),
        ]
        for sources, target, text in cases:
            with self.subTest(text), self.assertRaisesRegex(UserError, text):
                self._merge(sources, target).action_merge()
        self.assertEqual(self.companies.crm_type_id, self.old)

    def test_no_target(self):
        merge = self.env["crm.type.merge"].create({"source_ids": self.old.ids})
        with self.assertRaisesRegex(UserError, "which value"):
            merge.action_merge()

    def test_twice(self):
        merge = self._merge()
        merge.action_merge()
        with self.assertRaisesRegex(UserError, "merged already"):
            merge.action_merge()

    def test_only_settings_rights(self):
        for role in ("internal", "salesman", "all_leads", "portal", "public"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._merge(user=self.users_by_role[role])

    def test_a_merge_that_is_the_way_back_is_not_deleted(self):
        merge = self._merge()
        merge.action_merge()
        with self.assertRaisesRegex(UserError, "way back"):
            merge.unlink()
        merge.action_undo()
        merge.unlink()

    def test_merge_of_contacts_keeps_the_type(self):
        untyped = self._create_contact(name="Twin", is_company=True, crm_type_id=False)
        typed = self._create_contact(name="Twin", is_company=True, crm_type_id=self.old.id)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((untyped | typed).ids, untyped)
        self.assertEqual(untyped.crm_type_id, self.old)

    def test_merge_of_contacts_keeps_the_own_type(self):
        one = self._create_contact(name="Twin", is_company=True, crm_type_id=self.type_company.id)
        two = self._create_contact(name="Twin", is_company=True, crm_type_id=self.old.id)
        self.env["base.partner.merge.automatic.wizard"]._merge((one | two).ids, one)
        self.assertEqual(one.crm_type_id, self.type_company)

    def test_merge_of_a_company_into_a_person_leaves_its_type_behind(self):
        person = self._create_contact(name="Twin")
        company = self._create_contact(name="Twin", is_company=True, crm_type_id=self.old.id)
        self.env["base.partner.merge.automatic.wizard"]._merge((person | company).ids, person)
        self.assertIn(person.crm_type_id.kind, (False, person._get_crm_type_kind()))
