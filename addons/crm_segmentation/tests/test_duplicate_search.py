from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.tests import tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger

from ..engine.duplicates import SURE_SIZE, find_groups
from .duplicate_common import DuplicateCommon


@tagged("post_install", "-at_install")
class TestDuplicateEngine(BaseCase):
    def test_over_others(self):
        roots, sure = find_groups([(1, 2, True, False), (2, 3, True, False), (7, 9, False, False)])
        self.assertEqual(roots, {1: 1, 2: 1, 3: 1, 7: 7, 9: 7})
        self.assertEqual(sure, {1})

    def test_one_unsure_link_makes_the_group_unsure(self):
        self.assertFalse(find_groups([(1, 2, True, False), (2, 3, False, False)])[1])

    def test_contradiction(self):
        pairs = [(1, 2, True, False), (2, 3, True, False), (1, 3, True, True)]
        self.assertFalse(find_groups(pairs)[1])

    def test_long_chains_are_not_sure(self):
        chain = [(n, n + 1, True, False) for n in range(SURE_SIZE)]
        self.assertFalse(find_groups(chain)[1])
        self.assertEqual(find_groups(chain[:-1])[1], {0})

    def test_order_does_not_matter(self):
        self.assertEqual(
            find_groups([(5, 9, True, False), (1, 9, True, False), (2, 5, True, False)])[0],
            {1: 1, 2: 1, 5: 1, 9: 1},
        )


