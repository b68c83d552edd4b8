from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestGroupsTour(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Group = cls.env["crm.contact.group"]
        dealers = Group.create({"name": "Tour dealers"})
        Group.create({"name": "Tour gold dealers", "parent_id": dealers.id})
        cls.contact, cls.person = cls.env["res.partner"].create(
            [
                {"name": "Tour Customer", "is_company": True, "ref": "crm-groups-tour"},
                {"name": "Tour Person", "ref": "crm-groups-tour"},
            ]
        )
        Group.create(
            {
                "name": "Tour smart",
                "kind": "smart",
                "applies_to": "company",
                "domain": "[('ref', '=', 'crm-groups-tour')]",
            }
        )

    def test_manager(self):
        """A sales administrator looks at the tree, a rule, access and the card."""
        self.start_tour("/odoo/contact-groups", "crm_groups_manager", login="admin")
        closed = self.env["crm.contact.group"].search(
            [("name", "in", ("Tour smart", "Tour gold dealers")), ("active", "=", False)]
        )
        self.assertEqual(len(closed), 2)

    def test_out_of_reach(self):
        """What a group does takes a contact away: back to the list, not to an error."""
        seller = new_test_user(
            self.env,
            "crm_groups_tour",
            "sales_team.group_sale_salesman,base.group_partner_manager",
            password="crm_groups_tour",
        )
        Group = self.env["crm.contact.group"]
        board = Group.create({"name": "Tour board", "access": "hidden"})
        passed_on = self.env["ir.actions.server"].create(
            {
                "name": "Pass on to the board",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "contact_group_add",
                "contact_group_id": board.id,
            }
        )
        vip = Group.create(
            {
                "name": "Tour VIP",
                "access": "hidden",
                "user_id": seller.id,
                "enter_action_id": passed_on.id,
            }
        )
        action = self.env.ref("contacts.action_contacts")
        action.write(
            {
                "view_mode": "list,form",
                "context": "{}",
                "domain": "[('ref', '=', 'crm-groups-tour')]",
            }
        )
        action.view_ids.unlink()
        self.start_tour(
            f"/odoo/action-{action.id}", "crm_groups_out_of_reach", login="crm_groups_tour"
        )
        groups = self.contact.contact_group_ids.filtered(lambda group: group.kind == "manual")
        self.assertEqual(groups, vip + board)

    def test_card(self):
        """What the group puts first on the card comes first; its responsible user is named."""
        vip = self.env["crm.contact.group"].create(
            {
                "name": "Tour VIP",
                "user_id": self.env.ref("base.user_admin").id,
                "first_part_ids": (
                    self.env.ref("crm_groups.crm_contact_card_part_internal_notes")
                    + self.env.ref("crm_groups.crm_contact_card_part_website")
                ).ids,
            }
        )
        vip.add_contacts(self.contact.ids)
        self.start_tour(f"/odoo/contacts/{self.contact.id}", "crm_groups_card", login="admin")

    def test_drag_and_drop(self):
        """A group dragged below another one is there afterwards, with the group below it."""
        Group = self.env["crm.contact.group"]
        gold = Group.create({"name": "Tour gold"})
        below = Group.create({"name": "Tour gold north", "parent_id": gold.id})
        # Other groups would make the tree wider than the window, and the drag would leave it.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_contact_group SET active = FALSE WHERE name->>'en_US' NOT LIKE 'Tour %'"
        )
        self.env.invalidate_all()
        self.start_tour("/odoo/contact-groups", "crm_groups_drag", login="admin")
        self.assertEqual(gold.parent_id.name, "Tour dealers")
        self.assertEqual(below.complete_name, "Tour dealers / Tour gold / Tour gold north")
