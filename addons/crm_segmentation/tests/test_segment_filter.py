from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.base.tests.common import BaseCommon

from ..models.crm_segment_change import MARKED
from .segment_common import OURS, SegmentCommon

WON = [("won_status", "=", "won")]


@tagged("post_install", "-at_install")
class TestSegmentFilter(SegmentCommon):
    def test_deals_of_a_company_are_those_of_its_persons_too(self):
        segment = self._create_segment(("deal", [("expected_revenue", "=", 500), *WON]))
        self.assertEqual(self._find(segment), self.alpha)
        persons = segment.copy({"applies_to": "person"})
        self.assertEqual(self._find(persons), self.persons[0])
        both = segment.copy({"applies_to": "contact"})
        self.assertEqual(self._find(both), self.alpha + self.persons[0])

    def test_lines_joined_by_all_and_by_any(self):
        lines = (("deal", WON), ("deal", [("won_status", "=", "lost")]))
        self.assertEqual(self._find(self._create_segment(*lines)), self.beta)
        either = self._create_segment(*lines, join="any")
        self.assertEqual(self._find(either), self.alpha + self.beta)

    def test_none_count_and_amount(self):
        def line(condition, threshold):
            return {
                "source": "deal",
                "condition": condition,
                "threshold": threshold,
                "domain": repr(WON),
            }

        cases = {
            ("none", 1): self.gamma,
            ("count", 1): self.alpha + self.beta,
            ("count", 2): self.alpha,
            ("count", 3): self.companies.browse(),
            ("amount", 1500): self.alpha,
            ("amount", 200): self.alpha + self.beta,
        }
        for (condition, threshold), expected in cases.items():
            with self.subTest(condition=condition, threshold=threshold):
                segment = self._create_segment(line(condition, threshold))
                self.assertEqual(self._find(segment, self.companies), expected)

    def test_each_source(self):
        self.persons[0].function = "Buyer"
        self.alpha.city = "Testville"
        self.beta.message_post(body="Hello", message_type="comment")
        self.gamma.activity_schedule("mail.mail_activity_data_todo")
        lead = self._create_lead(partner_id=self.beta.id, type="lead", name="Segment lead")
        deal = self.env["crm.lead"].search([("partner_id", "=", self.alpha.id)])
        cases = [
            ("company", ("person", [("function", "=", "Buyer")]), self.alpha),
            ("person", ("company", [("city", "=", "Testville")]), self.persons[0]),
            ("company", ("message", [("message_type", "=", "comment")]), self.beta),
            ("company", ("activity", []), self.gamma),
            ("company", ("lead", []), self.beta),
            ("lead", ("customer", [("name", "=", "Segment Beta")]), lead),
            ("deal", ("company", [("city", "=", "Testville")]), None),
            ("lead", ("self", [("name", "=", "Segment lead")]), lead),
        ]
        for target, line, expected in cases:
            with self.subTest(target=target, source=line[0]):
                segment = self._create_segment(line, applies_to=target)
                found = self._find(segment)
                if expected is None:
                    self.assertIn(deal, found)
                    self.assertEqual(found.partner_id.commercial_partner_id, self.alpha)
                elif target in ("lead", "deal"):
                    self.assertEqual(found, expected)
                else:
                    self.assertEqual(found & (self.companies + self.persons), expected)

    def test_list_fields_and_types(self):
        definition = [
            {
                "name": "size",
                "string": "Size",
                "type": "selection",
                "selection": [["s", "Small"], ["b", "Big"]],
            }
        ]
        base = self.env["properties.base.definition"]._get_definition_for_property_field(
            "res.partner", "properties"
        )
        base.properties_definition = definition
        self.alpha.properties = {"size": "b"}
        self.alpha.crm_type_id = self.type_company
        segment = self._create_segment(
            ("self", [("properties.size", "=", "b"), ("crm_type_id.code", "=", "test_company")])
        )
        self.assertEqual(self._find(segment), self.alpha)
        self.assertIn("is test_company", segment.sentence)

    def test_search_operators(self):
        one = self._create_segment(("deal", WON), name="Segment one")
        two = self._create_segment(("deal", [("won_status", "=", "pending")]), name="Segment two")
        mine = [("id", "in", self.companies.ids)]
        Partner = self.env["res.partner"]

        def find(*domain):
            return Partner.search(mine + list(domain))

        self.assertEqual(find(("segment_ids", "=", one.id)), self.alpha + self.beta)
        self.assertEqual(find(("segment_ids", "in", (one + two).ids)), self.companies)
        self.assertEqual(find(("segment_ids", "not in", one.ids)), self.gamma)
        self.assertEqual(find(("segment_ids", "=", False)), Partner)
        self.assertEqual(find(("segment_ids", "!=", False)), self.companies)
        self.assertEqual(find(("segment_ids.name", "=", "Segment two")), self.gamma)
        self.assertEqual(find(("segment_ids", "ilike", "ment two")), self.gamma)
        self.assertEqual(find("!", ("segment_ids", "in", one.ids)), self.gamma)
        self.assertEqual(find(("parent_id.segment_ids", "in", one.ids)), Partner)
        of_two = ("parent_id.segment_ids", "in", two.ids)
        self.assertEqual(Partner.search([of_two, self._made_here(Partner)]), self.persons[2])
        self.assertEqual(
            self.companies.filtered_domain([("segment_ids", "in", one.ids)]),
            self.alpha + self.beta,
        )
        Lead = self.env["crm.lead"]
        of_two = ("partner_id.segment_ids", "in", two.ids)
        self.assertEqual(Lead.search([of_two, self._made_here(Lead)]).partner_id, self.gamma)

    def test_field_shows_live_and_stored_segments(self):
        live = self._create_segment(("deal", WON), name="Live")
        kept = self._create_segment(("deal", WON), name="Kept", mode="snapshot")
        kept.action_refresh()
        self.assertEqual(self.alpha.segment_ids & (live + kept), live + kept)
        self.assertEqual(self.alpha.stored_segment_ids & (live + kept), kept)
        self.assertFalse(self.gamma.segment_ids & (live + kept))
        groups = self.env["res.partner"].formatted_read_group(
            [("id", "in", self.companies.ids)], ["stored_segment_ids"], ["__count"]
        )
        counts = {
            group["stored_segment_ids"] and group["stored_segment_ids"][0]: group["__count"]
            for group in groups
        }
        self.assertEqual(counts[kept.id], 2)
        self.assertNotIn(live.id, counts)

    def test_snapshot_stays_and_is_taken_anew_by_hand(self):
        segment = self._create_segment(("deal", WON), mode="snapshot")
        segment.action_refresh()
        self._create_deal(self.gamma, "won", 10, "2026-03-01")
        segment._refresh()
        self.assertEqual(self._find(segment), self.alpha + self.beta)
        segment.action_refresh()
        self.assertEqual(self._find(segment), self.companies)

    def test_dates_and_history_of_a_live_segment(self):
        segment = self._create_segment(OURS, ("deal", WON), keep_history=True)
        segment.action_refresh()
        self.assertEqual(segment.last_entered, 2)
        self.assertTrue(self._member(segment, self.alpha).date_from)
        moves = self.env["crm.segment.move"].search([("segment_id", "=", segment.id)])
        self.assertFalse(moves, "the first fill is no move")
        deal = self._create_deal(self.gamma, "won", 10, "2026-03-01")
        self.assertTrue(self._member(segment, self.gamma), "a few changes are followed at once")
        deal.stage_id = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        self.env.flush_all()
        self.assertFalse(self._member(segment, self.gamma))
        moves = self.env["crm.segment.move"].search([("segment_id", "=", segment.id)])
        self.assertEqual(moves.sorted("id").mapped("kind"), ["entered", "left"])
        self.assertEqual(moves.partner_id, self.gamma)

    def test_relative_dates_move_with_the_days(self):
        segment = self._create_segment(("deal", [("date_closed", ">=", "today -90d"), *WON]))
        with freeze_time("2026-03-01"):
            self.assertEqual(self._find(segment), self.alpha)
        with freeze_time("2026-06-01"):
            self.assertFalse(self._find(segment))

    def test_segment_on_segment_and_no_loops(self):
        one = self._create_segment(("deal", WON), name="One")
        two = self._create_segment(
            ("self", [("segment_ids", "in", one.ids), ("name", "ilike", "Beta")]), name="Two"
        )
        self.assertEqual(two.needed_ids, one)
        self.assertEqual(self._find(two), self.beta)
        with self.assertRaisesRegex(ValidationError, "need each other: .*One.*Two"):
            one.criterion_ids = [
                Command.create({"source": "self", "domain": repr([("segment_ids", "in", two.ids)])})
            ]
        with self.assertRaisesRegex(UserError, "One cannot be deleted.*Two"):
            one.unlink()
        with self.assertRaisesRegex(UserError, "One cannot be archived"):
            one.active = False

    def test_loop_by_a_part_of_a_name(self):
        one = self._create_segment(("self", [("name", "=", "Nobody")]), name="Round one")
        two = self._create_segment(("self", [("segment_ids", "in", one.ids)]), name="Round two")
        with self.assertRaisesRegex(ValidationError, "Round .* needs itself"):
            one.criterion_ids.domain = repr([("segment_ids", "ilike", "Round t")])
        # Got past the check: it fails alone, and contacts still open.
        self.env.cr.execute(
            "UPDATE crm_segment_criterion SET domain = %s WHERE segment_id = %s",
            [repr([("segment_ids", "ilike", "Round t")]), one.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        for segment in one + two:
            segment._refresh_or_note_error()
            self.assertEqual(segment.state, "failed")
            self.assertRegex(segment.last_error, "needs itself")
        good = self._create_segment(("deal", WON), name="Good")
        self.assertIn(good, self.alpha.segment_ids)
        self.assertFalse(self.alpha.segment_ids & (one + two))

    def test_unusable_lines_are_refused_with_their_name(self):
        cases = [
            (("self", []), "take in everything"),
            ({"source": "self", "domain": "[('no_such', '=', 1)]"}, "no_such"),
            ({"source": "self", "domain": "__import__('os').system('true')"}, "cannot be used"),
            ({"source": "self", "domain": "[('name'"}, "cannot be used"),
            (
                {"source": "deal", "condition": "count", "threshold": 0, "domain": "[]"},
                "more than 0",
            ),
            ({"source": "company", "condition": "count", "domain": "[]"}, "nothing to count"),
            ({"source": "message", "condition": "amount", "domain": "[]"}, "no amount"),
            ({"source": "customer", "domain": "[]"}, "nothing that Companies have"),
        ]
        for line, message in cases:
            with self.subTest(message=message), self.assertRaisesRegex(ValidationError, message):
                self._create_segment(line, name="Bad one")

    def test_dead_field_fails_alone_and_keeps_its_members(self):
        bad = self._create_segment(OURS, ("deal", WON), name="Bad", keep_history=True)
        good = self._create_segment(("deal", WON), name="Good")
        bad.action_refresh()
        self.env.cr.execute(
            "UPDATE crm_segment_criterion SET domain = '[(''dead_field'', ''='', 1)]' "
            "WHERE segment_id = %s",
            [bad.id],
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_segmentation.ir_cron_refresh_segments").method_direct_trigger()
        self.env.invalidate_all()
        bad._refresh_or_note_error()
        self.assertEqual(bad.state, "failed")
        self.assertRegex(bad.last_error, "Bad.*dead_field")
        self.assertEqual(len(bad.member_ids), 2)
        self.assertEqual(good.state, "clean")
        self.assertIn(good, self.alpha.segment_ids)
        with self.assertRaisesRegex(UserError, "dead_field"):
            self._find(bad)
        self.assertEqual(bad.current_count, 0)

    def test_sentence(self):
        segment = self._create_segment(
            (
                "self",
                ["|", ("country_id", "in", self.env.ref("base.de").ids), ("city", "=", False)],
            ),
            {"source": "deal", "condition": "none", "domain": repr(WON)},
        )
        self.assertEqual(
            segment.sentence,
            "Companies: Country is Germany or City is not set, and has no deals: Won/Lost is Won.",
        )

    def test_sentence_of_dates_and_of_nothing(self):
        segment = self._create_segment(
            {
                "source": "deal",
                "condition": "none",
                "domain": repr([("date_last_stage_update", ">=", "today -90d")]),
            },
            ("self", [("create_date", "<", "today =1d")]),
            {"source": "activity", "condition": "count", "threshold": 2, "domain": "[]"},
        )
        self.assertEqual(
            segment.sentence,
            "Companies: has no deals: Last Stage Update is since 90 days ago, and Created on is "
            "before the first of this month, and has at least 2 planned activities.",
        )

    def test_sentence_names_every_source(self):
        line = self.env["crm.segment.criterion"].new({"domain": "[]"})
        for source, _label in line._fields["source"]._description_selection(self.env):
            for condition in ("has", "none"):
                line.update({"source": source, "condition": condition})
                with self.subTest(source=source, condition=condition):
                    self.assertNotRegex(line._describe(), r"%|has its|has no its")
        line.update({"source": "message", "condition": "none"})
        self.assertEqual(line._describe(), "has no messages and e-mails")

    def test_what_is_not_chosen_yet_is_said(self):
        segment = self.env["crm.segment"].new({"name": "S", "applies_to": "company"})
        for domain, words in (
            ([("country_id", "in", [])], "Country is (no value chosen)"),
            ([("country_id", "not in", [])], "Country is not (no value chosen)"),
            ([("country_id", "=", False)], "Country is not set"),
            ([("name", "ilike", "")], "Name contains (no value chosen)"),
            ([("create_date", ">=", False)], "Created on is since (no value chosen)"),
            ([("employee", "=", False)], "Employee is no"),
            ([("employee", "!=", False)], "Employee is yes"),
        ):
            line = self.env["crm.segment.criterion"].new(
                {"segment_id": segment.id, "source": "self", "domain": str(domain)}
            )
            with self.subTest(domain=domain):
                self.assertEqual(line._describe(), words)

    def test_dates_are_said_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        Line = self.env["crm.segment.criterion"]
        for value, english, polish in (
            ("today -1m", "1 month ago", "1 miesiąc temu"),
            ("-90d", "90 days ago", "90 dni temu"),
            ("today +2w", "in 2 weeks", "za 2 tygodnie"),
        ):
            with self.subTest(value=value):
                self.assertEqual(Line._describe_date(value), english)
                self.assertEqual(Line.with_context(lang="pl_PL")._describe_date(value), polish)

    def test_preview_and_open(self):
        segment = self._create_segment(OURS, ("deal", WON), keep_history=True)
        preview = segment.preview_members()
        self.assertEqual((preview["count"], preview["entering"], preview["leaving"]), (2, 2, 0))
        self.assertIn("Segment Alpha", segment.action_preview()["params"]["message"])
        action = segment.action_open_members()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.alpha + self.beta)
        self.assertEqual(segment.current_count, 2)

    def test_form(self):
        with Form(self.env["crm.segment"].with_context(default_method="filter")) as form:
            form.name = "By hand"
            with form.criterion_ids.new() as line:
                line.source = "deal"
                line.domain = repr(WON)
        self.assertEqual(self._find(form.record), self.alpha + self.beta)
        self.assertEqual(form.record.state, "waiting")

    def test_archived_and_deleted_contacts(self):
        segment = self._create_segment(("deal", WON), keep_history=True)
        segment.action_refresh()
        self.alpha.active = False
        self.env.flush_all()
        self.assertFalse(self._member(segment, self.alpha))
        self.assertEqual(self._find(segment, active_test=False), self.beta)

    def test_import_waits_for_the_scheduled_action(self):
        segment = self._create_segment(("self", [("city", "=", "Importville")]), keep_history=True)
        segment.action_refresh()
        self.env["res.partner"].create(
            [{"name": f"C{n}", "is_company": True, "city": "Importville"} for n in range(30)]
        )
        self.assertEqual(segment.state, "waiting")
        self.env.cr.flush()  # as at the end of the transaction
        with self.enter_registry_test_mode():
            cron = self.env.ref("crm_segmentation.ir_cron_refresh_waiting_segments")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((segment.state, segment.last_count), ("clean", 30))

    def test_looking_later_costs_a_transaction_once(self):
        segment = self._create_segment(("self", [("city", "=", "Onceville")]), keep_history=True)
        segment.action_refresh()
        partners = self.env["res.partner"].create([{"name": f"C{n}"} for n in range(30)])
        self.env.cr.flush()
        counts = []
        for part in (partners[:1], partners[1:]):
            segment.action_refresh()
            self.env.flush_all()
            before = self.cr.sql_log_count
            for _partner in part:
                segment._look_later()
            self.env.cr.flush()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(segment.state, "waiting")
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 7)

    def test_marks_of_an_addon_that_is_being_uninstalled(self):
        segment = self._create_segment(("self", [("city", "=", "Goneville")]), keep_history=True)
        self.env.cr.flush()
        segment._look_later()
        self.assertIn(segment.id, self.env.cr.precommit.data[MARKED])
        self.env.cr.execute("DROP TABLE crm_segment_change")
        self.env.cr.precommit.run()
        self.assertNotIn(MARKED, self.env.cr.precommit.data)
        self.assertTrue(segment.exists(), "the transaction goes on")


@tagged("post_install", "-at_install")
class TestSegmentReadyMade(BaseCommon):
    def test_ready_made_ones_work_on_install(self):
        for name in ("won", "sleeping", "new", "big_without_owner", "stuck_deals"):
            with self.subTest(name):
                segment = self.env.ref(f"crm_segmentation.segment_{name}")
                segment._refresh()
                self.assertEqual(segment.state, "clean")
                self.assertEqual(segment.last_count, segment.preview_members()["count"])

    def test_sleeping_and_big_without_owner(self):
        company = self.env["res.partner"].create(
            {"name": "Sleeper", "is_company": True, "user_id": False}
        )
        deal = self.env["crm.lead"].create(
            {
                "name": "Old deal",
                "type": "opportunity",
                "partner_id": company.id,
                "expected_revenue": 10000,
            }
        )
        deal.action_set_won()
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM mail_message WHERE res_id = %s", [company.id])
        sleeping = self.env.ref("crm_segmentation.segment_sleeping")
        big = self.env.ref("crm_segmentation.segment_big_without_owner")
        new = self.env.ref("crm_segmentation.segment_new")
        self.assertEqual(company.segment_ids & (sleeping + big + new), big + new)
        deal.date_last_stage_update = "2020-01-01"
        company.invalidate_recordset()
        self.assertIn(sleeping, company.segment_ids)
        company.user_id = self.env.user
        company.invalidate_recordset()
        self.assertNotIn(big, company.segment_ids)
