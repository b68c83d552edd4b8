from odoo.exceptions import AccessError


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
