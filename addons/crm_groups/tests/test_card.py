from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestCard(CrmGroupsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()
        cls.dealers.member_properties_definition = [
            {"name": "contract", "string": "Contract", "type": "char"},
        ]
        cls.vips.member_properties_definition = [
            {"name": "bonus", "string": "Bonus", "type": "integer"},
        ]

    def _get_values(self, contact):
        """What a screen shows: {name: value} of the fields that are defined."""
        rows = contact.read(["group_properties"])[0]["group_properties"]
        return {row["name"]: row.get("value") for row in rows}

    def test_inherited_down_the_tree(self):
        self.assertEqual(self._get_values(self.north), {})
        self.vips.add_contacts(self.north.ids)
        self.assertEqual(list(self._get_values(self.north)), ["contract", "bonus"])
        self.dealers.add_contacts(self.south.ids)
        self.assertEqual(list(self._get_values(self.south)), ["contract"])
        self.customers.member_properties_definition = [
            {"name": "since", "string": "Since", "type": "date"},
        ]
        self.assertEqual(list(self._get_values(self.south)), ["since", "contract"])
        self.vips.parent_id = False
        self.assertEqual(list(self._get_values(self.north)), ["bonus"])

    def test_persons_have_those_of_their_company(self):
        self.person.parent_id = self.north
        self.dealers.add_contacts(self.north.ids)
        self.assertEqual(list(self._get_values(self.person)), ["contract"])

    def test_values_are_kept(self):
        self.vips.add_contacts(self.north.ids)
        self.north.write(
            {
                "group_properties": [
                    {"name": "contract", "type": "char", "value": "C-1"},
                    {"name": "bonus", "type": "integer", "value": 5},
                ]
            }
        )
        self.assertEqual(self._get_values(self.north), {"contract": "C-1", "bonus": 5})
        found = self.Partner.search([("group_properties.contract", "=", "C-1")])
        self.assertEqual(found, self.north)
        self.vips.remove_contacts(self.north.ids)
        self.assertEqual(self._get_values(self.north), {})
        self.dealers.add_contacts(self.north.ids)
        self.north.write(
            {"group_properties": [{"name": "contract", "type": "char", "value": "C-2"}]}
        )
        self.vips.add_contacts(self.north.ids)
        self.assertEqual(self._get_values(self.north), {"contract": "C-2", "bonus": 5})

    def test_shown_in_the_form_at_once(self):
        with Form(self.north) as form:
            form.contact_group_ids.add(self.dealers)
            self.assertEqual(form.card_id.group_ids, self.dealers)
            form.contact_group_ids.remove(self.dealers.id)
            self.assertFalse(form.card_id)
            form.contact_group_ids.add(self.vips)
        self.assertEqual(list(self._get_values(self.north)), ["contract", "bonus"])
        with Form(self.north) as form:
            form.contact_group_ids.remove(self.vips.id)
            self.assertFalse(form.card_id, "A company that has left is not its own company's")

    def test_create_with_values(self):
        contact = self.Partner.create(
            {
                "name": "Test new",
                "contact_group_ids": [Command.link(self.dealers.id)],
                "group_properties": [{"name": "contract", "type": "char", "value": "C-3"}],
            }
        )
        self.assertEqual(self._get_values(contact), {"contract": "C-3"})

    def test_definition_is_edited_on_the_group(self):
        self.dealers.with_user(self.user_manager).write(
            {
                "card_properties": [
                    {
                        "name": "area",
                        "string": "Area",
                        "type": "char",
                        "definition_changed": True,
                    }
                ]
            }
        )
        self.dealers.add_contacts(self.north.ids)
        self.assertEqual(list(self._get_values(self.north)), ["area"])
        north = self.north.with_user(self.user_sales)
        north.write(
            {
                "group_properties": [
                    {"name": "x", "string": "X", "type": "char", "definition_changed": True}
                ]
            }
        )
        self.assertEqual(list(self._get_values(self.north)), ["area"], "Not from the contact")
        with self.assertRaises(AccessError):
            north.card_id.properties_definition = []

    def test_hidden_and_required_parts(self):
        phone = self.env.ref("crm_groups.crm_contact_card_part_phone")
        vat = self.env.ref("crm_groups.crm_contact_card_part_vat")
        self.dealers.write({"hidden_part_ids": [Command.set((phone + vat).ids)]})
        self.vips.required_part_ids = vat
        self.vips.add_contacts(self.north.ids)
        self.assertEqual(self.north.card_hidden_parts, ",phone,")
        self.assertEqual(self.north.card_required_parts, ",vat,")
        arch = self.Partner.get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]
        self.assertIn("',phone,' in (card_hidden_parts or '')", arch)
        with self.assertRaises(AssertionError), Form(self.north) as form:
            form.phone = "1"
        with self.assertRaisesRegex(AssertionError, "vat"), Form(self.north) as form:
            form.ref = "x"

    def test_pages_that_come_first(self):
        pages = self.env["crm.contact.card.part"].search([("is_page", "=", True)])
        sales, notes = pages[:2]
        self.dealers.first_part_ids = notes
        self.vips.hidden_part_ids = sales
        self.customers.first_part_ids = sales
        self.vips.add_contacts(self.north.ids)
        self.assertEqual(self.north.card_first_parts, f",{notes.code},", "Not a hidden one")
        arch = self.Partner.get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]
        self.assertIn(f'data-card-part="{notes.code}"', arch)

    def test_fields_that_come_first(self):
        part = self.env.ref
        vat, job, owner = (
            part(f"crm_groups.crm_contact_card_part_{code}")
            for code in ("vat", "function", "user_id")
        )
        self.dealers.first_part_ids = vat + job + owner
        self.dealers.hidden_part_ids = job
        self.dealers.required_part_ids = vat
        self.dealers.add_contacts(self.north.ids)
        self.assertEqual(set(self.north.card_first_parts[1:-1].split(",")), {"vat", "user_id"})
        view = self.env.ref("base.view_partner_form").id
        arch = etree.fromstring(self.Partner.get_view(view, "form")["arch"])
        nodes = arch.xpath("//field[@name='vat'][not(ancestor::field)]")
        self.assertEqual(nodes[0].getparent().get("name"), "card_first")
        shown = {
            contact: [
                not safe_eval(
                    node.get("invisible"),
                    {
                        "card_hidden_parts": contact.card_hidden_parts,
                        "card_first_parts": contact.card_first_parts,
                        "is_company": contact.is_company,
                        "vat_label": contact.vat_label,
                    },
                )
                for node in nodes
            ]
            for contact in (self.north, self.east)
        }
        self.assertTrue(shown[self.north][0])
        self.assertFalse(any(shown[self.north][1:]), "Once, and at the top")
        self.assertFalse(shown[self.east][0])
        self.assertTrue(any(shown[self.east][1:]))
        with self.assertRaisesRegex(AssertionError, "vat"), Form(self.north) as form:
            form.ref = "x"
        with Form(self.north) as form:
            form.vat = "BE0477472701"
        self.assertEqual(self.north.vat, "BE0477472701")

    def test_responsible_on_the_card(self):
        self.dealers.user_id = self.user_sales
        self.vips.user_ids = self.user_manager + self.user_sales
        self.assertFalse(self.north.group_responsible)
        self.dealers.add_contacts(self.north.ids)
        self.assertEqual(
            self.north.group_responsible,
            f"{self.user_sales.name}, of {self.dealers.complete_name}",
        )
        self.vips.add_contacts(self.east.ids)
        names = ", ".join(self.vips.user_ids.mapped("name"))
        self.assertEqual(self.east.group_responsible, f"{names}, of {self.vips.complete_name}")

    def test_own_list(self):
        favourite = self.env["ir.filters"].create(
            {
                "name": "Test",
                "model_id": "res.partner",
                "domain": "[('is_company', '=', True)]",
                "context": "{'group_by': ['country_id']}",
                "user_ids": False,
            }
        )
        column = self.env["ir.model.fields"]._get("res.partner", "ref")
        self.dealers.write(
            {
                "contacts_view": "kanban",
                "filter_id": favourite.id,
                "column_ids": [Command.set(column.ids)],
            }
        )
        self.dealers.add_contacts((self.north + self.person).ids)
        action = self.dealers.action_open_contacts()
        self.assertEqual(action["views"][0][1], "kanban")
        self.assertEqual(self.Partner.search(action["domain"]), self.north)
        self.assertEqual(action["context"]["group_by"], ["country_id"])
        Partner = self.Partner.with_context(**action["context"])
        arch = Partner.get_view(self.env.ref("base.view_partner_tree").id, "list")["arch"]
        self.assertIn('name="ref"', arch)
        plain = self.Partner.get_view(self.env.ref("base.view_partner_tree").id, "list")["arch"]
        self.assertNotEqual(arch, plain)
