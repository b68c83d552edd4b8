from unittest.mock import patch

from odoo.fields import Command
from odoo.tests.common import new_test_user

from odoo.addons.base.tests.common import BaseCommon

from ..models.crm_assignment_run import CrmAssignmentRun


def in_one_transaction():
    """A patcher: runs leave the transaction to the test, which rolls it back."""
    return patch.object(CrmAssignmentRun, "_commits_batches", lambda self: False)


class LeadAssignCommon(BaseCommon):
    """Two salespeople, a manager, and teams that no other data disturbs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(in_one_transaction())
        # Teams of the database (demo data, or a copy of somebody's own) stay out of it.
        cls.env["crm.team"].search([]).action_archive()
        cls.env["crm.lead"].search([("user_id", "=", False)]).action_archive()
        groups = "base.group_user,sales_team.group_sale_salesman"
        cls.user_1 = new_test_user(cls.env, "lead_assign_1", groups)
        cls.user_2 = new_test_user(cls.env, "lead_assign_2", groups)
        cls.manager = new_test_user(
            cls.env, "lead_assign_manager", "base.group_user,sales_team.group_sale_manager"
        )
        cls.us = cls.env.ref("base.us")
        cls.ca = cls.env.ref("base.ca")
        cls.fr = cls.env.ref("base.fr")
        cls.cron = cls.env.ref("crm.ir_cron_crm_lead_assign")

    @classmethod
    def _create_team(cls, name, domain="[]", members=(), **values):
        """A team. ``members``: ``(user, member domain, capacity)`` each."""
        return cls.env["crm.team"].create(
            {
                "name": name,
                "assignment_domain": domain,
                "company_id": False,
                "use_leads": True,
                "crm_team_member_ids": [
                    Command.create(
                        {
                            "user_id": user.id,
                            "assignment_domain": member_domain,
                            "assignment_max": capacity,
                        }
                    )
                    for user, member_domain, capacity in members
                ],
                **values,
            }
        )

    @classmethod
    def _create_leads(cls, *countries, **values):
        return cls.env["crm.lead"].create(
            [
                {
                    "name": f"Lead {number}",
                    "type": "lead",
                    "country_id": country.id if country else False,
                    "team_id": False,
                    "user_id": False,
                    "company_id": False,
                    **values,
                }
                for number, country in enumerate(countries)
            ]
        )

    def _run_schedule(self):
        """The scheduled action as the scheduler runs it, committing inside the test."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()
