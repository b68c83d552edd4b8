from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install")
class TestWebsiteVisitor(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.designer = new_test_user(
            cls.env, "groups_designer", "base.group_user,website.group_website_designer"
        )
        cls.hidden = cls.env["res.partner"].create(
            {"name": "Hidden visitor", "email": "hidden.visitor@example.com"}
        )
        cls.visitors = cls.env["website.visitor"].create(
            [{"access_token": str(cls.hidden.id)}, {"access_token": "f" * 32}]
        )
        cls.tracks = cls.env["website.track"].create(
            [{"visitor_id": visitor.id, "url": "/"} for visitor in cls.visitors]
        )
        cls.group = cls.env["crm.contact.group"].create({"name": "VIP", "access": "hidden"})

    def _find(self, records):
        self.env.flush_all()
        self.env.invalidate_all()
        mine = records.with_user(self.designer)
        return mine.search([("id", "in", records.ids)]).sudo(False)

    def test_hidden_visitors(self):
        self.assertEqual(self.visitors[0].partner_id, self.hidden)
        for records in (self.visitors, self.tracks):
            self.assertEqual(self._find(records), records)
        self.group.add_contacts(self.hidden.ids)
        for records in (self.visitors, self.tracks):
            with self.subTest(model=records._name):
                self.assertEqual(self._find(records), records[1])
                with self.assertRaises(AccessError):
                    records[0].with_user(self.designer).read(["display_name"])
        found = self.env["website.visitor"].with_user(self.designer)
        self.assertFalse(found.search([("partner_id.email", "=like", "hidden.visitor%")]))
