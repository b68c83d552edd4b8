from functools import partial

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class CrmRecordVisibility(models.AbstractModel):
    """Shown to whoever may see the contacts and deals that it is about: nobody learns of others.

    No record rule: a rule is run without the user's rights on contacts and deals, and this one is
    those rights, whatever addon gives or takes them. Large tables: the other record is joined, as
    the database goes through a million rows that way once, and not for each row anew.
    """

    _name = "crm.record.visibility"
    _description = "Seen with Its Contacts and Deals"

    #: Fields that hold a contact, lead or deal: all that are filled in must be visible.
    _seen_with = ("partner_id", "lead_id")
    #: Whether these must also be of the user's companies, or of none: Odoo shows the contacts of
    #: all companies to everybody, unless its own rule is switched on.
    _seen_in_companies = False

    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        if not (self.env.su or bypass_access):
            self.browse().check_access("read")
            domain = Domain.AND([domain, *map(self._get_visible_domain, self._seen_with)])
        return super()._search(
            domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access
        )

    @api.model
    def _get_visible_domain(self, name):
        """Return "what this field holds is empty or may be seen by the user", as a domain."""
        comodel = self.env[self._fields[name].comodel_name]
        if not comodel.has_access("read"):
            return Domain(name, "=", False)
        rules = self.env["ir.rule"]._compute_domain(comodel._name, "read")
        rules &= self._get_company_domain()
        if rules.is_true():
            return rules
        visible = Domain(name, "=", False) | Domain(name, "any!", rules)

        def to_sql(model, alias, query):
            # sudo: a rule is searched as superuser, as Odoo does; it names the user itself.
            model = model.sudo().with_context(active_test=False)
            return visible.optimize_full(model)._to_sql(model, alias, query)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_company_domain(self):
        if not self._seen_in_companies:
            return Domain.TRUE
        # sudo: of the tree of companies; what a company has its branches see.
        companies = self.env.companies.sudo().parent_ids
        return Domain("company_id", "in", [*companies.ids, False])

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not any(self._ids):
            return result
        forbidden = result[0] if result else self.browse()
        allowed = self - forbidden
        hidden = allowed._filter_hidden()
        if not hidden:
            return result
        # Of some rows Odoo's own rules have said no: theirs is the message.
        return forbidden + hidden, result[1] if result else partial(hidden._make_hidden_error)

    def _filter_hidden(self):
        """Return the rows about a contact, lead or deal that the user may not see."""
        hidden = self.browse()
        for name in self._seen_with:
            # sudo: which records these are; whether the user may see them is asked at once.
            records = self.sudo()[name].sudo(False)
            seen = records.with_context(active_test=False)._filtered_access("read")
            unseen = records - seen.sudo().filtered_domain(self._get_company_domain()).sudo(False)
            if unseen:
                # sudo: as above.
                hidden |= self.sudo().filtered_domain([(name, "in", unseen.ids)]).sudo(False)
        return hidden

    def _make_hidden_error(self):
        return AccessError(
            self.env._(
                "This is about contacts or deals that you may not see: %(model)s, records "
                "%(ids)s. Ask whoever may see them, or a sales administrator.",
                model=self.env["ir.model"]._get(self._name).name,
                ids=", ".join(map(str, self.ids[:10])),
            )
        )
