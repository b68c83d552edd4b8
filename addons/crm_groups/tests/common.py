from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

from ..switches import NO_FOLLOW


class CrmGroupsCommon(BaseCommon):
    """Groups, contacts, and one user per role.

    =============== ====== ============ =============
    user            groups memberships  contacts
    =============== ====== ============ =============
    user_plain      read   read         read
    user_contacts   read   read         write
    user_sales      read   write        write
    user_manager    write  write        write
    user_local      write  write        write
    user_portal     none   none         own
    user_public     none   none         none
    =============== ====== ============ =============

    All work in one company, but user_manager, who works in all: groups that companies share are
    his alone to write. user_b is a sales administrator of company B.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Group = cls.env["crm.contact.group"]
        cls.Member = cls.env["crm.contact.group.member"]
        cls.Partner = cls.env["res.partner"]
        cls.customers = cls._create_group("Test customers")
        cls.dealers = cls._create_group("Test dealers", parent_id=cls.customers.id, code="T-DEAL")
        cls.vips = cls._create_group("Test VIP dealers", parent_id=cls.dealers.id)
        cls.north, cls.south, cls.east = cls.Partner.create(
            [
                {"name": "Test North Ltd", "is_company": True, "ref": "crm-groups-test"},
                {"name": "Test South Ltd", "is_company": True, "ref": "crm-groups-test"},
                {"name": "Test East Ltd", "is_company": True, "ref": "other"},
            ]
        )
        cls.person = cls.Partner.create({"name": "Test Person", "ref": "crm-groups-test"})
        cls.rule = [("ref", "=", "crm-groups-test")]

    @classmethod
    def _create_users(cls):
        cls.company_b = cls.env["res.company"].create({"name": "Test Company B"})
        groups_by_name = {
            "plain": "base.group_user",
            "contacts": "base.group_user,base.group_partner_manager",
            # sales_team alone lets nobody write contacts; crm and sale do.
            "sales": "sales_team.group_sale_salesman,base.group_partner_manager",
            "manager": "sales_team.group_sale_manager,base.group_partner_manager",
            "local": "sales_team.group_sale_manager,base.group_partner_manager",
            "portal": "base.group_portal",
            "public": "base.group_public",
        }
        # Together, which costs a third of one after the other.
        users = cls.env["res.users"].create(
            [
                {
                    "name": f"crm_groups_{name}",
                    "login": f"crm_groups_{name}",
                    "password": f"crm_groups_{name}",
                    "email": f"{name}@example.com",
                    "group_ids": [Command.set([cls.env.ref(n).id for n in groups.split(",")])],
                }
                for name, groups in groups_by_name.items()
            ]
        )
        for name, user in zip(groups_by_name, users, strict=True):
            setattr(cls, f"user_{name}", user)
        everywhere = cls.env["res.company"].search([])
        cls.user_manager.company_ids = [Command.set(everywhere.ids)]
        cls.user_b = new_test_user(
            cls.env,
            "crm_groups_b",
            "sales_team.group_sale_manager",
            company_id=cls.company_b.id,
            company_ids=[Command.set(cls.company_b.ids)],
        )

    @classmethod
    def _create_group(cls, name, **values):
        return cls.env["crm.contact.group"].create({"name": name, **values})

    @classmethod
    def _create_smart(cls, name="Test smart", domain=None, **values):
        domain = str(cls.rule if domain is None else domain)
        return cls._create_group(name, **{"kind": "smart", "domain": domain, **values})

    @staticmethod
    def _unfollowed(contacts):
        """The contacts, changed as by a night without the rules looking."""
        return NO_FOLLOW.on(contacts)

    def _get_member(self, group, partner):
        return self.Member.search([("group_id", "=", group.id), ("partner_id", "=", partner.id)])

    def _assert_member(self, group, partner, state, source=None):
        member = self._get_member(group, partner)
        self.assertEqual(member.state, state)
        if source:
            self.assertEqual(member.source, source)
        self._assert_in_step(group)

    def _assert_in_step(self, groups):
        """The contacts' field shows exactly the rows that are in."""
        for group in groups:
            rows = self.Member.search([("group_id", "=", group.id), ("state", "=", "in")])
            found = self.Partner.with_context(active_test=False).search(
                [("contact_group_ids", "in", group.ids)]
            )
            self.assertEqual(rows.partner_id, found & rows.partner_id)
            self.assertFalse(found - rows.partner_id)
            for partner in found:
                self.assertIn(group, partner.with_context(active_test=False).contact_group_ids)
