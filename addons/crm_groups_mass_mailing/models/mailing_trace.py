from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.crm_access.naming import read_ids


class MailingTrace(models.Model):
    """What became of each mail of a mailing: of contacts one may see.

    A mailing to deals, orders or memberships goes to their customers' addresses.
    """

    _inherit = "mailing.trace"

    mailed_partner_id = fields.Many2one(
        "res.partner",
        "Mailed Contact",
        compute="_compute_mailed_partner_id",
        search="_search_mailed_partner_id",
        export_string_translation=False,
        help="The contact, or the customer of the document, that the mailing goes to: for the rule "
        "that asks who may see them.",
    )

    @api.depends("model", "res_id")
    def _compute_mailed_partner_id(self):
        """Two queries for each model that the mailings go to."""
        self.mailed_partner_id = False
        by_model = defaultdict(self.browse)
        for trace in self:
            by_model[trace.model] += trace
        for model, name in self._get_fields_of_customers():
            traces = by_model.get(model, self.browse())
            # sudo: of the number of the contact only, which the rule asks about.
            records = self.env[model].sudo().browse(traces.mapped("res_id")).exists()
            customers = {record.id: id_ for record in records for id_ in read_ids(record[name])}
            for trace in traces:
                if trace.res_id in customers:
                    trace.mailed_partner_id = customers[trace.res_id]

    @api.model
    def _search_mailed_partner_id(self, operator, value):
        """One subquery for each model that mailings may go to."""
        if operator not in ("in", "any"):
            return NotImplemented
        found = []
        for model, name in self._get_fields_of_customers():
            # sudo: which documents they are is no news to who reads what became of their mails.
            records = self.env[model].sudo().with_context(active_test=False)
            is_contact = name == "id" and operator == "any"
            query = records._search(Domain(value) if is_contact else Domain(name, operator, value))
            found.append(Domain("model", "=", model) & Domain("res_id", "in", query))
        return Domain.OR(found)

    @api.model
    def _get_fields_of_customers(self):
        """Return (model, field) of the contacts that mailings to records of a model may go to."""
        found = []
        for name, model in self.env.items():
            if model._abstract or model._transient or not getattr(model, "_mailing_enabled", False):
                continue
            if name == "res.partner":
                found.append((name, "id"))
                continue
            for customer in model._mail_get_partner_fields():
                if model._fields[customer].type == "many2one" and model._fields[customer].store:
                    found.append((name, customer))
        return found
