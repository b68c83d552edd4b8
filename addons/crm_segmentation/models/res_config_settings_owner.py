from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .res_partner_owner import NOTICE_DAYS, PARAMETER


class ResConfigSettings(models.TransientModel):
    """What holds for the owners of contacts."""

    _inherit = "res.config.settings"

    owner_default = fields.Selection(
        [("creator", "Whoever creates it"), ("none", "Nobody: it is free")],
        string="Owner of a New Contact",
        config_parameter="crm_segmentation.owner_default",
        default="creator",
        help="Of people who work in Sales. A person at a company gets the owner of the company.",
    )
    owner_fallback_id = fields.Many2one(
        "res.users",
        string="Otherwise",
        config_parameter="crm_segmentation.owner_fallback_id",
        domain="[('share', '=', False)]",
        help="Owns contacts that come in by a web form, e-mail, import or another department "
        "without an owner. Empty: they are free.",
    )
    owner_required = fields.Boolean(
        string="Require an Owner",
        config_parameter="crm_segmentation.owner_required",
        help="People can't save a new contact without owner, nor take the owner away. "
        "Existing contacts, web forms, e-mail and the release are not affected.",
    )
    owner_take_limit = fields.Integer(
        string="Contacts a Day",
        config_parameter="crm_segmentation.owner_take_limit",
        help="How many free contacts a salesperson may take in a day. 0: as many as there are.",
    )
    owner_release_days = fields.Integer(
        string="Days Without Activity",
        config_parameter="crm_segmentation.owner_release_days",
        help="After how many days a contact without activity is free again. 0: never.",
    )
    owner_release_notice_days = fields.Integer(
        string="Days of Notice",
        config_parameter="crm_segmentation.owner_release_notice_days",
        default=NOTICE_DAYS,
        help="How many days before that its owner gets a list. 0: no notice.",
    )

    @api.constrains("owner_take_limit", "owner_release_days", "owner_release_notice_days")
    def _check_owner_numbers(self):
        for settings in self:
            numbers = (
                settings.owner_take_limit,
                settings.owner_release_days,
                settings.owner_release_notice_days,
            )
            if min(numbers) < 0:
                raise ValidationError(
                    self.env._(
                        "Days and numbers of contact owners can't be negative. 0 switches off."
                    )
                )
            if 0 < settings.owner_release_days <= settings.owner_release_notice_days:
                raise ValidationError(
                    self.env._(
                        "The notice (%(notice)s days) must be shorter than the time without "
                        "activity (%(days)s days).",
                        notice=settings.owner_release_notice_days,
                        days=settings.owner_release_days,
                    )
                )

    def set_values(self):
        result = super().set_values()
        # Odoo forgets a 0, and the default would come back: no notice is a choice too.
        # sudo: as Odoo saves settings.
        self.env["ir.config_parameter"].sudo().set_param(
            PARAMETER + "release_notice_days", str(self.owner_release_notice_days)
        )
        return result

    def action_preview_release(self):
        """Show which contacts would be released, and when. Settings are saved first."""
        self.execute()
        return self.env["crm.owner.operation"].action_preview_release()
