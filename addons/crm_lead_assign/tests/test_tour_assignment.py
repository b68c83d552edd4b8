from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestAssignmentTour(HttpCase):
    def test_menus_open(self):
        """A sales manager finds the leads nobody has, why, and the rules."""
        self.start_tour("/odoo", "crm_lead_assign_menus", login="admin")
