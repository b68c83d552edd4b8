import random
from ast import literal_eval

from odoo.fields import Domain
from odoo.tests import tagged

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestCounts(CrmGroupsCommon):
    """The number of contacts means the same wherever it stands: what a click on it shows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()
        cls.contacts = cls.Partner.create(
            [
                {"name": f"Counted {n}", "is_company": n % 2 == 0, "ref": f"counted {n % 4}"}
                for n in range(24)
            ]
        )

    def _make_groups(self, dice):
        """Make a tree of groups by hand and by rule, some protected, with exclusions."""
        groups = self.Group
        for number in range(8):
            refs = [f"counted {n}" for n in dice.sample(range(4), dice.randint(1, 3))]
            groups |= self.Group.create(
                {
                    "name": f"Counted {number}",
                    "parent_id": dice.choice([False, *groups.ids]),
                    "kind": dice.choice(["manual", "smart", "smart"]),
                    "domain": repr([("ref", "in", refs)]),
                    "applies_to": dice.choice(["both", "both", "company", "person"]),
                    "access": dice.choice(["open", "open", "hidden", "readonly"]),
                }
            )
        for group in groups:
            fitting = self.contacts.filtered(
                lambda c, kind=group.applies_to: (
                    kind == "both" or c.is_company == (kind != "person")
                )
            )
            for contact in dice.sample(list(fitting), 4):
                self.Member.create(
                    {
                        "group_id": group.id,
                        "partner_id": contact.id,
                        "state": dice.choice(["in", "in", "excluded"]),
                    }
                )
        for contact in dice.sample(list(self.contacts), 3):
            contact.active = False
        return groups

    def _check(self, groups, user):
        self.env.flush_all()
        self.env.invalidate_all()
        mine = groups.with_user(user)
        Partner = self.Partner.with_user(user)
        panel = Partner.search_panel_select_multi_range("contact_group_ids", enable_counters=True)
        panel = {row["id"]: row.get("__count", 0) for row in panel["values"]}
        for group in mine:
            shown = {}
            for deep, field_name in ((False, "member_count"), (True, "total_member_count")):
                action = group.with_context(with_subgroups=deep).action_open_contacts()
                shown[field_name] = Partner.search_count(action["domain"])
            [read] = group.web_read({name: {} for name in shown})
            self.assertEqual({name: read[name] for name in shown}, shown)
            inside = Partner.search([("contact_group_ids", "in", group.ids)])
            self.assertEqual(len(inside), shown["member_count"])
            self.assertEqual(panel.get(group.id, 0), shown["member_count"])
            below = Partner.search([("contact_group_ids", "child_of", group.ids)])
            self.assertEqual(len(below), shown["total_member_count"])

    def test_everywhere_the_same(self):
        """After a save, after a change of many contacts, and after the scheduled action."""
        cron = self.env.ref("crm_groups.ir_cron_rebuild_waiting_groups")
        for seed in range(6):
            dice = random.Random(seed)
            groups = self._make_groups(dice)
            users = (self.user_plain, self.user_sales, self.user_manager, self.user_local)
            with self.subTest(seed=seed):
                for step in ("saved", "changed", "rebuilt"):
                    if step == "changed":
                        for contact in dice.sample(list(self.contacts), 12):
                            contact.ref = f"counted {dice.randrange(4)}"
                    elif step == "rebuilt":
                        with self.enter_registry_test_mode():
                            cron.method_direct_trigger()
                        self.env.invalidate_all()
                        smart = groups.filtered(lambda g: g.kind == "smart")
                        self.assertEqual(set(smart.mapped("build_state")), {"clean"})
                    for user in users:
                        self._check(groups, user)
                self._check_previews(groups.filtered(lambda g: g.kind == "smart"))
            self.contacts.active = True
            groups.with_context(active_test=False).unlink()

    def _check_previews(self, groups):
        """A preview of the rule of a group that is up to date adds up to its members."""
        for user in (self.user_manager, self.user_local):
            for group in groups.with_user(user):
                if not group.has_access("write"):
                    continue
                preview = group.preview_rule()
                excluded = self.Member.search(
                    [("group_id", "=", group.id), ("state", "=", "excluded")]
                ).partner_id
                matching = Domain(literal_eval(group.domain))
                if group.applies_to != "both":
                    matching &= Domain("is_company", "=", group.applies_to == "company")
                Partner = self.Partner.with_user(user)
                matching = Partner.search(matching)
                self.assertEqual(preview["matching"], len(matching))
                self.assertEqual((preview["entering"], preview["leaving"]), (0, 0))
                self.assertEqual(preview["inside"], len(matching - excluded))
                inside = Partner.search([("contact_group_ids", "in", group.ids)])
                self.assertEqual(preview["inside"], len(inside & matching))

    def test_preview_of_a_new_rule_adds_up(self):
        """Who matches is in, would enter, or is excluded by hand."""
        group = self._create_group(
            "Counted", kind="smart", domain=repr([("ref", "=", "counted 1")])
        )
        group.action_rebuild()
        self.Member.create(
            {"group_id": group.id, "partner_id": self.contacts[0].id, "state": "excluded"}
        )
        self.Member.create({"group_id": group.id, "partner_id": self.contacts[4].id, "state": "in"})
        preview = group.with_user(self.user_manager).preview_rule([("ref", "=", "counted 0")])
        told = {name: preview[name] for name in ("matching", "inside", "entering", "leaving")}
        self.assertEqual(told, {"matching": 6, "inside": 1, "entering": 4, "leaving": 6})
        message = group.with_user(self.user_manager).action_preview_rule()["params"]["message"]
        self.assertIn("6 of them are in the group already", message)
