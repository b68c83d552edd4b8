from odoo.tests import tagged

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestMerge(CrmGroupsCommon):
    def _merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"]._merge((source + target).ids, target)
        self.env.invalidate_all()

    def test_memberships_move(self):
        self.dealers.add_contacts((self.north + self.south).ids)
        self.vips.add_contacts(self.south.ids, reason="Stays")
        self._merge(self.south, self.north)
        self.assertEqual(self.north.contact_group_ids, self.dealers + self.vips)
        self.assertEqual(self._get_member(self.vips, self.north).reason, "Stays")
        self._assert_in_step(self.dealers + self.vips)

    def test_exclusion_by_hand_wins_over_the_rule(self):
        smart = self._create_smart()
        smart.exclude_contacts(self.south.ids)
        smart.action_rebuild()
        self._merge(self.south, self.north)
        self._assert_member(smart, self.north, "excluded")
        self.assertNotIn(smart, self.north.contact_group_ids)
