from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

MODULE = "crm_marketing_ladder"

# Who may do what: one letter for each operation, c(reate) r(ead) u(pdate) d(elete).
# "own" are the records of the sales directorates that the user is a member of, "foreign" those of
# another one, "common" those of none. Directorates and ladder steps belong to nobody.
# The security test is made from this table.
#
#   role                   pain, differentiator           directorate  ladder step
#                          own     foreign  common
MATRIX = {
    "sales": (("crud", "r", "r"), "r", "r"),
    "manager": (("crud", "r", "r"), "r", "r"),
    "marketeer": (("crud", "r", "r"), "r", "cru"),
    "pam": (("crud", "r", "r"), "r", "r"),
    "presale": (("crud", "r", "r"), "r", "r"),
    "certificate_manager": (("crud", "r", "r"), "r", "r"),
    "admin": (("crud", "crud", "crud"), "crud", "crud"),
    "read_admin": (("r", "r", "r"), "r", "r"),
    # No CRM role at all.
    "internal": (("", "", ""), "", ""),
    "portal": (("", "", ""), "", ""),
    "public": (("", "", ""), "", ""),
}
GROUPS = {
    "internal": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
DICTIONARIES = ("crm.pain", "crm.differentiator")


def matrix_cells():
    """Unfold the table.

    :return: (role, model, whose, letter of the operation, allowed)
    """
    for role, (dictionaries, directorate, step) in MATRIX.items():
        rights = {
            (model, whose): letters
            for model in DICTIONARIES
            for whose, letters in zip(("own", "foreign", "common"), dictionaries, strict=True)
        }
        rights["crm.sales.directorate", "own"] = directorate
        rights["crm.sales.directorate", "foreign"] = directorate
        rights["crm.ladder.of.recognition", "common"] = step
        for (model, whose), letters in rights.items():
            for letter in "crud":
                yield role, model, whose, letter, letter in letters


class LadderCommon(BaseCommon):
    """Two directorates with a product each, and a user of each role in the first of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Ladder Company B"})
        cls.users_by_role = {
            role: new_test_user(
                cls.env,
                f"ladder_{role}",
                groups=GROUPS.get(role, f"base.group_user,{MODULE}.group_{role}"),
            )
            for role in MATRIX
        }
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
