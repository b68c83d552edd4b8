from itertools import product
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..models import crm_contact_group_access
from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestMembershipAccess(CrmGroupsCommon):
    """Who changes the members of a group that restricts access: whom it lets in, to what he may
    edit.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()
        cls.kept = cls._create_group("Test kept", access="readonly")
        cls.own = cls._create_group("Test own", access="readonly")
        cls.hidden = cls._create_group("Test hidden", access="hidden")
        cls.open = cls._create_group("Test open")
        cls.other = cls._create_group("Test other")
        cls.env["crm.contact.group.grant"].create(
            [
                {"group_id": cls.own.id, "user_id": cls.user_sales.id},
                {"group_id": cls.hidden.id, "user_id": cls.user_sales.id},
            ]
        )
        # north is protected from user_sales, south by his own group, east by none.
        cls.kept.add_contacts(cls.north.ids)
        cls.own.add_contacts(cls.south.ids)
        cls.env.flush_all()

    def _get_ways(self, group, contact):
        """Return all ways by which a membership of the contact in the group changes."""
        member = self._get_member(group, contact)
        rows = member.with_user(self.user_sales)
        group = group.with_user(self.user_sales)
        contact = contact.with_user(self.user_sales)
        other = self.other.with_user(self.user_sales)
        ways = {
            "add": lambda: group.add_contacts(contact.ids),
            "remove": lambda: group.remove_contacts(contact.ids),
            "exclude": lambda: group.exclude_contacts(contact.ids),
            "move out": lambda: group.move_contacts(contact.ids, other.id),
            "move in": lambda: other.move_contacts(contact.ids, group.id),
            "bulk": lambda: self._bulk(group, contact),
            "field": lambda: contact.write({"contact_group_ids": [Command.link(group.id)]}),
        }
        if member:
            ways |= {
                "unlink": rows.unlink,
                "field out": lambda: contact.write({"contact_group_ids": [Command.clear()]}),
                "end": lambda: rows.write({"state": "past"}),
                "last day": lambda: rows.write({"date_to": "2020-01-01", "date_from": False}),
                "other group": lambda: rows.write({"group_id": other.id}),
                "other contact": lambda: rows.write({"partner_id": self.east.id}),
                "through the group": lambda: group.write({"member_ids": [Command.delete(rows.id)]}),
            }
        else:
            ways |= {
                "create": lambda: self.Member.with_user(self.user_sales).create(
                    {"group_id": group.id, "partner_id": contact.id}
                ),
                "default": lambda: (
                    self.Member.with_user(self.user_sales)
                    .with_context(default_group_id=group.id, default_partner_id=contact.id)
                    .create({})
                ),
            }
        return ways

    def _bulk(self, group, contact):
        wizard = self.env["crm.contact.group.bulk"].with_user(self.user_sales)
        member = self._get_member(group, contact)
        wizard.create(
            {
                "kind": "remove" if member else "add",
                "group_id": group.id,
                "selected_ids": contact.ids,
            }
        ).action_apply()

    def _get_state(self):
        self.env.flush_all()
        rows = self.Member.search([], order="id")
        return [(row.group_id.id, row.partner_id.id, row.state, row.date_to) for row in rows]

    def _assert_refused(self, group, contact):
        before = self._get_state()
        for name, way in self._get_ways(group, contact).items():
            with self.subTest(way=name, group=group.name, contact=contact.name):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    way()
                self.env.invalidate_all()
                self.assertEqual(self._get_state(), before)

    def test_what_protects_from_one_is_not_ended_by_one(self):
        self._assert_refused(self.kept, self.north)

    def test_a_group_that_lets_one_in_is_no_way_to_what_one_may_not_edit(self):
        for group in (self.own, self.hidden):
            self._assert_refused(group, self.north)

    def test_a_group_that_does_not_let_one_in_takes_nobody(self):
        self._assert_refused(self.kept, self.east)

    def test_whom_the_group_lets_in_moves_what_he_may_edit(self):
        for group, contact in product((self.own, self.hidden), (self.south, self.east)):
            for name, way in self._get_ways(group, contact).items():
                if name == "through the group":  # groups are for managers
                    continue
                with self.subTest(way=name, group=group.name, contact=contact.name):
                    with self.assertRaises(_Undone), self.cr.savepoint():
                        way()
                        raise _Undone
                    self.env.invalidate_all()

    def test_a_change_of_the_contact_is_no_way_out(self):
        companies = self._create_group("Test companies", access="hidden", applies_to="company")
        companies.add_contacts(self.east.ids)
        self.east.user_id = self.user_sales
        east = self.east.with_user(self.user_sales)
        self.assertTrue(east.has_access("write"))
        with self.assertRaises(AccessError):
            east.is_company = False

    def test_open_groups_are_as_before(self):
        group = self.open.with_user(self.user_sales)
        self.assertEqual(group.add_contacts((self.person + self.east).ids)["added"], 2)
        self.assertEqual(group.remove_contacts(self.person.ids)["removed"], 1)

    def test_a_protected_contact_goes_into_no_group_behind_the_back(self):
        """An open group may make its responsible user the salesperson, who edits then."""
        taker = self._create_group("Test taker", owner_mode="all", user_id=self.user_sales.id)
        for group in (self.open, taker):
            self._assert_refused(group, self.north)
        self.assertFalse(self.north.user_id)

    def test_the_error_says_whom_to_ask(self):
        self.kept.user_id = self.user_manager
        with self.assertRaises(AccessError) as caught:
            self.kept.with_user(self.user_sales).add_contacts(self.east.ids)
        self.assertIn(self.kept.name, str(caught.exception))
        self.assertIn(self.user_manager.name, str(caught.exception))

    def test_not_by_the_thousand(self):
        contacts = self.Partner.create([{"name": f"Test {number}"} for number in range(4)])
        own = self.own.with_user(self.user_sales)
        with patch.object(crm_contact_group_access, "MOVES_AT_ONCE", 3):
            with self.assertRaisesRegex(AccessError, "Test own"):
                own.add_contacts(contacts.ids)
            with self.assertRaises(AccessError):
                contacts.with_user(self.user_sales).write(
                    {"contact_group_ids": [Command.link(own.id)]}
                )
            self.assertEqual(own.add_contacts(contacts[:3].ids)["added"], 3)
            manager = self.own.with_user(self.user_manager)
            self.assertEqual(manager.add_contacts(contacts.ids)["added"], 1)

    def test_undo_asks_again(self):
        operation = (
            self.env["crm.contact.group.operation"]
            .with_user(self.user_sales)
            ._perform("remove", self.south.ids, self.own.with_user(self.user_sales))
        )
        self.own.grant_ids.unlink()
        with self.assertRaises(AccessError):
            operation.action_undo()
        self.env["crm.contact.group.grant"].create(
            {"group_id": self.own.id, "user_id": self.user_sales.id}
        )
        self.assertEqual(operation.action_undo()["undone"], 1)

    def test_the_strictest_of_several_holds(self):
        """All pairs of groups: open, read-only, hidden; with and without a grant."""
        levels = {}
        for level, granted in product(("open", "readonly", "hidden"), (False, True)):
            groups = self._create_group("a", access=level), self._create_group("b", access=level)
            levels[level, granted] = groups
            if granted:
                self.env["crm.contact.group.grant"].create(
                    [{"group_id": g.id, "user_id": self.user_plain.id} for g in groups]
                )
        self.user_plain.group_ids += self.env.ref("base.group_partner_manager")
        for one, two in product(levels, levels):
            contact = self.Partner.create({"name": "Test both"})
            for group in (levels[one][0], levels[two][1]):
                group.add_contacts(contact.ids)
            both = (one, two)
            reads = ("hidden", False) not in both
            writes = reads and ("readonly", False) not in both
            with self.subTest(one=one, two=two):
                mine = contact.with_user(self.user_plain)
                self.assertEqual(mine.has_access("read"), reads)
                self.assertEqual(mine.has_access("write"), writes)
                found = mine.search([("id", "=", contact.id)])
                self.assertEqual(bool(found), reads)
                lines = {line["user_id"]: line["write"] for line in contact.get_access_reasons()}
                self.assertEqual(self.user_plain.id in lines, reads)
                if reads:
                    self.assertEqual(lines[self.user_plain.id], writes)

    def test_source_is_not_told(self):
        for source in ("rule", "manual", "nonsense", 7):
            Member = self.Member.with_user(self.user_sales)
            row = Member.with_context(crm_groups_source=source).create(
                {"group_id": self.open.id, "partner_id": self.east.id}
            )
            self.assertEqual(row.source, "manual")
            row.unlink()


class _Undone(Exception):
    """Ends a savepoint after what was tried has succeeded."""
