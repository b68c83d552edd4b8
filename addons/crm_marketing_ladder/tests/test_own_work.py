from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LadderCommon

WORKERS = ("sales", "manager", "marketeer", "pam", "presale", "certificate_manager")


@tagged("post_install", "-at_install")
class TestOwnWork(LadderCommon):
    """Being named on a task is a right; naming oneself is none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls._create_content(cls.directorate_foreign, name="Foreign Content")
        cls.own = cls._create_content(name="Own Content")
        cls.env.flush_all()

    def _assert_refused(self, way, user, deed):
        before = self._get_state()
        with self.subTest(way=way, user=user.login):
            with self.assertRaises(AccessError) as caught, self.cr.savepoint():
                deed()
                self.env.flush_all()
            self.assertNotIn("Foreign Content", str(caught.exception))
            self.env.invalidate_all()
            self.assertEqual(self._get_state(), before)

    def test_forms_name_nothing_of_others(self):
        """A number in a form is no way to the name of a content, task or directorate."""
        task = self._create_task(self.foreign, name="Foreign Task")
        self.env.flush_all()
        forms = (
            ("crm.content.task", {"content_id": self.foreign.id}),
            ("crm.content.publication", {"task_id": task.id}),
            ("crm.lead", {"directorate_id": self.directorate_foreign.id}),
            ("res.partner", {"directorate_id": self.directorate_foreign.id}),
        )
        for login in ("sales", "marketeer"):
            for model, values in forms:
                mine = self.env[model].with_user(self.users_by_role[login])
                spec = {
                    "display_name": {},
                    **{name: {"fields": {"display_name": {}}} for name in values},
                }
                with (
                    self.subTest(user=login, model=model),
                    self.assertRaises(AccessError) as caught,
                    self.cr.savepoint(),
                ):
                    mine.onchange(values, list(values), spec)
                self.assertNotIn("Foreign", str(caught.exception))

    def _get_state(self):
        self.env.flush_all()
        publications = self.env["crm.content.publication"].search([], order="id")
        tasks = self.env["crm.content.task"].search([], order="id")
        return (
            self.foreign.state,
            self.foreign.url,
            [(row.id, row.task_id.id, row.state) for row in publications],
            [(row.id, row.content_id.id, row.state) for row in tasks],
        )

    def _get_ways(self, user):
        """Return what somebody may try who is named on nothing but his own task."""
        theirs = self._create_task(self.foreign, user_id=self.admin.id, state="approval")
        mine = self._create_task(self.own, user_id=user.id, state="approval")
        made = self.env["crm.content.publication"].create(
            {"task_id": mine.id, "user_id": user.id, "url": "https://example.com/mine"}
        )
        self.env.flush_all()
        theirs, mine, made = (records.with_user(user) for records in (theirs, mine, made))
        link = {"url": "https://example.com/evil", "state": "published"}
        foreign = {"content_id": self.foreign.id}
        named = {"default_content_id": self.foreign.id, "default_user_id": user.id}
        return {
            "new task": lambda: mine.create({**foreign, "user_id": user.id, "state": "cancelled"}),
            "new task to verify": lambda: mine.create({**foreign, "verifier_id": user.id}),
            "default": lambda: mine.with_context(**named).create({"name": "x"}),
            "new publication": lambda: made.create(
                {"task_id": theirs.id, "user_id": user.id, **link}
            ),
            "own task moved": lambda: mine.write(foreign),
            "own task moved, done": lambda: mine.write({**foreign, "state": "published"}),
            "own publication moved": lambda: made.write({"task_id": theirs.id, **link}),
            "takes over": lambda: theirs.write({"user_id": user.id}),
            "deletes": theirs.unlink,
        }

    def test_naming_oneself_is_no_right(self):
        for role in WORKERS:
            user = self.users_by_role[role]
            for way, deed in self._get_ways(user).items():
                self._assert_refused(way, user, deed)

    def test_whoever_was_named_does_the_work(self):
        for role in WORKERS:
            user = self.users_by_role[role]
            for field_name in ("user_id", "verifier_id"):
                with self.subTest(user=user.login, field=field_name):
                    content = self._create_content(self.directorate_foreign)
                    task = self._create_task(
                        content, **{"user_id": self.admin.id, field_name: user.id}
                    )
                    self.env.flush_all()
                    self.env.invalidate_all()
                    mine = task.with_user(user)
                    mine.write({"description": "Text", "state": "approval"})
                    publication = self.env["crm.content.publication"].with_user(user)
                    publication.create(
                        {
                            "task_id": mine.id,
                            "url": "https://example.com/done",
                            "state": "published",
                        }
                    )
                    mine.state = "published"
                    self.env.invalidate_all()
                    self.assertEqual(content.state, "published")
                    self.assertEqual(content.url, "https://example.com/done")
                    with self.assertRaises(AccessError):
                        mine.unlink()

    def test_lists_of_ones_own_work_are_read(self):
        """One row whose task or content is out of sight does not spoil the list."""
        for role in WORKERS:
            user = self.users_by_role[role]
            content = self._create_content(self.directorate_foreign)
            task = self._create_task(content, user_id=self.admin.id)
            made = self.env["crm.content.publication"].create(
                {"task_id": task.id, "user_id": user.id}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            found = made.with_user(user).search_read(
                [("user_id", "=", user.id)], ["display_name", "state"]
            )
            self.assertIn(made.id, [row["id"] for row in found])
