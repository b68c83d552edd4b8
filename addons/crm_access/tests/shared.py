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
