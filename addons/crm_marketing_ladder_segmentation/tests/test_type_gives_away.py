from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class TestTypeGivesAway(BaseCommon):
    """A deal that its type gives to a colleague goes to the colleague's directorate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.maker, cls.owner = (
            new_test_user(cls.env, f"ladder_type_{name}", "sales_team.group_sale_salesman")
            for name in ("maker", "owner")
        )
        cls.directorate, cls.other = cls.env["crm.sales.directorate"].create(
            [{"name": "Test of the owner"}, {"name": "Test of the maker"}]
        )
        cls.directorate.user_ids = [Command.link(cls.owner.id)]
        cls.type = cls.env["crm.type"].create(
            {
                "name": "Test tender",
                "kind": "deal",
                "assign_mode": "user",
                "user_id": cls.owner.id,
            }
        )

    def test_as_the_form_proposes_it(self):
        """With the maker in no directorate, and in another one."""
        for directorate in (False, self.other):
            if directorate:
                directorate.user_ids = [Command.link(self.maker.id)]
            form = Form(self.env["crm.lead"].with_user(self.maker))
            form.name = "Test deal"
            form.deal_type_id = self.type
            self.assertEqual(form.user_id, self.owner)
            values = {
                "name": "Test deal",
                "deal_type_id": self.type.id,
                "user_id": form.user_id.id,
                "team_id": form.team_id.id,
                "directorate_id": form.directorate_id.id,
            }
            with self.subTest(directorate=directorate):
                Lead = self.env["crm.lead"].with_user(self.maker)
                [answer] = Lead.web_save(values, {"name": {}})
                self.assertIn(self.owner.name, answer["out_of_reach"])
                lead = self.env["crm.lead"].browse(answer["id"])
                self.assertEqual(lead.user_id, self.owner)
                self.assertEqual(lead.directorate_id, self.directorate)
