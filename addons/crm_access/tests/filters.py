from odoo.fields import Command

#: Languages that filters are written and read in, and names of a country, another, and two tags.
NAMES = {
    "en_US": ("United States", "Canada", "VIP buyer", "Retired tag"),
    "pl_PL": ("Stany Zjednoczone", "Kanada", "Kupujący VIP", "Stary znacznik"),
    "ru_RU": ("США", "Канада", "Важный покупатель", "Старая метка"),
    "uk_UA": ("Сполучені Штати", "Канада", "Важливий покупець", "Стара мітка"),
    "vi_VN": ("Hoa Kỳ", "Ca-na-đa", "Khách quan trọng", "Thẻ cũ"),
    "fr_FR": ("États-Unis", "Canada", "Acheteur VIP", "Vieille étiquette"),
}
#: What is written, whose records it finds, and whether only numbers are left of it when stored.
FILTERS = (
    ("[('country_id', 'in', ['{us}', '{ca}'])]", "us ca", True),
    ("[[country_id, 'in', ['{us}', '{ca}']]]", "us ca", True),
    ("[('{tags}', 'in', ['{vip}'])]", "us", True),
    ("[('{tags}', '=', '{old}')]", "ca", True),
    ("[('{tags}', 'ilike', '{vip}')]", "us", False),
    ("[('country_id.name', '=', '{ca}')]", "ca", False),
    ("['&', ('country_id', '!=', '{us}'), ('{tags}', 'not ilike', '{vip}')]", "ca fr", False),
)
#: Texts that no field takes, and what is said of them.
REFUSED = (
    ("[('country_id', '=', 'Atlantis')]", "“Atlantis”.*“country_id”.*There are: "),
    ("[('country_id', '=', Canada)]", "line 1, column 22: “Canada” is no value"),
    ("[('country_id', '='", "line 1, column 2"),
    ("[(f(), '=', 1)]", "line 1, column 3: “f\\(\\)” is no name of a field"),
)


class FilterCases:
    """What holds for every filter that is stored: for test cases of other addons.

    A filter finds the same records whoever has written it and whoever searches with it.
    """

    @classmethod
    def _create_named(cls):
        """Give names in all languages to two countries and the tags of contacts and of leads."""
        cls.us, cls.ca = cls.env.ref("base.us"), cls.env.ref("base.ca")
        cls.fr = cls.env.ref("base.fr")
        for lang in NAMES:
            cls.env["res.lang"]._activate_lang(lang)
        cls.tags = {}
        for model in ("res.partner.category", "crm.tag"):
            if model in cls.env:
                cls.tags[model] = cls.env[model].create([{"name": "x vip"}, {"name": "x old"}])
                cls._name_in_all_languages(cls.tags[model][0], 2)
                cls._name_in_all_languages(cls.tags[model][1], 3)
        cls._name_in_all_languages(cls.us, 0)
        cls._name_in_all_languages(cls.ca, 1)

    @classmethod
    def _name_in_all_languages(cls, record, number):
        names = {lang: texts[number] for lang, texts in NAMES.items()}
        record.update_field_translations("name", names)

    @classmethod
    def _create_found(cls, model, tags, **vals):
        """Return {"us", "ca", "fr": a record} of a model; the second has a tag that is archived."""
        field = cls.env[model]._fields[tags]
        vip, old = cls.tags[field.comodel_name]
        found = {}
        for name, country, own in (("us", cls.us, vip), ("ca", cls.ca, old), ("fr", cls.fr, None)):
            links = [Command.set(own.ids)] if own else []
            values = {"name": f"Filter {name}", "country_id": country.id, tags: links}
            found[name] = cls.env[model].create({**vals, **values})
        if hasattr(old, "active"):
            old.active = False
        return found

    def _get_stored_filters(self, addon):
        """Return {(model, field)} of the filters that an addon stores."""
        return {
            (name, field)
            for name, model in self.env.items()
            if not model._abstract
            for field in getattr(model, "_filters", {})
            if field in self._get_declared(model, addon)
        }

    @staticmethod
    def _get_declared(model, addon):
        return {
            field
            for cls in type(model).__mro__
            if cls.__module__.startswith(f"odoo.addons.{addon}.")
            for field in vars(cls).get("_filters", {})
        }

    def _assert_same_for_everybody(self, field, tags, found, make, ways, writer, readers):
        """A filter means the same in all languages, for all readers, by all ways to search.

        :param str field: the field with the filter
        :param str tags: the field with the tags of the searched model
        :param dict found: as :meth:`_create_found` returns it
        :param make: returns a record with the filter, of (environment, text)
        :param dict ways: {what it is: function of (record, environment) that returns found ids}
        :param writer: the user who writes it
        :param readers: users who search with it

        What is stored alike is searched once: nothing else of what was written is kept.
        """
        names = {record.id: name for name, record in found.items()}
        for text, expected, plain in FILTERS:
            stored = set()
            for lang in NAMES:
                us, ca, vip, old = NAMES[lang]
                written = text.format(us=us, ca=ca, vip=vip, old=old, tags=tags)
                env = self.env(user=writer, context={"lang": lang})
                record = make(env, written).with_env(self.env)
                if record[field] in stored:
                    continue
                stored.add(record[field])
                for way, search in ways.items():
                    for reader in readers:
                        for language in ("en_US", "ru_RU", "vi_VN"):
                            with self.subTest(
                                model=record._name, written=written, way=way, language=language
                            ):
                                env = self.env(user=reader, context={"lang": language})
                                ids = search(record.with_env(env), env)
                                own = {names[one] for one in ids if one in names}
                                self.assertEqual(own, set(expected.split()))
            if plain:
                with self.subTest(model=record._name, field=field, text=text):
                    self.assertEqual(len(stored), 1, "what is stored depends on the writer")
                    self.assertNotIn(NAMES["en_US"][0], stored.pop())

    def _assert_refused(self, make, error):
        """What cannot be read, or names what is not there, is refused with place and way out."""
        for text, said in REFUSED:
            with self.subTest(text=text):
                with self.assertRaisesRegex(error, said) as caught, self.cr.savepoint():
                    make(self.env, text)
                self.assertNotIn("<ast.", str(caught.exception))
