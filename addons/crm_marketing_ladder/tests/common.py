from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

from .matrix import DICTIONARIES, MATRIX

MODULE = "crm_marketing_ladder"
__all__ = ["DICTIONARIES", "LadderCommon"]

GROUPS = {
    "internal": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}


class LadderCommon(BaseCommon):
    """Two directorates with a product each, and a user of each role in the first of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Ladder Company B"})
        cls.users_by_role = dict(zip(MATRIX, cls._create_users(MATRIX), strict=True))
        steps = cls.env["crm.ladder.of.recognition"]
        steps.search([]).active = False
        cls.steps = steps.create(
            [
                {"name": name, "code": f"test_{name.lower()}", "sequence": 10 * number}
                for number, name in enumerate(("Zero", "One", "Two", "Three"))
            ]
        )
        cls.sales = cls.users_by_role["sales"]
        cls.admin = cls.users_by_role["admin"]
        cls.category = cls.env["product.category"].create({"name": "Ladder Category"})
        cls.subcategory = cls.env["product.category"].create(
            {"name": "Ladder Subcategory", "parent_id": cls.category.id}
        )
        cls.product_own = cls._create_product("Own Product")
        cls.product_foreign = cls._create_product("Foreign Product")
        cls.product_in_category = cls._create_product(
            "Product of the Subcategory", categ_id=cls.subcategory.id
        )
        cls.directorate_own = cls._create_directorate(
            "Own",
            sequence=-20,
            user_ids=[Command.set([user.id for user in cls.users_by_role.values()])],
            product_ids=[Command.set(cls.product_own.ids)],
            product_category_ids=[Command.set(cls.category.ids)],
        )
        cls.directorate_foreign = cls._create_directorate(
            "Foreign", sequence=-10, product_ids=[Command.set(cls.product_foreign.ids)]
        )
        cls.directorates = {
            "own": cls.directorate_own,
            "foreign": cls.directorate_foreign,
            "common": cls.env["crm.sales.directorate"],
        }

    @classmethod
    def _create_users(cls, roles):
        """A user of each role, made together: a third of the cost of one after the other."""

        def groups(role):
            names = GROUPS.get(role, f"base.group_user,{MODULE}.group_{role}")
            return [cls.env.ref(name).id for name in names.split(",")]

        return cls.env["res.users"].create(
            [
                {
                    "name": f"ladder_{role}",
                    "login": f"ladder_{role}",
                    "password": f"ladder_{role}",
                    "email": f"{role}@example.com",
                    "group_ids": [Command.set(groups(role))],
                }
                for role in roles
            ]
        )

    @classmethod
    def _create_product(cls, name, **vals):
        return cls.env["product.template"].create({"name": name, **vals})

    @classmethod
    def _create_directorate(cls, name, **vals):
        return cls.env["crm.sales.directorate"].create(
            {"name": name, "company_id": cls.env.company.id, **vals}
        )

    @classmethod
    def _create_pain(cls, directorate=None, **vals):
        directorate = cls.directorate_own if directorate is None else directorate
        return cls.env["crm.pain"].create(
            {"name": "Test Pain", "directorate_id": directorate.id, **vals}
        )

    @classmethod
    def _create_team(cls, name="Ladder Team", users=None):
        return cls.env["crm.team"].create(
            {
                "name": name,
                "company_id": False,
                "crm_team_member_ids": [
                    Command.create({"user_id": user.id}) for user in users or []
                ],
            }
        )

    @classmethod
    def _create_user(cls, login, *groups):
        return new_test_user(cls.env, login, groups=",".join(("base.group_user", *groups)))

    @classmethod
    def _create_lead(cls, **vals):
        return cls.env["crm.lead"].create(
            {"name": "Test Deal", "type": "opportunity", "user_id": False, **vals}
        )

    @classmethod
    def _create_content(cls, directorate=None, **vals):
        directorate = cls.directorate_own if directorate is None else directorate
        return cls.env["crm.content"].create(
            {
                "name": "Test Content",
                "description": "<p>Text</p>",
                "directorate_id": directorate.id,
                **vals,
            }
        )

    @classmethod
    def _create_task(cls, content, **vals):
        return cls.env["crm.content.task"].create({"content_id": content.id, **vals})

    @classmethod
    def _publish(cls, content, url="https://example.com/page"):
        """Bring a content out: one task, one publication."""
        task = cls._create_task(content, state="approval")
        cls.env["crm.content.publication"].create(
            {"task_id": task.id, "state": "published", "url": url}
        )
        task.state = "published"
        return content
