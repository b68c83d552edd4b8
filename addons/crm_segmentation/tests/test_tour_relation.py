from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestRelationTour(HttpCase):
    def test_relations(self):
        """Add a relation on a contact, see it in the list, the picture and from the other side."""
        Type = self.env["crm.relation.type"]
        company = {"left_kind": "company", "right_kind": "company"}
        Type.create({"name": "Tour Branch", "inverse_name": "Tour Headquarters", **company})
        Type.create(
            {
                "name": "Tour Former",
                "inverse_name": "Tour Employer",
                "left_kind": "contact",
                "right_kind": "contact",
            }
        )
        _north, south = self.env["res.partner"].create(
            [{"name": f"Tour {name}", "is_company": True} for name in ("North", "South")]
        )
        action = self.env.ref("contacts.action_contacts")
        self.start_tour(
            f"/odoo/action-{action.id}/{south.id}", "crm_segmentation_relations", login="admin"
        )
        [row] = south.get_relations()
        self.assertEqual((row["role"], row["other_name"]), ("Tour Branch", "Tour North"))

    def test_duplicates(self):
        """Compare two duplicates, choose who stays, merge them."""
        twins = self.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "email": "tour@twin.example", "city": city}
                for name, city in (("Tour Twin", "Vienna"), ("Tour Twin Ltd", "Wien"))
            ]
        )
        self.env["crm.duplicate.search"]._search_now()
        self.start_tour("/odoo/duplicates", "crm_segmentation_duplicates", login="admin")
        self.assertEqual(twins.exists(), twins[1])
        self.assertEqual((twins[1].name, twins[1].city), ("Tour Twin Ltd", "Vienna"))
