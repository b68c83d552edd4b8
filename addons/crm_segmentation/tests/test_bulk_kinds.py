from odoo.exceptions import UserError
from odoo.fields import Command, Date
from odoo.tests import tagged

from ..bulk import Change, change, get_changes, register
from .bulk_common import BulkCommon


@tagged("post_install", "-at_install")
class TestBulkKinds(BulkCommon):
    """Each operation: done, told in the history, undone."""

    def _there_and_back(self, operation, vals, get, records=None, notes=1, **more):
        """Apply, give what it did, undo, and check that all is as it was."""
        records = self.contacts if records is None else records
        # What the test itself has changed is told before.
        self.env.cr.flush()
        records.invalidate_recordset()
        before, messages = get(records), records.message_ids
        bulk = self._bulk(operation, vals, records, **more)
        bulk.action_apply()
        self.env.cr.flush()
        records.invalidate_recordset()
        did = get(records)
        changed = bulk.line_ids.filtered(lambda line: line.state == "done")
        self.assertEqual(
            len(records.message_ids - messages),
            notes * len(changed.filtered(lambda line: line.res_model == records._name)),
            "one line in the history of each record",
        )
        bulk.action_undo()
        records.invalidate_recordset()
        self.assertEqual(get(records), before)
        return did, bulk

    def test_each_has_a_label(self):
        for model_name in ("res.partner", "crm.lead"):
            labels = [cls.get_label(self.env) for cls in get_changes(self.env, model_name)]
            self.assertEqual(len(labels), len(set(labels)))
            self.assertGreaterEqual(len(labels), 7)

    def _register(self, addon, **attributes):
        """Make an operation of another addon known, as importing it does."""
        self.patch(change, "_CHANGES", list(change._CHANGES))
        attributes["__module__"] = f"odoo.addons.{addon}.bulk"
        return register(type("Foreign", (Change,), attributes))

    def test_of_an_addon_that_is_not_installed(self):
        self._register("crm_not_installed_here", code="foreign", get_label=lambda env: "Foreign")
        self.assertNotIn("foreign", [cls.code for cls in get_changes(self.env)])
        offered = self.env["crm.bulk.operation"].fields_get(["operation"])["operation"]
        self.assertNotIn("foreign", dict(offered["selection"]))
        with self.assertRaisesRegex(UserError, "no bulk operation “foreign”.*exist: .*owner"):
            self._bulk("foreign", {})

    def test_of_an_addon_that_is_installed(self):
        foreign = self._register("crm", code="foreign", get_label=lambda env: "Foreign")
        self.assertIn(foreign, get_changes(self.env, "crm.lead"))
        offered = self.env["crm.bulk.operation"].fields_get(["operation"])["operation"]
        self.assertEqual(dict(offered["selection"])["foreign"], "Foreign")

    def test_one_not_installed_takes_no_place(self):
        known = get_changes(self.env)
        self._register("crm_not_installed_here", code=known[0].code)
        self.assertEqual(get_changes(self.env), known)

    def test_team(self):
        team = self.env["crm.team"].create({"name": "Bulk Team"})
        before = self.deals.mapped("team_id")
        did, _bulk = self._there_and_back(
            "team", {"team_id": "Bulk Team"}, lambda deals: deals.team_id, self.deals
        )
        self.assertEqual(did, team)
        self.assertNotIn(team, before)

    def test_type_of_companies_and_persons(self):
        person = self.env["res.partner"].create({"name": "Bulk person"})
        did, bulk = self._there_and_back(
            "type",
            {"crm_type_id": "test_company"},
            lambda contacts: contacts.mapped("crm_type_id.code"),
            self.contacts + person,
        )
        self.assertEqual(did, ["test_company"])
        line = bulk.line_ids.filtered(lambda line: line.res_id == person.id)
        self.assertEqual((line.state, line.reason[:16]), ("refused", "It is a person, "))

    def test_type_of_deals(self):
        did, _bulk = self._there_and_back(
            "type", {"deal_type_id": self.type_deal.id}, lambda d: d.deal_type_id, self.deals
        )
        self.assertEqual(did, self.type_deal)

    def test_type_deleted_since(self):
        other = self._create_type("company", "test_other")
        self.contacts[0].crm_type_id = other
        bulk = self._bulk("type", {"crm_type_id": "test_company"})
        bulk.action_apply()
        other.unlink()
        answer = bulk.action_undo()
        self.assertEqual((answer["undone"], answer["skipped"]), (5, 1))
        self.assertEqual(answer["rows"][0]["reason"], "Its former type has been deleted.")

    def test_tags_added_and_taken_off(self):
        one, two = self.env["res.partner.category"].create([{"name": "One"}, {"name": "Two"}])
        self.contacts[0].category_id = one
        did, _bulk = self._there_and_back(
            "tag",
            {"tag_ids": [one.id, two.id]},
            lambda contacts: [contact.category_id.mapped("name") for contact in contacts],
        )
        self.assertEqual(did, 6 * [["One", "Two"]])
        did, bulk = self._there_and_back(
            "tag",
            {"tag_ids": "One", "mode": "remove"},
            lambda contacts: [contact.category_id.mapped("name") for contact in contacts],
        )
        self.assertEqual(did, 6 * [[]])
        self.assertEqual((bulk.changed_count, bulk.unchanged_count), (1, 5))

    def test_tags_of_deals(self):
        tag = self.env["crm.tag"].create({"name": "Bulk tag"})
        did, _bulk = self._there_and_back(
            "tag", {"tag_ids": [tag.id]}, lambda deals: deals.mapped("tag_ids"), self.deals
        )
        self.assertEqual(did, tag)

    def test_watch_and_stop(self):
        south = self.south.partner_id
        self.contacts[0].message_subscribe(south.ids)
        did, _bulk = self._there_and_back(
            "watch",
            {"user_ids": [self.south.id]},
            lambda contacts: [south in contact.message_partner_ids for contact in contacts],
        )
        self.assertEqual(did, 6 * [True])
        did, _bulk = self._there_and_back(
            "watch",
            {"user_ids": "bulk_south", "mode": "remove"},
            lambda contacts: [south in contact.message_partner_ids for contact in contacts],
        )
        self.assertEqual(did, 6 * [False])

    def test_watch_oneself(self):
        me = self.sales_manager.partner_id
        did, _bulk = self._there_and_back(
            "watch", {}, lambda contacts: [me in c.message_partner_ids for c in contacts]
        )
        self.assertEqual(did, 6 * [True])

    def test_archive(self):
        did, bulk = self._there_and_back(
            "archive",
            {},
            lambda contacts: contacts.mapped("active"),
            cascade=["deals"],
        )
        self.assertEqual(did, 6 * [False])
        self.assertEqual(self.deals.mapped("active"), [True, True])
        self.assertEqual(bulk.changed_count, 8)

    def test_contact_of_a_user_is_not_archived(self):
        contacts = self.contacts + self.south.partner_id
        answer = self._bulk("archive", {}, contacts).action_apply()
        self.assertEqual((answer["changed"], answer["refused"]), (6, 1))
        self.assertIn("user", answer["rows"][0]["reason"])

    def test_activity(self):
        self.contacts[0].user_id = False
        did, bulk = self._there_and_back(
            "activity",
            {"summary": "Tell them", "date_deadline": "2031-03-31"},
            lambda contacts: contacts.activity_ids.mapped(
                lambda a: (a.summary, a.date_deadline, a.user_id.login)
            ),
        )
        deadline = Date.to_date("2031-03-31")
        self.assertIn(("Tell them", deadline, "bulk_north"), did)
        self.assertIn(("Tell them", deadline, self.sales_manager.login), did)
        self.assertEqual(len(did), 6)
        self.assertEqual(bulk.undone_count, 6)

    def test_activity_done_since_stays(self):
        bulk = self._bulk("activity", {"summary": "Tell them"})
        bulk.action_apply()
        self.contacts[0].activity_ids.action_done()
        self.contacts[1].activity_ids.summary = "Something else"
        answer = bulk.action_undo()
        self.assertEqual((answer["undone"], answer["skipped"]), (4, 2))

    def _define(self):
        size = {
            "name": "aaaa000011112222",
            "string": "Size",
            "type": "selection",
            "selection": [["small", "1–9"], ["big", "10–49"]],
        }
        other = {"name": "bbbb000011112222", "string": "Nickname", "type": "char"}
        definition = self.env["properties.base.definition"]._get_definition_for_property_field(
            "res.partner", "properties"
        )
        definition.sudo().properties_definition = [size, other]
        return size, other

    def test_list_field_of_contacts(self):
        size, other = self._define()
        self.contacts[0].properties = {other["name"]: "Joe", size["name"]: "small"}
        did, _bulk = self._there_and_back(
            "list_field",
            {"Size": "10–49"},
            lambda contacts: [dict(contact.properties) for contact in contacts],
        )
        self.assertEqual(did[0], {other["name"]: "Joe", size["name"]: "10–49"})
        self.assertEqual(did[1][size["name"]], "10–49")

    def test_list_field_unknown_or_without_such_a_value(self):
        self._define()
        with self.assertRaisesRegex(UserError, "Nickname, Size"):
            self._bulk("list_field", {"Colour": "red"})
        with self.assertRaisesRegex(UserError, "1–9, 10–49"):
            self._bulk("list_field", {"Size": "huge"})

    def test_list_field_of_deals_belongs_to_the_team(self):
        team, other = self.env["crm.team"].create([{"name": "With"}, {"name": "Without"}])
        team.lead_properties_definition = [
            {"name": "cccc000011112222", "string": "Channel", "type": "char"}
        ]
        self.deals[0].team_id, self.deals[1].team_id = team, other
        did, bulk = self._there_and_back(
            "list_field",
            {"Channel": "Fair"},
            lambda deals: [dict(deal.lead_properties) for deal in deals],
            self.deals,
        )
        self.assertEqual(did, [{"cccc000011112222": "Fair"}, {}])
        self.assertEqual(bulk.refused_count, 1)

    def test_stored_field(self):
        industry = self.env["res.partner.industry"].create({"name": "Bulk industry"})
        did, _bulk = self._there_and_back(
            "list_field",
            {"industry_id": "Bulk industry", "function": "Buyer"},
            lambda contacts: [(c.industry_id, c.function) for c in contacts],
        )
        self.assertEqual(did, 6 * [(industry, "Buyer")])

    def test_change_of_team_gives_list_fields_back(self):
        team, other = self.env["crm.team"].create([{"name": "With"}, {"name": "Without"}])
        team.lead_properties_definition = [
            {"name": "cccc000011112222", "string": "Channel", "type": "char"}
        ]
        self.deals.team_id = team
        self.deals.lead_properties = {"cccc000011112222": "Fair"}
        self._there_and_back(
            "team",
            {"team_id": other.id},
            lambda deals: [dict(deal.lead_properties) for deal in deals],
            self.deals,
        )
        self.assertEqual(self.deals[0].lead_properties["cccc000011112222"], "Fair")

    def test_groups_where_they_are_installed(self):
        if "crm.contact.group" not in self.env:
            with self.assertRaisesRegex(UserError, "no bulk operation “group”"):
                self._bulk("group", {"group_id": 1})
            return
        groups = self.env["crm.contact.group"].create([{"name": "Bulk A"}, {"name": "Bulk B"}])
        groups[0].add_contacts(self.contacts[:1].ids)

        def get(contacts):
            return [(contact.contact_group_ids & groups).mapped("name") for contact in contacts]

        did, _bulk = self._there_and_back("group", {"group_id": groups[0].id}, get)
        self.assertEqual(did, 6 * [["Bulk A"]])
        did, _bulk = self._there_and_back(
            "group",
            {"group_id": groups[0].id, "target_group_id": groups[1].id, "mode": "move"},
            get,
        )
        self.assertEqual(did, [["Bulk B"]] + 5 * [[]])
        did, _bulk = self._there_and_back(
            "group", {"group_id": groups[0].id, "mode": "remove"}, get
        )
        self.assertEqual(did, 6 * [[]])

    def test_relations_where_they_are_kept(self):
        if "crm.relation" not in self.env:
            with self.assertRaisesRegex(UserError, "no bulk operation “relation”"):
                self._bulk("relation", {"type_id": 1, "partner_id": 1})
            return
        relation_type = self.env["crm.relation.type"].create(
            {
                "name": "Bulk supplier of",
                "inverse_name": "Bulk buyer of",
                "code": "bulk_supplier",
            }
        )
        hub = self.env["res.partner"].create({"name": "Hub", "is_company": True})
        vals = {"type_id": "bulk_supplier", "partner_id": hub.id}

        def get(contacts):
            relations = self.env["crm.relation"].search([("type_id", "=", relation_type.id)])
            return relations.mapped(lambda r: (r.left_partner_id.id, r.right_partner_id.id, r.note))

        bulk = self._bulk("relation", vals, self.contacts + hub)
        answer = bulk.action_apply()
        self.assertEqual((answer["changed"], answer["refused"]), (6, 1))
        self.assertEqual(
            sorted(get(self.contacts)), [(contact.id, hub.id, False) for contact in self.contacts]
        )
        relations = self.env["crm.relation"].search([("type_id", "=", relation_type.id)])
        relations[:1].note = "By contract"
        answer = bulk.action_undo()
        self.assertEqual((answer["undone"], answer["skipped"]), (5, 1))
        bulk = self._bulk("relation", {**vals, "mode": "remove"})
        bulk.action_apply()
        self.assertEqual((bulk.changed_count, get(self.contacts)), (1, []))
        bulk.action_undo()
        self.assertEqual([row[2] for row in get(self.contacts)], ["By contract"])

    def test_two_companies(self):
        """Who does not work in the record's company does not become its owner."""
        self.contacts[0].company_id = self.company_b
        self.south.company_ids = [Command.link(self.company_b.id)]
        self.sales_manager.company_ids = [Command.link(self.company_b.id)]
        vals = {"user_ids": [self.west.id, self.south.id]}
        manager = self.sales_manager
        context = {"allowed_company_ids": manager.company_ids.ids}
        bulk = self._bulk("owner", vals).with_context(**context)
        bulk.action_apply()
        self.assertEqual(self._owners(self.contacts[:1]), ["bulk_south"])
        answer = (
            self._bulk("owner", {"user_id": self.west.id}).with_context(**context).action_preview()
        )
        self.assertEqual(answer["refused"], 1)
        self.assertIn("another company", answer["rows"][0]["reason"])

    def test_the_notice_counts_in_words(self):
        """(contacts, deals, what the new owner reads)."""
        for contacts, deals, told in (
            (self.contacts[:1], self.deals[:0], "Yours now: 1 contact"),
            (self.contacts[1:4], self.deals[:0], "Yours now: 3 contacts"),
            (self.contacts[:0], self.deals[:1], "Yours now: 1 lead or deal"),
            (self.contacts[:0], self.deals, "Yours now: 2 leads or deals"),
        ):
            records = contacts or deals
            records.user_id = self.north
            bulk = self._bulk("owner", {"user_id": self.south.id}, records, reason="North left")
            before = self.env["mail.message"].search([("subject", "like", "Yours now")])
            bulk.action_apply()
            message = self.env["mail.message"].search([("subject", "like", "Yours now")]) - before
            with self.subTest(told=told):
                self.assertEqual(message.subject, told)
                name = self.sales_manager.name
                self.assertIn(f"{told}. Changed in bulk by {name} (North left).", message.body)
