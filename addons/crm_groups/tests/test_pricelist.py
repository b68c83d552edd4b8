from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestPricelist(CrmGroupsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user").implied_ids += cls.env.ref("product.group_product_pricelist")
        Pricelist = cls.env["product.pricelist"]
        Pricelist.search([]).action_archive()
        cls.default, cls.wholesale, cls.vip, cls.own = Pricelist.create(
            [
                {"name": "Test default", "company_id": False, "sequence": 1},
                {"name": "Test wholesale", "company_id": False, "sequence": 5},
                {"name": "Test VIP", "company_id": False, "sequence": 6},
                {"name": "Test own", "company_id": False, "sequence": 7},
            ]
        )
        cls.dealers.pricelist_id = cls.wholesale

    def assertPrice(self, partner, pricelist, specific=None):
        self.assertEqual(partner.property_product_pricelist, pricelist)
        self.assertEqual(
            partner.specific_property_product_pricelist, specific or self.env["product.pricelist"]
        )

    def test_group_level(self):
        self.assertPrice(self.north, self.default)
        self.dealers.add_contacts(self.north.ids)
        self.assertPrice(self.north, self.wholesale)
        self.dealers.pricelist_id = self.vip
        self.assertPrice(self.north, self.vip)
        self.dealers.remove_contacts(self.north.ids)
        self.assertPrice(self.north, self.default)

    def test_level_of_the_parent(self):
        self.vips.add_contacts(self.north.ids)
        self.assertPrice(self.north, self.wholesale)
        self.assertEqual(self.vips.effective_pricelist_id, self.wholesale)
        self.assertEqual(self.vips.price_group_id, self.dealers)
        self.vips.pricelist_id = self.vip
        self.assertPrice(self.north, self.vip)
        self.vips.pricelist_id = False
        self.dealers.parent_id = False
        self.dealers.pricelist_id = False
        self.assertPrice(self.north, self.default)
        self.assertFalse(self.vips.price_group_id)

    def test_archived_groups_and_lists_give_no_price(self):
        self.customers.pricelist_id = self.vip
        self.vips.add_contacts(self.north.ids)
        self.wholesale.action_archive()
        self.env.invalidate_all()
        self.assertPrice(self.north, self.vip)
        self.vips.action_archive()
        self.env.invalidate_all()
        self.assertPrice(self.north, self.default)

    def test_cached_settings_do_not_depend_on_who_fills_the_cache(self):
        self.vips.write({"access": "hidden", "kind": "smart", "domain": "[('ref', '=', 'x')]"})
        self.vips.action_archive()
        self.env.registry.clear_cache()
        groups = self.env["crm.contact.group"].with_context(active_test=False)
        self.assertNotIn(self.vips.id, {row[1] for row in groups._get_priced_groups()})
        self.assertNotIn(self.vips.id, {row[0] for row in groups._get_restricting_groups()})
        self.assertNotIn(self.vips.id, {rule.group_id for rule in groups._get_smart_rules()})

    def test_deleted_pricelist(self):
        self.dealers.add_contacts(self.north.ids)
        self.assertPrice(self.north, self.wholesale)
        self.wholesale.unlink()
        self.env.invalidate_all()
        self.assertPrice(self.north, self.default)
        self.assertFalse(self.north.price_group_id)

    def test_sequence_decides(self):
        other = self._create_group("Test other", pricelist_id=self.vip.id, sequence=20)
        (self.dealers + other).add_contacts(self.north.ids)
        self.assertPrice(self.north, self.wholesale)
        other.sequence = 1
        self.assertPrice(self.north, self.vip)

    def test_own_list_wins(self):
        self.dealers.add_contacts(self.north.ids)
        self.north.property_product_pricelist = self.own
        self.assertPrice(self.north, self.own, specific=self.own)
        self.north.property_product_pricelist = self.wholesale
        self.assertPrice(self.north, self.wholesale)
        self.north.property_product_pricelist = self.default
        self.assertPrice(self.north, self.default, specific=self.default)
        self.north.property_product_pricelist = False
        self.env.invalidate_all()  # an emptied field stays empty until it is read again
        self.assertPrice(self.north, self.wholesale)

    def test_without_group_as_in_core(self):
        self.north.property_product_pricelist = self.own
        self.assertPrice(self.north, self.own, specific=self.own)
        self.north.property_product_pricelist = self.default
        self.assertPrice(self.north, self.default)

    def test_persons_of_the_company(self):
        self.person.parent_id = self.north
        self.dealers.add_contacts(self.north.ids)
        self.assertPrice(self.person, self.wholesale)

    def test_editing_the_contact_freezes_nothing(self):
        self.dealers.add_contacts(self.north.ids)
        with Form(self.north) as form:
            form.phone = "123"
            form.country_id = self.env.ref("base.be")
        self.assertPrice(self.north, self.wholesale)

    def test_creating_from_the_group_freezes_nothing(self):
        action = self.dealers.action_open_contacts()
        with Form(self.Partner.with_context(**action["context"])) as form:
            form.name = "Test new dealer"
            self.assertEqual(form.property_product_pricelist, self.wholesale)
        self.assertPrice(form.record, self.wholesale)
        form.record.contact_group_ids = False
        self.assertPrice(form.record, self.default)

    def test_group_added_in_the_form(self):
        with Form(self.north) as form:
            form.contact_group_ids.add(self.dealers)
            self.assertEqual(form.property_product_pricelist, self.wholesale)
        self.assertPrice(self.north, self.wholesale)

    def test_country_list_comes_after_the_group(self):
        belgium = self.env.ref("base.be")
        group = self.env["res.country.group"].create(
            {"name": "Test BE", "country_ids": [Command.link(belgium.id)]}
        )
        self.vip.country_group_ids = group
        (self.north + self.south).country_id = belgium
        self.dealers.add_contacts(self.north.ids)
        self.assertPrice(self.south, self.vip)
        self.assertPrice(self.north, self.wholesale)

    def test_group_says_that_everybody_gets_its_price(self):
        groups = self.dealers + self.vips + self.customers
        self.assertEqual(groups.mapped("is_default_price"), [False] * 3)
        self.wholesale.sequence = 0
        self.env.invalidate_all()
        self.assertPrice(self.north, self.wholesale)
        self.assertEqual(groups.mapped("is_default_price"), [True, True, False])

    def test_companies(self):
        company = self.env["res.company"].create({"name": "Test Price Company"})
        theirs = self._create_group("Test theirs", company_id=company.id)
        theirs.with_company(company).pricelist_id = self.vip
        (self.dealers + theirs).add_contacts(self.north.ids)
        self.assertPrice(self.north, self.wholesale)
        self.assertPrice(self.north.with_company(company), self.vip)

    def test_without_the_feature(self):
        self.dealers.add_contacts(self.north.ids)
        self.env.ref("base.group_user").implied_ids -= self.env.ref(
            "product.group_product_pricelist"
        )
        self.env.invalidate_all()
        self.assertFalse(self.north.property_product_pricelist)

    def test_portal_user_gets_the_price(self):
        user = new_test_user(self.env, "crm_groups_price_portal", "base.group_portal")
        self.dealers.add_contacts(user.partner_id.ids)
        # As the shop asks: for the visitor, in sudo.
        pricelists = self.env["product.pricelist"].with_user(user).sudo()
        result = pricelists._get_partner_pricelist_multi(user.partner_id.ids)
        self.assertEqual(result[user.partner_id.id], self.wholesale)

    def test_smart_group_gives_the_price(self):
        smart = self._create_smart(pricelist_id=self.vip.id)
        self.assertPrice(self.north, self.default)
        smart.action_rebuild()
        self.assertPrice(self.north, self.vip)

    def test_stored_price_group(self):
        self.vips.add_contacts(self.north.ids)
        self.person.parent_id = self.north
        for contact in (self.north, self.person):
            self.assertEqual(contact.price_group_id, self.dealers)
        self.assertEqual(self.north.price_via_group_id, self.vips)
        self.assertEqual(self.north.price_level_source, "group")
        self.assertEqual(
            self.north.price_level_reason, "Test wholesale, from Test dealers via Test VIP dealers"
        )
        domain = [("price_group_id", "in", self.dealers.ids)]
        self.assertEqual(self.Partner.search(domain), self.north + self.person)
        groups = self.Partner._read_group(domain, ["price_group_id"], ["__count"])
        self.assertEqual(groups, [(self.dealers, 2)])
        self.vips.pricelist_id = self.vip
        self.assertEqual(self.north.price_group_id, self.vips)
        self.assertEqual(self.north.price_level_reason, "Test VIP, from Test VIP dealers")
        self.vips.remove_contacts(self.north.ids)
        self.assertFalse(self.north.price_group_id)
        self.assertEqual(self.north.price_level_source, "default")

    def test_stored_price_group_follows(self):
        other = self._create_group("Test other", pricelist_id=self.vip.id, sequence=20)
        (self.dealers + other).add_contacts(self.north.ids)
        self.assertEqual(self.north.price_group_id, self.dealers)
        other.sequence = 1
        self.assertEqual(self.north.price_group_id, other)
        self.vip.action_archive()
        self.assertEqual(self.north.price_group_id, self.dealers)
        self.person.parent_id = self.north
        self.assertEqual(self.person.price_group_id, self.dealers)
        self.person.parent_id = False
        self.assertFalse(self.person.price_group_id)
        self.dealers.action_archive()
        self.assertFalse(self.north.price_group_id)

    def test_own_list_and_back(self):
        self.dealers.add_contacts(self.north.ids)
        self.north.property_product_pricelist = self.own
        self.assertFalse(self.north.price_group_id)
        self.assertEqual(self.north.price_level_source, "own")
        self.north.action_reset_price_level()
        self.env.invalidate_all()
        self.assertPrice(self.north, self.wholesale)
        self.assertEqual(self.north.price_group_id, self.dealers)

    def test_grade_of_a_partner_goes_before_the_group(self):
        if "res.partner.grade" not in self.env:
            self.skipTest("partnership is not installed")
        self.dealers.add_contacts((self.north + self.south).ids)
        grade = self.env["res.partner.grade"].create(
            {"name": "Test gold", "default_pricelist_id": self.vip.id}
        )
        self.north.grade_id = grade
        self.assertPrice(self.north, self.vip, specific=self.vip)
        self.assertFalse(self.north.price_group_id)
        self.assertPrice(self.south, self.wholesale)
        self.north.action_reset_price_level()
        self.env.invalidate_all()
        self.assertPrice(self.north, self.wholesale)
        self.assertEqual(self.north.grade_id, grade)
        self.assertEqual(self.north.price_group_id, self.dealers)

    def test_price_group_per_company(self):
        company = self.env["res.company"].create({"name": "Test Price Company"})
        self.vips.with_company(company).pricelist_id = self.vip
        self.vips.add_contacts(self.north.ids)
        self.assertEqual(self.north.price_group_id, self.dealers)
        self.assertEqual(self.north.with_company(company).price_group_id, self.vips)

    def test_customers_with_this_price_level(self):
        self.dealers.add_contacts(self.north.ids)
        self.south.property_product_pricelist = self.wholesale
        action = self.wholesale.action_open_price_level_contacts()
        self.assertEqual(self.Partner.search(action["domain"]), self.north + self.south)

    def test_deleting_the_group(self):
        self.vips.pricelist_id = self.vip
        self.vips.add_contacts(self.north.ids)
        self.vips.unlink()
        self.assertFalse(self.north.price_group_id)
        self.assertPrice(self.north, self.default)
