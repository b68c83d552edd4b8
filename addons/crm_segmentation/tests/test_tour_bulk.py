from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestBulkTour(HttpCase):
    def test_hand_over(self):
        groups = "sales_team.group_sale_manager,base.group_partner_manager"
        new_test_user(self.env, "bulk_tour", groups, password="bulk_tour")
        south, west = (
            new_test_user(self.env, f"tour_{name.lower()}", groups, name=f"Bulk {name}")
            for name in ("South", "West")
        )
        contacts = self.env["res.partner"].create(
            [
                {"name": f"Tour bulk {number}", "is_company": True, "ref": "bulk-tour"}
                for number in range(5)
            ]
        )
        deal = self.env["crm.lead"].create(
            {"name": "Tour deal", "type": "opportunity", "partner_id": contacts[0].id}
        )
        owner = deal.user_id
        self.env["ir.rule"].create(
            {
                "name": "Bulk tour",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', '!=', 'Tour bulk 4')]",
                "perm_read": False,
            }
        )
        action = self.env["ir.actions.act_window"].create(
            {
                "name": "Bulk tour",
                "res_model": "res.partner",
                "view_mode": "list,form",
                "domain": "[('ref', '=', 'bulk-tour')]",
            }
        )
        self.start_tour(f"/odoo/action-{action.id}", "crm_segmentation_bulk", login="bulk_tour")
        bulk = self.env["crm.bulk.operation"].search([], limit=1)
        self.assertEqual(bulk.vals, {"user_ids": [south.id, west.id]})
        self.assertEqual((bulk.cascade, bulk.reason), (["deals"], "Territory handed over"))
        self.assertEqual((bulk.state, bulk.undone_count, bulk.refused_count), ("undone", 5, 1))
        self.assertFalse(contacts.user_id)
        self.assertEqual(deal.user_id, owner)
