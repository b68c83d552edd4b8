from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from odoo.addons.crm_access.domains import find_fault, find_search_fault, read_plain_filter

MODELS = {"lead": "crm.lead", "company": "res.partner", "contact": "res.partner"}


def check_domain(records, field_name, model_name):
    """Refuse filters that cannot be searched, with the rights of the user.

    :raises ValidationError: names the record and says what is wrong
    """
    for record in records:
        fault = find_search_fault(record.env[model_name], record[field_name])
        if fault:
            raise ValidationError(
                record.env._(
                    "The filter of “%(record)s” cannot be used: %(error)s. Build it again with the "
                    "filter editor.",
                    record=record.display_name,
                    error=fault,
                )
            )


class CrmMarketingList(models.Model):
    """Whom a campaign is for: picked by hand, or filled from conditions."""

    _name = "crm.marketing.list"
    _inherit = ["crm.directorate.mixin", "crm.filter.mixin"]
    _description = "Marketing List"
    _order = "name, id"
    _filters = {"domain": "model_name"}

    name = fields.Char(required=True, index="trigram")
    goal_id = fields.Many2one("crm.communication.goal", index="btree_not_null", check_company=True)
    source = fields.Char(help="Where the records come from: a fair, a web form, a partner.")
    kind = fields.Selection(
        [("lead", "Leads and Deals"), ("company", "Companies"), ("contact", "Contacts")],
        required=True,
        default="lead",
    )
    user_id = fields.Many2one(
        "res.users", string="Owner", default=lambda self: self.env.user, index=True
    )
    description = fields.Html()
    is_dynamic = fields.Boolean(
        "Filled by Conditions", default=True, help="Otherwise the members are picked by hand."
    )
    model_name = fields.Char(compute="_compute_model_name")
    domain = fields.Char("Conditions", default="[]")
    lead_ids = fields.Many2many("crm.lead", "crm_marketing_list_lead_rel", "list_id", "lead_id")
    partner_ids = fields.Many2many(
        "res.partner", "crm_marketing_list_partner_rel", "list_id", "partner_id", string="Contacts"
    )
    member_count = fields.Integer("Members", compute="_compute_member_count")
    domain_fault = fields.Char(
        "What Is Wrong",
        compute="_compute_domain_fault",
        help="Why the conditions cannot be used: nobody is on the list until they are mended.",
    )

    @api.depends("kind")
    def _compute_model_name(self):
        for record in self:
            record.model_name = MODELS.get(record.kind)

    @api.depends("kind", "domain", "is_dynamic", "lead_ids", "partner_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_member_count(self):
        """One query for each list: each has conditions of its own."""
        for record in self:
            record.member_count = record._count_members()

    def _count_members(self):
        """Count whom the user may see; of conditions that he may not search with, nobody."""
        model = self.env[MODELS[self.kind or "lead"]]
        if not model.has_access("read"):
            return 0
        try:
            return model.search_count(self._get_domain())
        except (AccessError, ValueError, TypeError):
            return 0

    @api.depends("kind", "domain", "is_dynamic")
    @api.depends_context("lang")
    def _compute_domain_fault(self):
        """Say what is wrong with conditions that were stored once; no query."""
        for record in self:
            model = self.env[MODELS[record.kind or "lead"]]
            record.domain_fault = record.is_dynamic and find_fault(model, record.domain)

    @api.constrains("domain", "kind")
    def _check_domain(self):
        for kind, records in self.grouped("kind").items():
            check_domain(records, "domain", MODELS[kind])

    def _get_domain(self):
        """Say who is on this list, as a domain for its model; searched with the user's rights."""
        self.ensure_one()
        if not self.is_dynamic:
            members = self.lead_ids if self.kind == "lead" else self.partner_ids
            return Domain("id", "in", members.ids)
        if self.domain_fault:
            # What it names is gone: nobody is on the list, and nobody is written to by mistake.
            return Domain.FALSE
        # In literals: an action and a mailing take it over.
        domain = read_plain_filter(self.env[MODELS[self.kind]], self.domain)
        domain &= self._get_source_domain()
        if self.kind != "lead":
            domain &= Domain("is_company", "=", self.kind == "company")
        return domain

    def _get_source_domain(self):
        """What other addons narrow a list by, beside its conditions: groups, segments."""
        self.ensure_one()
        return Domain.TRUE

    def _get_contact_domain(self, domain):
        """A condition on contacts for this list's model: of a lead, on its customer."""
        return Domain("partner_id", "any", domain) if self.kind == "lead" else Domain(domain)

    def action_view_members(self):
        """Open the records that are on this list now."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": MODELS[self.kind],
            "view_mode": "list,form",
            "domain": list(self._get_domain()),
        }
