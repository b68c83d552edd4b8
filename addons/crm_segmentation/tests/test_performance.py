from odoo.tests import tagged, warmup

from .common import SegmentationCommon


@tagged("post_install", "-at_install", "crm_performance")
class TestPerformance(SegmentationCommon):
    """What the types cost: a fixed number of queries, whatever the size of the batch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.type_person + cls.type_company + cls.type_deal).is_default = True
        cls.contacts = cls.env["res.partner"].create(
            [{"name": f"Contact {number}"} for number in range(50)]
        )
        cls.env.flush_all()

    def _count_queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    @warmup
    def test_default_for_one_contact_and_for_fifty(self):
        for size in (1, 50):
            records = self.env["res.partner"].new({"name": "New"})
            for _number in range(size - 1):
                records += self.env["res.partner"].new({"name": "New"})
            self.env.invalidate_all()
            with self.assertQueryCount(2):
                records._compute_crm_type_id()

    @warmup
    def test_change_of_type(self):
        self._count_queries(lambda: self.contacts.write({"crm_type_id": False}))
        one = self._count_queries(
            lambda: self.contacts[0].write({"crm_type_id": self.type_person.id})
        )
        self.contacts[0].crm_type_id = False
        fifty = self._count_queries(
            lambda: self.contacts.write({"crm_type_id": self.type_person.id})
        )
        self.assertLessEqual(fifty, one + 1)

    @warmup
    def test_usage_of_one_type_and_of_all(self):
        types = self.env["crm.type"].search([])
        for records in (self.type_person, types):
            self.env.invalidate_all()
            with self.assertQueryCount(2):
                records.mapped("usage_count")

    @warmup
    def test_showing_the_type_costs_two_queries_more(self):
        def read(fields):
            return lambda: self.contacts.web_read(fields)

        self.contacts.crm_type_id = self.type_person
        plain = self._count_queries(read({"name": {}}))
        with_type = self._count_queries(
            read(
                {"name": {}, "crm_type_id": {"fields": {"display_name": {}}}, "crm_type_color": {}}
            )
        )
        self.assertLessEqual(with_type, plain + 2)
