from odoo import api, models


class PaymentLinkWizard(models.TransientModel):
    """Odoo's link to pay opens the document without a login: for documents that one may read."""

    _inherit = "payment.link.wizard"

    @api.model
    def default_get(self, fields):
        context = self.env.context
        self._check_document(context.get("active_model"), context.get("active_id"))
        return super().default_get(fields)

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._check_document(wizard.res_model, wizard.res_id)
        return wizards

    def write(self, vals):
        result = super().write(vals)
        for wizard in self:
            wizard._check_document(wizard.res_model, wizard.res_id)
        return result

    def onchange(self, values, field_names, fields_spec):
        self._check_document(values.get("res_model"), values.get("res_id"))
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_document(self, model, id_):
        """Ask for the right to read the document and its contact.

        :raises AccessError: as Odoo's own
        """
        if self.env.su or model not in self.env or type(id_) is not int:
            return
        document = self.env[model].browse(id_).exists()
        document.check_access("read")
        if "partner_id" in document._fields:
            self._check_named_contacts(document._get_named_contacts({"partner_id"}))
