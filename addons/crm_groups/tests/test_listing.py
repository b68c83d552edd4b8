from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_access.tests.shared import OutsiderCases

from .common import CrmGroupsCommon

#: Models of others that tell of a contact and follow its protection.
OTHERS = ("res.partner.bank",)
#: Whose rows are about contacts, and who may read them at all.
MINE = "crm_groups"


@tagged("post_install", "-at_install")
class TestListing(OutsiderCases, CrmGroupsCommon):
    """Who may not see a contact finds it in no list of anything else.

    Made from the registry: a model of this addon with a contact in it that no row is made for
    here fails the test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()
        cls.user_vip = new_test_user(
            cls.env,
            "crm_groups_vip",
            "sales_team.group_sale_salesman,base.group_partner_manager",
        )
        cls._fill(cls.north)
        cls.dealers.access = "hidden"
        cls.env["crm.contact.group.grant"].create(
            {"group_id": cls.dealers.id, "user_id": cls.user_vip.id}
        )

    @classmethod
    def _fill(cls, contact):
        """Make a row about a contact in each model that can have one."""
        # By the salesperson, who does not see the contact any more afterwards.
        operations = cls.env["crm.contact.group.operation"].with_user(cls.user_sales)
        operations._perform("add", contact.ids, cls.dealers.with_user(cls.user_sales))
        cls.env["crm.contact.group.period"].create(
            {
                "group_id": cls.dealers.id,
                "partner_id": contact.id,
                "date_from": "2026-01-01",
                "date_to": "2026-02-01",
            }
        )
        cls.env["crm.contact.allowance"].create(
            {"partner_id": contact.id, "user_id": cls.user_contacts.id}
        )
        cls.env["res.partner.bank"].create(
            {"partner_id": contact.id, "acc_number": f"TEST {contact.id}"}
        )
        cls.env.flush_all()

    def _get_listing_models(self):
        """Yield (model, field) for all that have a contact in them."""
        for name, model in self.env.items():
            if model._abstract or model._transient:
                continue
            if model._original_module != MINE and name not in OTHERS:
                continue
            for field in model._fields.values():
                if field.type == "many2one" and field.comodel_name == "res.partner":
                    yield name, field.name

    def _find(self, user, model, field, contact):
        Model = self.env[model].with_user(user).with_context(active_test=False)
        return Model.search([(field, "=", contact.id)])

    def test_hidden_contact_is_in_no_list(self):
        models = list(self._get_listing_models())
        self.assertGreaterEqual(len(models), 6)
        for model, field in models:
            with self.subTest(model=model, field=field):
                rows = self._find(self.env.user, model, field, self.north)
                self.assertTrue(rows, "No row is made for this model: see _fill")
                for user in (self.user_plain, self.user_sales):
                    self._assert_tells_nothing(user, rows, field)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def _assert_tells_nothing(self, user, rows, field):
        mine = rows.with_user(user)
        if not mine.browse().has_access("read"):
            return
        self.assertFalse(self._find(user, rows._name, field, self.north))
        groups = mine._read_group([("id", "in", rows.ids)], [field], ["__count"])
        self.assertFalse(groups)
        self.assertFalse(mine._filtered_access("read"))
        with self.assertRaises(AccessError):
            mine.read(["display_name"])

    def test_seen_by_those_who_are_let_in(self):
        for model in ("crm.contact.allowance", "res.partner.bank", "crm.contact.group.member"):
            for user in (self.user_vip, self.user_manager):
                with self.subTest(model=model, user=user.login):
                    self.assertTrue(self._find(user, model, "partner_id", self.north))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_bank_account_of_a_contact_one_may_not_edit(self):
        self.dealers.access = "readonly"
        account = self.north.bank_ids
        self.assertTrue(account.with_user(self.user_sales).has_access("read"))
        for operation in ("write", "unlink"):
            self.assertFalse(account.with_user(self.user_sales).has_access(operation))
            self.assertTrue(account.with_user(self.user_vip).has_access(operation))
        with self.assertRaises(AccessError):
            account.with_user(self.user_sales).acc_number = "MINE 1"
        with self.assertRaises(AccessError):
            self.env["res.partner.bank"].with_user(self.user_sales).create(
                {"partner_id": self.north.id, "acc_number": "MINE 2"}
            )

    def test_scopes_are_the_managers(self):
        scope = self.north.access_scope_id
        for user in (self.user_plain, self.user_sales):
            self.assertFalse(scope.with_user(user).has_access("read"))
        self.assertTrue(scope.with_user(self.user_manager).has_access("read"))

    # Companies ----------------------------------------------------------------------------

    def _get_foreign_rows(self):
        """Rows that belong to company B, by the ways they can."""
        company_b = self.company_b
        self.south.company_id = company_b
        theirs = self._create_group("Test theirs", company_id=company_b.id, access="hidden")
        self.customers.access = "readonly"  # shared
        operations = self.env["crm.contact.group.operation"]
        for group in (theirs, self.customers):
            with_b = operations.with_user(self.user_b).with_company(company_b)
            operations |= with_b._perform("add", self.south.ids, group).sudo(False)
        grant = self.env["crm.contact.group.grant"].create(
            {"group_id": theirs.id, "user_id": self.user_b.id}
        )
        allowance = self.env["crm.contact.allowance"].create(
            {"partner_id": self.south.id, "user_id": self.user_b.id}
        )
        operations = operations.with_user(self.env.user)
        return [*operations, *operations.line_ids, grant, allowance, self.south.access_scope_id]

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_another_company(self):
        self.user_b.group_ids += self.env.ref("base.group_partner_manager")
        for row in self._get_foreign_rows():
            with self.subTest(model=row._name, id=row.id):
                mine = row.with_user(self.user_local)
                self.assertFalse(mine.search([("id", "=", row.id)]))
                self.assertFalse(mine.has_access("read"))
                self.assertTrue(row.with_user(self.user_b).has_access("read"))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_bulk_change_of_another_company_is_not_undone(self):
        self.user_b.group_ids += self.env.ref("base.group_partner_manager")
        theirs = self.env["crm.contact.group.operation"].with_user(self.user_b)
        operation = theirs._perform("add", self.south.ids, self.customers)
        with self.assertRaises(AccessError):
            operation.with_user(self.user_local).action_undo()
        self._assert_member(self.customers, self.south, "in")
        operation.action_undo()
        self.assertFalse(self._get_member(self.customers, self.south))

    # Forms that are thrown away -----------------------------------------------------------

    def test_forms_of_others(self):
        """What somebody has filled in is read by nobody else."""
        names = [
            name
            for name, model in self.env.items()
            if model._transient and model._original_module == MINE
        ]
        self.assertGreaterEqual(len(names), 6)
        for name in names:
            with self.subTest(model=name):
                rules = self.env["ir.rule"].with_user(self.user_manager)
                found = rules._compute_domain(name, "read")
                conditions = {(c.field_expr, *c.value) for c in found.iter_conditions()}
                self.assertIn(("create_uid", self.user_manager.id), conditions)

    # Portal -------------------------------------------------------------------------------

    def test_outsiders_read_no_field_of_ours(self):
        self._assert_outsiders_read_nothing(self.user_portal | self.user_public, "crm_groups")

    def test_reasons_are_not_for_portal_users(self):
        partner = self.user_portal.partner_id
        for user in (self.user_portal, self.user_public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                partner.with_user(user).get_access_reasons()
        self.assertTrue(partner.with_user(self.user_plain).get_access_reasons())
