from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SegmentationCommon


class ListFieldCommon(SegmentationCommon):
    """A list of colours, made on the settings screen."""

    @classmethod
    def _create_list(cls, name="Fleet Colour", **vals):
        values = (
            ["Red", "Green", "Blue"]
            if vals.get("type", "selection")
            in (
                "selection",
                "tags",
            )
            else []
        )
        return cls.env["crm.list.field"].create(
            {
                "name": name,
                "type": "selection",
                "value_ids": [
                    Command.create({"name": value, "sequence": number})
                    for number, value in enumerate(values)
                ],
                **vals,
            }
        )

    def _as_manager(self, model):
        """A model as somebody has it who works with it; superusers fill in no form."""
        self.sales_manager.group_ids += self.env.ref("base.group_partner_manager")
        return self.env[model].with_user(self.sales_manager)

    def _get_raw(self, records, column="properties", code="fleet_colour"):
        """Values as they are kept, where Odoo's mapping gives labels."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT id, {column} -> %s FROM {records._table} WHERE id = ANY(%s)",
            [code, records.ids],
        )
        values = dict(self.env.cr.fetchall())
        return [values[record.id] for record in records]

    def _get_definition(self, code="fleet_colour"):
        base = self.env["properties.base.definition"].sudo()
        container = base._get_definition_for_property_field("res.partner", "properties")
        return next((e for e in container.properties_definition if e["name"] == code), None)


@tagged("post_install", "-at_install")
class TestListField(ListFieldCommon):
    """Properties made easy."""

    def test_new_field_is_a_property_of_contacts(self):
        self._create_list()
        self.assertEqual(
            self._get_definition()["selection"],
            [["red", "Red"], ["green", "Green"], ["blue", "Blue"]],
        )
        contact = self._create_contact(properties={"fleet_colour": "green"})
        self.assertEqual(self._get_raw(contact), ["green"])
        found = self.env["res.partner"].search([("properties.fleet_colour", "=", "green")])
        self.assertEqual(found, contact)

    def test_every_type_is_taken(self):
        values = {"tags": ["red", "blue"], "char": "x", "text": "y", "integer": 3}
        values |= {"float": 1.5, "date": "2026-01-31", "boolean": True}
        for kind, value in values.items():
            with self.subTest(kind=kind):
                self._create_list(f"Of {kind}", type=kind)
                contact = self._create_contact(properties={f"of_{kind}": value})
                self.assertEqual(self._get_raw(contact, code=f"of_{kind}"), [value])

    def test_order_label_and_choices_follow(self):
        one, two = self._create_list("One", sequence=1), self._create_list("Two", sequence=2)
        one.sequence = 3
        one.name = "First"
        two.value_ids[0].name = "Crimson"
        two.value_ids[1].active = False
        base = self.env["properties.base.definition"].sudo()
        container = base._get_definition_for_property_field("res.partner", "properties")
        mine = [e for e in container.properties_definition if e["name"] in ("one", "two")]
        self.assertEqual([e["string"] for e in mine], ["Two", "First"])
        self.assertEqual(mine[0]["selection"], [["red", "Crimson"], ["blue", "Blue"]])

    def test_foreign_definitions_stay(self):
        base = self.env["properties.base.definition"].sudo()
        container = base._get_definition_for_property_field("res.partner", "properties")
        container.properties_definition = [
            {"name": "made_by_odoo", "string": "By Odoo", "type": "char", "default": "x"}
        ]
        self._create_list()
        self.assertEqual(self._get_definition("made_by_odoo")["default"], "x")
        self.env["crm.list.field"].action_open_settings()
        pulled = self.env["crm.list.field"].search([("code", "=", "made_by_odoo")])
        self.assertEqual((pulled.name, pulled.type), ("By Odoo", "char"))
        pulled.name = "Renamed here"
        self.assertEqual(self._get_definition("made_by_odoo")["string"], "Renamed here")
        self.assertEqual(self._get_definition("made_by_odoo")["default"], "x")

    def test_what_was_changed_in_odoos_own_way_is_seen(self):
        field = self._create_list()
        base = self.env["properties.base.definition"].sudo()
        container = base._get_definition_for_property_field("res.partner", "properties")
        definition = [dict(e) for e in container.properties_definition]
        mine = next(e for e in definition if e["name"] == "fleet_colour")
        mine |= {"string": "Colour", "selection": [["red", "Red"], ["pink", "Pink"]]}
        container.properties_definition = definition
        self.env["crm.list.field"].action_open_settings()
        self.assertEqual(field.name, "Colour")
        self.assertEqual(field.value_ids.filtered("active").mapped("code"), ["red", "pink"])
        container.properties_definition = []
        self.env["crm.list.field"].action_open_settings()
        self.assertFalse(field.active)

    def test_deals_of_all_teams_or_some(self):
        teams = self.env["crm.team"].create([{"name": "A"}, {"name": "B"}])
        field = self._create_list(model="crm.lead")
        for team in teams:
            names = [entry["name"] for entry in team.lead_properties_definition]
            self.assertIn("fleet_colour", names)
        field.team_ids = teams[0]
        names = [entry["name"] for entry in teams[1].lead_properties_definition or []]
        self.assertNotIn("fleet_colour", names)
        self.assertTrue(teams[0].lead_properties_definition)
        field.team_ids = False
        later = self.env["crm.team"].create({"name": "C"})
        names = [entry["name"] for entry in later.lead_properties_definition]
        self.assertIn("fleet_colour", names)

    def test_mandatory(self):
        self._create_list(is_mandatory=True)
        contacts = self._as_manager("res.partner")
        with self.assertRaisesRegex(ValidationError, "fill in “Fleet Colour” of “Empty”"):
            contacts.create({"name": "Empty", "properties": {"fleet_colour": False}})
        contact = contacts.create({"name": "Quick"})
        with self.assertRaises(ValidationError):
            contact.properties = {"fleet_colour": False}
        contact.properties = {"fleet_colour": "red"}
        contact.sudo().properties = {"fleet_colour": False}

    def test_mandatory_holds_for_a_form_that_leaves_it_alone(self):
        contacts = self._as_manager("res.partner")
        contact = contacts.create({"name": "Before"})
        self._create_list(is_mandatory=True)
        refused = self.assertRaisesRegex(ValidationError, "fill in “Fleet Colour” of “Before”")
        with refused, Form(contact) as form:
            form.city = "Lyon"
        refused = self.assertRaisesRegex(ValidationError, "fill in “Fleet Colour” of “New”")
        with refused, Form(contacts) as form:
            form.name = "New"
        contact.properties = {"fleet_colour": "red"}
        with Form(contact) as form:
            form.city = "Lyon"
        self.assertEqual(contact.city, "Lyon")
        # No form: a mail gateway or an automation rule goes on working.
        contacts.create({"name": "By mail"}).city = "Lyon"

    def test_zero_and_no_are_answers(self):
        self._create_list("How Many", type="integer", is_mandatory=True)
        self._create_list("Agreed", type="boolean", is_mandatory=True)
        values = {"how_many": False, "agreed": False}
        contacts = self._as_manager("res.partner")
        with self.assertRaisesRegex(ValidationError, "fill in “How Many” of “Zero”"):
            contacts.create({"name": "Zero", "properties": values})
        contact = contacts.create({"name": "Zero", "properties": values | {"how_many": 0}})
        with Form(contact) as form:
            form.city = "Lyon"
        self.assertEqual(self._get_raw(contact, code="how_many"), [0])

    def test_mandatory_on_deals_of_its_teams(self):
        teams = self.env["crm.team"].create([{"name": "A"}, {"name": "B"}])
        self._create_list(model="crm.lead", is_mandatory=True, team_ids=teams[0].ids)
        deals = self._as_manager("crm.lead").create(
            [{"name": "Deal", "type": "opportunity", "team_id": team.id} for team in teams]
        )
        with self.assertRaisesRegex(ValidationError, "Fleet Colour"), Form(deals[0]) as form:
            form.name = "Changed"
        with Form(deals[1]) as form:
            form.name = "Changed"
        self.assertEqual(deals[1].name, "Changed")

    def test_form_is_told_what_to_enter(self):
        field = self._create_list(description="As on the papers", is_mandatory=True)
        self._create_contact(properties={"fleet_colour": "red"})
        contact = self._create_contact(name="Told")
        [told] = contact.read(["properties"])
        entry = next(e for e in told["properties"] if e["name"] == "fleet_colour")
        self.assertEqual(entry["crm_list_help"], "As on the papers")
        self.assertTrue(entry["crm_list_mandatory"])
        field.write({"description": False, "is_mandatory": False})
        self.assertFalse({"crm_list_help", "crm_list_mandatory"} & set(self._get_definition()))
        field.description = "Again"
        field._forget_form_keys()
        self.assertNotIn("crm_list_help", self._get_definition())

    def test_archived_is_out_of_sight_and_keeps_values(self):
        field = self._create_list()
        contact = self._create_contact(properties={"fleet_colour": "red"})
        field.active = False
        self.assertIsNone(self._get_definition())
        field.active = True
        self.assertEqual(self._get_raw(contact), ["red"])

    def test_what_has_values_is_not_deleted_nor_changed(self):
        field = self._create_list()
        contact = self._create_contact(properties={"fleet_colour": "red"})
        for change in (
            lambda: field.unlink(),
            lambda: field.write({"type": "char"}),
            lambda: field.write({"code": "other"}),
            lambda: field.value_ids[0].unlink(),
        ):
            with self.assertRaises(UserError):
                change()
        contact.properties = {"fleet_colour": False}
        field.value_ids[0].unlink()
        field.unlink()
        self.assertIsNone(self._get_definition())

    @mute_logger("odoo.sql_db")
    def test_bad_names(self):
        refused = self.assertRaisesRegex(ValidationError, "technical name")
        with refused, self.env.cr.savepoint():
            self._create_list(code="Not Good")
        self._create_list()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._create_list(code="fleet_colour")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._create_list("Two", value_ids=[Command.create({"name": "A", "code": "a"})] * 2)

    def test_rights(self):
        field = self._create_list()
        manager = field.with_user(self.sales_manager)
        manager.name = "By the manager"
        self.assertEqual(self._get_definition()["string"], "By the manager")
        for role in ("internal", "salesman", "all_leads"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                field.with_user(self.users_by_role[role]).name = "Changed"
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env["crm.list.field"].with_user(
                    self.users_by_role[role]
                ).action_open_settings()
        with self.assertRaises(AccessError):
            field.with_user(self.users_by_role["portal"]).read(["name"])


@tagged("post_install", "-at_install")
class TestListFieldReal(ListFieldCommon):
    """From property to column and back, without a value lost."""

    def setUp(self):
        super().setUp()
        # A test that fails half-way leaves no field behind for the next.
        self.addCleanup(self.registry.reset_changes)

    def _check_round_trip(self, kind, values, search=None):
        field = self._create_list(type=kind)
        contacts = self.env["res.partner"].create(
            [{"name": f"C{n}", "properties": {"fleet_colour": v}} for n, v in enumerate(values)]
        )
        before = self._get_raw(contacts)
        self.assertIn("x_fleet_colour", field.real_preview)
        field.with_user(self.sales_manager).action_make_real()
        self.assertEqual(field.storage, "field")
        self.assertIsNone(self._get_definition())
        contacts = self.env["res.partner"].browse(contacts.ids)
        real = [contact.x_fleet_colour for contact in contacts]
        arch = self.env["res.partner"].get_view(view_type="form")["arch"]
        self.assertIn("x_fleet_colour", arch)
        if search:
            found = self.env["res.partner"].search([("x_fleet_colour", "=", search)])
            self.assertEqual(found, contacts[0])
        field.with_user(self.sales_manager).action_make_property()
        self.assertNotIn("x_fleet_colour", self.env["res.partner"]._fields)
        contacts = self.env["res.partner"].browse(contacts.ids)
        self.assertEqual(
            [value or None for value in self._get_raw(contacts)], [v or None for v in before]
        )
        self.assertFalse(field.view_ids or field.field_id)
        return field, real

    def test_one_choice(self):
        field, real = self._check_round_trip("selection", ["red", "blue", False], "Red")
        self.assertEqual([value.code for value in real], ["red", "blue", False])
        self.assertEqual(real[0].field_id, field)

    def test_several_choices(self):
        _field, real = self._check_round_trip("tags", [["red", "blue"], ["green"], []], "Red")
        self.assertEqual([value.mapped("code") for value in real], [["red", "blue"], ["green"], []])

    def test_plain_types(self):
        for kind, values in {
            "char": ["x", False],
            "integer": [5, 7],
            "float": [1.5, 2.5],
            "boolean": [True, False],
        }.items():
            with self.subTest(kind=kind):
                field, real = self._check_round_trip(kind, values)
                self.assertEqual(real, values)
                self.env.cr.execute("UPDATE res_partner SET properties = NULL")
                self.env.invalidate_all()
                field.unlink()

    def test_dates(self):
        _field, real = self._check_round_trip("date", ["2026-01-31", False])
        self.assertEqual(real, [date(2026, 1, 31), False])

    def test_a_choice_that_is_gone_is_kept(self):
        field = self._create_list()
        contact = self._create_contact(properties={"fleet_colour": "red"})
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE res_partner SET properties = '{"fleet_colour": "mauve"}' WHERE id = %s""",
            [contact.id],
        )
        self.env.invalidate_all()
        field.action_make_real()
        value = self.env["res.partner"].browse(contact.id).x_fleet_colour
        self.assertEqual((value.code, value.active), ("mauve", False))
        field.action_make_property()

    def test_on_deals(self):
        team = self.env["crm.team"].create({"name": "A"})
        field = self._create_list(model="crm.lead")
        lead = self._create_lead(team_id=team.id)
        lead.lead_properties = {"fleet_colour": "green"}
        field.action_make_real()
        lead = self.env["crm.lead"].browse(lead.id)
        self.assertEqual(lead.x_fleet_colour.code, "green")
        groups = self.env["crm.lead"]._read_group(
            [("id", "=", lead.id)], ["x_fleet_colour"], ["__count"]
        )
        self.assertEqual(groups[0][0].name, "Green")
        field.action_make_property()
        self.env.invalidate_all()
        lead = self.env["crm.lead"].browse(lead.id)
        self.assertEqual(self._get_raw(lead, "lead_properties"), ["green"])

    def test_real_field_follows_its_settings(self):
        field = self._create_list().with_user(self.sales_manager)
        field.action_make_real()
        field.write({"name": "Paint", "description": "As on the papers", "is_mandatory": True})
        partners = self.env["res.partner"]
        told = partners.fields_get(["x_fleet_colour"])["x_fleet_colour"]
        self.assertEqual((told["string"], told["help"]), ("Paint", "As on the papers"))
        refused = self.assertRaisesRegex(AssertionError, "x_fleet_colour is a required field")
        with refused, Form(partners) as form:
            form.name = "New"
        field.active = False
        self.assertNotIn("x_fleet_colour", partners.get_view(view_type="form")["arch"])
        field.active = True
        self.assertIn("x_fleet_colour", partners.get_view(view_type="form")["arch"])
        field.action_make_property()

    def test_real_field_of_some_teams(self):
        teams = self.env["crm.team"].create([{"name": "A"}, {"name": "B"}])
        field = self._create_list(model="crm.lead", team_ids=teams[0].ids)
        field.action_make_real()
        for team, shown in zip(teams, (True, False), strict=True):
            deal = self._create_lead(type="opportunity", team_id=team.id)
            form = Form(deal, view="crm.crm_lead_view_form")
            self.assertEqual(not form._get_modifier("x_fleet_colour", "invisible"), shown)
        field.action_make_property()

    def test_twice_and_backwards(self):
        field = self._create_list()
        with self.assertRaisesRegex(UserError, "is a property already"):
            field.action_make_property()
        field.action_make_real()
        with self.assertRaisesRegex(UserError, "cannot be made a real field"):
            field.action_make_real()
        with self.assertRaises(UserError):
            field.unlink()
        field.action_make_property()

    def test_acts_only_on_what_it_made(self):
        """What it points at is not believed: any field would be relabelled, or deleted."""
        fields = self.env["ir.model.fields"]
        model_id = self.env["ir.model"]._get_id("res.partner")
        manual = fields.create(
            {
                "name": "x_fleet_colour",
                "field_description": "An administrator's",
                "model_id": model_id,
                "ttype": "char",
            }
        )
        contact = self.env["res.partner"].create({"name": "C", "x_fleet_colour": "red"})
        view = self.env.ref("base.view_partner_form")
        field = self._create_list(type="char")
        for pointed in (manual, fields._get("res.partner", "email")):
            with self.subTest(pointed=pointed.name):
                label = pointed.field_description
                field.write(
                    {"storage": "field", "field_id": pointed.id, "view_ids": [(6, 0, view.ids)]}
                )
                mine = field.with_user(self.sales_manager)
                mine.write({"name": "Relabelled", "description": "Mine"})
                mine.active = False
                mine.active = True
                with self.assertRaisesRegex(UserError, "was not made from here"):
                    mine.action_make_property()
                self.assertEqual(pointed.exists().field_description, label)
                self.assertTrue(view.exists())
        self.assertEqual(contact.x_fleet_colour, "red")
        field.write({"storage": "property", "field_id": False, "view_ids": [(5,)]})
        manual.unlink()

    def test_name_of_a_real_field_stays(self):
        field = self._create_list(type="char")
        field.action_make_real()
        with self.assertRaisesRegex(UserError, "technical name"):
            field.code = "something_else"
        field.action_make_property()
        field.code = "something_else"

    def test_salesperson_may_not(self):
        field = self._create_list()
        with self.assertRaises(AccessError):
            field.with_user(self.salesman).action_make_real()
