from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestActions(CrmGroupsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.env["ir.model"]._get("res.partner")
        cls.first = new_test_user(cls.env, "crm_groups_first", "sales_team.group_sale_salesman")
        cls.second = new_test_user(cls.env, "crm_groups_second", "sales_team.group_sale_salesman")

    @classmethod
    def _create_action(cls, state, **values):
        return cls.env["ir.actions.server"].create(
            {"name": "Test action", "model_id": cls.model.id, "state": state, **values}
        )

    def _run(self, action, records):
        action.with_context(
            active_model=records._name, active_ids=records.ids, active_id=records[0].id
        ).run()

    def test_kinds(self):
        contacts = self.north + self.south
        self._run(
            self._create_action("contact_group_add", contact_group_id=self.dealers.id), contacts
        )
        self._assert_member(self.dealers, self.north, "in", "action")
        self._run(
            self._create_action(
                "contact_group_move",
                contact_group_id=self.dealers.id,
                contact_group_target_id=self.vips.id,
            ),
            self.north,
        )
        self.assertEqual(self.north.contact_group_ids, self.vips)
        self._run(
            self._create_action("contact_group_remove", contact_group_id=self.dealers.id), contacts
        )
        self._assert_member(self.dealers, self.south, "past")

    def test_who_may_not_choose_an_action_has_it_by_no_default(self):
        action = self._create_action("contact_group_add", contact_group_id=self.dealers.id)
        manager = new_test_user(self.env, "crm_groups_chooser", "sales_team.group_sale_manager")
        Group = self.Group.with_user(manager)
        for name in ("enter_action_id", "leave_action_id"):
            with self.subTest(field=name):
                with self.assertRaises(AccessError):
                    Group.with_context(**{f"default_{name}": action.id}).create({"name": "Test"})
                with self.assertRaises(AccessError):
                    Group.create({"name": "Test", name: action.id})
                self.env["ir.default"].with_user(manager).set(
                    "crm.contact.group", name, action.id, user_id=True
                )
                with self.assertRaises(AccessError):
                    Group.create({"name": "Test"})
                self.env["ir.default"].search([("user_id", "=", manager.id)]).unlink()

    def test_names_and_warnings(self):
        action = self._create_action("contact_group_add", contact_group_id=self.dealers.id)
        self.assertFalse(action.warning)
        action.contact_group_id = False
        self.assertIn("Choose the contact group", action.warning)
        country = self.env["ir.model"]._get("res.country")
        wrong = self._create_action(
            "contact_group_add", contact_group_id=self.dealers.id, model_id=country.id
        )
        self.assertIn("no contact", wrong.warning)

    def test_customers_of_documents(self):
        bank = self.env["res.partner.bank"].create({"acc_number": "1", "partner_id": self.north.id})
        action = self._create_action(
            "contact_group_add",
            contact_group_id=self.dealers.id,
            model_id=self.env["ir.model"]._get("res.partner.bank").id,
        )
        self._run(action, bank)
        self._assert_member(self.dealers, self.north, "in", "action")

    def test_only_administrators_choose_actions(self):
        """They run with all rights; who sees to groups can take one away."""
        action = self._create_action("contact_group_add", contact_group_id=self.vips.id)
        manager = new_test_user(self.env, "test_acting", "sales_team.group_sale_manager")
        dealers = self.dealers.with_user(manager)
        for name in ("enter_action_id", "leave_action_id"):
            with self.assertRaises(AccessError):
                dealers[name] = action
            with self.assertRaises(AccessError):
                dealers.create({"name": "Test acting", name: action.id})
            self.dealers[name] = action
            self.assertFalse(dealers.copy()[name])
            self.assertEqual(self.dealers.copy()[name], action)
            dealers[name] = False
            self.assertFalse(self.dealers[name])

    def test_entering_and_leaving(self):
        tag = self.env["res.partner.category"].create({"name": "Test tag"})
        self.dealers.enter_action_id = self._create_action(
            "code",
            code=f"records.write({{'category_id': [(4, {tag.id})], 'comment': str(len(records))}})",
        )
        self.dealers.leave_action_id = self._create_action(
            "contact_group_add", contact_group_id=self.vips.id
        )
        self.dealers.add_contacts((self.north + self.south).ids)
        self.assertEqual(self.north.category_id, tag)
        self.assertIn("2", str(self.north.comment), "One run for all")
        self.dealers.remove_contacts(self.north.ids)
        self._assert_member(self.vips, self.north, "in", "action")
        self.south.contact_group_ids = False
        self._assert_member(self.vips, self.south, "in", "action")

    def test_every_kind_of_action(self):
        tag = self.env["res.partner.category"].create({"name": "Test tag"})
        template = self.env["mail.template"].create(
            {"name": "Test", "model_id": self.model.id, "subject": "Welcome", "body_html": "Hello"}
        )
        todo = self.env.ref("mail.mail_activity_data_todo")
        for number, (state, values) in enumerate(
            [
                (
                    "object_write",
                    {"update_path": "user_id", "resource_ref": f"res.users,{self.first.id}"},
                ),
                (
                    "object_write",
                    {
                        "update_path": "category_id",
                        "update_m2m_operation": "add",
                        "resource_ref": f"res.partner.category,{tag.id}",
                    },
                ),
                (
                    "next_activity",
                    {
                        "activity_type_id": todo.id,
                        "activity_summary": "Say hello",
                        "activity_user_type": "specific",
                        "activity_user_id": self.first.id,
                    },
                ),
                ("mail_post", {"mail_post_method": "comment", "template_id": template.id}),
            ]
        ):
            smart = self._create_smart(f"Test smart {number}")
            smart.enter_action_id = self._create_action(state, **values)
            smart.action_rebuild()
            self.assertFalse(smart.action_error)
        for contact in self.north + self.south + self.person:
            self.assertEqual(contact.user_id, self.first)
            self.assertEqual(contact.category_id, tag)
            self.assertEqual(contact.activity_ids.mapped("summary"), ["Say hello"])
            self.assertIn("Welcome", contact.message_ids.mapped("subject"))

    def test_automation_rule(self):
        if "base.automation" not in self.env:
            self.skipTest("base_automation is not installed")
        action = {
            "name": "Test add",
            "model_id": self.model.id,
            "state": "contact_group_add",
            "contact_group_id": self.dealers.id,
        }
        self.env["base.automation"].create(
            {
                "name": "Test rule",
                "model_id": self.model.id,
                "trigger": "on_create_or_write",
                "filter_domain": "[('ref', '=', 'crm-groups-automated')]",
                "action_server_ids": [(0, 0, action)],
            }
        )
        self.north.ref = "crm-groups-automated"
        self._assert_member(self.dealers, self.north, "in", "action")
        self.assertEqual(self._get_member(self.dealers, self.north).reason, "Test add")
        self.assertFalse(self._get_member(self.dealers, self.south))

    def test_scheduled_action(self):
        """Odoo's scheduled actions are code: it runs the action for the contacts it finds."""
        action = self._create_action(
            "contact_group_move",
            contact_group_id=self.dealers.id,
            contact_group_target_id=self.vips.id,
        )
        self.dealers.add_contacts((self.north + self.south).ids)
        code = (
            f"contacts = model.search([('contact_group_ids', 'in', {self.dealers.ids})])\n"
            f"env['ir.actions.server'].browse({action.id}).with_context("
            "active_model=model._name, active_ids=contacts.ids).run()"
        )
        cron = self.env["ir.cron"].create(
            {"name": "Test", "model_id": self.model.id, "code": code, "interval_type": "days"}
        )
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self._assert_member(self.vips, self.south, "in", "action")
        self._assert_member(self.dealers, self.south, "past")

    def test_rule_members_set_it_off_too(self):
        smart = self._create_smart()
        smart.enter_action_id = self._create_action(
            "contact_group_add", contact_group_id=self.vips.id
        )
        smart.action_rebuild()
        self.assertEqual(self.vips.member_count, 3)
        self.east.ref = "crm-groups-test"
        self._assert_member(self.vips, self.east, "in")

    def _make_loop(self):
        for group, target in ((self.dealers, self.vips), (self.vips, self.dealers)):
            group.enter_action_id = self._create_action(
                "contact_group_move",
                contact_group_id=group.id,
                contact_group_target_id=target.id,
            )

    def test_loop_is_stopped(self):
        self._make_loop()
        with self.assertRaisesRegex(UserError, "Test dealers → .*VIP dealers → .*Test dealers"):
            self.dealers.add_contacts(self.north.ids)

    def test_loop_stops_no_rebuild(self):
        self._make_loop()
        smart = self._create_smart()
        smart.enter_action_id = self._create_action(
            "contact_group_add", contact_group_id=self.dealers.id
        )
        smart.action_rebuild()
        self.assertEqual(smart.member_count, 3)
        self.assertEqual(smart.build_state, "clean")
        notes = [group.action_error for group in (smart, self.dealers, self.vips)]
        self.assertTrue(any("without end" in (note or "") for note in notes))

    def test_failing_action(self):
        self.dealers.enter_action_id = self._create_action(
            "code", code="raise UserError('Test failure')"
        )
        with self.assertRaisesRegex(UserError, "Test failure"), self.cr.savepoint():
            self.dealers.add_contacts(self.north.ids)
        smart = self._create_smart()
        smart.enter_action_id = self.dealers.enter_action_id
        self.east.ref = "crm-groups-test"
        self._assert_member(smart, self.east, "in")
        self.assertIn("Test failure", smart.action_error)

    def test_responsible(self):
        self.dealers.write({"user_id": self.first.id, "owner_mode": "empty"})
        self.south.user_id = self.second
        self.dealers.add_contacts((self.north + self.south).ids)
        self.assertEqual(self.north.user_id, self.first)
        self.assertEqual(self.south.user_id, self.second)
        self.vips.write({"user_id": self.first.id, "owner_mode": "all"})
        self.vips.add_contacts(self.south.ids)
        self.assertEqual(self.south.user_id, self.first)
        self.customers.write({"user_id": self.second.id})
        self.customers.add_contacts(self.south.ids)
        self.assertEqual(self.south.user_id, self.first)

    def test_in_turn(self):
        self.dealers.write(
            {"user_ids": [(6, 0, (self.first + self.second).ids)], "owner_mode": "empty"}
        )
        many = self.Partner.create([{"name": f"Test {n}"} for n in range(7)])
        self.dealers.add_contacts(many[:3].ids)
        self.dealers.add_contacts(many[3:].ids)
        owners = many.mapped("user_id")
        self.assertEqual(owners, self.first + self.second)
        counts = [len(many.filtered(lambda p, u=user: p.user_id == u)) for user in owners]
        self.assertEqual(sorted(counts), [3, 4])
