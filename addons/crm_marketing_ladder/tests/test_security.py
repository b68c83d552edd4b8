from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_open

from odoo.addons.crm_access.tests.shared import OutsiderCases

from .common import LadderCommon
from .matrix import CATALOGUES, MATRIX, NEEDS, as_rst, deal_cells, matrix_cells


@tagged("post_install", "-at_install")
class TestSecurity(OutsiderCases, LadderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A number in each name and code: steps and directorates must not have the same ones.
        cls.counter = 0

    def _get_values(self, model, whose):
        type(self).counter += 1
        number = self.counter
        directorate = self.directorates[whose].id
        if model in ("crm.content.task", "crm.content.publication"):
            content = self.env["crm.content"].create(
                {"name": "Of the Task", "directorate_id": directorate}
            )
            values = {"name": f"Task {number}", "content_id": content.id}
            if model == "crm.content.publication":
                return {"task_id": self.env["crm.content.task"].create(values).id}
            return values
        values = {"name": f"Record {number}"}
        if model == "crm.content.limit":
            self.env["crm.content.limit"].search([]).unlink()
            return {"state": "backlog", "limit": 3, "directorate_id": directorate}
        if model == "crm.sales.directorate":
            # The user must be a member of the directorate already when it is read.
            values["user_ids"] = [
                Command.set(self.directorate_own.user_ids.ids if whose == "own" else [])
            ]
        elif model in CATALOGUES:
            values["code"] = f"code_{number}"
        else:
            values["directorate_id"] = directorate
        if model == "crm.communication.goal":
            values.update(from_step_id=self.steps[0].id, to_step_id=self.steps[1].id)
        return values

    def _perform(self, user, model, whose, letter):
        values = self._get_values(model, whose)
        # Nobody but the administrator works on it: the rights come from the directorate alone.
        people = {"author_id", "user_id"} & set(self.env[model]._fields)
        values.update(dict.fromkeys(people, self.env.uid))
        if letter == "c":
            return self.env[model].with_user(user).create(values)
        record = self.env[model].create(values).with_user(user)
        field = "limit" if model == "crm.content.limit" else "name"
        if model == "crm.content.publication":
            field = "url"
        changed = {"limit": 4, "url": "https://example.com/x"}.get(field, "Changed")
        self.env.flush_all()
        self.env.invalidate_all()
        if letter == "r":
            record.read([field])
            self.assertEqual(record.search([("id", "=", record.id)]), record)
        elif letter == "u":
            record.write({field: changed})
        else:
            record.unlink()

    def test_matrix(self):
        """Every cell of the table in matrix.py: role × model × whose × operation."""
        for role, model, whose, letter, allowed in matrix_cells():
            user = self.users_by_role[role]
            with self.subTest(role=role, model=model, whose=whose, operation=letter):
                if allowed:
                    self._perform(user, model, whose, letter)
                else:
                    # Who may create for the own directorate is told why not for another one.
                    columns = {"crm.content": 2, "crm.marketing.list": 3, **dict.fromkeys(NEEDS, 0)}
                    column = columns.get(model, 1)
                    may_create = "c" in MATRIX[role][column][0] and "product_domain" in (
                        self.env[model]._fields
                    )
                    error = ValidationError if letter == "c" and may_create else AccessError
                    with self.assertRaises(error):
                        self._perform(user, model, whose, letter)

    def test_documentation_prints_the_matrix(self):
        with file_open("crm_marketing_ladder/readme/CONFIGURE.rst") as readme:
            text = readme.read()
        for table in as_rst():
            self.assertIn(table, text)

    def _create_deal(self, user, directorate):
        lead = self._create_lead(
            user_id=user.id,
            directorate_id=directorate.id,
            ladder_step_id=self.steps[0].id,
        )
        differentiators = self.env["crm.differentiator"].create(
            [{"name": name, "directorate_id": directorate.id} for name in ("A", "B")]
        )
        criterion = self.env["crm.lead.criterion"].create(
            {"lead_id": lead.id, "differentiator_id": differentiators[0].id}
        )
        content = self._create_content(directorate)
        sending = self.env["crm.content.sending"].create(
            {"lead_id": lead.id, "content_id": content.id}
        )
        return {
            "crm.lead": lead,
            "crm.lead.criterion": criterion,
            "crm.ladder.move": lead.ladder_move_ids,
            "crm.content.sending": sending,
            "other": differentiators[1],
        }

    def _perform_on_deal(self, user, deal, model, letter):
        record = deal[model].with_user(user)
        name = {"crm.lead": "name", "crm.lead.criterion": "note", "crm.ladder.move": "reason"}
        field = name.get(model, "content_id")
        lead = deal["crm.lead"]
        if letter == "c":
            values = {
                "crm.lead": {"name": "New", "user_id": lead.user_id.id},
                "crm.lead.criterion": {
                    "lead_id": lead.id,
                    "differentiator_id": deal["other"].id,
                },
                "crm.ladder.move": {
                    "lead_id": lead.id,
                    "direction": "up",
                    "date": "2026-01-01 00:00:00",
                },
                "crm.content.sending": {
                    "lead_id": lead.id,
                    "content_id": deal["crm.content.sending"].content_id.id,
                },
            }[model]
            record.create(values)
        elif letter == "r":
            record.read([field])
        elif letter == "u":
            record.write({field: record.sudo().content_id.id if field == "content_id" else "X"})
        else:
            record.unlink()

    def test_deal_matrix(self):
        """Every cell of the table of deals: who × model × whose × operation."""
        users = {
            **self.users_by_role,
            "salesman": self._create_user("m_own", "sales_team.group_sale_salesman"),
            "salesman_all": self._create_user("m_all", "sales_team.group_sale_salesman_all_leads"),
        }
        colleague = self._create_user("m_colleague", "sales_team.group_sale_salesman")
        self.directorate_own.user_ids = [
            Command.link(user.id) for user in (users["salesman"], users["salesman_all"], colleague)
        ]
        for who, model, whose, letter, allowed in deal_cells():
            user = users[who]
            # A portal user or a marketeer is nobody's salesperson: then a colleague is.
            sells = user.has_group("sales_team.group_sale_salesman")
            with self.subTest(who=who, model=model, whose=whose, operation=letter):
                owner = user if whose == "own" and sells else colleague
                directorate = (
                    self.directorate_foreign if whose == "foreign" else (self.directorate_own)
                )
                deal = self._create_deal(owner, directorate)
                self.env.flush_all()
                self.env.invalidate_all()
                if allowed:
                    self._perform_on_deal(user, deal, model, letter)
                else:
                    with self.assertRaises(AccessError):
                        self._perform_on_deal(user, deal, model, letter)

    def test_history_cannot_be_forged(self):
        salesman = self._create_user("m_forger", "sales_team.group_sale_salesman")
        deal = self._create_deal(salesman, self.directorate_own)
        move = deal["crm.ladder.move"].with_user(salesman)
        move.reason = "He said so"
        with self.assertRaisesRegex(AccessError, "cannot be changed, but for the reason"):
            move.direction = "up"

    def test_whoever_works_on_a_content_sees_it(self):
        content = self._create_content(self.directorate_foreign, author_id=self.env.uid)
        task = self._create_task(content, user_id=self.env.uid)
        for record in (content, task):
            with self.assertRaises(AccessError):
                record.with_user(self.sales).read(["name"])
        content.designer_id = self.sales
        task.user_id = self.sales
        self.assertEqual(content.with_user(self.sales).name, "Test Content")
        task.with_user(self.sales).state = "in_progress"
        with self.assertRaises(AccessError):
            content.with_user(self.sales).write({"name": "Changed"})

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
        values = {"name": "B", "directorate_id": directorate_b.id}
        content_b = self._create_content(directorate_b)
        task_b = self._create_task(content_b)
        others = [
            content_b,
            task_b,
            self.env["crm.content.publication"].create({"task_id": task_b.id}),
            self.env["crm.marketing.message"].create(values),
            self.env["crm.marketing.list"].create(values),
            self.env["crm.communication.goal"].create(
                {
                    **values,
                    "from_step_id": self.steps[0].id,
                    "to_step_id": self.steps[1].id,
                }
            ),
        ]
        lead_b = self._create_lead(company_id=self.company_b.id, ladder_step_id=self.steps[0].id)
        criterion_b = self.env["crm.lead.criterion"].create(
            {"lead_id": lead_b.id, "differentiator_id": differentiator_b.id}
        )
        sending_b = self.env["crm.content.sending"].create(
            {"lead_id": lead_b.id, "content_id": content_b.id}
        )
        deals = [lead_b, criterion_b, lead_b.ladder_move_ids, sending_b]
        salesman = self._create_user("all_leads", "sales_team.group_sale_salesman_all_leads")
        for record in deals:
            for user in (salesman, self.users_by_role["read_admin"]):
                with self.subTest(user=user.login, model=record._name):
                    seen = record.with_user(user)
                    self.assertFalse(seen.search([("id", "=", record.id)]))
                    with self.assertRaises(AccessError):
                        seen.read(["display_name"])
        for role in ("sales", "admin", "read_admin"):
            user = self.users_by_role[role]
            for record in (directorate_b, pain_b, differentiator_b, *others):
                with self.subTest(role=role, model=record._name):
                    seen = record.with_user(user)
                    self.assertFalse(seen.search([("id", "=", record.id)]))
                    with self.assertRaises(AccessError):
                        seen.read(["display_name"])

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

    def test_outsiders_read_no_field_of_ours(self):
        self._assert_outsiders_read_nothing(
            [self.users_by_role["portal"], self.users_by_role["public"]], "crm_marketing_ladder"
        )
