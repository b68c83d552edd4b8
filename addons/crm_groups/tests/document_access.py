from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

#: What a hidden contact must not give away.
SECRETS = {
    "name": "Secret Person",
    "email": "secret@hidden.example.com",
    "phone": "+32 470 12 34 56",
    "street": "Secret street 7",
    "vat": "BE0477472701",
}


class DocumentAccessCase:
    """What every document with a customer and a salesperson has to keep.

    A mixin for the tests of the bridges; ``model`` is the document's, ``_get_values`` what one
    needs beside customer and salesperson.
    """

    model = None

    def _get_values(self):
        return {}

    @classmethod
    def _set_up_access(cls, roles):
        cls.seller = new_test_user(cls.env, "document_seller", roles)
        cls.other = new_test_user(cls.env, "document_other", roles)
        cls.group = cls.env["crm.contact.group"].create({"name": "Test VIP", "access": "hidden"})
        cls.secret = cls.env["res.partner"].create({**SECRETS, "is_company": True})
        cls.public = cls.env["res.partner"].create({"name": "Test open"})
        cls.group.add_contacts(cls.secret.ids)
        cls.Allowance = cls.env["crm.contact.allowance"]
        cls.env.flush_all()

    def _create(self, user=None, **values):
        Document = self.env[self.model].with_user(user) if user else self.env[self.model]
        return Document.create({**self._get_values(), **values})

    def _sees(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.secret.with_user(user).has_access("read")

    def _assert_tells_nothing(self, answer):
        for name, value in SECRETS.items():
            self.assertNotIn(value, str(answer), name)

    # Nobody lets himself in ---------------------------------------------------------------

    def test_naming_opens_nothing(self):
        mine = self._create(self.seller, partner_id=self.public.id, user_id=self.seller.id)
        Document = self.env[self.model].with_user(self.seller)
        named = {"partner_id": self.secret.id}
        ways = {
            "create": lambda: self._create(self.seller, **named),
            "create for me": lambda: self._create(self.seller, user_id=self.seller.id, **named),
            "write": lambda: mine.write(named),
            "save": lambda: mine.web_save(named, {"partner_id": {"fields": {"email": {}}}}),
            "import": lambda: Document.load(
                ["name", "partner_id/.id"], [["Test import", str(self.secret.id)]]
            ),
            "form": lambda: Document.onchange(
                {**self._get_values(), **named},
                ["partner_id"],
                {name: {} for name in Document._fields if name != "id"},
            ),
            "form of mine": lambda: mine.onchange(named, ["partner_id"], {"partner_id": {}}),
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                try:
                    with self.cr.savepoint():
                        answer = way()
                        self._assert_tells_nothing(answer)
                        self.assertEqual(name, "import", "An import answers with messages")
                        self.assertFalse(answer["ids"])
                except AccessError as error:
                    self._assert_tells_nothing(error)
                self.assertFalse(self._sees(self.seller))
                self.assertFalse(self.Allowance.search([]))

    def test_defaults_name_nobody(self):
        Document = self.env[self.model].with_user(self.seller)
        Document = Document.with_context(default_partner_id=self.secret.id)
        self.assertFalse(Document.default_get(["partner_id"]).get("partner_id"))
        answer = Document.onchange({}, [], {name: {} for name in ("partner_id", "user_id")})
        self._assert_tells_nothing(answer)
        self.assertFalse(answer["value"].get("partner_id"))

    def test_taking_over_opens_nothing(self):
        """Who does not see the customer lets nobody in, not himself and not a colleague."""
        document = self._create(partner_id=self.secret.id, user_id=False)
        document.with_user(self.other).user_id = self.seller
        self.assertFalse(self._sees(self.seller))
        self.assertEqual(document.user_id, self.seller)

    def test_reading_is_not_editing(self):
        """A document of one's own is no way around a group that only keeps from editing."""
        self.group.access = "readonly"
        self._create(self.seller, partner_id=self.secret.id, user_id=self.seller.id)
        self.assertTrue(self._sees(self.seller))
        self.assertFalse(self.secret.with_user(self.seller).has_access("write"))
        with self.assertRaises(AccessError):
            self.group.with_user(self.seller).remove_contacts(self.secret.ids)

    def test_form_opens_without_its_customer(self):
        """Who sees the document and not its customer opens it, and talks to the others in it."""
        document = self._create(partner_id=self.secret.id, user_id=self.seller.id)
        self.env.flush_all()
        mine = document.with_user(self.other)
        fields = mine.get_views([(False, "form")])["models"][self.model]["fields"]
        for name in fields:
            with self.subTest(field=name):
                self.env.invalidate_all()
                # Name, phone, e-mail and address a lead has copies of.
                self.assertNotIn(SECRETS["vat"], str(mine.web_read({name: {}})))
        self.env.invalidate_all()
        suggested = mine._message_get_suggested_recipients()
        self.assertNotIn(self.secret.id, [row["partner_id"] for row in suggested])
        self.assertFalse(mine._mail_get_partners()[document.id])
        self.assertIn(self.secret, document._mail_get_partners()[document.id])
        self.assertTrue(mine.message_post(body="Test"))

    def test_asking_warms_no_cache(self):
        """What has been asked for the rights is not read afterwards without them."""
        document = self._create(self.seller, user_id=self.seller.id)
        contact = self.secret.with_user(self.seller)
        document._get_unseen_contacts(self.secret.ids)
        for name in ("email", "vat", "street"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                contact.mapped(name)

    # Who sees the customer lets in, as long as it is so ------------------------------------

    def test_who_sees_it_lets_in(self):
        manager = new_test_user(
            self.env,
            "document_manager",
            "sales_team.group_sale_manager,base.group_partner_manager",
        )
        document = self._create(manager, partner_id=self.secret.id, user_id=self.seller.id)
        self.assertTrue(self._sees(self.seller))
        # And whoever is let in so hands the document on.
        document.with_user(self.seller).user_id = self.other
        self.assertTrue(self._sees(self.other))
        self.assertFalse(self._sees(self.seller))

    def test_it_ends_with_the_document(self):
        for name, end in {
            "deleted": lambda document: document.unlink(),
            "nobody's": lambda document: document.write({"user_id": False}),
            "another's": lambda document: document.write({"user_id": self.other.id}),
            "of another": lambda document: document.write({"partner_id": self.public.id}),
        }.items():
            document = self._create(partner_id=self.secret.id, user_id=self.seller.id)
            with self.subTest(end=name):
                self.assertTrue(self._sees(self.seller))
                end(document)
                self.assertFalse(self._sees(self.seller))
            document.exists().unlink()
            self.assertFalse(self.Allowance.search([]))

    def test_one_of_two_documents_is_reason_enough(self):
        documents = self._create(partner_id=self.secret.id, user_id=self.seller.id)
        documents += self._create(partner_id=self.secret.id, user_id=self.seller.id)
        documents[0].unlink()
        self.assertTrue(self._sees(self.seller))
        documents[1].unlink()
        self.assertFalse(self._sees(self.seller))

    def test_by_hand_stays(self):
        self.Allowance.create({"partner_id": self.secret.id, "user_id": self.seller.id})
        document = self._create(partner_id=self.secret.id, user_id=self.seller.id)
        document.unlink()
        self.assertTrue(self._sees(self.seller))

    def test_many_at_once(self):
        documents = self.env[self.model].create(
            [
                {**self._get_values(), "partner_id": self.secret.id, "user_id": user.id}
                for user in (self.seller, self.other)
            ]
        )
        self.assertTrue(self._sees(self.seller) and self._sees(self.other))
        documents.write({"user_id": self.other.id})
        self.assertFalse(self._sees(self.seller))
        self.assertEqual(self.Allowance.search([]).user_id, self.other)

    def test_the_one_let_in_works_on_it(self):
        document = self._create(partner_id=self.secret.id, user_id=self.seller.id)
        mine = document.with_user(self.seller)
        mine.write({"partner_id": self.secret.id})
        mine.message_post(body="Hello", partner_ids=self.secret.ids)
        self.assertEqual(mine.partner_id.email, SECRETS["email"])
        copy = mine.copy()
        self.assertEqual(copy.partner_id, self.secret)
        person = self.env["res.partner"].with_user(self.seller)
        person = person.create({"name": "Test person", "parent_id": self.secret.id})
        mine.write({"partner_id": person.id})
        self.assertTrue(self._sees(self.seller))
        self.group.with_user(self.seller)
        self.secret.write({"child_ids": [Command.clear()]})
