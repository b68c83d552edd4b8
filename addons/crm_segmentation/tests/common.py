from odoo.fields import Command

from odoo.addons.base.tests.common import BaseCommon

# Who may do what with the type dictionaries. The security test is made from this table.
#   role               groups                                       read   write  create unlink
ROLES = {
    "public": ("base.group_public", (False, False, False, False)),
    "portal": ("base.group_portal", (False, False, False, False)),
    "internal": ("base.group_user", (True, False, False, False)),
    "salesman": ("sales_team.group_sale_salesman", (True, False, False, False)),
    "all_leads": ("sales_team.group_sale_salesman_all_leads", (True, False, False, False)),
    "sales_manager": ("sales_team.group_sale_manager", (True, True, True, True)),
}
OPERATIONS = ("read", "write", "create", "unlink")


class SegmentationCommon(BaseCommon):
    """Two companies, a user of each role, and a type of each kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Defaults and codes that the database happens to have must not decide a test.
        cls.env["crm.type"].search([("is_default", "=", True)]).is_default = False
        cls.company_b = cls.env["res.company"].create({"name": "Segmentation Company B"})
        users = cls._create_users({f"seg_{role}": groups for role, (groups, _) in ROLES.items()})
        cls.users_by_role = dict(zip(ROLES, users, strict=True))
        cls.salesman = cls.users_by_role["salesman"]
        # In all companies, which share what these tests make; the other one in the first alone.
        cls.sales_manager = cls.users_by_role["sales_manager"]
        cls.sales_manager.company_ids = [Command.set(cls.env["res.company"].search([]).ids)]
        [cls.local_manager] = cls._create_users({"seg_local_manager": ROLES["sales_manager"][0]})
        cls.type_person = cls._create_type("contact", "test_person")
        cls.type_company = cls._create_type("company", "test_company")
        cls.type_deal = cls._create_type("deal", "test_deal")

    @classmethod
    def _create_users(cls, groups_by_login):
        """Users made together, which costs a third of one after the other."""
        split = {login: groups.split(",") for login, groups in groups_by_login.items()}
        return cls.env["res.users"].create(
            [
                {
                    "name": login,
                    "login": login,
                    "password": f"{login}-password",
                    "email": f"{login}@example.com",
                    "group_ids": [Command.set([cls.env.ref(xmlid).id for xmlid in groups])],
                }
                for login, groups in split.items()
            ]
        )

    @classmethod
    def _create_type(cls, kind, code, **vals):
        return cls.env["crm.type"].create(
            {"name": code.replace("_", " ").title(), "kind": kind, "code": code, **vals}
        )

    @classmethod
    def _create_lead(cls, **vals):
        return cls.env["crm.lead"].create({"name": "Test Deal", "type": "opportunity", **vals})

    @classmethod
    def _create_contact(cls, **vals):
        return cls.env["res.partner"].create({"name": "Test Contact", **vals})
