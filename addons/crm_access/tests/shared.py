from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user


class SharedCases:
    """What holds for every record that companies share: for test cases of other addons."""

    def _assert_changed_by_those_of_all(self, record, vals, local, everywhere):
        """Whoever works in one company reads what all share, and changes nothing of it.

        :param record: one that no company has to itself
        :param vals: a change
        :param local: a manager of one company
        :param everywhere: a manager of all
        """
        self.assertTrue(record.with_user(local).has_access("read"))
        for operation in ("write", "unlink"):
            with self.subTest(model=record._name, operation=operation):
                self.assertFalse(record.with_user(local).has_access(operation))
                self.assertTrue(record.with_user(everywhere).has_access(operation))
        if local.has_group("base.group_user") and record.browse().with_user(local).has_access(
            "write"
        ):
            self.assertRegex(record.with_user(local).readonly_reason, "All companies share")
        self.assertFalse(record.with_user(everywhere).readonly_reason)
        with self.assertRaisesRegex(AccessError, "All companies share"), self.cr.savepoint():
            record.with_user(local).write(vals)
        with self.assertRaises(AccessError), self.cr.savepoint():
            record.with_user(local).unlink()
        record.with_user(everywhere).write(vals)

    def _get_shared_models(self, addon):
        """Names of the models of an addon that companies can share."""
        shared = self.env.registry["crm.shared.mixin"]
        return {
            name
            for name, model in self.env.items()
            if isinstance(model, shared) and not model._abstract and model._original_module == addon
        }


class OutsiderCases:
    """What holds for every model and field of an addon: for test cases of other addons."""

    def _assert_outsiders_read_nothing(self, users, addon, known=()):
        """Portal and public users read no model and no field of ours, wherever it was added.

        :param known: names of fields that tell nothing of anybody
        """
        count = 0
        for name, model in self.env.items():
            if model._abstract:
                continue
            ours = [
                field.name
                for field in model._fields.values()
                if field._modules
                and all(module.startswith(addon) for module in field._modules)
                and field.name not in known
            ]
            count += len(ours)
            for user in users if ours else ():
                mine = model.with_user(user)
                if not mine.has_access("read"):
                    continue
                readable = {f for f in ours if mine._has_field_access(model._fields[f], "read")}
                with self.subTest(model=name, user=user.login):
                    self.assertFalse(readable)
                    self.assertFalse(set(ours) & set(mine.fields_get()))
        self.assertTrue(count)


class LinkCases:
    """What holds for every link to a record of an addon: for test cases of other addons."""

    def _assert_links_are_asked_for(self, user, addon):
        """Nobody names by its number what he may not read, in no model and no form.

        Takes a link for each record of the addon that there is, and hides them all from the user.

        :return: the names of the links that were tried, as ``model.field``
        """
        links = {
            (name, field): self.env[model._fields[field].comodel_name]
            for name, model in self.env.items()
            if not model._transient
            for field in model._get_links_to_suite() - model._get_system_fields()
            if self.env[model._fields[field].comodel_name]._original_module == addon
        }
        hidden = {comodel: comodel.search([], limit=1) for comodel in set(links.values())}
        self.env["ir.rule"].create(
            [
                {
                    "name": f"Test: {comodel._name} is hidden from one user",
                    "model_id": self.env["ir.model"]._get_id(comodel._name),
                    "domain_force": f"[(int(user.id != {user.id}), '=', 1)]",
                }
                for comodel in hidden
            ]
        )
        self.env.flush_all()
        tried = set()
        for (name, field), comodel in links.items():
            record, mine = hidden[comodel], self.env[name].with_user(user)
            if not record or not mine.has_access("create") or not comodel.has_access("read"):
                continue
            values = {field: record.id}
            asked = mine.with_context(**{f"default_{field}": record.id})
            for way, call in {
                "create": lambda m=mine, v=values: m.create(v),
                "default": lambda m=asked: m.create({}),
                "form": lambda m=mine, v=values, f=field: m.onchange(v, [f], {f: {}}),
            }.items():
                with (
                    self.subTest(model=name, field=field, way=way),
                    self.assertRaises(AccessError),
                    self.cr.savepoint(),
                ):
                    call()
            tried.add(f"{name}.{field}")
        return tried


