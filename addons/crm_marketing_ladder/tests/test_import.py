from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_access.tests.imports import ImportCases

from .common import MODULE, LadderCommon


@tagged("post_install", "-at_install")
class TestImport(ImportCases, LadderCommon):
    """What points at pains, contents, directorates and the like comes back from a file."""

    def test_what_was_exported_comes_back(self):
        pains = self.env["crm.pain"].create([{"name": "Pain A"}, {"name": "Pain B"}])
        message = self.env["crm.marketing.message"].create(
            {
                "name": "Message",
                "ladder_step_id": self.steps[1].id,
                "pain_ids": [Command.set(pains.ids)],
            }
        )
        self.env["crm.content"].create(
            {
                "name": "Content",
                "directorate_id": self.directorate_own.id,
                "marketing_message_id": message.id,
            }
        )
        self.env["crm.lead"].create({"name": "Deal", "pain_ids": [Command.set(pains.ids)]})
        tried = self._assert_comes_back(MODULE)
        self.assertLessEqual(
            {"crm.lead.pain_ids", "crm.content.marketing_message_id", "crm.content.directorate_id"},
            tried,
        )
        self.assertGreater(len(tried), 6, tried)
