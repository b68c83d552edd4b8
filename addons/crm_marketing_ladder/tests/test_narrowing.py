from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import DICTIONARIES, MODULE, LadderCommon


@tagged("post_install", "-at_install")
class TestNarrowing(LadderCommon):
    """Product ↔ directorate ↔ the user's own, in the form and on the server."""

    def _create(self, model, user, **vals):
        if model == "crm.communication.goal":
            vals.update(from_step_id=self.steps[0].id, to_step_id=self.steps[1].id)
        return self.env[model].with_user(user).create({"name": "Narrowed", **vals})

    def test_first_own_directorate_is_filled_in(self):
        self.directorate_foreign.user_ids = [Command.link(self.sales.id)]
        for model in DICTIONARIES:
            record = self._create(model, self.sales)
            self.assertEqual(record.directorate_id, self.directorate_own)
            self.directorate_foreign.sequence = -30
            record = self._create(model, self.sales)
            self.assertEqual(record.directorate_id, self.directorate_foreign)
            self.directorate_foreign.sequence = -10

    def test_archived_directorate_is_not_filled_in(self):
        self.directorate_foreign.user_ids = [Command.link(self.sales.id)]
        self.directorate_own.active = False
        self.assertEqual(
            self._create("crm.pain", self.sales).directorate_id, self.directorate_foreign
        )

    def test_user_in_no_directorate(self):
        self.directorate_own.user_ids = [Command.unlink(self.sales.id)]
        for model in DICTIONARIES:
            with self.assertRaisesRegex(ValidationError, "“Narrowed”.*no sales directorate.*Ask"):
                self._create(model, self.sales)

    def test_directorate_left_empty(self):
        with self.assertRaisesRegex(ValidationError, "needs a sales directorate. Yours: Own"):
            self._create("crm.pain", self.sales, directorate_id=False)
        self.assertFalse(self._create("crm.pain", self.admin, directorate_id=False).directorate_id)

    def test_directorate_one_does_not_belong_to(self):
        with self.assertRaisesRegex(ValidationError, "“Foreign”: you are not a member"):
            self._create("crm.pain", self.sales, directorate_id=self.directorate_foreign.id)

    def test_what_one_may_not_see_is_not_named(self):
        secret = self._create_directorate(
            "SECRET Directorate",
            company_id=self.company_b.id,
            user_ids=[Command.set(self.env.user.ids)],
        )
        for model in DICTIONARIES:
            with (
                self.subTest(model=model),
                self.assertRaises(UserError) as caught,
                self.cr.savepoint(),
            ):
                self._create(model, self.sales, directorate_id=secret.id)
            self.assertNotIn("SECRET", str(caught.exception))

    def test_criterion_of_a_deal_one_may_not_see(self):
        """Odoo runs constraints before it asks for the right to create, as superuser."""
        seller = self._create_user(
            "ladder_own_deals", "sales_team.group_sale_salesman", f"{MODULE}.group_sales"
        )
        secret = self._create_lead(
            name="SECRET Deal", user_id=self.admin.id, directorate_id=self.directorate_foreign.id
        )
        differentiator = self.env["crm.differentiator"].create(
            {"name": "D", "directorate_id": self.directorate_own.id}
        )
        criteria = self.env["crm.lead.criterion"].with_user(seller)
        with self.assertRaises(AccessError) as caught, self.cr.savepoint():
            criteria.create({"lead_id": secret.id, "differentiator_id": differentiator.id})
        self.assertNotIn("SECRET", str(caught.exception))
        mine = self._create_lead(user_id=seller.id, directorate_id=self.directorate_own.id)
        row = criteria.create({"lead_id": mine.id, "differentiator_id": differentiator.id})
        with self.assertRaises(AccessError) as caught, self.cr.savepoint():
            row.lead_id = secret
        self.assertNotIn("SECRET", str(caught.exception))

    def test_product_of_the_directorate(self):
        for product in (self.product_own, self.product_in_category):
            pain = self._create("crm.pain", self.sales, product_id=product.id)
            self.assertEqual(pain.product_id, product)

    def test_product_of_another_directorate(self):
        for model in DICTIONARIES:
            with self.assertRaisesRegex(
                ValidationError, "“Narrowed”.*“Own” does not sell “Foreign Product”"
            ):
                self._create(model, self.sales, product_id=self.product_foreign.id)

    def test_administrators_keep_to_the_products_too(self):
        with self.assertRaises(ValidationError):
            self._create(
                "crm.pain",
                self.admin,
                directorate_id=self.directorate_own.id,
                product_id=self.product_foreign.id,
            )

    def test_moving_a_record_away_from_its_product(self):
        self.directorate_foreign.user_ids = [Command.link(self.sales.id)]
        pain = self._create("crm.pain", self.sales, product_id=self.product_own.id)
        with self.assertRaisesRegex(ValidationError, "does not sell"):
            pain.directorate_id = self.directorate_foreign

    def test_archived_product_stays_sold(self):
        self.product_own.active = False
        pain = self._create("crm.pain", self.sales, product_id=self.product_own.id)
        self.assertTrue(pain)

    def test_product_of_another_company(self):
        self.product_own.company_id = self.env.company
        shared = self._create_directorate("Shared", company_id=False)
        with self.assertRaises(UserError):
            shared.product_ids = self.product_own

    def test_import_says_which_row_is_wrong(self):
        result = (
            self.env["crm.pain"]
            .with_user(self.sales)
            .load(
                ["name", "directorate_id", "product_id"],
                [["Good", "Own", "Own Product"], ["Bad", "Foreign", ""]],
            )
        )
        # Odoo reports the failed batch on its first row, and then each wrong row.
        message = result["messages"][-1]
        self.assertEqual(message["record"], 1)
        self.assertIn("“Foreign”", message["message"])

    def test_products_offered_in_the_form(self):
        with Form(self.env["crm.pain"].with_user(self.sales)) as form:
            form.name = "In the form"
            self.assertEqual(form.directorate_id, self.directorate_own)
            products = self.env["product.template"].search(form.product_domain)
            self.assertEqual(products, self.product_own | self.product_in_category)
            form.product_id = self.product_own
        self.assertEqual(form.record.product_id, self.product_own)

    def test_directorates_offered_in_the_form(self):
        self.directorate_foreign.user_ids = [Command.link(self.sales.id)]
        directorates = self.env["crm.sales.directorate"]
        with Form(self.env["crm.pain"].with_user(self.sales)) as form:
            form.name = "In the form"
            own = directorates.search(form.directorate_domain)
            self.assertEqual(own, self.directorate_own | self.directorate_foreign)
            form.product_id = self.product_in_category
            self.assertEqual(directorates.search(form.directorate_domain), self.directorate_own)

    def test_changing_the_directorate_drops_its_product(self):
        self.directorate_foreign.user_ids = [Command.link(self.sales.id)]
        with Form(self.env["crm.pain"].with_user(self.sales)) as form:
            form.name = "In the form"
            form.product_id = self.product_own
            form.directorate_id = self.directorate_foreign
            self.assertFalse(form.product_id)

    def test_administrator_is_offered_everything(self):
        with Form(self.env["crm.pain"].with_user(self.admin)) as form:
            form.name = "In the form"
            form.directorate_id = self.env["crm.sales.directorate"]
            found = self.env["product.template"].search(form.product_domain)
            self.assertIn(self.product_foreign, found)
            found = self.env["crm.sales.directorate"].search(form.directorate_domain)
            self.assertIn(self.directorate_foreign, found)
