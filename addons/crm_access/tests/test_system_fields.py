from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..system import KEY, LeftOut

#: What is tried: of no type, so that whatever writes it is seen.
FORGED = "forged"


@tagged("post_install", "-at_install")
class TestSystemFields(TransactionCase):
    """Every stored read-only field of every addon that builds on this one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,base.group_partner_manager,base.group_system"
        cls.user = new_test_user(cls.env, "crm_access_user", groups)
        cls.guarded = {
            name: cls.env[name]._get_system_fields()
            for name in cls.env.registry
            if cls.env[name]._get_system_fields()
        }

    def test_what_is_guarded(self):
        """All that our addons declare stored and read-only, and nothing of Odoo's own."""
        ours = {
            module.name
            for module in self.env["ir.module.module"].search([("state", "=", "installed")])
            if self.env["base"]._is_of_suite(module.name)
        }
        for model_name, names in self.guarded.items():
            fields = self.env[model_name]._fields
            for name in names:
                with self.subTest(model=model_name, field=name):
                    self.assertTrue(ours & set(fields[name]._modules))
        for model_name in self.env.registry:
            model = self.env[model_name]
            for name, field in model._fields.items():
                if (
                    ours & set(field._modules)
                    and field.store
                    and field.readonly
                    and not (model._abstract or model._transient)
                    and name not in ("id", "create_uid", "create_date", "write_uid", "write_date")
                ):
                    with self.subTest(model=model_name, field=name):
                        self.assertIn(name, self.guarded.get(model_name, ()))

    def test_nobody_writes_them(self):
        for model_name, names in self.guarded.items():
            model = self.env[model_name].with_user(self.user)
            for name in names:
                with self.subTest(model=model_name, field=name):
                    with self.assertRaises(AccessError):
                        model.write({name: FORGED})
                    # Some miss another value first: a filter, a user.
                    with self.assertRaises(Exception), self.cr.savepoint():  # noqa: B017
                        model.create([{name: FORGED}])
                    with self.assertRaisesRegex(AccessError, name):
                        model._without_system_fields({name: FORGED})
                    with self.assertRaises(AccessError):
                        model.with_context(**{KEY: "by the system"}).write({name: FORGED})

    def test_no_default_says_them(self):
        for model_name, names in self.guarded.items():
            model = self.env[model_name].with_user(self.user)
            for name in names:
                with self.subTest(model=model_name, field=name):
                    told = model.with_context(**{f"default_{name}": FORGED})
                    self.assertNotEqual(told.default_get([name]).get(name), FORGED)
                    own = model.default_get([name])
                    self.assertEqual(told.default_get([name]), own)

    def test_a_users_own_default(self):
        for model_name, names in self.guarded.items():
            for name in names & {"state", "reason", "source", "free_reason", "error"}:
                field = self.env[model_name]._fields[name]
                value = field.get_values(self.env)[-1] if field.type == "selection" else FORGED
                model = self.env[model_name].with_user(self.user)
                own = model.default_get([name])
                self.env["ir.default"].set(model_name, name, value, user_id=self.user.id)
                with self.subTest(model=model_name, field=name):
                    self.assertEqual(model.default_get([name]), own)

    def test_the_system_writes_them(self):
        for model_name, names in self.guarded.items():
            model = self.env[model_name].with_user(self.user)
            vals = dict.fromkeys(names, FORGED)
            for records in (model.sudo(), model._as_system()):
                self.assertEqual(records._without_system_fields(vals), vals)
            for records in (model, model.sudo()):
                left_out = records.with_context(**{KEY: LeftOut(model_name)})
                self.assertEqual(left_out._without_system_fields(vals), {})
            with self.assertRaises(AccessError):
                model.with_context(**{KEY: LeftOut("other")})._without_system_fields(vals)
            with self.assertRaises(AccessError):
                model._as_system()._as_system(False)._without_system_fields(vals)
