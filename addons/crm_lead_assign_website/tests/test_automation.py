from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class TestAutomation(BaseCommon):
    """An automation rule that assigns on save, where Odoo's automation is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As users do it: whoever makes a lead follows it.
        cls.env = cls.env(context={})
        if "base.automation" not in cls.env:
            cls.skipTest(cls, "Automation rules are not installed")
        cls.seller = new_test_user(cls.env, "automation_seller", "sales_team.group_sale_manager")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Automated",
                "company_id": False,
                "crm_team_member_ids": [
                    Command.create({"user_id": cls.seller.id, "assignment_max": 300})
                ],
            }
        )
        # The only one who gets anything.
        (cls.env["crm.team"].search([]) - cls.team).active = False
        cls.env["ir.config_parameter"].set_param("crm.lead.auto.assignment", True)

    def _automate(self, trigger):
        model = self.env["ir.model"]._get_id("crm.lead")
        return self.env["base.automation"].create(
            {
                "name": "Assign",
                "model_id": model,
                "trigger": trigger,
                "action_server_ids": [
                    Command.create(
                        {
                            "name": "Assign",
                            "model_id": model,
                            "state": "code",
                            "code": "records.action_assign()",
                        }
                    )
                ],
            }
        )

    def test_assign_on_save(self):
        """Whoever makes the lead gets it, or somebody else makes it: it is there, and assigned."""
        admin = self.env.ref("base.user_admin")
        for trigger in ("on_create_or_write", "on_create", "on_write"):
            rule = self._automate(trigger)
            for maker in (self.seller, admin):
                for vals in ({"type": "lead"}, {"type": "opportunity", "partner_name": "Z"}):
                    with self.subTest(trigger=trigger, maker=maker.login, **vals):
                        lead = (
                            self.env["crm.lead"]
                            .with_user(maker)
                            .create({"name": "New", "user_id": False, **vals})
                        )
                        lead.priority = "1"
                        self.env.flush_all()
                        self.env.invalidate_all()
                        self.assertEqual(lead.user_id, self.seller)
                        followers = lead.message_partner_ids
                        self.assertIn(self.seller.partner_id, followers)
            rule.unlink()
