from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestWebsiteForm(HttpCase):
    """A visitor fills in the contact form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("crm.lead.auto.assignment", True)
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Website Team",
                "user_id": cls.env.ref("base.user_admin").id,
                "assignment_optout": True,
                "company_id": False,
            }
        )
        cls.env["website"].search([]).write(
            {"crm_default_team_id": cls.team.id, "crm_default_user_id": False}
        )

    def _send_form(self, name):
        response = self.url_open(
            "/website/form/crm.lead",
            data={"contact_name": "Visitor", "email_from": f"{name}@visitor.example", "name": name},
        )
        return self.env["crm.lead"].browse(response.json()["id"])

    def test_team_out_of_the_schedule_has_its_leader_as_before(self):
        self.assertEqual(self._send_form("one").user_id, self.team.user_id)

    def test_team_in_the_schedule_leaves_it_to_the_rules(self):
        self.team.write(
            {
                "assignment_optout": False,
                "crm_team_member_ids": [(0, 0, {"user_id": self.env.ref("base.user_admin").id})],
            }
        )
        lead = self._send_form("two")
        self.assertEqual(lead.team_id, self.team)
        self.assertFalse(lead.user_id)
