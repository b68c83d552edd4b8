from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import CrmGroupsCommon

SECRET = "hidden@example.com"


@tagged("post_install", "-at_install")
class TestNaming(CrmGroupsCommon):
    """Whoever does not see a contact can't name it, and finds nothing of it by what he knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()
        cls.group = cls._create_group("Test hidden", access="hidden")
        cls.hidden = cls.Partner.create(
            {
                "name": "Test Hidden Ltd",
                "is_company": True,
                "email": SECRET,
                "vat": "BE0477472701",
                "company_registry": "0477472701",
                "street": "Secret street 1",
            }
        )
        cls.group.add_contacts(cls.hidden.ids)
        cls.env.flush_all()

    def _get_naming_fields(self, user):
        """Return (model, field) of all that may name a contact and that the user may create."""
        for name in self.env.registry:
            model = self.env[name].with_user(user)
            if model._abstract or not model._auto or not model.has_access("create"):
                continue
            for field_name in model._get_contact_fields():
                if model._has_field_access(model._fields[field_name], "write"):
                    yield model, field_name

    def test_no_model_takes_it(self):
        found = 0
        for model, name in self._get_naming_fields(self.user_sales):
            found += 1
            many = model._fields[name].type == "many2many"
            value = [Command.link(self.hidden.id)] if many else self.hidden.id
            with self.subTest(model=model._name, field=name):
                self._assert_not_created(model, {name: value})
                with self.assertRaisesRegex(AccessError, str(self.hidden.id)):
                    model.onchange({name: value}, [name], {name: {}})
                told = model.with_context(**{f"default_{name}": value if many else self.hidden.id})
                self.assertNotIn(self.hidden, self._get_proposed(told, name, many))
                if many:
                    self._assert_not_created(model, {name: [Command.set(self.hidden.ids)]})
        self.assertGreater(found, 5)

    def _get_proposed(self, model, name, many):
        proposed = self.env["res.partner"]
        try:
            answer = model.default_get([name]).get(name)
        except UserError:
            return proposed  # a wizard that wants to be opened elsewhere
        if answer:
            proposed = proposed.browse(model._read_commands(answer) if many else answer)
        return proposed

    @mute_logger("odoo.sql_db")
    def _assert_not_created(self, model, values):
        """Some miss another value first; whatever the error, the contact is not named in it."""
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            model.create([values])
        self.assertNotIn(self.hidden.name, str(caught.exception))
        self.assertNotIn(SECRET, str(caught.exception))

    def test_who_sees_it_names_it(self):
        category = self.env["res.partner.category"].with_user(self.user_manager)
        made = category.create({"name": "Test", "partner_ids": [Command.link(self.hidden.id)]})
        self.assertEqual(made.partner_ids, self.hidden)
        # What is there already may be there.
        tag = made.with_user(self.user_sales)
        tag.write({"name": "Test 2", "partner_ids": [Command.link(self.hidden.id)]})
        self.assertEqual(made.name, "Test 2")

    def test_no_person_is_put_into_it(self):
        person = self.person.with_user(self.user_sales)
        with self.assertRaises(AccessError):
            person.parent_id = self.hidden
        with self.assertRaises(AccessError):
            self.Partner.with_user(self.user_sales).create(
                {"name": "Test intruder", "parent_id": self.hidden.id}
            )
        Partner = self.Partner.with_user(self.user_sales)
        for access in ("hidden", "readonly"):
            self.group.access = access
            with self.assertRaises(AccessError):
                Partner.with_context(default_parent_id=self.hidden.id).create({"name": "Test x"})
        with self.assertRaises(AccessError):
            person.parent_id = self.hidden

    def test_a_number_in_other_clothes_is_no_way_around(self):
        """The database takes a text for a number; a caller from outside may send one."""
        Partner = self.Partner.with_user(self.user_sales)
        Category = self.env["res.partner.category"].with_user(self.user_manager)
        for number in (str(self.hidden.id), hex(self.hidden.id), float(self.hidden.id)):
            with self.subTest(number=number):
                with self.assertRaises(ValueError), self.cr.savepoint():
                    Partner.create({"name": "Test x", "parent_id": number})
                with self.assertRaises(ValueError), self.cr.savepoint():
                    Category.create({"name": "Test x", "partner_ids": [(4, number)]})
                with self.assertRaises(ValueError), self.cr.savepoint():
                    Category.create({"name": "Test x", "partner_ids": [(6, 0, [number])]})

    def test_an_address_is_compared_as_it_is(self):
        """Neither a pattern nor a part of an address finds anything, and nobody from outside."""
        for user in (self.user_sales, self.user_plain, self.user_portal, self.user_public):
            Partner = self.Partner.with_user(user)
            for email in ("h%@example.com", "hidden@exampl_.com", "%", "%@%.%", "hidden@", ""):
                with self.subTest(user=user.login, email=email):
                    self.assertFalse(Partner._find_hidden({email}))
            for email in ("h%@example.com", SECRET):
                with self.subTest(user=user.login, email=email):
                    [found] = Partner._find_or_create_from_emails([email], no_create=True)
                    self.assertFalse(found)
        for user in (self.user_portal, self.user_public):
            self.assertFalse(self.Partner.with_user(user)._find_hidden({SECRET}))

    def test_what_was_looked_up_is_not_left_to_read(self):
        Partner = self.Partner.with_user(self.user_sales)
        found = Partner._find_hidden({SECRET})[SECRET]
        self.assertEqual(found.id, self.hidden.id)
        for name in ("name", "email", "phone", "vat", "display_name"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                found.mapped(name)

    def test_find_or_create_finds_what_one_sees(self):
        found = self.Partner.with_user(self.user_manager).find_or_create(f"X <{SECRET}>")
        self.assertEqual(found, self.hidden)
        found = self.Partner.with_user(self.user_sales).find_or_create(f"X <{SECRET}>")
        self.assertNotEqual(found, self.hidden)

    def test_a_number_tells_no_name(self):
        values = {"name": "x", "vat": self.hidden.vat, "company_registry": "0477472701"}
        for user, expected in (
            (self.user_manager, self.hidden),
            (self.user_sales, self.Partner),
        ):
            with self.subTest(user=user.login):
                new = self.Partner.with_user(user).new(values)
                self.assertEqual(new.same_vat_partner_id, expected)
                self.assertEqual(new.same_company_registry_partner_id, expected)


@tagged("post_install", "-at_install")
class TestAddressesFromOutside(HttpCase):
    """The route of the chatter that finds contacts by address."""

    ROUTE = "/mail/partner/from_email"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = cls.env["res.users"].with_context(no_reset_password=True)
        roles = {
            "portal": "base.group_portal",
            "plain": "base.group_user",
            "seller": "base.group_user,base.group_partner_manager",
        }
        cls.users = users.create(
            [
                {
                    "name": f"naming_{name}",
                    "login": f"naming_{name}",
                    "password": f"naming_{name}",
                    "group_ids": [
                        Command.set([cls.env.ref(role).id for role in groups.split(",")])
                    ],
                }
                for name, groups in roles.items()
            ]
        )
        cls.hidden = cls.env["res.partner"].create({"name": "Test Hidden", "email": SECRET})
        group = cls.env["crm.contact.group"].create({"name": "Test hidden", "access": "hidden"})
        group.add_contacts(cls.hidden.ids)

    def _ask(self, user, email):
        self.authenticate(user.login, user.login)
        own = user.partner_id
        return self.make_jsonrpc_request(
            self.ROUTE,
            {"thread_model": "res.partner", "thread_id": own.id, "emails": [email]},
        )

    def test_what_each_is_told(self):
        for user in self.users:
            for email in ("hidden%@example.com", "_idden@example.com", "hidden@%", SECRET):
                with self.subTest(user=user.login, email=email):
                    try:
                        answer = self._ask(user, email)
                    except JsonRpcException as error:
                        answer = str(error)
                    self.assertNotIn("Test Hidden", str(answer))
                    if email != SECRET:
                        self.assertNotIn(SECRET, str(answer))
                        self.assertNotIn(self.hidden.id, [row["id"] for row in answer])

    def test_who_may_make_contacts_makes_none_twice(self):
        seller = self.users[-1]
        answer = self._ask(seller, SECRET)
        self.assertEqual(answer, [{"id": self.hidden.id, "name": SECRET, "email": SECRET}])
        self.assertEqual(self.env["res.partner"].search_count([("email", "=", SECRET)], limit=3), 1)
        self.assertEqual(self._ask(self.users[0], SECRET), [])
