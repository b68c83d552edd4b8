from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestTwoConnections(TransactionCase):
    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:  # commits at its end
            env = api.Environment(cr, SUPERUSER_ID, {})
            partner = env["res.partner"].create({"name": "Test two", "ref": "crm-groups-two"})
            group = env["crm.contact.group"].create(
                {
                    "name": "Test two connections",
                    "kind": "smart",
                    "domain": "[('ref', '=', 'crm-groups-two')]",
                }
            )
            self.group_id, self.partner_id = group.id, partner.id
        self.addCleanup(self._delete)

    def _delete(self):
        with self.registry.cursor() as cr:  # commits at its end
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["crm.contact.group"].browse(self.group_id).exists().unlink()
            env["res.partner"].browse(self.partner_id).exists().unlink()

    def _get_group(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})["crm.contact.group"].browse(self.group_id)

    def test_two_rebuilds_at_once(self):
        """The second is told so; the first goes on and ends."""
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            result = self._get_group(first).action_rebuild()
            with self.assertRaisesRegex(UserError, "being rebuilt or edited"):
                self._get_group(second).action_rebuild()
            second.rollback()
            first.commit()  # pylint: disable=invalid-commit
            self.assertEqual(result[0]["entered"], 1)
            self.assertEqual(self._get_group(second).action_rebuild()[0]["entered"], 0)
            second.rollback()

    def test_killed_half_way(self):
        """What a killed rebuild has done is not there, and the next one does all of it."""
        with closing(self.registry.cursor()) as cr:
            self._get_group(cr).action_rebuild()
            cr.rollback()
        with closing(self.registry.cursor()) as cr:
            group = self._get_group(cr)
            self.assertFalse(group.member_ids)
            self.assertEqual(group.action_rebuild()[0]["entered"], 1)
            cr.rollback()


@tagged("post_install", "-at_install")
class TestFaults(CrmGroupsCommon):
    def test_rule_that_matches_everybody(self):
        group = self.Group.new({"name": "x", "kind": "smart", "domain": "[('id', '>', 0)]"})
        self.assertIn("Look twice", group.rule_preview)

    def test_dead_code_in_an_import(self):
        self.vips.write({"code": "T-DEAD", "active": False})
        result = self.Partner.load(
            ["name", "contact_group_ids"], [["Test fine", "T-DEAL"], ["Test dead", "T-DEAD"]]
        )
        self.assertIn("T-DEAD", str(result["messages"]))

    def test_pricelist_of_another_company(self):
        company = self.env["res.company"].create({"name": "Test Other"})
        pricelist = self.env["product.pricelist"].create(
            {"name": "Theirs", "company_id": company.id}
        )
        with self.assertRaisesRegex(UserError, "Theirs"), self.cr.savepoint():
            self._create_group("Test wrong", company_id=self.company.id, pricelist_id=pricelist.id)

    @mute_logger("odoo.sql_db")
    def test_refused_value_names_the_group(self):
        with self.assertRaisesRegex(UserError, "Test refused"):
            self._create_smart("Test refused", domain=[("create_date", ">", "no date")])
