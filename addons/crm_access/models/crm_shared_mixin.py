from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Date


class CrmSharedMixin(models.AbstractModel):
    """Changed by whoever works in all companies, where all companies share it.

    What such a record says, the system does to the records of all companies: a manager of one
    would otherwise rule over the others, whose records he does not even see.
    """

    _name = "crm.shared.mixin"
    _inherit = "crm.readonly.mixin"
    _description = "Shared by Companies"

    # As Odoo has it for what companies keep: the branches of a company use it, too.
    _check_company_domain = models.check_company_domain_parent_of

    #: Field with the company, or with the record that this one is a part of; None for a model
    #: that knows no companies and belongs to all.
    _shared_by = "company_id"

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or operation == "read" or not any(self._ids):
            return result
        forbidden = result[0] if result else self.browse()
        shared = (self - forbidden)._filter_shared()
        if not shared or self.env.user._works_in_all_companies():
            return result
        # Of some rows Odoo's own rules have said no: theirs is the message.
        return forbidden + shared, result[1] if result else shared._make_shared_error

    def _filter_shared(self):
        """Return those that no company has to itself, and those of a company that the user does
        not work in: as one of its branches he sees them."""
        if self._shared_by is None:
            return self
        # sudo: whose it is decides on the right, and may be out of sight.
        owned = self.sudo().filtered(self._shared_by)
        if self._shared_by != "company_id":
            owned = owned.filtered(lambda part: not part[self._shared_by]._filter_shared())
        elif owned and not self.env.su:
            own = self.env.user.sudo().company_ids
            owned = owned.filtered(lambda record: record.company_id in own)
        return self - owned.sudo(False)

    def _get_readonly_reason(self):
        reason = super()._get_readonly_reason()
        if self._filter_shared() and not self.env.user._works_in_all_companies():
            reason = " ".join(filter(None, [reason, str(self._make_shared_error())]))
        return reason

    def _make_shared_error(self):
        # sudo: names for a message: of records whose company has been asked before, of a model,
        # and of the companies that are the user's.
        named = self[:5].sudo()
        while named._shared_by not in (None, "company_id"):
            named = named[named._shared_by]  # a part has no name of its own
        names = named.mapped("display_name")
        owner = named.company_id[:1] if "company_id" in named._fields else None
        if owner:
            return AccessError(
                self.env._(
                    "%(records)s (%(model)s) is of %(owner)s and serves its branches, and you work "
                    "in %(companies)s only. Ask somebody who works in %(owner)s, or make one of "
                    "your own company.",
                    records=", ".join(f"“{name}”" for name in names if name),
                    model=self.env["ir.model"]._get(named._name).sudo().name,
                    owner=owner.name,
                    companies=", ".join(self.env.user.sudo().company_ids.mapped("name")),
                )
            )
        text = self.env._(
            "All companies share %(records)s (%(model)s), and you work in %(companies)s only. Ask "
            "somebody who works in all companies.",
            records=", ".join(f"“{name}”" for name in names if name),
            model=self.env["ir.model"]._get(named._name).sudo().name,
            companies=", ".join(self.env.user.sudo().company_ids.mapped("name")),
        )
        if self._shared_by is not None:
            text += self.env._(" Or make one of your own company.")
        return AccessError(text)

    def _get_tz(self):
        """Return the name of the time zone whose day is "today" in what the record says."""
        self.ensure_one()
        return self._map_tz()[self]

    def _map_tz(self):
        """Return {record: name of the time zone whose day is "today" in what it says}.

        That of its company. What all companies share is the rule of somebody: of its responsible,
        else of who made it. Where they have none it is that of the oldest company: not of one
        that comes first by its name or place, which are changed. A fixed number of queries.
        """
        # sudo: of the names of time zones
        records, found = self.sudo(), {}
        owner = "user_id" if "user_id" in self._fields else "create_uid"
        of_companies = "company_id" in self._fields
        for mine, record in zip(self, records, strict=True):
            if of_companies and record.company_id:
                found[mine] = record.company_id._get_tz()
            elif tz := record[owner].tz or record.create_uid.tz:
                found[mine] = tz
            else:
                found[mine] = records.env["res.company"]._get_oldest()._get_tz()
        return found

    def _get_today(self):
        """Return which day it is now by the time zone of the record."""
        return Date.context_today(self.with_context(tz=self._get_tz()))

    def write(self, vals):
        result = super().write(vals)
        if self._shared_by in vals:
            # As it is now: one's own must not become everybody's, nor somebody else's.
            self.check_access("write")
        return result

    @api.model
    def default_get(self, fields):
        """Suggest one's own company where nothing else would be allowed."""
        values = super().default_get(fields)
        if (
            self._shared_by == "company_id"
            and "company_id" in fields
            and not values.get("company_id")
            and "default_company_id" not in self.env.context
            and self._must_have_company()
        ):
            values["company_id"] = self.env.company.id
        return values

    def copy_data(self, default=None):
        """Make the copy of what all share one's own, where nothing else would be allowed."""
        vals_list = super().copy_data(default=default)
        if self._shared_by == "company_id" and self._must_have_company():
            for vals in vals_list:
                vals["company_id"] = vals.get("company_id") or self.env.company.id
        return vals_list

    @api.model
    def _must_have_company(self):
        return not (self.env.su or self.env.user._works_in_all_companies())
