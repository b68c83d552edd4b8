from odoo.fields import Command
from odoo.tests import tagged, warmup

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install", "crm_performance")
class TestPerformance(CrmGroupsCommon):
    """A batch of fifty costs as many queries as one contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.many = cls.Partner.create(
            [{"name": f"Test {number}", "ref": "crm-groups-many"} for number in range(51)]
        )
        cls.one, cls.fifty = cls.many[:1], cls.many[1:]
        cls.smart = cls._create_smart(domain=[("ref", "=", "crm-groups-many")])
        cls.env.flush_all()

    def _count(self, function, *args):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function(*args)
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _assert_same(self, one, fifty, budget):
        self.assertLessEqual(fifty, one + 1)
        self.assertLessEqual(fifty, budget)

    @warmup
    def test_methods(self):
        for method, budget in (
            ("add_contacts", 14),
            ("remove_contacts", 14),
            ("exclude_contacts", 14),
        ):
            with self.subTest(method=method):
                call = getattr(self.dealers, method)
                self._assert_same(
                    self._count(call, self.one.ids), self._count(call, self.fifty.ids), budget
                )

    @warmup
    def test_write_on_contacts(self):
        for command in (Command.link(self.dealers.id), Command.unlink(self.dealers.id)):
            values = {"contact_group_ids": [command]}
            with self.subTest(command=command):
                self._assert_same(
                    self._count(self.one.write, values), self._count(self.fifty.write, values), 22
                )

    @warmup
    def test_rebuild(self):
        # Read once after a change of groups, then cached.
        self.Group._get_smart_rules()
        self.Group._get_priced_groups()
        self.Group._get_restricting_groups()
        self.Group._get_acting_groups()
        self.Group._get_card_sources()
        first = self._count(self.smart.action_rebuild)
        self.assertLessEqual(first, 10)
        self.assertLessEqual(self._count(self.smart.action_rebuild), 10)

    @warmup
    def test_counts(self):
        self.dealers.add_contacts(self.many.ids)
        groups = self.Group.create(
            [{"name": f"Test {n}", "parent_id": self.dealers.id} for n in range(50)]
        )
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            (groups + self.dealers).mapped("total_member_count")

    @warmup
    def test_creating_contacts_without_groups(self):
        values = [{"name": f"Test new {number}"} for number in range(20)]
        contacts = self.Partner.create(values)
        with self.assertQueryCount(0):
            contacts.with_context(active_test=False).filtered("contact_group_ids")

    @warmup
    def test_prices(self):
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "product.group_product_pricelist"
        )
        pricelists = self.env["product.pricelist"].create(
            [{"name": "Test list"}, {"name": "Test VIP list"}]
        )
        # As many lists as one likes: they are looked at together.
        self.dealers.pricelist_id, self.vips.pricelist_id = pricelists
        self.dealers.add_contacts(self.many.ids)
        get_price = self.env["product.pricelist"]._get_partner_pricelist_multi
        self._assert_same(
            self._count(get_price, self.one.ids), self._count(get_price, self.fifty.ids), 2
        )
