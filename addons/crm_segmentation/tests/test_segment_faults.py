from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged


@tagged("post_install", "-at_install")
class TestTwoAtOnce(BaseCase):
    """Two connections at once, and one that is killed: with cursors of their own."""

    def setUp(self):
        super().setUp()
        self.more_ids = []
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:  # commits at its end
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.partner_id = (
                env["res.partner"].create({"name": "Segment fault", "is_company": True}).id
            )
            segment = env["crm.segment"].create(
                {
                    "name": "Fault",
                    "company_id": False,
                    "keep_history": True,
                    "criterion_ids": [
                        Command.create({"domain": repr([("name", "=", "Segment fault")])})
                    ],
                }
            )
            self.segment_id = segment.id
        self.addCleanup(self._delete)

    def _delete(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["crm.segment"].browse(self.segment_id).exists().unlink()
            env["res.partner"].browse([self.partner_id, *self.more_ids]).exists().unlink()

    def _get_segment(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})["crm.segment"].browse(self.segment_id)

    def test_two_refreshes_at_once(self):
        """The second is told so; the first goes on and ends."""
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            self._get_segment(first).action_refresh()
            with self.assertRaisesRegex(UserError, "being refreshed or edited"):
                self._get_segment(second).action_refresh()
            second.rollback()
            first.commit()  # pylint: disable=invalid-commit
            segment = self._get_segment(second)
            segment.action_refresh()
            self.assertEqual((segment.last_entered, segment.last_count), (0, 1))
            second.rollback()

    def test_killed_half_way(self):
        """What a killed refresh has done is not there, and the next one does all of it."""
        with closing(self.registry.cursor()) as killed:
            self._get_segment(killed).action_refresh()
            killed.rollback()
        with closing(self.registry.cursor()) as cr:
            segment = self._get_segment(cr)
            self.assertEqual(segment.state, "waiting")
            self.assertFalse(segment.member_ids)
            segment.action_refresh()
            self.assertEqual(segment.last_entered, 1)
            cr.rollback()

    def test_saved_while_it_is_refreshed(self):
        """Whoever saves does not wait for the refresh, and the next one sees what was saved."""
        with self.registry.cursor() as cr:
            self._get_segment(cr).action_refresh()
        with closing(self.registry.cursor()) as refreshing:
            segment = self._get_segment(refreshing)
            segment._refresh()
            with self.registry.cursor() as saving:
                saving.execute("SET LOCAL lock_timeout = '1s'")
                env = api.Environment(saving, SUPERUSER_ID, {})
                self._change_many(env)
            refreshing.commit()  # pylint: disable=invalid-commit
        with self.registry.cursor() as cr:
            segment = self._get_segment(cr)
            # Refreshed, and there is something it has not seen.
            self.assertEqual((segment.state, segment.last_count), ("waiting", 1))
            cron = segment.env.ref("crm_segmentation.ir_cron_refresh_waiting_segments")
            triggers = segment.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
            self.assertTrue(triggers)
            segment._cron_refresh_segments(only_waiting=True)
        with self.registry.cursor() as cr:
            self.assertEqual(self._get_segment(cr).last_count, 0)
            self.assertFalse(
                self._get_segment(cr)
                .env["crm.segment.change"]
                .search_count([("segment_id", "=", self.segment_id)])
            )

    def _open(self, number):
        """Open transactions that have all begun, so that none sees what another one saves."""
        cursors = []
        for _number in range(number):
            cr = self.registry.cursor()
            self.addCleanup(cr.close)
            cr.execute("SET LOCAL lock_timeout = '1s'")
            cr.execute("SELECT count(*) FROM crm_segment")
            cursors.append(cr)
        return cursors

    def _save_contacts(self, cr, number):
        env = api.Environment(cr, SUPERUSER_ID, {})
        contacts = env["res.partner"].create(
            [{"name": "Segment fault", "is_company": True} for _number in range(number)]
        )
        self.more_ids = [*self.more_ids, *contacts.ids]

    def test_many_save_at_once(self):
        """None of those who save collides with another or with the refresh, few or many rows.

        Marked by all of them or looked at by all, before the first refresh and after it, and with
        a segment that cannot follow.
        """
        for refreshed, broken in ((False, False), (True, False), (True, True)):
            for number in (1, 30):
                with self.subTest(refreshed=refreshed, broken=broken, number=number):
                    with self.registry.cursor() as cr:
                        segment = self._get_segment(cr)
                        segment.criterion_ids.domain = repr([("name", "=", "Segment fault")])
                        segment._refresh()
                        segment._as_system().write({"last_refresh": refreshed and cr.now()})
                        if broken:
                            # As after an update that took the field away.
                            segment.flush_recordset()
                            cr.execute(
                                "UPDATE crm_segment_criterion SET domain = %s WHERE id = %s",
                                ["[('no_such_field', '=', 1)]", segment.criterion_ids.id],
                            )
                    self.registry.clear_all_caches()
                    *saving, refreshing = self._open(5)
                    for cr in saving[:2]:
                        self._save_contacts(cr, number)
                    self._get_segment(refreshing)._refresh_or_note_error()
                    for cr in saving[2:]:
                        self._save_contacts(cr, number)
                    saving[0].commit()  # pylint: disable=invalid-commit
                    refreshing.commit()  # pylint: disable=invalid-commit
                    for cr in saving[1:]:
                        # Saves once more with what it saw at its beginning.
                        self._save_contacts(cr, number)
                        cr.commit()  # pylint: disable=invalid-commit
        with self.registry.cursor() as cr:
            segment = self._get_segment(cr)
            self.assertIn(segment.state, ("waiting", "failed"))
            segment.criterion_ids.domain = repr([("name", "=", "Segment fault")])
        with self.registry.cursor() as cr:
            segment = self._get_segment(cr)
            self.assertEqual(segment.state, "waiting")
            segment._cron_refresh_segments(only_waiting=True)
        with self.registry.cursor() as cr:
            segment = self._get_segment(cr)
            self.assertEqual((segment.state, segment.last_count), ("clean", len(self.more_ids) + 1))

    def _change_many(self, env):
        """Change so many that the segment looks at them later; the one in it leaves it."""
        more = env["res.partner"].create([{"name": f"More {number}"} for number in range(30)])
        self.more_ids = more.ids
        (more | env["res.partner"].browse(self.partner_id)).write({"name": "Other name"})
