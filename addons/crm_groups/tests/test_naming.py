from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_access.naming import read_commands, read_ids

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
            proposed = proposed.browse((read_commands if many else read_ids)(answer))
        return proposed

    @mute_logger("odoo.sql_db")
    def _assert_not_created(self, model, values):
        """Some miss another value first; whatever the error, the contact is not named in it."""
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            model.create([values])
        self.assertNotIn(self.hidden.name, str(caught.exception))
        self.assertNotIn(SECRET, str(caught.exception))

    def _get_clothes(self, model, field):
        """The values in which a link to the hidden contact may come."""
        number, comodel = self.hidden.id, self.env[field.comodel_name]
        if field.comodel_name == "res.partner":
            yield {"id": [number]}
            if model._name == "res.partner":  # of the others, one in other clothes is enough
                yield from (number, {"id": number}, [number], str(number), {"parent_id": number})
        else:
            links = sorted(comodel._get_contact_fields())
            for name in [n for n in links if comodel._fields[n].type == "many2one"][:1]:
                yield {"id": False, name: number}

    def _ask_onchange(self, model, values, names):
        """Ask for all fields that a form could show; return what is answered."""
        shown = {
            name: {"fields": {"display_name": {}}} if field.relational else {}
            for name, field in model._fields.items()
            if model._has_field_access(field, "read") and not field.type.endswith("2many")
        }
        try:
            with self.cr.savepoint():
                return str(model.onchange(values, names, shown))
        except Exception as error:  # whatever is said, it says nothing of the contact
            return str(error)

    @mute_logger("odoo.sql_db", "odoo.domains")
    def test_no_form_tells_of_it(self):
        """In whatever clothes its number comes, in lines, and in records made on the way."""
        tried = 0
        for name in self.env.registry:
            model = self.env[name].with_user(self.user_sales)
            if model._abstract or not model._auto:
                continue
            for values in self._get_tries(model):
                tried += 1
                told = self._ask_onchange(model, values, list(values))
                with self.subTest(model=name, values=values):
                    for secret in (self.hidden.name, SECRET, self.hidden.vat, self.hidden.street):
                        self.assertNotIn(secret, told)
        self.assertGreater(tried, 100)

    def _get_tries(self, model):
        for name, field in model._fields.items():
            if not model._has_field_access(field, "read"):
                continue
            if field.type == "many2one":
                for value in self._get_clothes(model, field):
                    yield {name: value}
            elif field.type in ("one2many", "many2many") and field.comodel_name in self.env:
                lines = self.env[field.comodel_name]
                for line_name in lines._get_contact_fields():
                    if lines._fields[line_name].type == "many2one":
                        yield {name: [(0, "virtual_1", {line_name: self.hidden.id})]}
            elif field.type == "many2one_reference":
                yield {field.model_field: "res.partner", name: self.hidden.id}
            elif field.type == "reference":
                yield {name: f"res.partner,{self.hidden.id}"}

    @mute_logger("odoo.sql_db")
    def test_no_record_is_made_on_the_way(self):
        Partner = self.Partner.with_user(self.user_sales)
        mine = Partner.create({"name": "Test mine"})
        for value in ({"id": [self.hidden.id]}, {"parent_id": self.hidden.id}, {"id": False}):
            for name in ("parent_id", "country_id"):
                with self.subTest(value=value, field=name):
                    self._assert_not_created(Partner, {"name": "Test x", name: value})
                    # Whatever the error: some addons of Odoo use the value before.
                    with self.assertRaisesRegex(Exception, "."), self.cr.savepoint():
                        mine.write({name: value})
                    if name == "parent_id":
                        told = Partner.with_context(default_parent_id=value)
                        self.assertFalse(told.default_get([name]).get(name))
        self.env.invalidate_all()
        self.assertFalse(mine.parent_id)

    def test_no_conversation_tells_of_it(self):
        document = self.Partner.with_user(self.user_sales).create({"name": "Test mine"})
        for value, error in ((self.hidden.id, AccessError), (str(self.hidden.id), ValueError)):
            for method, arguments in (
                ("message_subscribe", {"partner_ids": [value]}),
                ("message_post", {"body": "x", "partner_ids": [value]}),
                ("message_notify", {"body": "x", "partner_ids": [value]}),
            ):
                with self.subTest(method=method, value=value), self.assertRaises(error):
                    getattr(document, method)(**arguments)
        self.env.invalidate_all()
        self.assertNotIn(self.hidden, document.sudo().message_partner_ids)
        self.assertNotIn(self.hidden, document.sudo().message_ids.partner_ids)
        # Who sees it, and what the document names already.
        document.with_user(self.user_manager).message_subscribe(partner_ids=self.hidden.ids)
        document.message_subscribe(partner_ids=self.hidden.ids)
        self.assertIn(self.hidden, document.sudo().message_partner_ids)

    def test_its_tags_are_not_changed_from_the_other_side(self):
        Category = self.env["res.partner.category"]
        tag = Category.create({"name": "Test", "partner_ids": [Command.link(self.hidden.id)]})
        empty = Category.create({"name": "Test empty"})
        for access in ("hidden", "readonly"):
            self.group.access = access
            for category, command in (
                (tag, Command.unlink(self.hidden.id)),
                (tag, Command.clear()),
                (tag, Command.set([])),
                (empty, Command.link(self.hidden.id)),
                (empty, Command.set(self.hidden.ids)),
            ):
                mine = category.with_user(self.user_sales)
                with self.subTest(access=access, command=command), self.assertRaises(AccessError):
                    mine.write({"partner_ids": [command]})
            with self.assertRaises(AccessError), self.cr.savepoint():
                Category.with_user(self.user_sales).create(
                    {"name": "Test x", "partner_ids": [Command.link(self.hidden.id)]}
                )
        tag.with_user(self.user_manager).write({"partner_ids": [Command.clear()]})
        self.assertFalse(tag.partner_ids)

        tag.partner_ids = self.hidden
        with self.assertRaises(AccessError), self.cr.savepoint():
            tag.with_user(self.user_sales).unlink()
        tag.with_user(self.user_manager).unlink()

    def test_links_to_any_model_name_what_one_reads(self):
        """A number and the name of a model: Odoo would tell the name of any record there is."""
        member = self.group.member_ids
        model = self.env["ir.model"]._get("res.partner")
        for user in (self.user_plain, self.user_portal):
            message = self.env["mail.message"].with_user(user)
            activity = self.env["mail.activity"].with_user(user)
            for mine, values, context in (
                (message, {"model": "res.partner", "res_id": self.hidden.id}, {}),
                (message, {"model": member._name, "res_id": member.id}, {}),
                (message, {"res_id": member.id}, {"default_model": member._name}),
                (
                    message,
                    {},
                    {"default_model": member._name, "default_res_id": member.id},
                ),
                (activity, {"res_model": "res.partner", "res_id": self.hidden.id}, {}),
                (activity, {"res_model_id": model.id, "res_id": self.hidden.id}, {}),
                (
                    activity,
                    {"res_model_id": {"model": "res.partner"}, "res_id": self.hidden.id},
                    {},
                ),
            ):
                name = "record_name" if mine == message else "res_name"
                self.env.invalidate_all()
                with (
                    self.subTest(user=user.login, values=values, context=context),
                    self.assertRaises(AccessError) as caught,
                ):
                    mine.with_context(**context).onchange(values, list(values), {name: {}})
                self.assertNotIn(self.hidden.name, str(caught.exception))
        # Of what one reads the name is told, as ever.
        message = self.env["mail.message"].with_user(self.user_plain)
        values = {"model": "res.partner", "res_id": self.person.id}
        told = message.onchange(values, ["res_id"], {"record_name": {}})
        self.assertEqual(told["value"]["record_name"], self.person.display_name)

    def test_followers_are_asked_with_ones_own_rights(self):
        """Odoo searches followers as superuser, with whatever conditions it is given."""
        self.person.message_subscribe(partner_ids=self.hidden.ids)
        paths = (
            [("message_partner_ids.vat", "=like", "BE0477%")],
            [("message_partner_ids", "any", [("email", "=", SECRET)])],
            [("message_partner_ids.user_ids.login", "!=", False)],
        )
        Partner = self.Partner.with_user(self.user_plain)
        for domain in paths:
            with self.subTest(domain=domain):
                found = Partner.search([("id", "=", self.person.id), *domain])
                self.assertFalse(found)
        manager = self.Partner.with_user(self.user_manager)
        self.assertTrue(manager.search([("id", "=", self.person.id), *paths[0]]))

    def test_the_mail_gateway_is_an_administrators(self):
        """It makes records as superuser, with values that its caller gives."""
        mail = f"From: A <{SECRET}>\nTo: x@example.com\nSubject: Gate\nMessage-Id: <{{}}@x>\n\nx"
        for user in (self.user_plain, self.user_sales, self.user_manager, self.user_portal):
            thread = self.env["mail.thread"].with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                thread.message_process("res.partner", mail.format(user.id), {"name": "Made"})
        thread = self.env["mail.thread"].with_user(self.env.ref("base.user_admin"))
        self.assertTrue(thread.message_process("res.partner", mail.format("a"), {"name": "Made"}))

    def test_an_activity_is_not_moved_to_it(self):
        activity = self.env["mail.activity"].with_user(self.user_sales)
        activity = activity.create({"summary": "Test", "user_id": self.user_sales.id})
        model = self.env["ir.model"]._get("res.partner")
        with self.assertRaises(AccessError), self.cr.savepoint():
            activity.write({"res_model_id": model.id, "res_id": self.hidden.id})

    def test_rows_of_conversations_leave_it_out(self):
        """Who follows and who was told, whatever the document: Odoo lets all employees read it."""
        self.person.message_subscribe(partner_ids=self.hidden.ids)
        self.person.message_post(
            body="x", partner_ids=self.hidden.ids, subtype_xmlid="mail.mt_comment"
        )
        for model, name in (
            ("mail.followers", "partner_id"),
            ("mail.notification", "res_partner_id"),
        ):
            rows = self.env[model].search([(name, "=", self.hidden.id)])
            with self.subTest(model=model):
                self.assertTrue(rows)
                self.assertFalse(rows.with_user(self.user_plain).search([("id", "in", rows.ids)]))
                self.assertEqual(
                    rows.with_user(self.user_manager).search([("id", "in", rows.ids)]), rows
                )

    def test_its_name_says_no_more_than_the_name(self):
        """Odoo gives the name of a many2one as superuser, with address and e-mail on demand."""
        keys = {"show_address": 1, "show_email": 1, "show_vat": 1, "partner_show_db_id": 1}
        seen = self.hidden.with_user(self.user_manager).with_context(**keys).sudo().display_name
        for secret in (SECRET, self.hidden.vat, self.hidden.street):
            self.assertIn(secret, seen)
        for user in (self.user_sales, self.user_plain, self.user_portal):
            self.env.invalidate_all()
            told = self.hidden.with_user(user).with_context(**keys).sudo().display_name
            with self.subTest(user=user.login):
                self.assertEqual(told, self.hidden.name)

    def test_no_path_through_groups_and_watchers_asks_it(self):
        """What is asked on the way is asked with the rights of who asks."""
        open_group = self._create_group("Test plain")
        open_group.add_contacts((self.hidden + self.person).ids)
        self.env.flush_all()
        mine = self.Partner.with_user(self.user_plain)
        for path in ("all_contact_group_ids.member_ids.partner_id.vat", "contact_group_ids.name"):
            with self.subTest(path=path):
                wanted = "BE0477%" if path.endswith("vat") else "Test plain"
                found = mine.search([(path, "=like", wanted)])
                self.assertNotIn(self.hidden, found)
                self.assertEqual(self.person in found, path.endswith("name"))
        everybody = self.Partner.with_user(self.user_manager)
        path = "all_contact_group_ids.member_ids.partner_id.vat"
        self.assertIn(self.person, everybody.search([(path, "=like", "BE0477%")]))

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
