from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestTypeTour(HttpCase):
    def test_dictionary(self):
        """Write down a value, use it on a company."""
        action = self.env.ref("crm_segmentation.crm_type_action_company")
        self.start_tour(f"/odoo/action-{action.id}", "crm_segmentation_types", login="admin")
        agent = self.env["crm.type"].search([("code", "=", "tour_agent")])
        self.assertEqual((agent.kind, agent.name), ("company", "Tour Agent"))
        works = self.env["res.partner"].search([("name", "=", "Tour Works")])
        self.assertEqual((works.crm_type_id, works.is_company), (agent, True))

    def test_merge(self):
        """A used value stays; merged into another one, and taken back."""
        agent, _dealer = self.env["crm.type"].create(
            [
                {"name": name, "code": name.lower().replace(" ", "_"), "kind": "company"}
                for name in ("Tour Agent", "Tour Dealer")
            ]
        )
        works = self.env["res.partner"].create(
            {"name": "Tour Works", "is_company": True, "crm_type_id": agent.id}
        )
        action = self.env.ref("crm_segmentation.crm_type_action_company")
        self.start_tour(f"/odoo/action-{action.id}", "crm_segmentation_type_merge", login="admin")
        merge = self.env["crm.type.merge"].search([], limit=1)
        self.assertEqual((merge.source_ids, merge.state), (agent, "undone"))
        self.assertEqual((works.crm_type_id, agent.active), (agent, True))

    def test_list_field(self):
        """The form says what to enter, and is not saved without it."""
        self.env["crm.list.field"].create(
            {
                "name": "Tour Papers",
                "type": "char",
                "is_mandatory": True,
                "description": "As on the papers",
            }
        )
        action = self.env.ref("contacts.action_contacts")
        self.start_tour(
            f"/odoo/action-{action.id}/new", "crm_segmentation_list_field", login="admin"
        )
        works = self.env["res.partner"].search([("name", "=", "Tour Works")])
        self.assertEqual(works.properties["tour_papers"], "Green")
