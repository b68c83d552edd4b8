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

    def test_price_access_and_card_are_those_of_the_groups_afterwards(self):
        """Core keeps the values of the one that stays: those of his groups before the merge."""
        pricelist = self.env["product.pricelist"].create({"name": "Test merged"})
        settings = {
            "pricelist_id": pricelist.id,
            "access": "hidden",
            "member_properties_definition": [
                {"name": "bonus", "string": "Bonus", "type": "integer"}
            ],
        }
        other = self._create_group("Test other", sequence=99, **settings)
        stays = self.Partner.create({"name": "Test person who stays"})
        other.add_contacts(stays.ids)
        self.dealers.write(settings)
        self.dealers.add_contacts(self.person.ids)
        self._merge(self.person, stays)
        self.assertEqual(stays.contact_group_ids, self.dealers + other)
        self.assertEqual(stays.price_group_id, self.dealers)
        self.assertEqual(stays.access_scope_id.group_ids, self.dealers + other)
        self.assertEqual(stays.card_id.group_ids, self.dealers + other)

    def test_who_was_let_in_stays_in(self):
        self._create_users()
        self.dealers.access = "hidden"
        self.dealers.add_contacts((self.north + self.south).ids)
        Allowance = self.env["crm.contact.allowance"]
        Allowance.create(
            [
                {"partner_id": self.north.id, "user_id": self.user_sales.id},
                {"partner_id": self.south.id, "user_id": self.user_sales.id},
                {"partner_id": self.south.id, "user_id": self.user_contacts.id},
            ]
        )
        self._merge(self.south, self.north)
        let_in = self.north.allowance_ids.user_id
        self.assertEqual(let_in, self.user_sales + self.user_contacts)
        for user in let_in:
            self.assertTrue(self.north.with_user(user).has_access("read"))
