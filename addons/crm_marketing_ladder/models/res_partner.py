from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import sql

from odoo.addons.crm_access.names import get_told_name


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Internal users only: where a customer stands is not for the customer's eyes.
    directorate_id = fields.Many2one(
        "crm.sales.directorate",
        groups="base.group_user",
        string="Sales Directorate",
        index="btree_not_null",
        ondelete="restrict",
        help="Filled in on companies with the first sales directorate of whoever makes them.",
    )
    ladder_step_id = fields.Many2one(
        "crm.ladder.of.recognition",
        groups="base.group_user",
        compute="_compute_ladder_step_id",
        inverse="_inverse_ladder_step_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The highest step of the contact's deals, unless it was set by hand. Empty it to go "
        "back to the deals.",
    )
    ladder_step_manual_id = fields.Many2one(
        "crm.ladder.of.recognition",
        string="Ladder Step Set by Hand",
        groups="base.group_user",
        ondelete="restrict",
        technical=True,
    )

    def _auto_init(self):
        # No deal stands on a step yet: a million contacts need not be computed.
        if not sql.column_exists(self.env.cr, self._table, "ladder_step_id"):
            sql.create_column(self.env.cr, self._table, "ladder_step_id", "int4")
        return super()._auto_init()

    @api.depends(
        "ladder_step_manual_id",
        "opportunity_ids.ladder_step_id",
        "opportunity_ids.active",
        "child_ids.opportunity_ids.ladder_step_id",
        "child_ids.opportunity_ids.active",
    )
    def _compute_ladder_step_id(self):
        """One query for any number of contacts. A company counts the deals of its contacts."""
        # As superuser: the step is that of all deals, whoever works them.
        groups = (
            self.env["crm.lead"]
            .sudo()
            ._read_group(
                [
                    "&",
                    ("type", "=", "opportunity"),
                    "&",
                    ("ladder_step_id", "!=", False),
                    "|",
                    ("partner_id", "in", self.ids),
                    ("partner_id.parent_id", "in", self.ids),
                ],
                ["partner_id", "ladder_step_id"],
            )
            if self.ids
            else []
        )
        highest = {}
        for partner, step in groups:
            for contact in {partner.id, partner.parent_id.id}:
                known = highest.get(contact)
                if not known or (step.sequence, step.id) > (known.sequence, known.id):
                    highest[contact] = step
        nothing = self.env["crm.ladder.of.recognition"]
        for partner in self:
            partner.ladder_step_id = partner.ladder_step_manual_id or highest.get(
                partner._origin.id, nothing
            )

    def _inverse_ladder_step_id(self):
        for partner in self:
            partner.ladder_step_manual_id = partner.ladder_step_id
        # The field is protected from its own computation while it is being written.
        self.filtered(lambda partner: not partner.ladder_step_id)._compute_ladder_step_id()

    @api.constrains("directorate_id", "company_id")
    def _check_directorate_company(self):
        for partner in self:
            # As superuser: the directorate of another company is out of the user's sight.
            company = partner.directorate_id.sudo().company_id
            if partner.company_id and not company._serves(partner.company_id):
                raise ValidationError(
                    self.env._(
                        "“%(contact)s” belongs to the company %(company)s, its sales directorate "
                        "to %(other)s. Choose a directorate of the same company.",
                        contact=partner.display_name,
                        company=get_told_name(partner.company_id),
                        other=get_told_name(company),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        mine = self.env["crm.sales.directorate"]._get_directorates_by_user().get(self.env.uid, ())
        if mine and not self.env.su:
            for vals in vals_list:
                company = self.env["res.company"].browse(vals.get("company_id") or ())
                # sudo: of the tree of companies
                line = [False, *company.sudo().parent_ids.ids]
                fitting = [row[0] for row in mine if not company or row[1] in line]
                if vals.get("is_company") and fitting:
                    vals.setdefault("directorate_id", fitting[0])
        return super().create(vals_list)
