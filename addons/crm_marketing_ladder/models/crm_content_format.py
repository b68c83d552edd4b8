from odoo import api, fields, models

from .usage import check_unused

MODALITIES = [
    ("text", "Text"),
    ("photo", "Photo"),
    ("video", "Video"),
    ("audio", "Audio"),
    ("stream", "Stream"),
    ("application", "Application"),
]


class CrmContentFormat(models.Model):
    """A form that content takes: an article, a case, an interview."""

    _name = "crm.content.format"
    _inherit = "crm.code.mixin"
    _description = "Content Format"
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable name for imports and integrations.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    modality = fields.Selection(MODALITIES, required=True, default="text")

    _code_uniq = models.UniqueIndex(
        "(lower(code))", "Another content format already has this code."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        check_unused(self, (("crm.content.task", "format_id", self.env._("content tasks")),))