class CurrencyCases:
    """Companies with currencies of their own, for test cases of other addons."""

    #: What one US dollar was worth at two dates: the later rate holds today.
    RATES = {
        "VND": (23000.0, 25000.0),
        "PLN": (4.4, 3.9),
        "JPY": (110.0, 151.37),
        "EUR": (0.85, 0.9173),
        "INR": (72.5, 83.21),
        "KWD": (0.3, 0.3071),
    }
    DAYS = ("2020-01-01", "2024-06-01")

    @classmethod
    def _create_companies(cls):
        """Return {currency name: company}; the current company counts in US dollars."""
        Currency = cls.env["res.currency"].with_context(active_test=False)
        currencies = {c.name: c for c in Currency.search([("name", "in", [*cls.RATES, "USD"])])}
        Currency.concat(*currencies.values()).active = True
        cls.env.company.currency_id = currencies["USD"]
        cls.env["res.currency.rate"].search([]).unlink()
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": currencies[name].id, "name": day, "rate": rate, "company_id": False}
                for name, rates in cls.RATES.items()
                for day, rate in zip(cls.DAYS, rates, strict=True)
            ]
        )
        companies = cls.env["res.company"].create(
            [{"name": f"Company {name}", "currency_id": currencies[name].id} for name in cls.RATES]
        )
        cls.env.user.company_ids += companies
        return {"USD": cls.env.company, **dict(zip(cls.RATES, companies, strict=True))}


class BranchCases:
    """What a parent company keeps serves its branches: for test cases of other addons.

    :cvar served: {model: values, or a method's name that returns them}: what is kept by companies
    :cvar own: models whose records are of one company alone: documents, and notes of what was done
    """

    served = {}
    own = ()

    @classmethod
    def _create_branch(cls):
        """Make a parent company, a branch, the branch of that, and a stranger."""
        Company = cls.env["res.company"]
        cls.parent_company = Company.create({"name": "Test Parent"})
        cls.branch = Company.create({"name": "Branch", "parent_id": cls.parent_company.id})
        cls.twig = Company.create({"name": "Twig", "parent_id": cls.branch.id})
        cls.stranger = Company.create({"name": "Stranger"})
        cls.env.user.company_ids += cls.parent_company | cls.branch | cls.twig | cls.stranger

    @classmethod
    def _create_branch_user(cls, login, groups):
        """Make somebody who works in the branches alone."""
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.branch.id,
            company_ids=[Command.set((cls.branch | cls.twig).ids)],
        )

    def _assert_is_the_parents_to_change(self, record, vals, user):
        """Who works in a branch reads what its parent keeps, and changes nothing of it."""
        mine = record.with_user(user).with_context(allowed_company_ids=self.branch.ids)
        self.assertTrue(mine.has_access("read"))
        for operation in ("write", "unlink"):
            self.assertFalse(mine.has_access(operation))
        with self.assertRaisesRegex(AccessError, "serves its branches"), self.cr.savepoint():
            mine.write(vals)

    def _get_models_of_companies(self, addon):
        return {
            name
            for name, model in self.env.items()
            if model._original_module == addon
            and not (model._abstract or model._transient)
            and "company_id" in model._fields
        }

    def _assert_serves_branches(self, addon, user):
        """Who works in a branch reads what its parents keep, and not what others keep.

        :param user: works in the branches alone
        """
        known = {*self.served, *self.own}
        self.assertEqual(self._get_models_of_companies(addon), known)
        for model, values in self.served.items():
            if isinstance(values, str):
                values = getattr(self, values)
            for company, seen in (
                (self.parent_company, (True, True)),
                (self.branch, (True, True)),
                (self.twig, (False, True)),
                (self.stranger, (False, False)),
            ):
                vals = values(company) if callable(values) else {**values, "company_id": company.id}
                record = self.env[model].with_company(company).create(vals)
                self.env.flush_all()
                for place, expected in zip((self.branch, self.twig), seen, strict=True):
                    with self.subTest(model=model, of=company.name, where=place.name):
                        self.assertEqual(record.company_id, company)
                        mine = record.with_user(user).with_context(allowed_company_ids=place.ids)
                        mine.invalidate_model()
                        self.assertEqual(mine.search([("id", "=", record.id)]), mine[:expected])
                        self.assertEqual(mine.has_access("read"), expected)