@tagged("post_install", "-at_install")
class TestDuplicateSearch(DuplicateCommon):
    def test_email(self):
        one = self._partner("First", email="Info <SALES@Dup.example>")
        two = self._partner("Second", email="sales@dup.example")
        self._search()
        self.assertEqual(self._group_of(one), self._group_of(two))
        self.assertEqual(self._criteria_of(one), {"email"})
        group = self._group_of(one)
        self.assertEqual((group.reason, group.is_sure, group.member_count), ("E-mail", False, 2))
        self.assertEqual(group.match_ids.value, "sales@dup.example")

    def test_phone(self):
        belgium = self.env.ref("base.be").id
        one = self._partner("First", phone="+32 2 555 12 12", country_id=belgium)
        two = self._partner("Second", phone="02/555.12.12", country_id=belgium)
        self._search()
        self.assertEqual(self._group_of(one).member_ids.partner_id, one + two)
        self.assertEqual(self._criteria_of(one), {"phone"})

    def test_colleagues_share_a_switchboard(self):
        company = self._partner("Works")
        shared = {"parent_id": company.id, "is_company": False, "phone": "+3225551313"}
        one, two = self._partner("Ann Working", **shared), self._partner("Bob Working", **shared)
        again = self._partner("Ann  Wörking", **shared)
        self._search()
        self.assertFalse(self._group_of(two))
        self.assertEqual(self._group_of(one).member_ids.partner_id, one + again)

    def test_vat(self):
        one = self._partner("First", vat="XX 12.345-678")
        two = self._partner("Second", vat="xx12345678")
        person = self._partner("Their Person", is_company=False, parent_id=one.id)
        self._search()
        self.assertEqual(self._group_of(one).member_ids.partner_id, one + two)
        self.assertFalse(self._group_of(person))

    def test_name_and_city(self):
        one = self._partner("Müller & Söhne GmbH", city="Köln")
        two = self._partner("MULLER, SOHNE", city="koln ")
        elsewhere = self._partner("Müller & Söhne GmbH", city="Bonn")
        nowhere = self._partner("Müller & Söhne GmbH")
        self._search()
        self.assertEqual(self._group_of(one).member_ids.partner_id, one + two)
        self.assertFalse(self._group_of(elsewhere) + self._group_of(nowhere))

    def test_two_criteria_are_sure(self):
        vals = {"email": "a@sure.example", "city": "Lyon"}
        one, two = self._partner("Sûre SA", **vals), self._partner("Sure", **vals)
        self._search()
        self.assertTrue(self._group_of(one).is_sure)
        two.vat, one.vat = "XX99999999", "XX88888888"
        self._search()
        self.assertFalse(self._group_of(one).is_sure, "two tax IDs are two companies")

    def test_sure_alone(self):
        one = self._partner("First", vat="XX55555555")
        self._partner("Second", vat="XX55555555")
        self._search()
        self.assertFalse(self._group_of(one).is_sure)
        self.env.ref("crm_segmentation.crm_duplicate_criterion_vat").is_sufficient = True
        self._search()
        self.assertTrue(self._group_of(one).is_sure)

    def test_switched_off(self):
        one = self._partner("First", email="off@dup.example")
        self._partner("Second", email="off@dup.example")
        self._search()
        self.assertTrue(self._group_of(one))
        self.env.ref("crm_segmentation.crm_duplicate_criterion_email").active = False
        self._search()
        self.assertFalse(self._group_of(one))
        self.assertFalse(self._criteria_of(one))

    def test_too_common(self):
        criterion = self.env.ref("crm_segmentation.crm_duplicate_criterion_email")
        criterion.max_shared = 3
        many = [self._partner(f"Of four {n}", email="info@common.example") for n in range(4)]
        search = self._search()
        self.assertFalse(self._group_of(many[0]))
        self.assertIn(
            {"criterion": "email", "value": "info@common.example", "count": 4}, search.left_out
        )
        self.assertIn("info@common.example: 4 contacts", search.left_out_text)
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            criterion.max_shared = 1
            criterion.flush_recordset()

    def test_never_the_same(self):
        email = {"email": "never@dup.example"}
        company = self._partner("Company", **email)
        self._partner("Person", is_company=False, **email)
        self._partner("Child", parent_id=company.id, **email)
        self._partner("Other company", company_id=self.company_b.id, **email)
        self._partner("Archived", active=False, **email)
        self._partner("Invoices", type="invoice", **email)
        self.sales_manager.partner_id.write({"is_company": True, **email})
        self._search()
        self.assertFalse(self._group_of(company))

    def test_unchanged_groups_stay(self):
        one = self._partner("First", email="stay@dup.example")
        two = self._partner("Second", email="stay@dup.example")
        self._search()
        group = self._group_of(one)
        third = self._partner("Third", email="stay@dup.example")
        self._search()
        self.assertEqual(self._group_of(one), group)
        self.assertEqual(group.member_ids.partner_id, one + two + third)
        (two + third).email = False
        self._search()
        self.assertFalse(group.exists())

    def test_over_others(self):
        one = self._partner("First", email="chain@dup.example")
        two = self._partner("Second", email="chain@dup.example", vat="XX77777777")
        three = self._partner("Third", vat="XX77777777")
        self._search()
        self.assertEqual(self._group_of(one).member_ids.partner_id, one + two + three)

    def test_filter_on_contacts(self):
        one = self._partner("First", email="filter@dup.example")
        two = self._partner("Second", email="filter@dup.example")
        alone = self._partner("Alone", email="alone@dup.example")
        self._search()
        found = self.env["res.partner"].search([("duplicate_member_ids", "!=", False)])
        self.assertLessEqual(one + two, found)
        self.assertNotIn(alone, found)

    def test_cost_does_not_grow(self):
        self._search()
        counts = []
        for size in (2, 60):
            for number in range(size):
                self._partner("Cost", email=f"cost{number // 2}@{size}.example")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._search()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestDuplicateCron(DuplicateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls._partner("First", email="cron@dup.example")
        cls.two = cls._partner("Second", email="cron@dup.example")
        cls.env["crm.duplicate.search"].search([]).unlink()

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_segmentation.ir_cron_search_duplicates").method_direct_trigger()
        self.env.invalidate_all()

    def test_by_itself(self):
        self._run_cron()
        search = self.env["crm.duplicate.search"].search([])
        self.assertEqual((search.state, search.progress, search.step), ("done", 100, 4))
        self.assertTrue(self._group_of(self.one))

    def test_by_the_button(self):
        Search = self.env["crm.duplicate.search"].with_user(self.sales_manager)
        action = Search.action_start()
        self.assertEqual(Search.action_start()["res_id"], action["res_id"])
        search = Search.browse(action["res_id"])
        self.assertEqual((search.state, search.progress), ("waiting", 0))
        self._run_cron()
        self.assertEqual((search.state, search.user_id), ("done", self.sales_manager))

    def test_goes_on_where_it_was(self):
        """After a stop in the middle, what is done is not done again."""
        criteria = self.env["crm.duplicate.criterion"].search([])
        emails = criteria.filtered(lambda c: c.code == "email")
        search = self.env["crm.duplicate.search"].create(
            {
                "state": "running",
                "date_start": "2026-01-01 00:00:00",
                "step": list(criteria).index(emails) + 1,
            }
        )
        self._run_cron()
        self.assertEqual(search.state, "done")
        self.assertFalse(self._group_of(self.one), "the step for e-mail counted as done")

    @freeze_time("2026-05-01")
    def test_failure_is_told(self):
        self.env.ref("crm_segmentation.crm_duplicate_criterion_email").flush_recordset()
        self.env.cr.execute("ALTER TABLE crm_duplicate_exclusion RENAME TO crm_gone")
        with mute_logger("odoo.sql_db", "odoo.addons.crm_segmentation.models.crm_duplicate_search"):
            search = self.env["crm.duplicate.search"].create({})
            with self.enter_registry_test_mode():
                self.env.ref("crm_segmentation.ir_cron_search_duplicates").method_direct_trigger()
        self.env.cr.execute("ALTER TABLE crm_gone RENAME TO crm_duplicate_exclusion")
        self.env.invalidate_all()
        self.assertEqual(search.state, "failed")
        self.assertIn("crm_duplicate_exclusion", search.error)
