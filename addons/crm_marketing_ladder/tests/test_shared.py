from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_access.tests.shared import SharedCases

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestShared(SharedCases, LadderCommon):
    """What companies share is changed by who works in all of them."""

    def test_shared_records(self):
        groups = "base.group_user,crm_marketing_ladder.group_admin"
        other = self.env["res.company"].create({"name": "Company B"})
        local = new_test_user(
            self.env,
            "ladder_local",
            groups,
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        everywhere = new_test_user(
            self.env,
            "ladder_everywhere",
            groups,
            company_ids=[Command.set(self.env["res.company"].search([]).ids)],
        )
        shared = self.env["crm.sales.directorate"].create({"name": "Shared", "company_id": False})
        self.assertEqual(self._get_shared_models("crm_marketing_ladder"), {shared._name})
        self._assert_changed_by_those_of_all(
            shared, {"user_ids": [Command.link(local.id)]}, local, everywhere
        )
        mine = self.env["crm.sales.directorate"].with_user(local).create({"name": "Mine"})
        self.assertEqual(mine.company_id, other)
        mine.name = "Changed"
