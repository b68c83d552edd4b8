from odoo import api, fields, models
from odoo.fields import Domain


class MailingTrace(models.Model):
    """What became of each mail of a mailing: of contacts one may see."""

    _inherit = "mailing.trace"

    mailed_partner_id = fields.Many2one(
        "res.partner",
        "Mailed Contact",
        compute="_compute_mailed_partner_id",
        search="_search_mailed_partner_id",
        export_string_translation=False,
        help="Where the mailing goes to contacts: for the rule that asks who may see them.",
    )

    @api.depends("model", "res_id")
    def _compute_mailed_partner_id(self):
        for trace in self:
            trace.mailed_partner_id = trace.model == "res.partner" and trace.res_id

    @api.model
    def _search_mailed_partner_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        contacts = self.env["res.partner"].with_context(active_test=False)
        domain = Domain("id", "in", value) if operator == "in" else Domain(value)
        return Domain("model", "=", "res.partner") & Domain(
            "res_id", "in", contacts._search(domain)
        )
