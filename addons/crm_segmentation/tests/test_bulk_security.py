from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .bulk_common import BulkCommon


@tagged("post_install", "-at_install")
class TestBulkSecurity(BulkCommon):
    """Bulk operations open no record that is out of reach, and nobody acts in another's name."""

    def test_who_may_use_them(self):
        for role in ("public", "portal", "internal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._bulk("owner", {"user_id": self.south.id}, user=self.users_by_role[role])
        for role in ("salesman", "all_leads", "sales_manager"):
            with self.subTest(role=role):
                self._bulk("watch", {}, user=self.users_by_role[role]).action_apply()

    def test_outsiders_do_not_read_them(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_apply()
        for role in ("public", "portal", "internal", "salesman"):
            user = self.users_by_role[role]
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    bulk.with_user(user).read(["vals"])
                with self.assertRaises(AccessError):
                    bulk.line_ids.with_user(user).read(["before"])
                for method in ("action_preview", "action_apply", "action_undo"):
                    with self.assertRaises(AccessError):
                        getattr(bulk.with_user(user), method)()

    def test_salesperson_changes_own_deals_only(self):
        """Those of others are reported, not silently done."""
        own = self.env["crm.lead"].create({"name": "Own", "user_id": self.salesman.id})
        deals = self.deals + own
        tag = self.env["crm.tag"].create({"name": "Bulk tag"})
        bulk = self._bulk("tag", {"tag_ids": [tag.id]}, deals, user=self.salesman)
        answer = bulk.action_apply()
        self.assertEqual((answer["changed"], answer["refused"]), (1, 2))
        self.assertFalse(self.deals.tag_ids)
        self.assertIn("may not see it", answer["rows"][0]["reason"])
        self.assertEqual(bulk.action_undo()["undone"], 1)

    def test_what_one_sees_but_may_not_change(self):
        self.env["ir.rule"].create(
            {
                "name": "Bulk test: only Bulk 0",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', '!=', 'Bulk 0')]",
                "perm_read": False,
            }
        )
        bulk = self._bulk("owner", {"user_id": self.south.id}, user=self.north)
        answer = bulk.action_preview()
        self.assertEqual((answer["changed"], answer["refused"]), (5, 1))
        self.assertEqual(
            answer["rows"],
            [
                {
                    "model": "res.partner",
                    "id": self.contacts[0].id,
                    "name": "Bulk 0",
                    "reason": "You may not change it. Rule: Bulk test: only Bulk 0",
                }
            ],
        )
        self.assertEqual(bulk.action_apply()["changed"], 5)
        self.assertEqual(self._owners(self.contacts[:1]), ["bulk_north"])

    def test_right_lost_after_the_dry_run(self):
        bulk = self._bulk("owner", {"user_id": self.south.id}, user=self.north)
        bulk.action_preview()
        self.env["ir.rule"].create(
            {
                "name": "Bulk test: only Bulk 0",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', '!=', 'Bulk 0')]",
                "perm_read": False,
            }
        )
        answer = bulk.action_apply()
        self.assertEqual((answer["changed"], answer["refused"]), (5, 1))

    def test_undo_is_by_rights_too(self):
        own = self.env["crm.lead"].create({"name": "Own", "user_id": self.salesman.id})
        bulk = self._bulk("owner", {"user_id": self.south.id}, own, user=self.salesman)
        self.assertEqual(bulk.action_apply()["changed"], 1)
        # Given away, it is out of the salesperson's reach; an administrator can take it back.
        answer = bulk.action_undo()
        self.assertEqual((answer["undone"], answer["skipped"]), (0, 1))
        self.assertEqual(own.user_id, self.south)

    def test_administrator_undoes_what_others_did(self):
        own = self.env["crm.lead"].create({"name": "Own", "user_id": self.salesman.id})
        bulk = self._bulk("owner", {"user_id": self.south.id}, own, user=self.salesman)
        bulk.action_apply()
        self.assertEqual(bulk.with_user(self.sales_manager).action_undo()["undone"], 1)
        self.assertEqual(own.user_id, self.salesman)
        self.assertEqual(bulk.user_id, self.salesman)

    def test_nobody_acts_in_the_name_of_another(self):
        admin = self.env.ref("base.user_admin")
        with self.assertRaises(AccessError):
            self._bulk("owner", {"user_id": self.south.id}, user=self.north, user_id=admin.id)
        bulk = self._bulk("owner", {"user_id": self.south.id}, user=self.north)
        for vals in ({"user_id": admin.id}, {"state": "running"}, {"options": {}}):
            with self.assertRaises(AccessError):
                bulk.write(vals)
        bulk.action_apply()
        with self.assertRaises(UserError):
            bulk.write({"vals": {"user_id": self.west.id}})
        with self.assertRaises(AccessError):
            bulk.line_ids.write({"before": {"user_id": admin.id}})
        with self.assertRaises(AccessError):
            bulk.unlink()

    def test_more_than_one_may_change(self):
        self.env["ir.config_parameter"].set_param("crm_segmentation.bulk_limit", 5)
        bulk = self._bulk("owner", {"user_id": self.south.id}, user=self.north)
        with self.assertRaisesRegex(UserError, "Bulk operations on any number of records"):
            bulk.action_preview()
        self.north.group_ids = [Command.link(self.env.ref("crm_segmentation.group_bulk").id)]
        self.assertEqual(bulk.action_apply()["changed"], 6)

    def test_other_company(self):
        """Users of another company see neither the records nor the operation."""
        foreign = new_test_user(
            self.env,
            "bulk_foreign",
            groups="sales_team.group_sale_manager,base.group_partner_manager",
            company_id=self.company_b.id,
            company_ids=[Command.set(self.company_b.ids)],
        )
        self.contacts.company_id = self.env.company
        bulk = self._bulk("owner", {"user_id": False}, user=foreign)
        answer = bulk.action_apply()
        self.assertEqual((answer["changed"], answer["refused"]), (0, 6))
        self.assertEqual(answer["rows"][0]["name"], "(not visible to you)")
        mine = self._bulk("owner", {"user_id": self.south.id})
        mine.action_apply()
        self.assertNotIn(mine, self.env["crm.bulk.operation"].with_user(foreign).search([]))
        with self.assertRaises(AccessError):
            mine.with_user(foreign).action_undo()

    def test_owner_of_another_company(self):
        foreign = new_test_user(
            self.env,
            "bulk_foreign",
            groups="sales_team.group_sale_salesman",
            company_id=self.company_b.id,
            company_ids=[Command.set(self.company_b.ids)],
        )
        with self.assertRaisesRegex(UserError, "in none of your companies"):
            self._bulk("owner", {"user_id": foreign.id}, user=self.local_manager)
        with self.assertRaisesRegex(UserError, "not an internal user"):
            self._bulk("owner", {"user_id": self.users_by_role["portal"].id})

    def test_hidden_field_is_not_filled(self):
        with self.assertRaisesRegex(UserError, "no list field “signup_type”"):
            self._bulk("list_field", {"signup_type": "x"})
