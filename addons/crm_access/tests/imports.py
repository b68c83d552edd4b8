from odoo.fields import Command

#: Names as people give them; each is written into a record that an import names.
NAMES = (
    "Plain",
    "Big, small",
    "Big, small, tiny",
    'Say "hi", please',
    "North / South",
    "Two  blanks , here",
    "100 %, net",
    "Źródło, hurt",
    "Дилеры, опт",
    "Лідер; ринку",
    "Đại lý, bán buôn",
    "販売店、卸売",
    "‏עברית, אמת",
    "e\N{COMBINING ACUTE ACCENT}tape, fin",
)


class ImportCases:
    """What was exported comes back: for test cases of other addons.

    A field that points at records of the suite, on any record there is, is exported and loaded
    again under every kind of name.
    """

    def _get_pointing_fields(self, addon):
        """Return pairs (model, field) of an addon whose records an import finds by name."""
        return [
            (name, field)
            for name, model in self.env.items()
            if not (model._abstract or model._transient) and model._auto
            for field in model._fields.values()
            if field.type in ("many2one", "many2many")
            and field.store
            and not field.readonly
            and addon in field._modules
            and self.env[field.comodel_name]._is_named_in_files()
            and self.env[field.comodel_name]._rec_name in ("name", "complete_name")
        ]

    def _assert_comes_back(self, addon):
        """Return the names of the fields that were tried."""
        tried = set()
        for model, field in self._get_pointing_fields(addon):
            for record in self.env[model].search([(field.name, "!=", False)], limit=1):
                tried.add(f"{model}.{field.name}")
                for name in NAMES:
                    with self.subTest(field=str(field), name=name):
                        self._assert_record_comes_back(record, field, f"{name} {len(tried)}")
        return tried

    def _assert_record_comes_back(self, record, field, name):
        pointed = record[field.name]
        pointed[0].name = name
        self.env.flush_all()
        self.env.invalidate_all()
        [[text]] = record.export_data([field.name])["datas"]
        values = [[str(record.id), text]]
        if field.type == "many2many" and not field.required:
            record[field.name] = [Command.clear()]
        result = self.env[record._name].load([".id", field.name], values)
        self.assertEqual(result["ids"], record.ids, result["messages"])
        self.assertEqual(record[field.name], pointed)
