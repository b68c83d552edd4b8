from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestCrmContent(LadderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pain = cls._create_pain()
        cls.message = cls.env["crm.marketing.message"].create(
            {
                "name": "Message",
                "directorate_id": cls.directorate_own.id,
                "ladder_step_id": cls.steps[1].id,
                "pain_ids": [Command.set(cls.pain.ids)],
            }
        )
        cls.content = cls._create_content(marketing_message_id=cls.message.id)
        cls.formats = cls.env["crm.content.format"].create(
            [
                {"name": "Test Article", "code": "test_article", "modality": "text"},
                {"name": "Test Podcast", "code": "test_podcast", "modality": "audio"},
            ]
        )

    def test_tables_and_states(self):
        self.assertEqual(self.env["crm.content"]._table, "crm_content")
        states = [key for key, _label in self.env["crm.content"]._fields["state"].selection]
        self.assertEqual(states[0], "thematic_pool")
        self.assertEqual(states[-2:], ["published", "cancelled"])
        self.assertEqual(len(states), 9)

    def test_defaults(self):
        content = self.env["crm.content"].with_user(self.sales).create({"name": "Idea"})
        self.assertEqual(content.state, "thematic_pool")
        self.assertEqual(content.author_id, self.sales)
        self.assertEqual(content.directorate_id, self.directorate_own)

    def test_step_and_pains_come_from_the_message(self):
        self.assertEqual(self.content.ladder_step_id, self.steps[1])
        self.assertEqual(self.content.covered_pain_ids, self.pain)
        other = self._create_pain(name="Other")
        self.content.pain_id = other
        self.assertEqual(self.content.covered_pain_ids, self.pain | other)
        self.content.ladder_step_id = self.steps[2]
        self.message.ladder_step_id = self.steps[0]
        self.assertEqual(self.content.ladder_step_id, self.steps[2])

    def test_child_copies_the_message_of_its_master(self):
        child = (
            self.env["crm.content"]
            .with_user(self.sales)
            .create({"name": "Child", "master_content_id": self.content.id})
        )
        self.assertEqual(child.marketing_message_id, self.message)
        self.assertEqual(child.directorate_id, self.directorate_own)
        other = self.message.copy({"name": "Other"})
        child.marketing_message_id = other
        self.content.marketing_message_id = False
        self.assertEqual(child.marketing_message_id, other)

    def test_child_in_the_form(self):
        form = Form(self.env["crm.content"].with_user(self.sales))
        form.name = "Child"
        form.master_content_id = self.content
        self.assertEqual(form.marketing_message_id, self.message)

    def test_cyclic_master(self):
        child = self._create_content(master_content_id=self.content.id)
        with self.assertRaisesRegex(ValidationError, "“Test Content” cannot be under itself"):
            self.content.master_content_id = child
        with self.assertRaises(ValidationError):
            self.content.master_content_id = self.content

    def test_task_defaults(self):
        self.content.expert_id = self.admin
        task = (
            self.env["crm.content.task"]
            .with_user(self.sales)
            .create({"content_id": self.content.id, "format_id": self.formats[1].id})
        )
        self.assertEqual(task.name, "Test Content")
        self.assertEqual(task.modality, "audio")
        self.assertEqual(task.user_id, self.sales)
        self.assertEqual(task.verifier_id, self.admin)
        task.format_id = self.formats[0]
        self.assertEqual(task.modality, "text")
        task.modality = "video"
        self.assertEqual(task.modality, "video")

    def test_published_by_itself(self):
        tasks = self._create_task(self.content) | self._create_task(self.content)
        tasks[0].state = "published"
        self.assertEqual(self.content.state, "thematic_pool")
        tasks[1].state = "cancelled"
        self.assertEqual(self.content.state, "published")
        self.assertTrue(self.content.publication_date)
        self.assertIn("All tasks are published", self.content.message_ids[0].body)

    def test_cancelled_by_itself(self):
        tasks = self._create_task(self.content) | self._create_task(self.content)
        tasks.write({"state": "cancelled"})
        self.assertEqual(self.content.state, "cancelled")

    def test_rolled_up_when_the_last_open_task_is_deleted(self):
        done = self._create_task(self.content)
        still_open = self._create_task(self.content)
        done.state = "published"
        still_open.unlink()
        self.assertEqual(self.content.state, "published")

    def test_rolled_up_for_whoever_may_not_edit_the_content(self):
        content = self._create_content(self.directorate_foreign)
        task = self._create_task(content, user_id=self.sales.id)
        task.with_user(self.sales).state = "published"
        self.assertEqual(content.state, "published")

    def test_open_tasks_prevent_publishing(self):
        self._create_task(self.content, name="Write", state="approval")
        with self.assertRaisesRegex(
            ValidationError, "“Test Content” cannot be published.*“Write”.*“Approval”"
        ):
            self.content.state = "published"

    def test_tasks_prevent_cancelling(self):
        task = self._create_task(self.content, name="Write")
        with self.assertRaisesRegex(ValidationError, "cannot be cancelled.*“Write”"):
            self.content.state = "cancelled"
        task.state = "cancelled"
        self.assertEqual(self.content.state, "cancelled")

    def test_published_is_not_cancelled(self):
        self.content.state = "published"
        with self.assertRaisesRegex(ValidationError, "is published. Move it to another state"):
            self.content.state = "cancelled"
        self.content.state = "correction"
        self.content.state = "cancelled"

    def test_cancelled_tasks_do_not_cancel_a_published_content(self):
        task = self._create_task(self.content)
        task.state = "published"
        task.state = "cancelled"
        self.assertEqual(self.content.state, "published")

    def test_cancelled_content_takes_no_open_task(self):
        self.content.state = "cancelled"
        with self.assertRaisesRegex(
            ValidationError, "“Test Content” cannot be open: its content is canc"
        ):
            self._create_task(self.content)

    def test_roll_up_of_many_in_few_queries(self):
        contents = self.env["crm.content"].create(
            [{"name": f"C {n}", "directorate_id": self.directorate_own.id} for n in range(20)]
        )
        tasks = self.env["crm.content.task"].create([{"content_id": c.id} for c in contents])
        tasks.write({"state": "published"})
        self.assertEqual(set(contents.mapped("state")), {"published"})
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            contents._roll_up_state()

    def test_responsible_has_an_activity(self):
        task = self._create_task(self.content, user_id=self.sales.id, date_deadline="2026-05-01")
        self.assertEqual(task.activity_ids.user_id, self.sales)
        self.assertEqual(str(task.activity_ids.date_deadline), "2026-05-01")
        task.user_id = self.admin
        self.assertEqual(task.activity_ids.user_id, self.admin)
        task.state = "published"
        self.assertFalse(task.activity_ids)

    def test_publication_without_an_address(self):
        task = self._create_task(self.content)
        publication = self.env["crm.content.publication"].create({"task_id": task.id})
        self.assertEqual(publication.state, "draft")
        with self.assertRaisesRegex(ValidationError, "without an address. Fill in the URL"):
            publication.state = "published"
        with self.assertRaisesRegex(ValidationError, "no web address"):
            publication.url = "example"
        for bad in ("javascript:alert(1)", "https://", "http://[::1"):
            with self.assertRaises(ValidationError):
                publication.url = bad
        publication.write({"url": "https://example.com/x", "state": "published"})
        self.assertTrue(publication.date)
        self.assertEqual(self.content.url, "https://example.com/x")

    def test_address_finds_the_channel(self):
        wide, narrow = self.env["crm.content.channel"].create(
            [
                {"name": "Wide", "code": "test_wide", "address": "www.example.net"},
                {"name": "Blog", "code": "test_blog", "address": "https://example.net/blog"},
            ]
        )
        task = self._create_task(self.content)
        create = self.env["crm.content.publication"].create
        for url, channel in (
            ("https://www.example.net/blog/x", narrow),
            ("http://example.net/blogger", wide),
            ("https://shop.example.net/", wide),
            ("https://notexample.net/", wide.browse()),
        ):
            publication = create({"task_id": task.id, "url": url})
            self.assertEqual(publication.channel_id, channel, url)
        publication.channel_id = narrow
        publication.url = "https://elsewhere.example.org/"
        self.assertEqual(publication.channel_id, narrow)

    def test_channel_with_a_bad_address(self):
        with self.assertRaisesRegex(ValidationError, "“nothing” is no address for the channel"):
            self.env["crm.content.channel"].create(
                {"name": "Bad", "code": "test_bad", "address": "nothing"}
            )

    def test_scripts_are_taken_out(self):
        self.content.description = "<p onclick='x()'>Good</p><script>alert(1)</script>"
        self.message.text = "<p>Good</p><script>alert(1)</script>"
        for text in (self.content.description, self.message.text):
            self.assertIn("Good", text)
            self.assertNotIn("script", text)
            self.assertNotIn("onclick", text)
        with self.assertRaisesRegex(ValidationError, "is no link"):
            self.content.draft_url = "javascript:alert(1)"

    def test_board(self):
        limits = self.env["crm.content.limit"]
        limits.search([]).unlink()
        limits.create({"state": "backlog", "limit": 1})
        limits.create({"state": "backlog", "limit": 2, "directorate_id": self.directorate_own.id})
        urgent = self._create_content(name="Urgent", expedite=True, state="backlog")
        self._create_content(name="Out", expedite=True, state="published")
        domain = [("directorate_id", "=", self.directorate_own.id)]
        board = self.env["crm.content"].with_user(self.sales).get_board_summary(domain)
        self.assertEqual(board["limits"], {"backlog": 1})
        self.assertEqual([row["name"] for row in board["expedited"]], [urgent.name])
        self.assertEqual(board["counts"]["backlog"], 1)
        own = self.env["crm.content"].get_board_summary(domain, self.directorate_own.id)
        self.assertEqual(own["limits"], {"backlog": 2})
        self.assertTrue(self.env["crm.content"].search([], limit=1).expedite)

    def test_board_action_of_a_directorate(self):
        action = self.directorate_own.action_view_board()
        self.assertEqual(action["context"]["board_directorate_id"], self.directorate_own.id)

    def test_all_columns_are_shown(self):
        contents = self.env["crm.content"].with_context(read_group_expand=True)
        board = contents.web_read_group([("id", "=", self.content.id)], ["state"])
        self.assertEqual(len(board["groups"]), 9)

    def test_copy_starts_anew(self):
        self.content.state = "published"
        copy = self.content.copy()
        self.assertEqual(copy.state, "thematic_pool")
        self.assertFalse(copy.publication_date)

    def test_used_records_are_not_deleted(self):
        for record, label in (
            (self.pain, "marketing messages: 1"),
            (self.message, "contents: 1"),
            (self.steps[1], "marketing messages: 1"),
        ):
            with self.assertRaisesRegex(
                UserError, rf"cannot be deleted, because it is used \({label}\)"
            ):
                record.unlink()

    def test_import_with_foreign_codes(self):
        """A code that does not exist is refused with its name; the other row is in."""
        result = (
            self.env["crm.content"]
            .with_user(self.sales)
            .load(
                ["name", "ladder_step_id", "directorate_id"],
                [["Good", "test_one", "Own"], ["Bad", "step_of_another_system", "Own"]],
            )
        )
        self.assertEqual(self.env["crm.content"].browse(result["ids"]).mapped("name"), ["Good"])
        [message] = result["messages"]
        self.assertEqual(message["record"], 1)
        self.assertIn("step_of_another_system", message["message"])

    def test_counts_and_buttons(self):
        self.assertEqual(self.pain.message_count, 1)
        self.assertEqual(self.pain.content_count, 1)
        self.assertEqual(self.message.content_count, 1)
        action = self.pain.action_view_messages()
        self.assertEqual(self.env["crm.marketing.message"].search(action["domain"]), self.message)
        self.assertEqual(action["context"]["default_pain_ids"], self.pain.ids)
