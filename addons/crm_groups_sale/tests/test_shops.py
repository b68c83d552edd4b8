from unittest import SkipTest

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.sale.tests.common import SaleCommon


class ShopCommon(SaleCommon):
    """A group with half the price, and somebody inside and outside of it."""

    #: The addon of Odoo that the tests need; it is beside in the suite's own runs.
    needed = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.needed not in cls.env.registry._init_modules:
            raise SkipTest(f"{cls.needed} is not installed")
        cls._enable_pricelists()
        cls.env["product.pricelist"].search([]).action_archive()
        half = Command.create(
            {"compute_price": "percentage", "percent_price": 50, "applied_on": "3_global"}
        )
        cls.public, cls.wholesale = cls.env["product.pricelist"].create(
            [
                {"name": "Test public", "sequence": 1, "company_id": False},
                {
                    "name": "Test wholesale",
                    "sequence": 2,
                    "company_id": False,
                    "item_ids": [half],
                },
            ]
        )
        cls.group = cls.env["crm.contact.group"].create(
            {"name": "Test dealers", "pricelist_id": cls.wholesale.id}
        )
        cls.inside, cls.outside = (
            new_test_user(cls.env, f"crm_groups_shop_{where}", "base.group_portal")
            for where in ("inside", "outside")
        )
        cls.group.add_contacts(cls.inside.partner_id.ids)


@tagged("post_install", "-at_install")
class TestPos(ShopCommon):
    needed = "point_of_sale"

    def test_price_level_reaches_the_till(self):
        config = self.env["pos.config"].create(
            {
                "name": "Test till",
                "use_pricelist": True,
                "pricelist_id": self.public.id,
                "available_pricelist_ids": [Command.set((self.public + self.wholesale).ids)],
            }
        )
        contacts = (self.inside + self.outside).partner_id
        rows = self.env["res.partner"]._load_pos_data_read(contacts, config)
        lists = {row["id"]: row["property_product_pricelist"] for row in rows}
        self.assertEqual(lists[self.inside.partner_id.id], self.wholesale.id)
        self.assertEqual(lists[self.outside.partner_id.id], self.public.id)


@tagged("post_install", "-at_install")
class TestWebsite(ShopCommon, HttpCase):
    needed = "website_sale"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].get_current_website()
        (cls.public + cls.wholesale).write({"website_id": cls.website.id, "selectable": True})
        cls.env["product.template"].create(
            {"name": "Test shop drill", "list_price": 846, "is_published": True, "sale_ok": True}
        )

    def _get_price(self, user):
        self.authenticate(user.login, user.login)
        page = self.url_open("/shop?search=Test+shop+drill").text
        self.assertIn("Test shop drill", page)
        return [price for price in ("423.00", "846.00") if price in page]

    def test_price_level_reaches_the_shop(self):
        website = self.website.with_user(self.inside)
        self.assertIn(self.wholesale, website.get_pricelist_available())
        self.assertIn("423.00", self._get_price(self.inside))
        self.assertEqual(self._get_price(self.outside), ["846.00"])

    def test_list_that_is_not_for_the_website(self):
        self.wholesale.website_id = False
        self.wholesale.selectable = False
        self.assertEqual(self._get_price(self.inside), ["846.00"])
