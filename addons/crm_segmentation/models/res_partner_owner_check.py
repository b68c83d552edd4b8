# pylint: disable=consider-merging-classes-inherited
from odoo import models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.crm_access.system import KEY, LeftOut

from .crm_owner_change import OwnerDefault


class ResPartner(models.Model):
    """What is refused about owners, each time with the contact and the mend."""

    _inherit = "res.partner"

    def _needs_owner(self):
        """Return those that must have an owner: not addresses, users or companies of ours."""
        return self.filtered(lambda p: p.type in ("contact", False) and p.partner_share)

    def _check_owner_present(self):
        """Refuse new contacts without owner where the settings ask for one."""
        if self.env.su or self._get_owner_setting("required") != "True":
            return
        missing = self._needs_owner().filtered(lambda partner: not partner.user_id)
        told = self.env.context.get("crm_owner_default")
        if missing and not (isinstance(told, OwnerDefault) and not told.user_id):
            raise ValidationError(
                self.env._(
                    "%(contact)s needs an owner: choose a Salesperson. The settings of CRM "
                    "require one, and can name who gets contacts that come without.",
                    contact=missing[0].display_name,
                )
            )

    def _check_owner_exists(self, user_id):
        """Name a user who was deleted meanwhile, before the database refuses him by number."""
        # sudo: users of other companies exist too.
        known = not isinstance(user_id, int)  # the ORM refuses what is no number at all
        if user_id and not known and not self.env["res.users"].sudo().browse(user_id).exists():
            raise ValidationError(
                self.env._(
                    "There is no user %(user)s any more who could own %(contact)s: choose another.",
                    user=user_id,
                    contact=self[:1].display_name,
                )
            )

    def _check_owner_removal(self, vals):
        """Refuse to take the owner away where the settings ask for one."""
        if vals["user_id"] or self.env.su or self._get_owner_setting("required") != "True":
            return
        # sudo: whom the contact belongs to may be out of reach.
        owned = self.sudo()._needs_owner().filtered("user_id")
        if owned:
            raise ValidationError(
                self.env._(
                    "%(contact)s must have an owner: choose another Salesperson instead of none. "
                    "The settings of CRM require one.",
                    contact=owned[0].display_name,
                )
            )

    def _check_owner_fields(self, vals):
        """Refuse what only a sales administrator writes; in a merge another contact has it."""
        if self.env.su or isinstance(self.env.context.get(KEY), LeftOut):
            return
        if "keep_owner" in vals and not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator says which contacts are never released.")
            )
