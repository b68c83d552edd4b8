from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, freeze_time, tagged

from ..engine.dependencies import find_loop, sort_by_need
from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestEngine(TransactionCase):
    def test_sort(self):
        self.assertEqual(sort_by_need({3: [2], 2: [1, 9], 1: []}), [1, 2, 3])
        chain = {number: [number - 1] for number in range(1, 5000)}
        self.assertEqual(sort_by_need(chain)[0], 1)

    def test_loop(self):
        self.assertEqual(find_loop({1: [2], 2: [3], 3: [1]})[0], 1)
        self.assertEqual(find_loop({1: [1]}), [1, 1])
        self.assertEqual(find_loop({1: [2], 2: []}), [])


@tagged("post_install", "-at_install")
class TestFollow(CrmGroupsCommon):
    """Rules follow what is saved, in the order in which they need each other."""

    def test_on_save(self):
        smart = self._create_smart()
        smart.action_rebuild()
        self.east.ref = "crm-groups-test"
        self._assert_member(smart, self.east, "in", "rule")
        self.north.ref = False
        self._assert_member(smart, self.north, "past", "rule")
        self.south.action_archive()
        self._assert_member(smart, self.south, "past", "rule")
        new = self.Partner.create({"name": "Test new", "ref": "crm-groups-test"})
        self._assert_member(smart, new, "in", "rule")

    def test_on_save_of_many(self):
        smart = self._create_smart()
        many = self.Partner.create([{"name": f"Test {n}"} for n in range(30)])
        many.write({"ref": "crm-groups-test"})
        self.assertEqual(smart.member_count, 30)
        many[:20].write({"ref": False})
        self.assertEqual(smart.member_count, 10)
        self._assert_in_step(smart)

    def test_hand_wins_on_save(self):
        smart = self._create_smart()
        smart.exclude_contacts(self.east.ids)
        smart.add_contacts(self.north.ids)
        self.east.ref = "crm-groups-test"
        self.north.ref = False
        self._assert_member(smart, self.east, "excluded", "manual")
        self._assert_member(smart, self.north, "in", "manual")

    def test_computed_field_in_the_rule(self):
        smart = self._create_smart(domain=[("email_normalized", "=", "groups@example.com")])
        self.north.email = "Groups <GROUPS@example.com>"
        self._assert_member(smart, self.north, "in", "rule")

    def test_on_save_agrees_with_a_rebuild(self):
        """A contact that is saved is judged in Python, a rebuild in SQL."""
        belgium, france = self.env.ref("base.be"), self.env.ref("base.fr")
        rules = [
            [("city", "=", "Ghent")],
            [("city", "in", ["Ghent", False])],
            [("city", "=", False)],
            [("city", "!=", "Ghent")],
            [("city", "=ilike", "ghent")],
            [("country_id", "=", belgium.id), ("city", "=", "Ghent")],
            [("country_id", "in", [belgium.id, france.id])],
            [("country_id", "=", belgium.name)],
            [("country_id.code", "=", "BE"), ("city", "=", "Ghent")],
            [("color", "=", 3)],
            [("color", "=", 0), ("country_id", "!=", False)],
            [("lang", "=", "en_US"), ("country_id", "=", france.id)],
            ["|", ("city", "=", "Ghent"), ("color", "=", 3)],
            [("is_company", "=", True), ("city", "=", "Ghent")],
        ]
        groups = self.Group.browse()
        for rule in rules:
            groups += self._create_smart(domain=[("ref", "=", "crm-groups-judged"), *rule])
        values = [
            {"city": city, "country_id": country, "color": color, "is_company": bool(color)}
            for city in ("Ghent", "ghent", False)
            for country in (belgium.id, france.id, False)
            for color in (0, 3)
        ]
        contacts = self.Partner.create([{"name": f"Test {n}"} for n in range(len(values))])
        for contact, vals in zip(contacts, values, strict=True):
            contact.write(dict(vals, ref="crm-groups-judged", lang="en_US"))
        saved = {
            group: contacts.filtered(lambda p, g=group: g in p.contact_group_ids)
            for group in groups
        }
        self.assertTrue(all(saved.values()))
        groups.action_rebuild()
        for group in groups:
            found = contacts.filtered(lambda p, g=group: g in p.contact_group_ids)
            self.assertEqual(saved[group], found, group.domain)

    def test_untouched_field_costs_nothing(self):
        self._create_smart()
        self.Group._get_smart_rules()
        self.north.write({"comment": "<p>first</p>"})
        with self.assertQueryCount(1):
            self.north.write({"comment": "<p>second</p>"})
            self.env.flush_all()

    def test_first_mail_is_an_event(self):
        smart = self._create_smart(
            domain=[("message_ids", "any", [("message_type", "=", "comment")])]
        )
        self.north.message_post(body="First call", message_type="comment")
        self._assert_member(smart, self.north, "in", "rule")

    def test_only_the_rules_of_a_company(self):
        company = self.env["res.company"].create({"name": "Test Follow Company"})
        smart = self._create_smart(company_id=company.id)
        self.east.write({"company_id": self.company.id, "ref": "crm-groups-test"})
        self.assertFalse(self._get_member(smart, self.east))

    def test_rule_on_a_group_follows_the_group(self):
        first = self._create_smart("Test first")
        second = self._create_smart("Test second", domain=[("contact_group_ids", "in", first.ids)])
        third = self._create_smart("Test third", domain=[("contact_group_ids", "in", second.ids)])
        self.assertEqual(third.rule_group_ids, second)
        self.assertEqual(first.used_by_ids, second)
        self.east.ref = "crm-groups-test"
        self._assert_member(third, self.east, "in", "rule")
        self.east.ref = False
        self._assert_member(third, self.east, "past", "rule")
        first.add_contacts(self.east.ids)
        self._assert_member(third, self.east, "in", "rule")
        groups = (third + second + first)._sort_by_dependency()
        self.assertEqual(groups, first + second + third)

    def test_rule_on_the_groups_of_the_company(self):
        person = self.Partner.create({"name": "Test person", "parent_id": self.north.id})
        smart = self._create_smart(
            domain=[("all_contact_group_ids", "in", self.dealers.ids), ("is_company", "=", False)]
        )
        self.assertEqual(smart.rule_group_ids, self.dealers)
        self.dealers.add_contacts(self.north.ids)
        self._assert_member(smart, person, "in", "rule")
        self.dealers.remove_contacts(self.north.ids)
        self._assert_member(smart, person, "past", "rule")

    def test_rule_on_subgroups(self):
        smart = self._create_smart(domain=[("contact_group_ids", "child_of", self.dealers.ids)])
        self.assertEqual(smart._find_needed_groups(), self.dealers + self.vips)
        self.vips.add_contacts(self.north.ids)
        self._assert_member(smart, self.north, "in", "rule")
        named = self._create_smart(domain=[("contact_group_ids", "=", "T-DEAL")])
        self.assertEqual(named.rule_group_ids, self.dealers)
        by_code = self._create_smart(domain=[("contact_group_ids.code", "=", "T-DEAL")])
        self.assertEqual(by_code.rule_group_ids, self.dealers)
        nested = self._create_smart(
            domain=[("parent_id", "any", [("contact_group_ids", "in", self.vips.ids)])]
        )
        self.assertEqual(nested.rule_group_ids, self.vips)

    def test_loops_are_refused(self):
        first = self._create_smart("Test first")
        second = self._create_smart("Test second", domain=[("contact_group_ids", "in", first.ids)])
        with self.assertRaisesRegex(ValidationError, "Test first.*Test second.*Test first"):
            first.domain = str([("contact_group_ids", "not in", second.ids)])
        with self.assertRaisesRegex(ValidationError, "need each other"):
            first.domain = str([("contact_group_ids", "in", first.ids)])
        with self.assertRaisesRegex(ValidationError, "need each other"):
            first.domain = str([("contact_group_ids", "=", False)])

    def test_used_groups_stay(self):
        smart = self._create_smart(domain=[("contact_group_ids", "in", self.vips.ids)])
        with self.assertRaisesRegex(UserError, "VIP dealers cannot be deleted.*Test smart"):
            self.vips.unlink()
        with self.assertRaisesRegex(UserError, "VIP dealers cannot be archived.*Test smart"):
            self.vips.action_archive()
        smart.action_archive()
        self.vips.action_archive()

    def test_vanished_group_empties_nothing(self):
        smart = self._create_smart(domain=[("contact_group_ids", "in", self.vips.ids)])
        self.vips.add_contacts(self.north.ids)
        self._assert_member(smart, self.north, "in")
        self.env.flush_all()
        self.cr.execute("UPDATE crm_contact_group SET active = FALSE WHERE id = %s", self.vips.ids)
        self.env.invalidate_all()
        with self.assertRaisesRegex(ValidationError, "archived or do not exist.*VIP dealers"):
            smart.action_rebuild()
        self._assert_member(smart, self.north, "in")

    def test_history(self):
        smart = self._create_smart()
        History = self.env["crm.contact.group.history"]
        with freeze_time("2026-01-05 12:00:00"):
            smart.action_rebuild()
        with freeze_time("2026-02-05 12:00:00"):
            self.north.ref = False
        with freeze_time("2026-03-05 12:00:00"):
            self.north.ref = "crm-groups-test"
        with freeze_time("2026-04-05 12:00:00"):
            smart.remove_contacts(self.north.ids)
        with freeze_time("2026-05-05 12:00:00"):
            smart.add_contacts(self.north.ids)
            self._get_member(smart, self.north).unlink()
        domain = [("group_id", "=", smart.id), ("partner_id", "=", self.north.id)]
        events = History.search(domain, order="date, id")
        self.assertEqual(
            [(str(event.date), event.change) for event in events],
            [
                ("2026-01-05", 1),
                ("2026-02-05", -1),
                ("2026-03-05", 1),
                ("2026-04-05", -1),
                ("2026-05-05", 1),
                ("2026-05-05", -1),
                ("2026-05-05", 1),
            ],
            "The last ones: the row by hand is deleted, the rule brings the contact back",
        )
        change = History._read_group(domain, [], ["change:sum"])[0][0]
        self.assertEqual(change, 1)

    def test_history_of_what_is_changed_in_the_list(self):
        """Only the state is changed there; the day is today's, a later end does not count."""
        History = self.env["crm.contact.group.history"]
        for state in ("past", "excluded"):
            for until in (None, "2026-12-31"):
                with self.subTest(state=state, until=until):
                    contact = self.Partner.create({"name": "Test history"})
                    with freeze_time("2026-01-05 12:00:00"):
                        self.dealers.add_contacts(contact.ids, until=until)
                    member = self._get_member(self.dealers, contact)
                    with freeze_time("2026-02-05 12:00:00"):
                        member.state = state
                    with freeze_time("2026-03-05 12:00:00"):
                        member.state = "in"
                    self.assertFalse(member.date_to)
                    events = History.search([("partner_id", "=", contact.id)], order="date")
                    self.assertEqual(
                        [(str(event.date), event.change) for event in events],
                        [("2026-01-05", 1), ("2026-02-05", -1), ("2026-03-05", 1)],
                    )

    def test_first_call_is_an_event(self):
        smart = self._create_smart(
            domain=[
                ("message_ids", "any", [("mail_activity_type_id.category", "=", "phonecall")]),
            ]
        )
        call = self.env.ref("mail.mail_activity_data_call")
        activity = self.north.activity_schedule(activity_type_id=call.id)
        self.assertFalse(self._get_member(smart, self.north))
        activity.action_feedback(feedback="Called in")
        self._assert_member(smart, self.north, "in", "rule")

    def test_tags_and_fields_of_the_groups_in_rules(self):
        tag = self.env["res.partner.category"].create({"name": "Test tag"})
        tagged_ones = self._create_smart(domain=[("category_id", "in", tag.ids)])
        self.east.category_id = tag
        self._assert_member(tagged_ones, self.east, "in", "rule")
        self.dealers.member_properties_definition = [
            {"name": "contract", "string": "Contract", "type": "char"}
        ]
        self.dealers.add_contacts(self.north.ids)
        smart = self._create_smart(domain=[("group_properties.contract", "=", "C-1")])
        self.north.write(
            {"group_properties": [{"name": "contract", "type": "char", "value": "C-1"}]}
        )
        self._assert_member(smart, self.north, "in", "rule")

    def test_move(self):
        self.dealers.add_contacts(self.north.ids)
        result = self.dealers.move_contacts((self.north + self.south).ids, self.vips.id)
        self.assertEqual(result, {"removed": 1, "added": 2, "updated": 0, "unchanged": 0})
        self.assertEqual(self.north.contact_group_ids, self.vips)
        for target in (self.dealers.id, 0):
            with self.subTest(target=target), self.assertRaises(UserError):
                self.dealers.move_contacts(self.north.ids, target)
        self.dealers.applies_to = "company"
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.vips.move_contacts(self.person.ids, self.dealers.id)

    def test_deep_tree(self):
        parent = self.customers
        for level in range(1000):
            parent = self._create_group(f"L{level}", parent_id=parent.id)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(parent.complete_name.count(" / "), 1000)
        found = self.Group.search([("id", "child_of", self.customers.ids)])
        self.assertIn(parent, found)
        # What is set at the top is in force at the bottom, and the whole tree can be moved.
        pricelist = self.env["product.pricelist"].create({"name": "Test deep"})
        self.customers.write({"pricelist_id": pricelist.id, "access": "hidden"})
        parent.add_contacts(self.north.ids)
        self.env.invalidate_all()
        self.assertEqual(parent.effective_pricelist_id, pricelist)
        self.assertEqual(parent.access_in_force, "hidden")
        self.assertTrue(self.north.access_scope_id)
        top = self._create_group("Test top")
        self.customers.write({"name": "Test renamed", "parent_id": top.id})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(parent.complete_name.startswith("Test top / Test renamed / "))
        self.assertEqual(top.total_member_count, 1)
        with self.assertRaisesRegex(ValidationError, "Test top cannot be moved below"):
            top.parent_id = parent
