from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestContentToRead(LadderCommon):
    """What is published can be read: a mere name counts for nothing."""

    def _give(self, content, what):
        if what == "file":
            self.env["ir.attachment"].create(
                {"name": "A.pdf", "raw": b"x", "res_model": content._name, "res_id": content.id}
            )
        elif what == "task":
            self._create_task(content, state="published")
        elif what != "nothing":
            content.write(dict([what]))

    def test_what_is_enough(self):
        """(what the content has, can it be published)."""
        for what, enough in (
            ("nothing", False),
            (("description", "<p>Text</p>"), True),
            (("description", "<p><br></p>"), False),
            (("description", False), False),
            (("folder_url", "https://files.example/1"), True),
            (("draft_url", "https://files.example/2"), True),
            (("color", 3), False),
            (("blocked_reason", "Text"), False),
            ("file", True),
            ("task", True),
        ):
            for user in (self.sales, self.admin):
                with self.subTest(what=what, user=user.login):
                    content = self._create_content(name="Bare", description=False)
                    self._give(content, what)
                    content = content.with_user(user)
                    if enough:
                        content.state = "published"
                        continue
                    with (
                        self.assertRaisesRegex(ValidationError, "“Bare” cannot be published.*task"),
                        self.cr.savepoint(),
                    ):
                        content.state = "published"

    def test_in_bulk_on_create_and_in_imports(self):
        Content = self.env["crm.content"]
        good = self._create_content(name="Good")
        bare = self._create_content(name="Bare", description=False)
        with self.assertRaisesRegex(ValidationError, "Bare"), self.cr.savepoint():
            (good + bare).write({"state": "published"})
        with self.assertRaisesRegex(ValidationError, "Bare"), self.cr.savepoint():
            self._create_content(name="Bare", description=False, state="published")
        result = Content.load(
            ["name", "state", "description", "directorate_id"],
            [["Bare", "Published", "", "Own"], ["Text", "Published", "<p>Text</p>", "Own"]],
        )
        self.assertEqual(Content.browse(result["ids"]).mapped("name"), ["Text"])
        self.assertIn("Bare", result["messages"][0]["message"])

    def test_it_stays_so(self):
        content = self._create_content(name="Text", state="published")
        with self.assertRaisesRegex(ValidationError, "“Text”"), self.cr.savepoint():
            content.description = False

    def test_queries_do_not_grow(self):
        contents = self.env["crm.content"]
        for number in range(12):
            content = self._create_content(name=f"No {number}", description=False)
            self._give(content, "task" if number % 2 else "file")
            contents += content
        contents[:1]._check_there_is_something()
        self.env.invalidate_all()
        contents.mapped("state")
        with self.assertQueryCount(3):
            contents._check_there_is_something()
