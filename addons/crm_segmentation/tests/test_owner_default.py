from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .owner_common import OwnerCommon


@tagged("post_install", "-at_install")
class TestOwnerDefault(OwnerCommon):
    def test_creator_owns_what_he_creates(self):
        contact = self.env["res.partner"].with_user(self.anna).create({"name": "New"})
        self.assertEqual(contact.user_id, self.anna)
        self.assertEqual(self._last(contact).reason, "create")
        self.assertEqual(contact.owner_reason, "create")

    def test_creator_is_shown_in_the_form(self):
        with Form(self.env["res.partner"].with_user(self.anna)) as form:
            self.assertEqual(form.user_id, self.anna)
            form.name = "In the form"
            form.user_id = self.ben
        self.assertEqual(form.record.user_id, self.ben)
        self.assertEqual(self._last(form.record).reason, "hand")

    def test_owner_of_the_company_goes_before_the_creator(self):
        self.company.user_id = self.ben
        with Form(self.env["res.partner"].with_user(self.anna)) as form:
            form.name = "Person"
            form.parent_id = self.company
            self.assertEqual(form.user_id, self.ben)
        person = (
            self.env["res.partner"]
            .with_user(self.anna)
            .create({"name": "By RPC", "parent_id": self.company.id})
        )
        self.assertEqual(person.user_id, self.ben)
        self.assertEqual(self._last(person).reason, "parent")

    def test_nobody_by_setting(self):
        self._set("default", "none")
        self.assertFalse(self.env["res.partner"].with_user(self.anna).create({"name": "N"}).user_id)

    def test_only_people_in_sales_own(self):
        clerk = new_test_user(
            self.env, "owner_clerk", groups="base.group_user,base.group_partner_manager"
        )
        self.assertFalse(self.env["res.partner"].with_user(clerk).create({"name": "N"}).user_id)

    def test_systems_own_nothing(self):
        self.assertFalse(self.env["res.partner"].create({"name": "By OdooBot"}).user_id)
        form = self.env["res.partner"].with_user(self.anna).sudo()
        self.assertFalse(form.create({"name": "By a web form"}).user_id)

    def test_fallback_of_forms_mail_and_imports(self):
        self._set("fallback_id", str(self.ben.id))
        form = self.env["res.partner"].with_user(self.anna).sudo()
        self.assertEqual(form.create({"name": "By a web form"}).user_id, self.ben)
        found = self.env["res.partner"]._find_or_create_from_emails(["owner@new.example.com"])
        self.assertEqual(found[0].user_id, self.ben)
        self.ben.active = False
        self.assertFalse(form.create({"name": "After he left"}).user_id)

    def test_users_and_companies_of_ours_have_no_owner(self):
        admin = self.env.ref("base.user_admin")
        user = self.env["res.users"].with_user(admin).create({"name": "U", "login": "owner_u"})
        self.assertFalse(user.partner_id.user_id)
        company = self.env["res.company"].with_user(admin).create({"name": "Owner Test Ltd"})
        self.assertFalse(company.partner_id.user_id)

    def test_addresses_have_no_owner(self):
        address = (
            self.env["res.partner"]
            .with_user(self.anna)
            .create({"name": "Door", "type": "delivery", "parent_id": self.company.id})
        )
        self.assertFalse(address.user_id)

    def test_who_takes_the_owner_away_means_it(self):
        contact = self.env["res.partner"].with_user(self.anna).create({"name": "New"})
        contact.user_id = False
        contact.name = "Renamed"
        self.assertFalse(contact.user_id)

    def test_customer_of_a_deal_without_salesperson(self):
        self._set("required", "True")
        lead = self.env["crm.lead"].create({"name": "D", "contact_name": "C", "user_id": False})
        customer = lead.with_user(self.boss)._create_customer()
        self.assertEqual(customer.user_id, self.boss)

    def test_import(self):
        partners = self.env["res.partner"].with_user(self.anna).with_context(import_file=True)
        result = partners.load(["name", "user_id"], [["I1", "owner_ben"], ["I2", ""]])
        self.assertFalse(result["messages"])
        named, unnamed = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(named.user_id, self.ben)
        self.assertEqual(self._last(named).reason, "import")
        self.assertFalse(unnamed.user_id)

    def test_import_is_what_is_imported(self):
        """The word in the context, which anybody can send, is not enough."""
        partners = self.env["res.partner"].with_user(self.anna).with_context(import_file=True)
        contact = partners.create({"name": "Forged"})
        self.assertEqual(contact.user_id, self.anna)
        contact.user_id = self.ben
        self.assertEqual(self._last(contact).reason, "hand")

    def test_import_when_required(self):
        self._set("required", "True")
        partners = self.env["res.partner"].with_user(self.anna).with_context(import_file=True)
        result = partners.load(["name"], [["I1"]])
        self.assertFalse(result["messages"])
        self.assertEqual(self.env["res.partner"].browse(result["ids"]).user_id, self.anna)

    def test_required(self):
        self._set("required", "True")
        partners = self.env["res.partner"].with_user(self.anna)
        with self.assertRaisesRegex(ValidationError, "No One needs an owner"):
            partners.create({"name": "No One", "user_id": False})
        contact = partners.create({"name": "Mine"})
        with self.assertRaisesRegex(ValidationError, "Mine must have an owner"):
            contact.user_id = False
        with self.assertRaises(ValidationError):
            contact.action_give_back()
        contact.user_id = self.ben

    def test_required_leaves_alone_what_is_there(self):
        self._set("required", "True")
        contact = self.free.with_user(self.anna)
        contact.name = "Renamed"
        contact.user_id = False
        self.assertFalse(contact.user_id)
        self.env["res.partner"].create({"name": "By OdooBot"})
        self.env["res.partner"].with_user(self.anna).create(
            {"name": "Door", "type": "delivery", "parent_id": self.company.id}
        )

    def test_required_with_persons_in_one_go(self):
        self._set("required", "True")
        company = (
            self.env["res.partner"]
            .with_user(self.anna)
            .create(
                {
                    "name": "With persons",
                    "is_company": True,
                    "child_ids": [Command.create({"name": "Person"})],
                }
            )
        )
        self.assertEqual(company.child_ids.user_id, self.anna)

    def test_nobody_writes_the_marks(self):
        contact = self.free.with_user(self.boss)
        with self.assertRaisesRegex(AccessError, "the system keeps"):
            contact.free_reason = "inactive"
        with self.assertRaisesRegex(AccessError, "sales administrator"):
            self.free.with_user(self.anna).keep_owner = True
        contact.keep_owner = True

    def test_nobody_creates_with_the_marks(self):
        partners = self.env["res.partner"].with_user(self.anna)
        for vals in ({"free_reason": "take"}, {"keep_owner": True}):
            with self.assertRaises(AccessError):
                partners.create({"name": "N", **vals})
        partners.create({"name": "N", "keep_owner": False})
        with self.assertRaises(AccessError):
            partners.with_context(default_keep_owner=True).create({"name": "N"})
        told = partners.with_context(default_free_reason="take", default_completeness=7)
        made = told.create({"name": "N"}).sudo()
        self.assertFalse(made.free_reason)
        self.assertNotEqual(made.completeness, 7)

    def test_a_contact_once_given_free_is_merged(self):
        """Odoo's merge writes all fields of the contact that stays, as the user."""
        # Odoo's merge reads every field that the user has in a form: he needs the right to all.
        fields = self.env["res.partner"]._fields.values()
        roles = {"sales_team.group_sale_manager", "base.group_partner_manager"}
        roles |= {role for field in fields for role in (field.groups or "").split(",")}
        outside = {"", ".", "base.group_portal", "base.group_public"}
        merger = new_test_user(self.env, "owner_merger", ",".join(roles - outside))
        once = self.env["res.partner"].create({"name": "Once", "user_id": self.anna.id})
        other = self.env["res.partner"].create({"name": "Other", "user_id": self.anna.id})
        once.user_id = False
        self.assertTrue(once.free_since)
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(merger)
        wizard._merge((once + other).ids, other)
        self.assertFalse(once.exists())
        self.assertEqual(other.user_id, self.anna)
        self.assertFalse(other.free_since)

    def test_context_from_outside_decides_nothing(self):
        self._set("required", "True")
        partners = self.env["res.partner"].with_user(self.anna)
        for told in (False, self.ben.id, [self.ben.id], "x"):
            outside = partners.with_context(crm_owner_default=told)
            self.assertEqual(outside.create({"name": "N"}).user_id, self.anna)
            with self.assertRaises(ValidationError):
                outside.create({"name": "N", "user_id": False})

    def test_owner_deleted_meanwhile(self):
        gone = new_test_user(self.env, "owner_gone", groups="sales_team.group_sale_salesman")
        number = gone.id
        gone.unlink()
        with self.assertRaisesRegex(ValidationError, f"no user {number} any more.*Free Contact"):
            self.free.user_id = number
