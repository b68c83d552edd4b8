from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DICTIONARIES, MATRIX, LadderCommon, matrix_cells


@tagged("post_install", "-at_install")
class TestSecurity(LadderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A number in each name and code: steps and directorates must not have the same ones.
        cls.counter = 0

    def _get_values(self, model, whose):
        type(self).counter += 1
        values = {"name": f"Record {self.counter}"}
        if model in ("crm.pain", "crm.differentiator"):
            values["directorate_id"] = self.directorates[whose].id
        elif model == "crm.ladder.of.recognition":
            values["code"] = f"step_{self.counter}"
        elif model == "crm.sales.directorate":
            # The user must be a member of the directorate already when it is read.
            values["user_ids"] = [
                Command.set(self.directorate_own.user_ids.ids if whose == "own" else [])
            ]
        return values

    def _perform(self, user, model, whose, letter):
        values = self._get_values(model, whose)
        if letter == "c":
            return self.env[model].with_user(user).create(values)
        record = self.env[model].create(values).with_user(user)
        self.env.flush_all()
        self.env.invalidate_all()
        if letter == "r":
            record.read(["name"])
            self.assertEqual(record.search([("id", "=", record.id)]), record)
        elif letter == "u":
            record.write({"name": "Changed"})
        else:
            record.unlink()

    def test_matrix(self):
        """Every cell of the table in common.py: role × model × whose × operation."""
        for role, model, whose, letter, allowed in matrix_cells():
            user = self.users_by_role[role]
            with self.subTest(role=role, model=model, whose=whose, operation=letter):
                if allowed:
                    self._perform(user, model, whose, letter)
                else:
                    # Who may create for the own directorate is told why not for another one.
                    may_create = "c" in MATRIX[role][0][0] and model in DICTIONARIES
                    error = ValidationError if letter == "c" and may_create else AccessError
                    with self.assertRaises(error):
                        self._perform(user, model, whose, letter)

    def test_a_new_member_edits_at_once(self):
        """Rules are cached per user: a change of members must not wait for the cache."""
        pain = self._create_pain(self.directorate_foreign).with_user(self.sales)
        with self.assertRaises(AccessError):
            pain.write({"name": "Changed"})
        self.directorate_foreign.user_ids = [Command.link(self.sales.id)]
        pain.write({"name": "Changed"})
        self.directorate_foreign.user_ids = [Command.unlink(self.sales.id)]
        with self.assertRaises(AccessError):
            pain.write({"name": "Changed again"})

    def test_last_member_removed(self):
        pain = self._create_pain().with_user(self.sales)
        self.directorate_own.user_ids = [Command.clear()]
        self.assertFalse(self.directorate_own.member_ids)
        self.assertEqual(pain.name, "Test Pain")
        with self.assertRaises(AccessError):
            pain.write({"name": "Changed"})
        pain.with_user(self.admin).write({"name": "Changed"})

    def test_own_record_cannot_be_moved_to_a_foreign_directorate(self):
        pain = self._create_pain().with_user(self.sales)
        with self.assertRaisesRegex(ValidationError, "not a member.*Own"):
            pain.directorate_id = self.directorate_foreign

    def test_other_company_is_out_of_sight(self):
        directorate_b = self._create_directorate(
            "Company B",
            company_id=self.company_b.id,
            user_ids=[],
        )
        pain_b = self._create_pain(directorate_b)
        differentiator_b = self.env["crm.differentiator"].create(
            {"name": "B", "directorate_id": directorate_b.id}
        )
        self.assertEqual(pain_b.company_id, self.company_b)
        for role in ("sales", "admin", "read_admin"):
            user = self.users_by_role[role]
            for record in (directorate_b, pain_b, differentiator_b):
                with self.subTest(role=role, model=record._name):
                    seen = record.with_user(user)
                    self.assertFalse(seen.search([("id", "=", record.id)]))
                    with self.assertRaises(AccessError):
                        seen.read(["name"])

    def test_member_in_both_companies(self):
        self.sales.company_ids = [Command.link(self.company_b.id)]
        directorate_b = self._create_directorate(
            "Company B", company_id=self.company_b.id, user_ids=[Command.set(self.sales.ids)]
        )
        pain_b = self._create_pain(directorate_b).with_user(self.sales)
        with self.assertRaises(AccessError):
            pain_b.with_context(allowed_company_ids=self.env.company.ids).read(["name"])
        both = pain_b.with_context(allowed_company_ids=self.sales.company_ids.ids)
        both.write({"name": "Changed"})

    def test_shared_directorate_is_seen_in_every_company(self):
        shared = self._create_directorate("Shared", company_id=False)
        self.sales.write(
            {"company_id": self.company_b.id, "company_ids": [Command.set(self.company_b.ids)]}
        )
        self.assertEqual(shared.with_user(self.sales).name, "Shared")
