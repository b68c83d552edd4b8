from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestBulk(CrmGroupsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()
        cls.contacts = cls.north + cls.south + cls.east + cls.person

    def _open(self, contacts=None, user=None, domain=None, **values):
        Wizard = self.env["crm.contact.group.bulk"].with_user(user or self.user_sales)
        return Wizard.with_context(
            active_model="res.partner",
            active_ids=(self.contacts if contacts is None else contacts).ids,
            active_domain=domain or [],
        ).create({"group_id": self.dealers.id, **values})

    def _get_operation(self, action):
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_dry_run(self):
        self.dealers.add_contacts(self.north.ids)
        self.dealers.applies_to = "company"
        wizard = self._open()
        self.assertEqual(
            (wizard.changed_count, wizard.unchanged_count, wizard.refused_count), (2, 1, 1)
        )
        self.assertIn("companies only", wizard.refused_reason)
        self.assertIn("Test South Ltd", wizard.changed_names)
        self.assertFalse(self._get_member(self.dealers, self.south), "A dry run changes nothing")
        operation = self._get_operation(wizard.action_apply())
        self.assertEqual(operation.line_count, 2)
        self.assertEqual(self.dealers.member_count, 3)

    def test_all_matching(self):
        wizard = self._open(self.north, domain=[("ref", "=", "crm-groups-test")])
        self.assertEqual((wizard.selected_count, wizard.matching_count), (1, 3))
        self.assertEqual(wizard.changed_count, 1)
        wizard.all_matching = True
        self.assertEqual(wizard.changed_count, 3)

    def test_add_and_undo(self):
        self.dealers.exclude_contacts(self.north.ids, reason="Unpaid")
        wizard = self._open(reason="Fair", until="2099-12-31")
        operation = self._get_operation(wizard.action_apply())
        self.assertEqual(self._get_member(self.dealers, self.north).reason, "Fair")
        self._get_member(self.dealers, self.east).reason = "Changed since"
        result = operation.with_user(self.user_sales).action_undo()
        self.assertEqual(result, {"undone": 3, "skipped": 1})
        self._assert_member(self.dealers, self.north, "excluded")
        self.assertEqual(self._get_member(self.dealers, self.north).reason, "Unpaid")
        self.assertFalse(self._get_member(self.dealers, self.south))
        self._assert_member(self.dealers, self.east, "in")
        self._assert_in_step(self.dealers)
        with self.assertRaisesRegex(UserError, "undone already"):
            operation.action_undo()

    def test_remove_move_exclude(self):
        self.dealers.add_contacts(self.contacts.ids)
        wizard = self._open(self.north, kind="move", target_group_id=self.vips.id)
        operation = self._get_operation(wizard.action_apply())
        self.assertEqual(self.north.contact_group_ids, self.vips)
        operation.action_undo()
        self.assertEqual(self.north.contact_group_ids, self.dealers)
        wizard = self._open(self.south, kind="remove")
        operation = self._get_operation(wizard.action_apply())
        self._assert_member(self.dealers, self.south, "past")
        operation.action_undo()
        self._assert_member(self.dealers, self.south, "in")
        wizard = self._open(self.south + self.east, kind="exclude")
        operation = self._get_operation(wizard.action_apply())
        self._assert_member(self.dealers, self.east, "excluded")
        operation.action_undo()
        self._assert_member(self.dealers, self.east, "in")

    def test_undo_gives_back_to_the_rule(self):
        smart = self._create_smart()
        smart.action_rebuild()
        wizard = self._open(self.north, kind="remove", group_id=smart.id)
        operation = self._get_operation(wizard.action_apply())
        self._assert_member(smart, self.north, "excluded", "manual")
        operation.with_user(self.user_sales).action_undo()
        self._assert_member(smart, self.north, "in", "rule")

    def test_nothing_to_do(self):
        with self.assertRaisesRegex(UserError, "None of these"):
            self._open(kind="remove").action_apply()

    def test_only_ones_own(self):
        operation = self._get_operation(self._open().action_apply())
        other = new_test_user(self.env, "crm_groups_other", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            operation.with_user(other).read(["kind"])
        with self.assertRaises(AccessError):
            operation.with_user(other).action_undo()
        operation.with_user(self.user_manager).action_undo()
        with self.assertRaises(AccessError):
            self._open(user=self.user_plain)

    def test_hidden_contacts_are_left_out(self):
        self.vips.access = "hidden"
        self.vips.add_contacts(self.north.ids)
        wizard = self._open()
        self.assertEqual(wizard.changed_count, 3)

    def test_form(self):
        Wizard = self.env["crm.contact.group.bulk"].with_context(active_ids=self.contacts.ids)
        with Form(Wizard) as form:
            form.group_id = self.vips
            self.assertEqual(form.changed_count, 4)
            form.kind = "remove"
            self.assertEqual((form.changed_count, form.unchanged_count), (0, 4))

    def test_pass_on_responsible(self):
        self.dealers.add_contacts((self.north + self.south).ids)
        self.south.user_id = self.user_manager
        with self.assertRaisesRegex(UserError, "Choose who is responsible"):
            self.dealers.action_pass_on_responsible()
        self.dealers.write({"user_id": self.user_sales.id, "owner_mode": "all"})
        operation = self._get_operation(self.dealers.action_pass_on_responsible())
        self.assertEqual((self.north + self.south).user_id, self.user_sales)
        self.north.user_id = self.user_manager
        result = operation.action_undo()
        self.assertEqual(result, {"undone": 1, "skipped": 1})
        self.assertEqual(self.south.user_id, self.user_manager)


@tagged("post_install", "-at_install")
class TestOtherWizards(CrmGroupsCommon):
    def test_tags_into_groups_and_back(self):
        Category = self.env["res.partner.category"]
        parent = Category.create({"name": "Test trade"})
        child = Category.create({"name": "Test steel", "parent_id": parent.id})
        self.north.category_id = child
        before = Category.search_count([])
        Wizard = self.env["crm.contact.group.tags"]
        wizard = Wizard.create({"category_ids": [(6, 0, (parent + child).ids)]})
        self.assertIn("2 groups with 1 contact. ", wizard.preview)
        groups = self.Group.search(wizard.action_apply()["domain"])
        steel = groups.filtered(lambda g: g.name == "Test steel")
        self.assertEqual(steel.complete_name, "Test trade / Test steel")
        self._assert_member(steel, self.north, "in")
        self.assertEqual(self.north.category_id, child, "Tags stay as they are")
        self.assertEqual(Category.search_count([]), before)
        again = Wizard.create({"category_ids": [(6, 0, child.ids)], "parent_id": self.dealers.id})
        again.follow = True
        followed = self.Group.search(again.action_apply()["domain"])
        self.south.category_id = child
        self._assert_member(followed, self.south, "in", "rule")
        wizard = Wizard.create({"direction": "to_tags", "group_ids": [(6, 0, self.vips.ids)]})
        self.vips.add_contacts(self.east.ids)
        tags = Category.search(wizard.action_apply()["domain"])
        self.assertEqual(self.east.category_id, tags)
        self.assertEqual(tags.name, "Test VIP dealers")

    def test_price_check(self):
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "product.group_product_pricelist"
        )
        product = self.env["product.product"].create({"name": "Test pump", "list_price": 100})
        self.env["product.pricelist"].create({"name": "Test full", "sequence": -1})
        half = self.env["product.pricelist"].create(
            {
                "name": "Test half",
                "item_ids": [(0, 0, {"compute_price": "percentage", "percent_price": 50})],
            }
        )
        self.dealers.pricelist_id = half
        check = self.env["crm.contact.group.price.check"].create({"product_id": product.id})
        prices = {line.group_id: line for line in check.line_ids}
        self.assertEqual(prices[self.Group].name, "Without group")
        self.assertEqual(prices[self.vips].name, self.vips.complete_name)
        self.assertEqual(prices[self.vips].price, 50)
        self.assertEqual(prices[self.vips].price_group_id, self.dealers)
        self.assertEqual(prices[self.customers].price, 100)
        self.assertAlmostEqual(prices[self.dealers].difference, -0.5)
        with Form(self.env["crm.contact.group.price.check"]) as form:
            form.product_id = product
            with self.assertLogs("odoo.tests.form.onchange", "WARNING") as logs:
                form.quantity = -3
            self.assertIn("above zero", logs.output[0])
            self.assertEqual(form.quantity, 1)

    def test_closing(self):
        self.vips.access = "hidden"
        self.vips.add_contacts(self.north.ids)
        Closing = self.env["crm.contact.group.closing"]
        closing = Closing.with_context(active_ids=self.vips.ids).create({})
        self.assertIn("1 contact is no longer in Test VIP dealers", closing.effects)
        self.assertIn("open to everybody", closing.effects)
        closing.action_archive_group()
        self.assertFalse(self.vips.active)
        self.assertFalse(self.north.access_scope_id)
        self.vips.action_unarchive()
        self.assertTrue(self.north.access_scope_id)
        closing = Closing.with_context(active_ids=(self.dealers + self.customers).ids).create({})
        self.assertIn("no longer in Test customers", closing.effects)
        self.assertIn("Test VIP dealers keep their members", closing.effects)
        with self.assertRaises(UserError), self.cr.savepoint():
            closing.action_delete_group()
        Closing.with_context(active_ids=self.vips.ids).create({}).action_delete_group()
        self.assertFalse(self.vips.exists())

    def test_access_check(self):
        user = new_test_user(self.env, "crm_groups_checked", "sales_team.group_sale_salesman")
        self.vips.access = "hidden"
        self.vips.add_contacts(self.north.ids)
        check = self.env["crm.contact.access.check"].create(
            {"partner_id": self.north.id, "user_id": user.id}
        )
        reasons = {line.user_id: line.reason for line in check.line_ids}
        self.assertEqual(reasons[user], "none")
        self.assertEqual(check.group_ids, self.vips)
        self.assertEqual(check.hidden_count, 1)
        self.assertEqual(self.Partner.search(check.action_open_hidden()["domain"]), self.north)
        self.vips.user_id = user
        check = self.env["crm.contact.access.check"].create(
            {"partner_id": self.north.id, "user_id": user.id}
        )
        reasons = {line.user_id: line.reason for line in check.line_ids}
        self.assertEqual(reasons[user], "grant")
        self.assertEqual(check.hidden_count, 0)


@tagged("post_install", "-at_install")
class TestExplain(CrmGroupsCommon):
    def test_sentence(self):
        belgium = self.env.ref("base.be")
        for domain, expected in (
            ([("name", "ilike", "x")], "Contacts where Name contains x"),
            (
                [("country_id", "=", belgium.id), ("email", "!=", False)],
                "Contacts where Country is Belgium and Email is set",
            ),
            (
                ["|", ("country_id.code", "=", "BE"), ("is_company", "=", True)],
                "(Country › Country Code is BE or Is a Company is yes)",
            ),
            (
                ["!", ("contact_group_ids", "child_of", self.dealers.ids)],
                "not (Contact Groups is in or below Test customers / Test dealers)",
            ),
            (
                [("child_ids", "any", [("name", "=", "Ann")])],
                "(Name is Ann)",
            ),
            ([("name", "=ilike", "A%")], "Name starts with A"),
            ([("name", "=ilike", "%Ltd")], "Name ends with Ltd"),
            ([("name", "=ilike", "Ltd")], "Name =ilike Ltd"),
            ([("is_company", "!=", False)], "Is a Company is yes"),
            ([("is_company", "=", False)], "Is a Company is no"),
            ([("parent_id", "=", False)], "Related Company is not set"),
            (
                [("create_date", ">=", "today -30d"), ("create_date", "<", "today")],
                "Created on is on or after today − 30 days and Created on is before today",
            ),
            ([("create_date", ">", "2026-03-31")], "Created on is after 2026-03-31"),
            ([("category_id", "in", [10**9])], "Tags is #1000000000"),
            ([("country_id", "in", [])], "Country is (no value chosen)"),
            ([("country_id", "not in", [])], "Country is not (no value chosen)"),
            ([("country_id", "child_of", [])], "Country is in or below (no value chosen)"),
            ([("name", "ilike", "")], "Name contains (no value chosen)"),
            ([("name", "!=", "")], "Name is not (no value chosen)"),
            ([("create_date", ">=", False)], "Created on is on or after (no value chosen)"),
            ([("color", ">", False)], "Color Index is more than (no value chosen)"),
        ):
            with self.subTest(domain=domain):
                group = self.Group.new({"kind": "smart", "domain": str(domain)})
                self.assertIn(expected, group.rule_sentence)

    def test_preview_before_saving(self):
        smart = self._create_smart(access="hidden")
        smart.action_rebuild()
        self.assertFalse(smart.rule_preview, "Opening a group counts nothing")
        with Form(smart) as form:
            form.domain = "[('ref', '=', 'other')]"
            self.assertIn("Test East Ltd", form.rule_preview)
            self.assertIn("3 would leave", form.rule_preview)
            self.assertIn("before a manager applies it", form.rule_preview)
            self.assertEqual(smart.member_count, 3)
            form.domain = "[('x_gone', '=', 1)]"
            self.assertIn("x_gone", form.rule_preview)
            form.domain = str(self.rule)

    def test_share_warning(self):
        group = self.Group.new({"kind": "smart", "domain": "[('id', '!=', 0)]", "name": "x"})
        self.assertIn("Look twice", group.rule_preview)
