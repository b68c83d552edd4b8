import random

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_access.texts import read_properties, read_text

from .duplicate_common import DuplicateCommon

BUDGET = {"name": "budget", "string": "Budget", "type": "integer"}
SOURCE = {
    "name": "source",
    "string": "Source",
    "type": "selection",
    "selection": [["fair", "Trade fair"], ["web", "Web site"]],
}
TEXT = {"name": "remark", "string": "Remark", "type": "char"}
SINCE = {"name": "since", "string": "Customer since", "type": "date"}


class MergeCommon(DuplicateCommon):
    """Custom fields on contacts, and merges of whoever may merge."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        definition = cls.env["properties.base.definition"]
        definition = definition._get_definition_for_property_field("res.partner", "properties")
        known = definition.properties_definition or []
        definition.properties_definition = [*known, BUDGET, SOURCE, TEXT, SINCE]
        cls.tag = cls.env["res.partner.category"].create({"name": "Merge tag"})

    def _merge(self, source, target, user=None):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user or self.merger)
        wizard._merge((source + target).ids, target.with_user(user or self.merger), False)
        self.env.invalidate_all()

    def _group(self, partners):
        group = self.env["crm.duplicate.group"].create({"anchor": min(partners.ids)})
        self.env["crm.duplicate.member"].create(
            [{"group_id": group.id, "partner_id": partner.id} for partner in partners]
        )
        return group.with_user(self.merger)

    def _chatter(self, record):
        return "\n".join(str(body) for body in record.message_ids.mapped("body"))


@tagged("post_install", "-at_install")
class TestContactMergeKeepsAll(MergeCommon):
    def test_what_the_other_one_held(self):
        kept = self._partner("Kept")
        other = self._partner(
            "Other",
            properties={"budget": 500, "source": "fair"},
            comment="<p>Call in the morning</p>",
            category_id=[Command.set(self.tag.ids)],
            user_id=self.salesman.id,
            employee_count=12,
        )
        self._merge(other, kept)
        self.assertFalse(other.exists())
        self.assertEqual(dict(kept.properties)["budget"], 500)
        self.assertEqual(kept.properties["source"], "Trade fair")
        self.assertIn("Call in the morning", kept.comment)
        self.assertEqual(kept.category_id, self.tag)
        self.assertEqual(kept.user_id, self.salesman)
        self.assertEqual(kept.employee_count, 12)

    def test_what_differs_is_told_in_the_chatter(self):
        kept = self._partner(
            "Kept",
            city="Rome",
            properties={"budget": 100},
            comment="<p>Ours</p>",
            user_id=self.sales_manager.id,
        )
        other = self._partner(
            "Other",
            city="Milan",
            properties={"budget": 1000, "remark": "<b>new</b>", "since": "2020-02-03"},
            comment="<p>Theirs</p>",
            user_id=self.salesman.id,
        )
        self._merge(other, kept)
        self.assertEqual(dict(kept.properties)["budget"], 100)
        self.assertEqual(dict(kept.properties)["remark"], "<b>new</b>")
        self.assertEqual(kept.user_id, self.sales_manager)
        for text in ("Ours", "Theirs"):
            self.assertIn(text, kept.comment)
        told = self._chatter(kept)
        for line in ("City: Milan", "Budget: 1000", "Salesperson: seg_salesman", "Name: Other"):
            with self.subTest(line):
                self.assertIn(line, told)
        self.assertNotIn("Remark", told)
        self.assertNotIn("Notes:", told)

    def test_an_empty_note_is_no_note(self):
        kept = self._partner("Kept", comment="<p><br></p>")
        self._merge(self._partner("Other", comment="<p>Said</p>"), kept)
        self.assertIn("Said", kept.comment)

    def test_the_record_of_the_merge_is_readable(self):
        kept = self._partner("Kept")
        values = {"budget": 500, "source": "web", "since": "2020-02-03", "remark": "ąß東"}
        other = self._partner("Other", properties=values, lang="en_US", comment="<p>Note</p>")
        other.sudo().properties = {**values, "gone": 7}
        self._merge(other, kept)
        record = self.env["crm.duplicate.merge"].search([("partner_id", "=", kept.id)])
        self.assertNotIn("object at 0x", str(record.held))
        rows = {row["name"]: row for row in record.held["properties"]}
        self.assertEqual((rows["budget"]["value"], rows["budget"]["label"]), (500, "Budget"))
        self.assertEqual(rows["gone"]["value"], 7)
        for text in ("Budget: 500", "Source: Web site", "Remark: ąß東", "gone: 7", "Notes: Note"):
            with self.subTest(text):
                self.assertIn(text, record.held_text)
        self.assertIn("English", record.held_text)

    def test_the_record_knows_all_companies(self):
        kept, other = self._partner("Kept"), self._partner("Other")
        for company, barcode in ((self.env.company, "HERE"), (self.company_b, "THERE")):
            kept.with_company(company).barcode = f"K{barcode}"
            other.with_company(company).barcode = barcode
        self._merge(other, kept)
        self.assertEqual(kept.with_company(self.company_b).barcode, "KTHERE")
        record = self.env["crm.duplicate.merge"].search([("partner_id", "=", kept.id)])
        self.assertIn(f"{self.company_b.name}: THERE", record.held_text)
        self.assertIn(f"{self.env.company.name}: HERE", record.held_text)

    def _get_edited_fields(self, model):
        return {
            name: field
            for name, field in self.env[model]._fields.items()
            if field.store and field.compute and not field.readonly and not field.related
        }

    def _get_value(self, name, field):
        """A value that the field can have on a company of these tests."""
        if name in ("properties", "group_properties"):
            return {"budget": 5}
        if name == "crm_type_id":
            return self.type_company.id
        if name == "user_id":
            return self.salesman.id
        if field.type == "many2one":
            return self.env[field.comodel_name].search([], limit=1).id
        if field.type == "selection":
            return field.get_values(self.env)[-1]
        return {"char": "12345", "integer": 3, "float": 4.5}[field.type]

    def test_every_computed_field_that_people_edit(self):
        """None of them may be forgotten, whoever adds it."""
        found = self._get_edited_fields("res.partner")
        self.assertLessEqual({"user_id", "crm_type_id", "lang", "properties"}, set(found))
        for name, field in found.items():
            with self.subTest(name):
                kept = self._partner("Kept")
                vals = {name: self._get_value(name, field)}
                if name == "peppol_endpoint":
                    vals["peppol_eas"] = "0088"
                other = self._partner("Other", **vals)
                self.env.flush_all()
                kept[name] = False
                value = self._plain(other, name)
                self.assertTrue(value)
                self._merge(other, kept)
                self.assertEqual(self._plain(kept, name), value)

    def test_its_own_value_stays(self):
        for name, field in self._get_edited_fields("res.partner").items():
            with self.subTest(name):
                kept = self._partner("Kept")
                kept[name] = self._get_value(name, field)
                own = self._plain(kept, name)
                self._merge(self._partner("Other", lang="en_US"), kept)
                self.assertEqual(self._plain(kept, name), own)

    def _plain(self, record, name):
        value = record[name]
        return value._values if record._fields[name].type.startswith("prop") else value

    def test_a_type_that_does_not_fit_stays_behind(self):
        kept = self._partner("Kept", is_company=False)
        other = self._partner("Other", is_company=False, crm_type_id=self.type_person.id)
        abroad = self._create_type("contact", "abroad", company_id=self.company_b.id)
        third = self._partner(
            "Third", is_company=False, company_id=self.company_b.id, crm_type_id=abroad.id
        )
        kept.company_id = self.env.company
        self._merge(third + other, kept, self.env.ref("base.user_admin"))
        self.assertEqual(kept.crm_type_id, self.type_person)

    def test_a_company_above_does_not_take_the_own_values(self):
        above = self._partner("Above", lang="en_US", user_id=self.sales_manager.id)
        kept = self._partner("Kept", is_company=False)
        other = self._partner(
            "Other", is_company=False, parent_id=above.id, user_id=self.salesman.id
        )
        self._merge(other, kept)
        self.assertEqual(kept.parent_id, above)
        self.assertEqual(kept.user_id, self.salesman)

    def test_archived_contacts(self):
        kept = self._partner("Kept", active=False)
        other = self._partner("Other", properties={"budget": 9}, user_id=self.salesman.id)
        other.active = False
        self._merge(other, kept)
        self.assertEqual(dict(kept.properties)["budget"], 9)
        self.assertEqual(kept.user_id, self.salesman)
        self.assertFalse(kept.active)

    def test_another_company_stays_in_its_company(self):
        kept = self._partner("Kept", company_id=self.env.company.id, ref="A")
        other = self._partner(
            "Other", company_id=self.company_b.id, properties={"budget": 9}, ref="B"
        )
        admin = self.env.ref("base.user_admin")
        admin.company_ids = [Command.link(self.company_b.id)]
        self._merge(other, kept, admin)
        self.assertEqual(kept.company_id, self.env.company)
        self.assertEqual(dict(kept.properties)["budget"], 9)
        self.assertIn(f"Company: {self.company_b.name}", self._chatter(kept))

    def test_custom_fields_of_others_point_to_the_one_that_stays(self):
        contact = {"type": "many2one", "comodel": "res.partner", "string": "Knows"}
        definition = self.env["properties.base.definition"]
        definition = definition._get_definition_for_property_field("res.partner", "properties")
        definition.properties_definition = [
            *definition.properties_definition,
            {"name": "knows", **contact},
            {"name": "friends", **contact, "type": "many2many"},
        ]
        team, elsewhere = self.env["crm.team"].create([{"name": "Here"}, {"name": "Elsewhere"}])
        team.lead_properties_definition = [{"name": "agent", **contact}]
        elsewhere.lead_properties_definition = [BUDGET | {"name": "agent"}]
        kept, other, third = (self._partner(name) for name in ("Kept", "Other", "Third"))
        witness = self._partner(
            "Witness", properties={"knows": other.id, "friends": [other.id, third.id, kept.id]}
        )
        lead = self._create_lead(team_id=team.id, lead_properties={"agent": other.id})
        number = self._create_lead(team_id=elsewhere.id, lead_properties={"agent": other.id})
        gone = other.id
        self._merge(other, kept)
        self.assertEqual(witness.properties["knows"], kept)
        self.assertEqual(set(witness.properties["friends"].ids), {kept.id, third.id})
        self.assertEqual(lead.lead_properties["agent"], kept)
        self.assertEqual(number.lead_properties["agent"], gone)

    def test_what_follows_from_moved_records_is_computed_anew(self):
        kept = self._partner("Kept", email="kept@merge.example")
        self.env.flush_all()
        before = kept.completeness
        self._merge(self._partner("Other", vat="/", phone="+48 22 123 45 67"), kept)
        self.assertGreaterEqual(kept.completeness, before)


@tagged("post_install", "-at_install")
class TestOwnerAfterMerge(MergeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = {
            "administrator of sales": cls.merger,
            "contacts alone": new_test_user(
                cls.env, "seg_m_pure", "base.group_user,base.group_partner_manager"
            ),
            "salesperson": new_test_user(
                cls.env,
                "seg_m_sales",
                "sales_team.group_sale_salesman_all_leads,base.group_partner_manager",
            ),
            "system": cls.env.ref("base.user_admin"),
        }
        cls.env["ir.config_parameter"].set_param("crm_segmentation.owner_take_limit", "1")

    def test_free_and_owned(self):
        for role, user in self.roles.items():
            with self.subTest(role):
                kept = self._partner("Kept")
                kept.user_id = False
                self._merge(self._partner("Other", user_id=self.salesman.id), kept, user)
                self.assertEqual(kept.user_id, self.salesman)
                last = kept.owner_change_ids[0]
                self.assertEqual((last.reason, last.new_user_id), ("merge", self.salesman))

    def test_once_given_free(self):
        for role, user in self.roles.items():
            for kept_was_free in (True, False):
                with self.subTest(role, kept_was_free=kept_was_free):
                    kept = self._partner("Kept", user_id=self.salesman.id)
                    other = self._partner("Other", user_id=self.salesman.id)
                    freed = kept if kept_was_free else other
                    freed.with_user(self.sales_manager).action_give_back()
                    self.assertTrue(freed.free_since)
                    self._merge(other, kept, user)
                    self.assertEqual(kept.user_id, self.salesman)
                    self.assertFalse(kept.free_since or kept.former_owner_id)

    def test_both_given_free(self):
        kept = self._partner("Kept", user_id=self.salesman.id)
        other = self._partner("Other", user_id=self.sales_manager.id)
        (kept + other).with_user(self.sales_manager).action_give_back()
        self._merge(other, kept)
        self.assertEqual(kept.former_owner_id, self.salesman)
        self.assertFalse(kept.user_id)

    def test_never_released(self):
        """Whoever may merge takes along what a sales administrator said of the other one."""
        for role, user in self.roles.items():
            for name in ("kept", "other"):
                with self.subTest(role, name=name):
                    contacts = {"kept": self._partner("Kept"), "other": self._partner("Other")}
                    contacts[name].keep_owner = True
                    self._merge(contacts["other"], contacts["kept"], user)
                    self.assertTrue(contacts["kept"].keep_owner)


@tagged("post_install", "-at_install")
class TestComparisonIsTrue(MergeCommon):
    """What the comparison says is what the merge does."""

    CHOICES = 40

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tags = cls.env["res.partner.category"].create([{"name": f"T{n}"} for n in range(3)])
        cls.above = cls._partner("Above", city="Gdynia", zip="81-300", lang="en_US", vat="/")
        cls.above_empty = cls._partner("Above and empty")
        cls.houses = cls._partner("House A") + cls._partner("House B")
        cls.industries = cls.env["res.partner.industry"].search([], limit=2)
        cls.countries = cls.env.ref("base.pl") + cls.env.ref("base.vn") + cls.env.ref("base.ua")

    def _draw(self, rng):
        def some(*values):
            return rng.choice([False, False, *values])

        is_company = rng.random() < 0.6
        properties = {
            "budget": some(0, 5, 500),
            "source": some("fair", "web"),
            "remark": some("x", "ąę"),
            "since": some("2020-01-31"),
        }
        return {
            "name": rng.choice(["Alpha", "Beta", "Гамма"]),
            "is_company": is_company,
            "crm_type_id": some(self.type_company.id if is_company else self.type_person.id),
            "function": some("CEO", "CFO"),
            "email": some("a@merge.example", "b@merge.example"),
            "phone": some("+48221234567", "+84912345678"),
            "ref": some("R1", "R2"),
            "street": some("Main 1", "Long 2"),
            "zip": some("00-001"),
            "city": some("Rome", "Hà Nội"),
            "country_id": some(*self.countries.ids),
            "website": some("https://one.example", "https://two.example"),
            "user_id": some(self.salesman.id, self.merger.id),
            "category_id": [Command.set(rng.sample(self.tags.ids, rng.randint(0, 2)))],
            "company_id": some(self.env.company.id),
            "lang": some("en_US"),
            "tz": some("Europe/Warsaw", "Asia/Ho_Chi_Minh"),
            "comment": some("<p>One</p>", "<p>Two</p>", "<p><br></p>"),
            "industry_id": some(*self.industries.ids),
            "employee_count": some(3, 40),
            "company_registry": some("111", "222"),
            "keep_owner": some(True),
            "parent_id": False if is_company else some(self.above.id, self.above_empty.id),
            "properties": {key: value for key, value in properties.items() if value is not False},
        }

    def _read(self, contact, keys):
        properties = {}
        for name in ("properties", "group_properties"):
            if name in contact._fields:
                rows = read_properties(contact, name)
                properties.update((f"{name}.{row['name']}", row["text"]) for row in rows)
        return {
            key: properties.get(key, "") if "." in key else read_text(contact, key) for key in keys
        }

    def test_random_contacts(self):
        rng = random.Random(14)
        for number in range(self.CHOICES):
            contacts = self.env["res.partner"].create(
                [self._draw(rng) for _ in range(rng.choice([2, 2, 3, 4, 5]))]
            )
            self.env.flush_all()
            for contact in contacts.filtered(lambda _c: rng.random() < 0.3):
                contact.user_id = False
            kept = rng.choice(contacts)
            others = (contacts - kept).filtered(lambda _c: rng.random() < 0.8) or (contacts - kept)
            for contact in contacts:
                self._create_lead(partner_id=contact.id)
            group = self._group(contacts)
            self.env.invalidate_all()
            # Every second time values are chosen, of whoever has one.
            chosen = {
                row["key"]: rng.choice(
                    [
                        contact.id
                        for contact, value in zip(everyone, row["values"], strict=True)
                        if value
                    ]
                )
                for everyone in [(others + kept).sorted("id")]
                for row in group._prepare_rows(everyone.with_user(self.merger))
                if number % 2 and row["can_choose"] and rng.random() < 0.5
            }
            said = group.get_after_merge(kept.id, others.ids, chosen)
            group.action_merge(kept.id, (others + kept).ids, chosen)
            self.env.invalidate_all()
            with self.subTest(number, kept=kept.id, chosen=chosen):
                found = self._read(kept.with_user(self.merger), said)
                differing = {
                    key: (said[key], text) for key, text in found.items() if said[key] != text
                }
                self.assertFalse(differing)

    def _get_choosable(self):
        """{key of a row: (value of the one that stays, value of the other)}."""
        rome, hanoi = self.countries[:2]
        return {
            "name": ("One", "Two"),
            "function": ("CEO", "CFO"),
            "email": ("one@merge.example", "two@merge.example"),
            "phone": ("+48221234567", "+84912345678"),
            "ref": ("R1", "R2"),
            "street": ("Main 1", "Đường Dài 2"),
            "zip": ("00-001", "10000"),
            "city": ("Rome", "Hà Nội"),
            "country_id": (rome.id, hanoi.id),
            "website": ("https://one.example", "https://two.example"),
            "user_id": (self.salesman.id, self.merger.id),
            "tz": ("Europe/Warsaw", "Asia/Ho_Chi_Minh"),
            "industry_id": tuple(self.industries.ids),
            "employee_count": (3, 40),
            "company_registry": ("111", "222"),
            "parent_id": tuple(self.houses.ids),
            "properties.budget": (5, 500),
            "properties.source": ("fair", "web"),
            "properties.remark": ("x", "ąę"),
            "properties.since": ("2020-01-31", "2021-02-28"),
        }

    def _make_pair(self):
        # An address of its own: one of a contact is that of its company.
        vals = [{"is_company": False, "type": "other", "properties": {}} for _side in range(2)]
        for key, values in self._get_choosable().items():
            name, _dot, key = key.partition(".")
            for side, value in zip(vals, values, strict=True):
                if key:
                    side["properties"][key] = value
                else:
                    side[name] = value
        pair = self.env["res.partner"]
        for side in vals:
            pair += self._partner(side.pop("name"), **side)
        self.env.flush_all()
        return pair

    def _value(self, contact, key):
        name, _dot, key = key.partition(".")
        if key:
            value = contact[name]._values[key]
            return value
        return contact[name].id if contact._fields[name].relational else contact[name]

    def test_each_value_can_be_chosen(self):
        """Each alone of the one or the other: every field is met in both directions."""
        values, rng = self._get_choosable(), random.Random(15)
        halves = [set(rng.sample(sorted(values), len(values) // 2)) for _number in range(3)]
        for wanted in (*halves, *(set(values) - half for half in halves)):
            one, two = self._make_pair()
            kept, other = rng.sample([one, two], 2)
            own, theirs = (0, 1) if kept == one else (1, 0)
            group = self._group(one + two)
            rows = {row["key"]: row for row in group.get_comparison()["rows"]}
            group.action_merge(kept.id, chosen=dict.fromkeys(wanted, other.id))
            self.env.invalidate_all()
            told = self._chatter(kept)
            for key, pair in values.items():
                with self.subTest(key=key, chosen=key in wanted, kept=kept.id):
                    self.assertTrue(rows[key]["can_choose"])
                    stays, goes = (theirs, own) if key in wanted else (own, theirs)
                    self.assertEqual(self._value(kept, key), pair[stays])
                    replaced = rows[key]["values"][goes]
                    self.assertIn(f"{rows[key]['label']}: {replaced}", told)

    def test_all_of_them_at_once(self):
        one, two = self._make_pair()
        group = self._group(one + two)
        keys = [row["key"] for row in group.get_comparison()["rows"] if row["can_choose"]]
        self.assertLessEqual(set(self._get_choosable()), set(keys))
        chosen = dict.fromkeys(keys, two.id)
        said = group.get_after_merge(one.id, two.ids, chosen)
        group.action_merge(one.id, chosen=chosen)
        self.env.invalidate_all()
        for key, (_own, theirs) in self._get_choosable().items():
            with self.subTest(key=key):
                self.assertEqual(self._value(one, key), theirs)
        found = self._read(one.with_user(self.merger), said)
        self.assertEqual({key: said[key] for key in keys}, {key: found[key] for key in keys})

    def test_a_value_of_another_company_is_not_touched(self):
        terms = self.env["account.payment.term"].create([{"name": f"{n} days"} for n in range(3)])
        name = "property_payment_term_id"
        one, two = self._partner("One"), self._partner("Two")
        one[name], two[name] = terms[:2]
        one.with_company(self.company_b)[name] = terms[2]
        self._group(one + two).action_merge(one.id, chosen={name: two.id})
        self.env.invalidate_all()
        self.assertEqual(one[name], terms[1])
        self.assertEqual(one.with_company(self.company_b)[name], terms[2])

    def test_what_cannot_be_chosen_is_refused(self):
        one, two = self._make_pair()
        third = self._partner("Third", email="third@merge.example")
        outsider = self._partner("Outsider")
        group = self._group(one + two + third)
        for chosen, said in (
            ({"nonsense": two.id}, "“nonsense”.*It can be of: .*city"),
            ({"category_id": two.id}, "“category_id”"),
            ({"create_date": two.id}, "“create_date”"),
            ({"comment": two.id}, "“comment”"),
            ({"access_scope_id": two.id}, "“access_scope_id”"),
            ({"city": outsider.id}, f"City.*no. {outsider.id}.*One.*Two"),
            ({"city": str(two.id)}, "City.*no. "),
            ({"city": third.id}, "City.*Third has no value"),
            (["city"], "mapping"),
        ):
            with self.subTest(chosen=chosen):
                with self.assertRaisesRegex(UserError, said), self.cr.savepoint():
                    group.action_merge(one.id, chosen=chosen)
                self.assertEqual((one + two + third).exists(), one + two + third)
        with self.assertRaisesRegex(UserError, "no. "), self.cr.savepoint():
            group.action_merge(one.id, (one + third).ids, chosen={"email": two.id})

    def test_a_choice_comes_from_code_alone(self):
        """The context can be sent by anybody."""
        one, two = self._make_pair()
        group = self._group(one + two).with_context(crm_access_chosen={"city": two.id})
        group.action_merge(one.id)
        self.assertEqual(one.city, "Rome")

    def test_the_default_choice(self):
        contacts = self._partner("One", city="Rome") + self._partner("Two", ref="R2")
        data = self._group(contacts).get_comparison()
        self.assertEqual(data["after"], self._group_after(data, contacts))
        keys = {row["key"]: row for row in data["rows"]}
        self.assertEqual(keys["ref"]["values"], ["", "R2"])
        self.assertTrue(keys["ref"]["fills"])

    def _group_after(self, data, contacts):
        group = self.env["crm.duplicate.member"].search([("partner_id", "=", contacts[0].id)])
        group = group.group_id.with_user(self.merger)
        return group.get_after_merge(data["keep_id"], contacts.ids)

    def test_all_that_will_be_filled_has_a_row(self):
        one = self._partner("One")
        two = self._partner(
            "Two",
            properties={"budget": 500},
            comment="<p>Note</p>",
            tz="Asia/Ho_Chi_Minh",
            user_id=self.salesman.id,
            category_id=[Command.set(self.tag.ids)],
        )
        one.user_id = False
        data = self._group(one + two).get_comparison()
        rows = {row["key"]: row for row in data["rows"]}
        expected = {
            "properties.budget": ("Budget", "500"),
            "comment": ("Notes", "Note"),
            "tz": ("Timezone", "Asia/Ho_Chi_Minh"),
            "user_id": ("Salesperson", "seg_salesman"),
            "category_id": ("Tags", "Merge tag"),
        }
        for key, (label, text) in expected.items():
            with self.subTest(key):
                self.assertTrue(rows[key]["fills"])
                self.assertEqual((rows[key]["label"], data["after"][key]), (label, text))

    def test_nothing_is_done_by_asking(self):
        contacts = self._partner("One") + self._partner("Two", properties={"budget": 1})
        group = self._group(contacts)
        self.env.flush_all()
        before = contacts.read(["write_date", "properties"])
        group.get_after_merge(contacts[0].id, contacts.ids)
        self.env.invalidate_all()
        self.assertEqual(contacts.read(["write_date", "properties"]), before)

    def test_relations_that_would_be_doubled_count_once(self):
        relation_type = self.env["crm.relation.type"].search([], limit=1)
        one, two, third = (self._partner(name) for name in ("One", "Two", "Third"))
        relations = self.env["crm.relation"]
        for contact in (one, two):
            relations.create(
                {
                    "left_partner_id": contact.id,
                    "right_partner_id": third.id,
                    "type_id": relation_type.id,
                }
            )
        said = self._group(one + two).get_after_merge(one.id, two.ids)
        self._merge(two, one)
        self.assertEqual(said["relation_count"], "1")
        self.assertEqual(one.with_user(self.merger).relation_count, 1)


class LeadMergeCommon(MergeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["crm.team"].create(
            {"name": "Merge team", "lead_properties_definition": [BUDGET, SOURCE, TEXT, SINCE]}
        )
        cls.other_team = cls.env["crm.team"].create(
            {
                "name": "Other merge team",
                "lead_properties_definition": [
                    BUDGET,
                    {**SOURCE, "selection": [["web", "Web site"]]},
                    {**TEXT, "type": "integer"},
                ],
            }
        )

    def _pair(self, head=None, tail=None):
        """An opportunity that will stay, and a lead that is merged into it."""
        head = self._create_lead(name="Head", **{"team_id": self.team.id, **(head or {})})
        tail = self._create_lead(
            name="Tail", **{"type": "lead", "team_id": self.team.id, **(tail or {})}
        )
        return head, tail

    def _merge_leads(self, head, tail, **kwargs):
        merged = (head + tail).with_user(self.sales_manager).merge_opportunity(**kwargs)
        self.env.invalidate_all()
        self.assertEqual(merged.id, head.id)
        self.assertFalse(tail.exists())


@tagged("post_install", "-at_install")
class TestLeadMergeKeepsAll(LeadMergeCommon):
    def test_custom_fields(self):
        head, tail = self._pair(
            {"lead_properties": {"remark": "ours"}},
            {"lead_properties": {"budget": 500, "source": "fair", "remark": "theirs"}},
        )
        self._merge_leads(head, tail)
        kept = dict(head.lead_properties)
        self.assertEqual((kept["budget"], kept["remark"]), (500, "ours"))
        self.assertEqual(head.lead_properties["source"], "Trade fair")
        self.assertIn("theirs", self._chatter(head))

    def test_of_another_team(self):
        """What the team of the one that stays does not know is told, not kept out of sight."""
        head, tail = self._pair(
            {"team_id": self.other_team.id},
            {"lead_properties": {"budget": 7, "source": "fair", "remark": "words", "since": False}},
        )
        self._merge_leads(head, tail)
        self.assertEqual(head.team_id, self.other_team)
        self.assertEqual(head.lead_properties._values.get("budget"), 7)
        kept = head.lead_properties._values
        self.assertFalse(kept.get("source") or kept.get("remark"))
        for text in ("Trade fair", "words"):
            self.assertIn(text, self._chatter(head))

    def test_a_team_that_was_chosen(self):
        """The one that stays loses what its new team does not know: that is told, too."""
        head, tail = self._pair(
            {"lead_properties": {"source": "fair", "budget": 3}},
            {"lead_properties": {"remark": "words"}},
        )
        self._merge_leads(head, tail, team_id=self.other_team.id)
        self.assertEqual(head.team_id, self.other_team)
        self.assertEqual(dict(head.lead_properties)["budget"], 3)
        self.assertIn("Source: Trade fair", self._chatter(head))
        self.assertNotIn("Budget: 3", self._chatter(head))

    def test_a_mandatory_field_does_not_stop_a_merge(self):
        self.env["crm.list.field"].create(
            {
                "name": "Must",
                "code": "must",
                "model": "crm.lead",
                "type": "char",
                "is_mandatory": True,
            }
        )
        head, tail = self._pair({}, {"lead_properties": {"budget": 5}})
        self._merge_leads(head, tail)
        self.assertEqual(dict(head.lead_properties)["budget"], 5)

    def _get_value(self, name, field):
        if name == "deal_type_id":
            return self.type_deal.id
        if name == "team_id":
            return self.team.id
        if name == "directorate_id":
            return self.env["crm.sales.directorate"].create({"name": "Merge directorate"}).id
        if name == "company_id":
            return self.env.company.id
        if name == "state_id":
            return self.env.ref("base.state_us_5").id
        if name == "email_from":
            return "tail@merge.example"
        if name == "website":
            return "https://tail.example"
        if field.type == "properties":
            return {"budget": 5}
        if field.type == "many2one":
            return self.env[field.comodel_name].search([], limit=1).id
        if field.type == "selection":
            return field.get_values(self.env)[-1]
        values = {"char": "12345", "integer": 3, "float": 4.5, "monetary": 6, "boolean": True}
        return values.get(field.type, "<p>x</p>")

    def test_every_computed_field_that_people_edit(self):
        """All of them, except what follows from the stage (the probability) and cannot be empty."""
        lead = self.env["crm.lead"]
        found = {
            name: field
            for name, field in lead._fields.items()
            if field.store
            and field.compute
            and not field.readonly
            and not field.related
            and name not in ("probability", "name", "stage_id")
        }
        self.assertLessEqual({"lead_properties", "team_id", "industry_id"}, set(found))
        for name, field in found.items():
            with self.subTest(name):
                head, tail = self._pair({"user_id": False}, {"user_id": False})
                tail.team_id = self.team
                tail[name] = self._get_value(name, field)
                if name != "lead_properties":
                    head[name] = False
                self.env.flush_all()
                value = self._plain(tail, name)
                self.assertTrue(value)
                self._merge_leads(head, tail)
                self.assertEqual(self._plain(head, name), value)

    def _plain(self, record, name):
        value = record[name]
        if record._fields[name].type != "properties":
            return value
        return {key: part for key, part in value._values.items() if part}

    def test_an_amount_in_another_currency(self):
        currency = self.env["res.currency"].create(
            {"name": "MRG", "symbol": "m", "rate_ids": [Command.create({"rate": 25000})]}
        )
        abroad = self.env["res.company"].create({"name": "Abroad", "currency_id": currency.id})
        self.sales_manager.company_ids = [Command.link(abroad.id)]
        companies = (self.env.company + abroad).ids
        head, tail = self._pair(
            {"company_id": self.env.company.id, "user_id": False},
            {
                "company_id": abroad.id,
                "expected_revenue": 1000000,
                "team_id": False,
                "user_id": False,
            },
        )
        self.assertEqual(tail.company_currency, currency)
        merged = (head + tail).with_user(self.sales_manager)
        merged.with_context(allowed_company_ids=companies).merge_opportunity()
        self.env.invalidate_all()
        home = self.env.company
        expected = currency._convert(1000000, home.currency_id, home)
        self.assertEqual(head.company_id, home)
        self.assertAlmostEqual(head.expected_revenue, expected, 2)
        self.assertLess(head.expected_revenue, 1000)

    def test_a_lost_one_stays_lost(self):
        head, tail = self._pair()
        (head + tail).action_set_lost()
        self.assertFalse(head.active)
        self._merge_leads(head, tail)
        self.assertFalse(head.active)


@tagged("post_install", "-at_install")
class TestLeadMergeMadeFields(LeadMergeCommon):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.registry.reset_changes)

    def test_fields_made_by_an_administrator(self):
        kinds = {"char": "abc", "integer": 4, "html": "<p>own</p>", "boolean": True}
        model = self.env["ir.model"]._get("crm.lead")
        names = {}
        for kind in kinds:
            names[kind] = (
                self.env["ir.model.fields"]
                .create(
                    {
                        "model_id": model.id,
                        "name": f"x_merge_{kind}",
                        "field_description": f"Own {kind}",
                        "ttype": kind,
                    }
                )
                .name
            )
        many = (
            self.env["ir.model.fields"]
            .create(
                {
                    "model_id": model.id,
                    "name": "x_merge_tags",
                    "field_description": "Own tags",
                    "ttype": "many2many",
                    "relation": "crm.tag",
                }
            )
            .name
        )
        tags = self.env["crm.tag"].create([{"name": "Merge A"}, {"name": "Merge B"}])
        head, tail = self._pair(
            {many: [Command.set(tags[0].ids)], names["html"]: "<p>head</p>"},
            {
                **{names[kind]: value for kind, value in kinds.items()},
                many: [Command.set(tags[1].ids)],
            },
        )
        self._merge_leads(head, tail)
        self.assertEqual(head[names["char"]], "abc")
        self.assertEqual(head[names["integer"]], 4)
        self.assertTrue(head[names["boolean"]])
        self.assertEqual(head[many], tags)
        self.assertEqual(head[names["html"]], "<p>head</p><br><br><p>own</p>")
