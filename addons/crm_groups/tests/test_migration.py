from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestMigration(CrmGroupsCommon):
    def test_from_the_first_version(self):
        """A database of the first version gets what that one did not store."""
        pricelist = self.env["product.pricelist"].create({"name": "Test list"})
        self.vips.write({"pricelist_id": pricelist.id, "access": "hidden"})
        self.vips.add_contacts(self.north.ids)
        self.vips.required_part_ids = self.env.ref("crm_groups.crm_contact_card_part_vat")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET price_group_id = NULL, access_scope_id = NULL, card_id = NULL"
        )
        rule = self.env.ref("crm_groups.res_partner_rule_access_read")
        text = rule.domain_force
        rule.domain_force = "[('access_scope_id', '=', False)]"
        self.env.invalidate_all()
        path = file_path("crm_groups/migrations/19.0.1.1.0/post-migration.py")
        load_script(path, "crm_groups_post_migration").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(rule.domain_force, text)
        self.assertEqual(self.north.price_group_id, self.vips)
        self.assertEqual(self.north.access_scope_id.group_ids, self.vips)
        self.assertEqual(self.north.card_id.group_ids, self.vips)
