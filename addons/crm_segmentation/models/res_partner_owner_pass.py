# pylint: disable=consider-merging-classes-inherited
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_owner_operation import AT_ONCE


class ResPartner(models.Model):
    """A company passes its owner on to its persons, when somebody asks for it."""

    _inherit = "res.partner"

    owner_to_persons = fields.Boolean(
        string="Also Its Persons",
        compute="_compute_owner_to_persons",
        inverse="_inverse_owner_to_persons",
        groups="base.group_user",
        help="Give the owner of the company to all its persons as well. It can be undone under "
        "CRM > Segmentation > Releases and Handovers.",
    )

    def _compute_owner_to_persons(self):
        self.owner_to_persons = False

    def _inverse_owner_to_persons(self):
        companies = self.filtered(lambda p: p.owner_to_persons and p.is_company and p.user_id)
        if companies:
            companies._pass_owner_on()

    @api.model
    def _get_persons_domain(self, company_ids):
        """Persons of companies; branches and addresses keep what they have."""
        return (
            Domain("commercial_partner_id", "in", list(company_ids))
            & Domain("is_company", "=", False)
            & Domain("type", "=", "contact")
            & Domain("id", "not in", list(company_ids))
        )

    def action_pass_owner_on(self):
        """Ask which persons of these companies get their owner (the button)."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pass the Owner on to Persons"),
            "res_model": "crm.owner.pass",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_ids": self.ids},
        }

    def pass_owner_on(self, only_empty=False):
        """Give the owner of these companies to their persons.

        Cost: two statements and one write per owner, whatever the number of persons.

        :param bool only_empty: only persons without owner
        :return: id of the ``crm.owner.operation``, False when no person would change
        :raises UserError: when a company has no owner
        :raises AccessError: when the user may not write the companies
        """
        self.check_access("write")
        for company in self:
            if not company.user_id:
                raise UserError(
                    self.env._(
                        "%(company)s has no owner to pass on: choose a Salesperson first.",
                        company=company.display_name,
                    )
                )
        return self._pass_owner_on(only_empty).id

    def _pass_owner_on(self, only_empty=False):
        self.flush_recordset(["user_id"])
        persons = self._search(self._get_persons_domain(self.ids))
        # sudo: operations are written by what is done, never by users. Which persons: those
        # the user sees, and of them those he may write.
        operation = (
            self.env["crm.owner.operation"]
            .sudo()
            .create(
                {
                    "kind": "company",
                    "state": "running",
                    "user_id": self.env.uid,
                    "description": ", ".join(self[:3].mapped("display_name")),
                }
            )
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_owner_operation_line (operation_id, partner_id, old_user_id,
                                                      new_user_id, state)
                     SELECT %s, person.id, person.user_id, company.user_id, 'planned'
                       FROM res_partner person
                       JOIN res_partner company ON company.id = person.commercial_partner_id
                      WHERE person.id IN %s
                        AND person.user_id IS DISTINCT FROM company.user_id
                        AND company.user_id IS NOT NULL
                        AND (person.user_id IS NULL OR NOT %s)
                """,
                operation.id,
                persons.subselect(),
                only_empty,
            )
        )
        count = self.env.cr.rowcount
        operation.invalidate_recordset(flush=False)
        if not count:
            operation.unlink()
            return operation.browse()
        operation = operation.sudo(self.env.su)
        if count > AT_ONCE:
            operation._continue_later()
        else:
            operation._apply_lines(AT_ONCE)
            operation._finish()
        return operation
