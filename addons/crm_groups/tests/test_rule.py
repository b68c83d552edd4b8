from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestRule(CrmGroupsCommon):
    def test_rebuild(self):
        smart = self._create_smart()
        result = smart.action_rebuild()
        self.assertEqual(result, [{"group_id": smart.id, "entered": 3, "left": 0}])
        self._assert_member(smart, self.north, "in", "rule")
        self.assertFalse(self._get_member(smart, self.east))
        self.assertTrue(smart.last_build)
        self._unfollowed(self.south).ref = "moved"
        self._unfollowed(self.east).ref = "crm-groups-test"
        self.assertEqual(smart.action_rebuild()[0]["left"], 1)
        self._assert_member(smart, self.south, "past", "rule")
        self._assert_member(smart, self.east, "in", "rule")
        self.assertEqual(smart.action_rebuild(), [{"group_id": smart.id, "entered": 0, "left": 0}])

    def test_coming_back(self):
        smart = self._create_smart()
        with freeze_time("2026-01-05 12:00:00"):
            smart.action_rebuild()
            self.north.ref = False
            smart.action_rebuild()
        self._unfollowed(self.north).ref = "crm-groups-test"
        with freeze_time("2026-02-05 12:00:00"):
            self.assertEqual(smart.action_rebuild()[0]["entered"], 1)
        member = self._get_member(smart, self.north)
        self.assertEqual((member.state, str(member.date_from)), ("in", "2026-02-05"))
        self.assertFalse(member.date_to)
        self._assert_in_step(smart)

    def test_people_win_over_the_rule(self):
        smart = self._create_smart()
        smart.add_contacts(self.east.ids, reason="By contract")
        smart.exclude_contacts(self.north.ids)
        smart.action_rebuild()
        self._assert_member(smart, self.east, "in", "manual")
        self._assert_member(smart, self.north, "excluded", "manual")
        self._assert_member(smart, self.south, "in", "rule")

    def test_adding_pins_a_rule_member(self):
        smart = self._create_smart()
        smart.action_rebuild()
        self.assertEqual(smart.add_contacts(self.north.ids)["updated"], 1)
        self.north.ref = False
        smart.action_rebuild()
        self._assert_member(smart, self.north, "in", "manual")

    def test_removing_from_a_smart_group_excludes(self):
        smart = self._create_smart()
        smart.add_contacts(self.east.ids)
        smart.action_rebuild()
        smart.remove_contacts((self.north + self.east).ids)
        self.east.ref = "crm-groups-test"
        smart.action_rebuild()
        self._assert_member(smart, self.north, "excluded", "manual")
        self._assert_member(smart, self.east, "excluded", "manual")

    def test_deleting_the_row_returns_to_the_rule(self):
        smart = self._create_smart()
        smart.exclude_contacts(self.north.ids)
        self._get_member(smart, self.north).unlink()
        self._assert_member(smart, self.north, "in", "rule")
        smart.add_contacts(self.east.ids)
        self._get_member(smart, self.east).unlink()
        self.assertNotIn(smart, self.east.contact_group_ids)

    def test_deleting_the_row_in_the_form_returns_to_the_rule(self):
        smart = self._create_smart()
        smart.exclude_contacts(self.north.ids)
        with Form(smart) as form:
            form.manual_member_ids.remove(0)
        self._assert_member(smart, self.north, "in", "rule")

    def test_who_stays_by_the_rule_sets_off_no_action(self):
        """What people decided is dropped, the rule wants the same: nobody enters or leaves."""
        smart = self._create_smart()
        smart.add_contacts((self.north + self.east).ids)
        count = self.env["ir.actions.server"].create(
            {
                "name": "Test count",
                "model_id": self.env["ir.model"]._get("res.partner").id,
                "state": "code",
                "code": "for r in records: r.write({'color': r.color + 1})",
            }
        )
        smart.write({"enter_action_id": count.id, "leave_action_id": count.id})
        self._get_member(smart, self.north).unlink()
        self._assert_member(smart, self.north, "in", "rule")
        self.assertEqual(self.north.color, 0)
        self._get_member(smart, self.east).unlink()
        self.assertEqual(self.east.color, 1)
        smart.exclude_contacts(self.south.ids)
        self._get_member(smart, self.south).unlink()
        self._assert_member(smart, self.south, "in", "rule")
        self.assertEqual(self.south.color, 1)

    def test_changing_the_state_is_a_decision(self):
        smart = self._create_smart()
        smart.action_rebuild()
        self._get_member(smart, self.north).state = "excluded"
        self._assert_member(smart, self.north, "excluded", "manual")

    def test_snapshot_is_filled_once(self):
        snapshot = self._create_smart(kind="snapshot")
        self.assertEqual(snapshot.action_rebuild()[0]["entered"], 3)
        self.north.ref = False
        self.east.ref = "crm-groups-test"
        self.assertEqual(
            snapshot.action_rebuild(), [{"group_id": snapshot.id, "entered": 0, "left": 0}]
        )
        self._assert_member(snapshot, self.north, "in", "rule")
        snapshot.remove_contacts(self.north.ids)
        self._assert_member(snapshot, self.north, "past")

    def test_manual_group_has_nothing_to_rebuild(self):
        with self.assertRaisesRegex(UserError, "Test dealers is filled by hand"):
            self.dealers.action_rebuild()

    def test_applies_to(self):
        smart = self._create_smart(applies_to="person")
        smart.action_rebuild()
        self.assertEqual(smart.member_ids.partner_id, self.person)
        smart.applies_to = "company"
        smart.action_rebuild()
        self.assertEqual(
            self.Partner.search([("contact_group_ids", "in", smart.ids)]), self.north + self.south
        )

    def test_archived_contact_leaves(self):
        smart = self._create_smart()
        smart.action_rebuild()
        self._unfollowed(self.north).action_archive()
        self.assertEqual(smart.preview_rule()["leaving_ids"], self.north.ids)
        smart.action_rebuild()
        self._assert_member(smart, self.north, "past")

    def test_company(self):
        company = self.env["res.company"].create({"name": "Test Rule Company"})
        smart = self._create_smart(company_id=company.id)
        self.north.company_id = self.company
        self.south.company_id = company
        smart.action_rebuild()
        self.assertEqual(smart.member_ids.partner_id, self.south + self.person)

    def test_relative_date(self):
        smart = self._create_smart(domain=[*self.rule, ("create_date", ">=", "today -1d")])
        self.assertEqual(smart.action_rebuild()[0]["entered"], 3)

    def test_rule_on_another_group(self):
        self.dealers.add_contacts((self.north + self.east).ids)
        smart = self._create_smart(domain=[*self.rule, ("contact_group_ids", "=", "T-DEAL")])
        smart.action_rebuild()
        self.assertEqual(smart.member_ids.partner_id, self.north)

    def test_unusable_rules(self):
        for domain in (
            "",
            "[]",
            "[(1, '=', 1)]",
            "[('no_such_field', '=', 1)]",
            "[('name', 'no operator', 1)]",
            "[('name', '=', user.name)]",
            "[('create_date', '>', 'no date')]",
            "not python",
            "__import__('os')",
        ):
            with (
                self.subTest(domain=domain),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(
                    ValidationError, "rule of the group Test unusable.*condition"
                ),
            ):
                self._create_smart("Test unusable", domain=domain)

    def test_rule_of_a_manual_group_is_not_looked_at(self):
        group = self._create_group("Test draft rule", domain="nonsense")
        with self.assertRaisesRegex(ValidationError, "Test draft rule cannot be used"):
            group.kind = "smart"

    def test_rule_on_a_field_that_vanished(self):
        smart = self._create_smart()
        self.env.flush_all()
        self.cr.execute(
            "UPDATE crm_contact_group SET domain = %s WHERE id = %s",
            ["[('x_gone', '=', 1)]", smart.id],
        )
        smart.invalidate_recordset()
        with self.assertRaisesRegex(ValidationError, "Test smart cannot be used.*x_gone"):
            smart.action_rebuild()

    def test_preview(self):
        smart = self._create_smart()
        smart.exclude_contacts(self.person.ids)
        preview = smart.preview_rule()
        self.assertEqual(
            preview,
            {
                "matching": 3,
                "inside": 0,
                "entering": 2,
                "leaving": 0,
                "entering_ids": (self.north + self.south).ids,
                "leaving_ids": [],
            },
        )
        self.assertFalse(self._get_member(smart, self.north), "A preview changes nothing")
        smart.action_rebuild()
        preview = smart.preview_rule([("ref", "=", "other")])
        self.assertEqual(preview["entering_ids"], self.east.ids)
        self.assertEqual(preview["leaving_ids"], (self.north + self.south).ids)
        result = smart.preview_rule()
        self.assertEqual((result["entering"], result["leaving"]), (0, 0))

    def test_preview_of_a_manual_group(self):
        self.dealers.add_contacts(self.east.ids)
        preview = self.dealers.preview_rule("[('ref', '=', 'crm-groups-test')]")
        self.assertEqual((preview["entering"], preview["leaving"]), (3, 0))
        with self.assertRaises(ValidationError):
            self.dealers.preview_rule([("no_such_field", "=", 1)])

    def test_buttons(self):
        smart = self._create_smart()
        action = smart.action_preview_rule()
        self.assertIn("Test North Ltd", action["params"]["message"])
        action = smart.action_rebuild_and_notify()
        self.assertEqual(action["params"]["message"], "3 contacts entered, 0 left.")

    def test_row_ids_are_not_used_up(self):
        smart = self._create_smart()
        smart.action_rebuild()
        self.cr.execute("SELECT last_value FROM crm_contact_group_member_id_seq")
        before = self.cr.fetchone()
        smart.action_rebuild()
        self.cr.execute("SELECT last_value FROM crm_contact_group_member_id_seq")
        self.assertEqual(self.cr.fetchone(), before)
