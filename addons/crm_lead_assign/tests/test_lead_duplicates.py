import random
from dataclasses import replace

from odoo.tests import tagged

from odoo.addons.crm_access.tests import fold_tables, fold_variants

from ..models.crm_lead_duplicate import FEW
from ..shell.duplicates import find_duplicates
from ..shell.facts import AssignmentFacts
from ..shell.settings import AssignmentSettings
from .common import LeadAssignCommon

NAMES = [spellings[0] for spellings in fold_tables.SAME_NAMES.values()]
DOMAINS = ["acme.pl", "müller.de", "пример.рф", "приклад.укр", "例子.中国", "sub.example.co.uk"]


@tagged("post_install", "-at_install")
class TestLeadDuplicates(LeadAssignCommon):
    """Leads of one enquiry are found in the database, however it is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settings = replace(AssignmentSettings(), duplicate_phone=True, duplicate_company=True)
        cls.pl = cls.env.ref("base.pl")

    def _leads(self, rows):
        """A lead of each row of values."""
        common = {"name": "Lead", "type": "lead", "team_id": False, "user_id": False}
        return self.env["crm.lead"].create([{**common, **row} for row in rows])

    def _mates(self, lead, settings=None):
        """Who is found for a lead that has just come in."""
        found = find_duplicates(self.env, lead.ids, settings or self.settings)
        return found.get(lead.id, frozenset()) - {lead.id}

    def _assert_one(self, leads, label):
        """Each is found for each when it comes in alone, and all when they come in together."""
        together = find_duplicates(self.env, leads.ids, self.settings)
        for lead in leads:
            with self.subTest(label=label, value=lead[label], first=leads[0][label]):
                self.assertEqual(self._mates(lead), set((leads - lead).ids))
                self.assertEqual(together.get(lead.id), set(leads.ids))

    def test_names(self):
        for spellings in fold_tables.SAME_NAMES.values():
            leads = self._leads({"partner_name": name} for name in spellings)
            self._assert_one(leads, "partner_name")
            leads.active = False

    def test_names_made_by_chance(self):
        chance = random.Random(61)
        made = {
            name: self._leads(
                {"partner_name": fold_variants.vary_name(chance, name)} for _variant in range(4)
            )
            for name in NAMES
        }
        leads = self.env["crm.lead"].union(*made.values())
        self.assertGreater(len(leads), FEW)
        found = find_duplicates(self.env, leads.ids, self.settings)
        for name, own in made.items():
            for lead in own:
                with self.subTest(name=name, variant=lead.partner_name):
                    self.assertLessEqual(set(own.ids), found.get(lead.id, set()))
                    self.assertLessEqual(set((own - lead).ids), self._mates(lead))

    def test_different_names(self):
        for reason, pair in fold_tables.DIFFERENT_NAMES.items():
            with self.subTest(reason=reason):
                leads = self._leads({"partner_name": name} for name in pair)
                self.assertFalse(self._mates(leads[0]))
                leads.active = False

    def test_customer_and_its_name_typed(self):
        customer = self.env["res.partner"].create({"name": "ACME Tools"})
        person = self.env["res.partner"].create({"name": "Jan", "parent_id": customer.id})
        old = self._leads([{"partner_name": "ACME Tools"}, {"partner_id": customer.id}])
        old += self._leads([{"partner_id": person.id}])
        for name in ("Acme tools", "ACME  TOOLS Sp. z o.o.", "«Acme Tools»"):
            with self.subTest(name=name):
                new = self._leads([{"partner_name": name}])
                self.assertEqual(self._mates(new), set(old.ids))
                new.active = False
        new = self._leads([{"partner_id": customer.id}])
        self.assertEqual(self._mates(new), set(old.ids))
        new.active = False
        customer.name = "Other Tools"
        new = self._leads([{"partner_name": "other tools gmbh"}])
        self.assertEqual(self._mates(new), set(old[1:].ids))

    def test_two_customers_of_one_name(self):
        """They are not the same because somebody types it."""
        customers = self.env["res.partner"].create([{"name": "Roma"}, {"name": "ROMA"}])
        one, other = self._leads({"partner_id": customer.id} for customer in customers)
        typed = self._leads([{"partner_name": "Roma Sp. z o.o."}, {"partner_name": "roma"}])
        self.assertFalse(self._mates(one) | self._mates(other))
        self.assertEqual(self._mates(typed[0]), {typed[1].id})

    def test_emails(self):
        chance = random.Random(62)
        rows = list(fold_tables.SAME_EMAILS.values())
        rows += [
            [fold_variants.vary_email(chance, f"office{number}@{domain}") for _variant in range(5)]
            for number, domain in enumerate(DOMAINS * 5)
        ]
        self.env["crm.shared.mailbox"].search([]).active = False
        for spellings in rows:
            leads = self._leads({"email_from": text} for text in spellings)
            for lead in leads:
                with self.subTest(email=lead.email_from, first=spellings[0]):
                    self.assertLessEqual(set((leads - lead).ids), self._mates(lead))
            leads.active = False

    def test_phones(self):
        chance = random.Random(63)
        countries = self.env["res.country"].search([]).grouped("code")
        rows = list(fold_tables.SAME_PHONES.values())
        rows += [
            ("PL", [fold_variants.vary_phone(chance, f"+4822700{number:04}") for _v in range(5)])
            for number in range(20)
        ]
        # Odoo takes none of these for a number: digits are digits all the same.
        rows += [("PL", ["+48 99 12 34 56 78", "0048 9912345678", "+48-99-1234-5678"])]
        for country, spellings in rows:
            leads = self._leads(
                {"phone": text, "country_id": countries[country].id} for text in spellings
            )
            self._assert_one(leads, "phone")
            leads.active = False

    def test_one_of_several_numbers(self):
        first = self._leads([{"phone": "22 123 45 67 / 601 234 567", "country_id": self.pl.id}])
        second = self._leads([{"phone": "+48601234567"}])
        self.assertEqual(self._mates(second), {first.id})

    def test_fillers_match_nothing(self):
        fillers = {
            "email_from": fold_tables.EMAIL_FILLERS,
            "phone": fold_tables.PHONE_FILLERS,
            "partner_name": ["n/a", "N.A.", "---", "brak", "нет", "không có", "unknown", "x"],
        }
        for name, values in fillers.items():
            for value in values:
                with self.subTest(field=name, value=value):
                    leads = self._leads([{name: value, "country_id": self.pl.id}] * 2)
                    self.assertFalse(self._mates(leads[0]))
                    leads.active = False

    def test_only_what_is_switched_on(self):
        row = {"phone": "+48221234567", "partner_name": "Acme"}
        leads = self._leads([row, row])
        self.assertFalse(self._mates(leads[0], AssignmentSettings()))
        by_phone = replace(AssignmentSettings(), duplicate_phone=True)
        self.assertEqual(self._mates(leads[0], by_phone), {leads[1].id})
        leads[1].phone = False
        self.assertFalse(self._mates(leads[0], by_phone))
        self.assertTrue(self._mates(leads[0]))

    def test_shared_mailboxes(self):
        """Each is as good as its pattern: what they are sent is an enquiry of its own."""
        patterns = {
            "*@x.example": "any.one@x.example",
            "info@*": "info@acme.example",
            "https://y.example/contact": "someone@y.example",
            "@müller.example": "a1@xn--mller-kva.example",
            "xn--mller-kva.test": "a2@MÜLLER.test",
        }
        for pattern, address in patterns.items():
            with self.subTest(pattern=pattern):
                leads = self._leads(
                    {"email_from": address, "name": f"Enquiry {number}"} for number in range(2)
                )
                mailbox = self.env["crm.shared.mailbox"].search([("name", "=", "info")])
                mailbox.active = False
                self.assertTrue(self._mates(leads[0]))
                self.env["crm.shared.mailbox"].create({"name": pattern})
                self.assertFalse(self._mates(leads[0]))
                leads[1].name = leads[0].name
                self.assertTrue(self._mates(leads[0]))

    def test_who_had_the_last_enquiry(self):
        """Whoever is found by an address is found by another spelling of it."""
        team = self._create_team("Team", members=[(self.user_1, "[]", 30)])
        facts = AssignmentFacts(team)
        self.env["crm.shared.mailbox"].search([]).active = False
        for reason, spellings in fold_tables.SAME_EMAILS.items():
            first = self._leads([{"email_from": spellings[0], "user_id": self.user_2.id}])
            leads = self._leads({"email_from": text} for text in spellings[1:])
            loaded = facts.load_leads([("id", "in", leads.ids)])
            with self.subTest(reason=reason):
                owners = {lead.repeat_user for lead in loaded.values()}
                self.assertEqual(owners, {self.user_2.id})
            (first + leads).unlink()

    def test_cost_does_not_grow(self):
        def queries(count):
            leads = self._leads(
                {"partner_name": f"Company {n}", "email_from": f"a{n}@b{n}.example"}
                for n in range(count)
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            find_duplicates(self.env, leads.ids, self.settings)
            return self.env.cr.sql_log_count - before

        self._mates(self._leads([{"partner_name": "Warm"}]))
        self.assertEqual(queries(5), queries(300))
