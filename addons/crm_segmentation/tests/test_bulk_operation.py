from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .bulk_common import BulkCommon


@tagged("post_install", "-at_install")
class TestBulkOperation(BulkCommon):
    """Dry run, doing and undoing, by the change of owner."""

    def test_dry_run_changes_nothing(self):
        self.contacts[0].user_id = self.south
        bulk = self._bulk("owner", {"user_id": self.south.id})
        answer = bulk.action_preview()
        self.assertEqual(answer["state"], "preview")
        self.assertEqual(
            (answer["total"], answer["changed"], answer["unchanged"], answer["refused"]),
            (6, 5, 1, 0),
        )
        self.assertEqual(answer["models"], {"res.partner": {"waiting": 5, "unchanged": 1}})
        self.assertEqual(self._owners(), ["bulk_south"] + 5 * ["bulk_north"])

    def test_rows_say_from_whom_to_whom(self):
        self.contacts[0].user_id = False
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_preview()
        Lines = self.env["crm.bulk.operation.line"].with_user(self.sales_manager)
        lines = Lines.search([("operation_id", "=", bulk.id)])
        expected = [("none", self.south.name)] + 5 * [(self.north.name, self.south.name)]
        self.assertEqual([(line.from_text, line.to_text) for line in lines], expected)
        bulk.action_apply()
        lines.invalidate_recordset()
        self.assertEqual([(line.from_text, line.to_text) for line in lines], expected)
        archive = self._bulk("archive", {})
        archive.action_preview()
        line = Lines.search([("operation_id", "=", archive.id)], limit=1)
        self.assertEqual((line.from_text, line.to_text), ("Active: Yes", "Active: No"))
        self.contacts[0].company_id = self.env["res.company"].create({"name": "Elsewhere"})
        lines.invalidate_recordset()
        self.assertEqual((lines[0].from_text, lines[0].to_text), (False, False))

    def test_apply_and_undo(self):
        bulk = self._bulk("owner", {"user_id": self.south.login})
        answer = bulk.action_apply()
        self.assertEqual((answer["state"], answer["changed"]), ("done", 6))
        self.assertEqual(self._owners(), 6 * ["bulk_south"])
        answer = bulk.action_undo()
        self.assertEqual((answer["state"], answer["undone"], answer["skipped"]), ("undone", 6, 0))
        self.assertEqual(self._owners(), 6 * ["bulk_north"])
        self.assertEqual(bulk.undo_user_id, self.sales_manager)

    def test_history_of_owners_says_that_it_was_a_bulk_change(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_apply()
        self.assertEqual(
            set(self.contacts.owner_change_ids.mapped("reason")), {"automatic", "bulk"}
        )
        bulk.action_undo()
        latest = self.contacts.mapped(lambda contact: contact.owner_change_ids[0])
        self.assertEqual(set(latest.mapped("reason")), {"undo"})

    def test_limit_of_a_day_holds_for_bulk_changes(self):
        """A salesperson cannot take more free contacts by taking them in bulk."""
        self.contacts.user_id = False
        self.env["ir.config_parameter"].set_param("crm_segmentation.owner_take_limit", "2")
        bulk = self._bulk("owner", {"user_id": self.north.id}, user=self.north)
        answer = bulk.action_apply()
        self.assertEqual((answer["changed"], answer["refused"]), (2, 4))
        self.assertIn("limit of 2 contacts", answer["reasons"][0]["reason"])

    def test_undo_twice_is_refused(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            bulk.action_undo()
        bulk.action_apply()
        bulk.action_undo()
        with self.assertRaisesRegex(UserError, "undone already"):
            bulk.action_undo()
        with self.assertRaisesRegex(UserError, "done already"):
            bulk.action_apply()

    def test_in_turn(self):
        bulk = self._bulk("owner", {"user_ids": [self.south.id, self.west.id]})
        self.contacts[1].user_id = self.west
        bulk.action_preview()
        planned = [line.target["user_id"] for line in bulk.sudo().line_ids]
        bulk.action_apply()
        owners = self._owners()
        self.assertEqual(owners.count("bulk_south"), 3)
        self.assertEqual(owners[1], "bulk_west", "who is in the turn keeps what he has")
        self.assertEqual([c.user_id.id for c in self.contacts], planned)

    def test_nobody(self):
        self._bulk("owner", {"user_id": False}).action_apply()
        self.assertEqual(self._owners(), 6 * [False])

    def test_undo_leaves_what_changed_since(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_apply()
        self.contacts[0].user_id = self.west
        self.contacts[5].unlink()
        answer = bulk.action_undo()
        self.assertEqual((answer["undone"], answer["skipped"]), (4, 2))
        self.assertEqual(
            self._get_reasons(answer),
            {"Somebody has changed it since.": 1, "It has been deleted since.": 1},
        )
        self.assertEqual(self._owners(self.contacts[:2]), ["bulk_west", "bulk_north"])
        self.assertEqual(answer["rows"][0]["name"], "Bulk 0")

    def test_undo_for_a_part(self):
        self.contacts[:2].crm_type_id = self.type_company
        bulk = self._bulk("owner", {"user_id": self.south.id}, cascade=["deals"])
        bulk.action_apply()
        self.assertEqual(self._owners(self.deals), 2 * ["bulk_south"])
        answer = bulk.action_undo(domain=[("crm_type_id.code", "=", "test_company")])
        self.assertEqual((answer["state"], answer["undone"]), ("partly", 4))
        self.assertEqual(self._owners(), 2 * ["bulk_north"] + 4 * ["bulk_south"])
        self.assertEqual(self._owners(self.deals), 2 * ["bulk_north"])
        with self.assertRaisesRegex(UserError, "no such record"):
            bulk.action_undo(domain="[('crm_type_id.code', '=', 'test_company')]")
        answer = bulk.action_undo()
        self.assertEqual((answer["state"], answer["undone"]), ("undone", 8))
        self.assertEqual(self._owners(), 6 * ["bulk_north"])

    def test_taken_along(self):
        persons = self.env["res.partner"].create(
            [
                {"name": "Person", "parent_id": self.contacts[0].id, "user_id": False},
                {"name": "Other", "parent_id": self.contacts[0].id, "user_id": self.west.id},
            ]
        )
        below = self.env["res.partner"].create({"name": "Below", "parent_id": persons[0].id})
        deal = self.deals[0].copy({"partner_id": persons[0].id, "user_id": self.north.id})
        won = self.deals[0].copy({"partner_id": persons[0].id, "user_id": self.north.id})
        won.action_set_won()
        activity = deal.activity_schedule("mail.mail_activity_data_todo", user_id=self.north.id)
        bulk = self._bulk("owner", {"user_id": self.south.id}, self.contacts[:1], cascade=True)
        answer = bulk.action_apply()
        self.assertEqual(
            answer["models"],
            {
                "res.partner": {"done": 4},
                "crm.lead": {"done": 2},
                "mail.activity": {"done": 1},
            },
        )
        self.assertEqual(self._owners(persons + below), 3 * ["bulk_south"])
        self.assertEqual(
            self._owners(deal + won + self.deals),
            ["bulk_south", "bulk_north", "bulk_south", "bulk_north"],
        )
        self.assertEqual(activity.user_id, self.south)
        bulk.action_undo()
        self.assertEqual(self._owners(persons), [False, "bulk_west"])
        self.assertEqual(self._owners(deal), ["bulk_north"])
        self.assertEqual(activity.user_id, self.north)

    def test_taken_along_but_not_from_others(self):
        persons = self.env["res.partner"].create(
            [
                {"name": "Person", "parent_id": self.contacts[0].id, "user_id": self.north.id},
                {"name": "Other", "parent_id": self.contacts[0].id, "user_id": self.west.id},
            ]
        )
        self._bulk(
            "owner", {"user_id": self.south.id}, self.contacts[:1], cascade=True, cascade_own=True
        ).action_apply()
        self.assertEqual(self._owners(persons), ["bulk_south", "bulk_west"])

    def test_persons_follow_their_company_in_the_turn(self):
        persons = self.env["res.partner"].create(
            [{"name": "Person", "parent_id": contact.id} for contact in self.contacts]
        )
        bulk = self._bulk("owner", {"user_ids": [self.south.id, self.west.id]}, cascade=["persons"])
        bulk.action_apply()
        self.assertEqual(self._owners(persons), self._owners())

    def test_a_bad_record_stops_nothing(self):
        # A constraint of the database that one of the records breaks.
        self.env.cr.execute(
            "ALTER TABLE res_partner ADD CONSTRAINT bulk_test "
            "CHECK (name <> 'Bulk 3' OR user_id = %s)",
            [self.north.id],
        )
        bulk = self._bulk("owner", {"user_id": self.south.id})
        answer = bulk.action_apply()
        self.assertEqual((answer["changed"], answer["refused"]), (5, 1))
        self.assertEqual(answer["rows"][0]["name"], "Bulk 3")
        self.assertIn("bulk_test", answer["rows"][0]["reason"])
        self.assertEqual(
            self._owners(self.contacts[2:5]), ["bulk_south", "bulk_north", "bulk_south"]
        )

    def test_history_and_notices(self):
        before = self.contacts.message_ids
        notified = self.env["mail.notification"].search([])
        bulk = self._bulk(
            "owner", {"user_ids": [self.south.id, self.west.id]}, reason="North left", cascade=True
        )
        bulk.action_apply()
        self.env.cr.flush()
        self.contacts.invalidate_recordset()
        for contact in self.contacts:
            message = contact.message_ids - before
            self.assertEqual(len(message), 1)
            self.assertIn("North left", message.body)
            self.assertEqual(message.tracking_value_ids.field_id.name, "user_id")
        notices = self.env["mail.notification"].search([]) - notified
        self.assertEqual(
            notices.res_partner_id, self.south.partner_id + self.west.partner_id, "one for each"
        )
        self.assertEqual(len(notices), 2)
        self.assertIn("North left", notices[0].mail_message_id.body)
        self.assertIn("Bulk 0", notices[0].mail_message_id.body)
        bulk.action_undo()
        back = self.env["mail.notification"].search([]) - notified - notices
        self.assertEqual(back.res_partner_id, self.north.partner_id)
        self.assertEqual(len(back), 1)

    def test_followers_go_with_the_undo(self):
        self.contacts[0].message_subscribe(self.south.partner_id.ids)
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_apply()
        self.assertIn(self.south.partner_id, self.contacts[1].message_partner_ids)
        bulk.action_undo()
        self.contacts.invalidate_recordset()
        self.assertIn(self.south.partner_id, self.contacts[0].message_partner_ids)
        self.assertNotIn(self.south.partner_id, self.contacts[1].message_partner_ids)

    def test_leads_get_back_what_follows_from_the_owner(self):
        team = self.env["crm.team"].create(
            {"name": "South", "crm_team_member_ids": [Command.create({"user_id": self.south.id})]}
        )
        before = self.deals.read(["user_id", "team_id", "company_id", "date_open"], load=None)
        bulk = self._bulk("owner", {"user_id": self.south.id}, self.deals)
        bulk.action_apply()
        self.assertEqual(self.deals.team_id, team)
        bulk.action_undo()
        self.deals.invalidate_recordset()
        after = self.deals.read(["user_id", "team_id", "company_id", "date_open"], load=None)
        self.assertEqual(after, before)

    def test_user_deleted_or_archived_meanwhile(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_preview()
        self.south.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            bulk.action_apply()
        self.south.active = True
        self.contacts[0].user_id = self.west
        self.contacts[1].user_id = self.sales_manager
        self.contacts[2].user_id = self.users_by_role["internal"]
        self.users_by_role["internal"].active = False
        bulk.action_preview()
        bulk.action_apply()
        self.west.unlink()
        self.sales_manager.active = False
        answer = bulk.with_user(self.env.ref("base.user_admin")).action_undo()
        self.assertEqual((answer["undone"], answer["skipped"]), (4, 2))
        self.assertEqual(
            set(self._get_reasons(answer)),
            {
                "Its former owner has been deleted.",
                f"Its former owner, {self.sales_manager.name}, has been archived.",
            },
        )
        # He was archived before the change: it is what there was.
        self.assertEqual(self.contacts[2].user_id, self.users_by_role["internal"])

    def test_undo_when_the_new_owner_is_gone(self):
        tag = self.env["res.partner.category"].create({"name": "Bulk tag"})
        owner = self._bulk("owner", {"user_ids": [self.south.id, self.west.id]})
        tags = self._bulk("tag", {"tag_ids": [tag.id]})
        owner.action_apply()
        tags.action_apply()
        self.south.active = False
        self.west.unlink()
        tag.unlink()
        answer = owner.action_undo()
        self.assertEqual((answer["undone"], answer["skipped"]), (3, 3))
        answer = tags.action_undo()
        self.assertEqual(self._get_reasons(answer), {"Somebody has changed it since.": 6})

    def test_records_deleted_after_the_dry_run(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_preview()
        self.contacts[5].unlink()
        self.contacts[4].user_id = self.south
        answer = bulk.action_apply()
        self.assertEqual((answer["changed"], answer["unchanged"], answer["refused"]), (4, 1, 1))
        self.assertEqual(answer["rows"][0]["name"], "(deleted)")

    def test_all_that_match_with_archived_or_without(self):
        self.contacts[0].active = False
        domain = [("name", "=like", "Bulk _")]
        vals = {"user_id": self.south.id}
        bulk = self._bulk("owner", vals, domain=domain)
        self.assertEqual(bulk.action_preview()["total"], 5)
        bulk = self._bulk("owner", vals, domain=domain, with_archived=True)
        self.assertEqual(bulk.action_preview()["total"], 6)

    def test_changed_draft_forgets_the_dry_run(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_preview()
        bulk.vals = {"user_id": self.west.id}
        self.assertEqual((bulk.state, len(bulk.line_ids)), ("draft", 0))
        bulk.action_apply()
        self.assertEqual(self._owners(), 6 * ["bulk_west"])

    def test_old_ones_are_forgotten(self):
        done, running, dry = (self._bulk("owner", {"user_id": self.south.id}) for _n in range(3))
        done.action_apply()
        dry.action_preview()
        running.action_apply(background=True)
        operations = done + running + dry
        self.env.cr.execute(
            "UPDATE crm_bulk_operation SET create_date = now() - interval '8 days' "
            "WHERE id = ANY(%s)",
            [operations.ids],
        )
        operations.invalidate_recordset()
        self.env["crm.bulk.operation"]._gc_operations()
        self.assertEqual(operations.exists(), done + running)
        self.env["ir.config_parameter"].set_param("crm_segmentation.bulk_retention_days", "5")
        self.env["crm.bulk.operation"]._gc_operations()
        self.assertEqual(operations.exists(), running)
        self.assertFalse(
            self.env["crm.bulk.operation.line"].search([("operation_id", "=", done.id)])
        )
