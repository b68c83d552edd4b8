"""The conditions of segments, scores and bulk operations mean the same for everybody."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_access.tests.filters import FilterCases

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestFilters(FilterCases, SegmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_named()
        groups = "sales_team.group_sale_manager,base.group_partner_manager"
        cls.english = new_test_user(cls.env, "segment_english", groups)
        cls.russian = new_test_user(cls.env, "segment_russian", groups, lang="ru_RU")
        cls.english.company_ids = cls.russian.company_ids = cls.env["res.company"].search([])
        cls.contacts = cls._create_found("res.partner", "category_id", is_company=True)
        cls.leads = cls._create_found(
            "crm.lead", "tag_ids", type="opportunity", user_id=False, company_id=False
        )
        cls.readers = (cls.english, cls.russian, cls.env.ref("base.user_root"))

    # Saved filters

    def _make_line(self, segment):
        def make(env, text):
            line = segment.criterion_ids
            line.with_env(env).domain = text
            return line

        return make

    def _find_live(self, line, env):
        model = line.segment_id.model_name
        return env[model].search([("segment_ids", "in", line.segment_id.ids)]).ids

    def _find_stored(self, line, env):
        segment = line.segment_id.sudo().copy({"mode": "snapshot"})
        segment.with_env(env).action_refresh()
        members = self.env["crm.segment.member"].search([("segment_id", "=", segment.id)])
        return (members.lead_id or members.partner_id).ids

    def _find_previewed(self, line, env):
        preview = line.segment_id.preview_members()
        ids = self._find_live(line, env)
        self.assertEqual(preview["count"], len(ids))
        return ids

    def _assert_lines(self, segment, tags, found):
        ways = {
            "live": self._find_live,
            "stored": self._find_stored,
            "preview": self._find_previewed,
        }
        make = self._make_line(segment)
        self._assert_same_for_everybody(
            "domain", tags, found, make, ways, self.english, self.readers
        )
        self._assert_refused(make, UserError)

    def test_lines_about_contacts(self):
        segment = self._create_segment(OURS_NONE, applies_to="company")
        self._assert_lines(segment, "category_id", self.contacts)

    def test_lines_about_deals(self):
        segment = self._create_segment(("self", [("name", "=", "x")]), applies_to="deal")
        self._assert_lines(segment, "tag_ids", self.leads)

    def test_lines_about_deals_of_contacts(self):
        for name, lead in self.leads.items():
            lead.partner_id = self.contacts[name]
            lead.country_id = {"us": self.us, "ca": self.ca, "fr": self.fr}[name]
        segment = self._create_segment(("deal", [("name", "=", "x")]), applies_to="company")
        self._assert_lines(segment, "tag_ids", self.contacts)

    # Scores

    def _score(self, row, env):
        segment = row.parameter_id.segment_id
        segment.with_env(env).action_refresh()
        members = self.env["crm.segment.member"].search(
            [("segment_id", "=", segment.id), ("score", ">", 0)]
        )
        return members.partner_id.ids

    def test_rows_of_scores(self):
        score = self._create_score(
            {
                "name": "Country",
                "kind": "conditions",
                "range_ids": [Command.create({"domain": "[('ref', '=', 'x')]", "points": 6})],
            }
        )
        row = score.parameter_ids.range_ids

        def make(env, text):
            row.with_env(env).domain = text
            return row

        self._assert_same_for_everybody(
            "domain",
            "category_id",
            self.contacts,
            make,
            {"refresh": self._score},
            self.english,
            (self.english, self.russian),
        )
        self._assert_refused(make, UserError)

    # Bulk operations

    def _make_operation(self, env, text):
        return env["crm.bulk.operation"].create(
            {"model": "res.partner", "domain": text, "operation": "archive", "vals": {}}
        )

    def test_bulk_operations(self):
        ways = {
            "dry run": lambda bulk, _env: bulk._find_records()[0],
            "undo": lambda bulk, env: self._find_undone(bulk, env),
        }
        self._assert_same_for_everybody(
            "domain",
            "category_id",
            self.contacts,
            self._make_operation,
            ways,
            self.english,
            self.readers,
        )
        self._assert_refused(self._make_operation, UserError)

    def test_a_default_of_the_context_is_written_as_well(self):
        text = "[[country_id, '=', 'Канада']]"
        Bulk = self.env["crm.bulk.operation"].with_context(default_domain=text)
        bulk = Bulk.create({"model": "res.partner", "operation": "archive", "vals": {}})
        self.assertEqual(bulk.domain, f"[['country_id', '=', {self.ca.id}]]")

    def _find_undone(self, bulk, env):
        """An undo of a part, with the same filter."""
        whole = self.env["crm.bulk.operation"].create(
            {
                "model": "res.partner",
                "domain": [("id", "in", [one.id for one in self.contacts.values()])],
                "operation": "archive",
                "vals": {},
            }
        )
        whole.action_preview()
        undo = (
            env["crm.bulk.undo"]
            .sudo()
            .create({"operation_id": whole.id, "scope": "part", "domain": bulk.domain})
        )
        return whole.with_env(env)._find_origins(undo.domain)

    def test_every_filter_is_here(self):
        self.assertEqual(
            self._get_stored_filters("crm_segmentation"),
            {
                ("crm.segment.criterion", "domain"),
                ("crm.segment.range", "domain"),
                ("crm.bulk.operation", "domain"),
                ("crm.bulk.undo", "domain"),
            },
        )

    def test_renamed_and_archived(self):
        segment = self._create_segment(OURS_NONE, applies_to="company")
        line = segment.criterion_ids
        line.with_context(lang="ru_RU").domain = "[('category_id', '=', 'Важный покупатель')]"
        vip = self.tags["res.partner.category"][0]
        for change in ({"name": "Renamed"}, {"active": False}):
            vip.write(change)
            for user in self.readers:
                ids = self._find_live(line, self.env(user=user))
                self.assertEqual(ids, self.contacts["us"].ids)


#: A line that finds nobody, to begin with.
OURS_NONE = ("self", [("ref", "=", "nobody")])
