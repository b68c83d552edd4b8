from odoo import api, fields, models, tools
from odoo.fields import Domain


class ResCompany(models.Model):
    """A company has a time zone: its day is "today" in what is done for all its users."""

    _inherit = "res.company"

    tz = fields.Selection(
        related="partner_id.tz",
        readonly=False,
        string="Time Zone",
        help="The company's day begins and ends here: for rules with relative dates, for "
        "memberships that end, for whatever runs at night. Empty: as its working hours.",
    )

    def _get_tz(self):
        """Return the name of the company's time zone: its own, else that of its working hours."""
        self.ensure_one()
        company = self.sudo()  # sudo: of the name of a time zone
        if company.partner_id.tz:
            return company.partner_id.tz
        # The working hours come with an addon that this one does not need.
        calendar = company["resource_calendar_id"] if "resource_calendar_id" in self._fields else 0
        return (calendar and calendar.tz) or "UTC"

    @api.model
    def _get_oldest(self):
        """Return the oldest company, as superuser: what all companies share is at home there.

        Not the one that comes first by its name or place in lists, which are changed.
        """
        # sudo: whoever asks
        return self.sudo().browse(self._get_oldest_id())

    @api.model
    @tools.ormcache()  # cleared whenever a company is created or archived
    def _get_oldest_id(self):
        return self.sudo().search([], order="id", limit=1).id  # sudo: see above

    def _get_served_domain(self, model):
        """Return which records of a model a definition of this company is about.

        Those of the company and of its branches, those that all companies share, and what Odoo
        itself lets be used together. A definition of no company is about all.

        :param model: any record set of the model, with a ``company_id``
        """
        if not self:
            return Domain.TRUE
        own = Domain("company_id", "in", self._get_branches()[self.id])
        return own | Domain(model._check_company_domain(self))

    def _serves(self, company):
        """Tell whether what belongs to this company (to all, if empty) is for another one, too.

        As Odoo has it: what a company has its branches use.
        """
        return not self or self in company.sudo().parent_ids  # sudo: of the tree alone

    @api.model
    @tools.ormcache(cache="stable")  # cleared below
    def _get_branches(self):
        """Return {company id: ids of the company and of all below it}, archived ones too."""
        found = {}
        # sudo: of the tree alone
        companies = self.sudo().with_context(active_test=False)
        for company in companies.search_fetch([], ["parent_path"]):
            for id_ in company.parent_path.split("/")[:-1]:
                found.setdefault(int(id_), []).append(company.id)
        return found

    @api.model
    @tools.ormcache(cache="stable")  # cleared below
    def _get_currencies(self):
        """Return {company id: currency id} of all companies, archived ones too."""
        # sudo: no secrets
        companies = self.sudo().with_context(active_test=False).search_fetch([], ["currency_id"])
        return {company.id: company.currency_id.id for company in companies}

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env.registry.clear_cache("stable")
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "currency_id" in vals:
            self.env.registry.clear_cache("stable")
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache("stable")
        return result

    def _get_today(self, now=None):
        """Return which day it is where the company is, now or at a moment (in UTC)."""
        return fields.Date.context_today(self.with_context(tz=self._get_tz()), now)
