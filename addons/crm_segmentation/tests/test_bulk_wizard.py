from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .bulk_common import BulkCommon


@tagged("post_install", "-at_install")
class TestBulkWizard(BulkCommon):
    """The dialog on lists of contacts and deals, and that of the undo."""

    def _open(self, records=None, **context):
        records = self.contacts if records is None else records
        context = {
            "active_model": records._name,
            "active_ids": records.ids,
            "active_domain": [("name", "=like", "Bulk%")],
            **context,
        }
        model = self.env["crm.bulk.change"].with_user(self.sales_manager).with_context(**context)
        return Form(model)

    def _preview(self, form):
        action = form.save().action_preview()
        return self.env["crm.bulk.operation"].browse(action["res_id"])

    def test_selection(self):
        with self._open(self.contacts[:2]) as form:
            self.assertEqual((form.selected_count, form.matching_count), (2, 6))
            form.user_ids.add(self.south)
            form.also_persons = True
            form.reason = "Handed over"
        bulk = self._preview(form)
        self.assertEqual((bulk.state, bulk.total_count, bulk.waiting_count), ("preview", 2, 2))
        self.assertEqual((bulk.cascade, bulk.reason), (["persons"], "Handed over"))
        self.assertIn("Contact", bulk.summary)

    def test_all_that_match(self):
        self.contacts[0].active = False
        with self._open(self.contacts[:2]) as form:
            form.all_matching = True
            form.user_ids.add(self.south)
        bulk = self._preview(form)
        self.assertEqual((bulk.total_count, bulk.with_archived), (5, False))

    def test_more_than_the_list_hands_over(self):
        """Odoo's list gives the first 20 000 ids of "select all": all that match are meant."""
        ids = list(range(1, 20_001))
        with self._open(active_ids=ids) as form:
            self.assertTrue(form.all_matching)
            form.user_ids.add(self.south)
        self.assertEqual(self._preview(form).total_count, 6)

    def test_nothing_chosen(self):
        with self._open() as form:
            pass
        with self.assertRaisesRegex(UserError, "Choose a value: New Owner"):
            form.save().action_preview()
        with self._open() as form:
            form.is_empty = True
        self.assertEqual(self._preview(form).vals, {"user_ids": []})

    def test_deals(self):
        tag = self.env["crm.tag"].create({"name": "Bulk tag"})
        with self._open(self.deals) as form:
            form.lead_operation = "tag"
            form.tag_ids.add(tag)
        bulk = self._preview(form)
        self.assertEqual((bulk.model, bulk.operation), ("crm.lead", "tag"))
        self.assertEqual(bulk.vals, {"mode": "add", "tag_ids": [tag.id]})
        with self._open(self.deals) as form:
            form.lead_operation = "type"
            form.crm_type_id = self.type_deal
        self.assertEqual(self._preview(form).vals, {"deal_type_id": self.type_deal.id})
        with self._open(self.deals) as form:
            form.lead_operation = "archive"
        self.assertEqual(self._preview(form).waiting_count, 2)

    def test_list_fields_are_offered(self):
        definition = self.env["properties.base.definition"]._get_definition_for_property_field(
            "res.partner", "properties"
        )
        definition.sudo().properties_definition = [
            {
                "name": "aaaa000011112222",
                "string": "Size",
                "type": "selection",
                "selection": [["small", "1–9"], ["big", "10–49"]],
            },
            {"name": "bbbb000011112222", "string": "Nickname", "type": "char"},
        ]
        form = self._open()
        choices = self.env["crm.bulk.change.choice"].search(
            [("create_uid", "=", self.sales_manager.id), ("model", "=", "res.partner")]
        )
        names = choices.mapped("name")
        self.assertIn("Size: 10–49", names)
        self.assertIn("Size: empty", names)
        form.contact_operation = "list_field"
        form.choice_id = choices.filtered(lambda choice: choice.name == "Size: 10–49")
        self.assertEqual(self._preview(form).vals, {"Size": "big"})
        form = self._open()
        form.contact_operation = "list_field"
        form.choice_id = self.env["crm.bulk.change.choice"].search(
            [("create_uid", "=", self.sales_manager.id), ("name", "=", "Nickname: …")]
        )
        form.text = "Joe"
        self.assertEqual(self._preview(form).vals, {"Nickname": "Joe"})

    def test_undo_of_a_part(self):
        self.contacts[:2].crm_type_id = self.type_company
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_apply()
        action = bulk.button_undo()
        wizard = self.env["crm.bulk.undo"].with_user(self.sales_manager)
        with Form(wizard.with_context(**action["context"])) as form:
            self.assertEqual(form.count, 6)
            form.scope = "part"
            form.domain = f"[('crm_type_id', '=', {self.type_company.id})]"
            self.assertEqual(form.count, 2)
        form.save().action_undo()
        self.assertEqual((bulk.state, bulk.undone_count), ("partly", 2))

    def test_row_by_row(self):
        bulk = self._bulk("owner", {"user_id": self.south.id})
        bulk.action_apply()
        action = bulk.action_view_lines()
        lines = self.env["crm.bulk.operation.line"].search(action["domain"])
        self.assertEqual(len(lines), 6)
        self.assertEqual(lines[0].action_open_record()["res_id"], self.contacts[0].id)
