from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged


@tagged("post_install", "-at_install")
class TestTwoAtOnce(BaseCase):
    """Several connections that save contacts while the rule of their group is rebuilt."""

    def setUp(self):
        super().setUp()
        self.contact_ids = []
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:  # commits at its end
            group = api.Environment(cr, SUPERUSER_ID, {})["crm.contact.group"].create(
                {
                    "name": "At once",
                    "kind": "smart",
                    "domain": repr([("name", "=", "At once")]),
                    "access": "hidden",
                }
            )
            self.group_id = group.id
        self.addCleanup(self._delete)

    def _delete(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["res.partner"].browse(self.contact_ids).exists().unlink()
            env["crm.contact.group"].browse(self.group_id).exists().unlink()

    def _get_group(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})["crm.contact.group"].browse(self.group_id)

    def _save_contacts(self, cr, number):
        contacts = (
            self._get_group(cr)
            .env["res.partner"]
            .create([{"name": "At once", "is_company": True} for _number in range(number)])
        )
        contacts.write({"city": "At once"})
        self.contact_ids += contacts.ids

    def test_many_save_at_once(self):
        """None of those who save collides with another or with the rebuild."""
        for number in (1, 30):
            with self.subTest(number=number):
                cursors = [self.registry.cursor() for _number in range(5)]
                for cr in cursors:
                    self.addCleanup(cr.close)
                    cr.execute("SET LOCAL lock_timeout = '1s'")
                    cr.execute("SELECT count(*) FROM crm_contact_group")
                *saving, rebuilding = cursors
                for cr in saving[:2]:
                    self._save_contacts(cr, number)
                self._get_group(rebuilding)._rebuild()
                for cr in saving[2:]:
                    self._save_contacts(cr, number)
                saving[0].commit()  # pylint: disable=invalid-commit
                rebuilding.commit()  # pylint: disable=invalid-commit
                for cr in saving[1:]:
                    self._save_contacts(cr, number)
                    cr.commit()  # pylint: disable=invalid-commit
        with closing(self.registry.cursor()) as cr:
            group = self._get_group(cr)
            self.assertEqual(group.member_count, len(self.contact_ids))
            self.assertEqual(group._rebuild(), {"group_id": group.id, "entered": 0, "left": 0})
            self.assertEqual(group.build_state, "clean")
