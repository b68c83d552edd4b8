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

    def _delete_group(self, group_id):
        with self.registry.cursor() as cr:  # commits at its end
            api.Environment(cr, SUPERUSER_ID, {})["crm.contact.group"].browse(group_id).unlink()

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

    def test_the_cron_goes_on_beside_a_rebuild(self):
        """A group that somebody else rebuilds is left to him; the other groups are done."""
        Cron = self.env.ref("crm_groups.ir_cron_rebuild_waiting_groups")
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            busy = self._get_group(first)
            other = busy.copy({"domain": busy.domain})
            self.addCleanup(self._delete_group, other.id)
            first.commit()  # pylint: disable=invalid-commit
            busy.action_rebuild()
            env = api.Environment(second, SUPERUSER_ID, {})
            triggers = [("cron_id", "=", Cron.id), ("call_at", ">", env.cr.now())]
            # A cron that waits for the lock would wait for ever here.
            second.execute("SET lock_timeout = '5s'")
            env["crm.contact.group"]._cron_rebuild_smart_groups(only_waiting=True)
            second.commit()  # pylint: disable=invalid-commit
            self.assertEqual(env["crm.contact.group"].browse(other.id).build_state, "clean")
            self.assertEqual(env["crm.contact.group"].browse(other.id).member_count, 1)
            self.assertTrue(env["ir.cron.trigger"].search(triggers), "It comes back to the group")
            first.commit()  # pylint: disable=invalid-commit
            env.invalidate_all()
            second.rollback()
            group = self._get_group(second)
            self.assertEqual((group.build_state, group.last_error), ("clean", False))
            env["ir.cron.trigger"].search(triggers).unlink()
            second.commit()  # pylint: disable=invalid-commit

    def test_a_contact_saved_during_a_rebuild(self):
        """Rows that somebody changes meanwhile make the cron come back, not fail."""
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            group = self._get_group(first)
            group.action_rebuild()
            first.commit()  # pylint: disable=invalid-commit
            first.execute("SELECT 1")  # From now on the first sees what is there now.
            second.execute(
                "UPDATE crm_contact_group_member SET reason = 'x' WHERE group_id = %s",
                [self.group_id],
            )
            second.execute("UPDATE res_partner SET ref = NULL WHERE id = %s", [self.partner_id])
            second.commit()  # pylint: disable=invalid-commit
            first.execute(
                "UPDATE crm_contact_group SET domain = '[(''ref'', ''='', ''no'')]' WHERE id = %s",
                [self.group_id],
            )
            group.invalidate_recordset()
            with mute_logger("odoo.sql_db"):
                group._rebuild_or_note_error()
            self.assertNotEqual(group.build_state, "failed")
            self.assertFalse(group.last_error)
            first.rollback()
            self.assertEqual(self._get_group(first).action_rebuild()[0]["left"], 1)
            first.rollback()

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

    def test_share_that_is_worth_a_warning(self):
        params = self.env["ir.config_parameter"]
        for value, warned in (("1.1", False), ("0.1", True), ("a fifth", True)):
            with self.subTest(value=value):
                params.set_param("crm_groups.warn_share", value)
                group = self.Group.new({"name": "x", "kind": "smart", "domain": "[('id', '>', 0)]"})
                self.assertEqual("Look twice" in group.rule_preview, warned)

    def test_dead_code_in_an_import(self):
        self.vips.write({"code": "T-DEAD", "active": False})
        result = self.Partner.load(
            ["name", "contact_group_ids"], [["Test fine", "T-DEAL"], ["Test dead", "T-DEAD"]]
        )
        self.assertIn("T-DEAD", str(result["messages"]))
        self.assertEqual([message["record"] for message in result["messages"]], [1])
        # "Skip record" in the import screen: the rest goes on.
        Partner = self.Partner.with_context(
            import_file=True, import_skip_records=["contact_group_ids"]
        )
        result = Partner.load(
            ["name", "contact_group_ids"],
            [["Test fine", "T-DEAL"], ["Test dead", "T-DEAD"], ["Test unknown", "T-NONE"]],
        )
        self.assertFalse(result["messages"])
        contacts = self.Partner.browse(result["ids"])
        self.assertEqual(contacts.mapped("name"), ["Test fine"])
        self.assertEqual(contacts.contact_group_ids, self.dealers)

    def test_archived_contacts(self):
        """They keep what people decided, count nowhere, and can be worked with."""
        self.dealers.add_contacts((self.north + self.south).ids, reason="Contract")
        self.north.action_archive()
        self._assert_member(self.dealers, self.north, "in", "manual")
        self.env.invalidate_all()
        self.assertEqual(self.dealers.member_count, 1)
        self.vips.add_contacts(self.north.ids)
        self.dealers.remove_contacts(self.north.ids)
        self.north.action_unarchive()
        self.assertEqual(self.north.contact_group_ids, self.vips)

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
