# pylint: disable=consider-merging-classes-inherited
from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Watchers are the followers who work here."""

    _inherit = "res.partner"

    watcher_ids = fields.Many2many(
        "res.users",
        string="Watchers",
        compute="_compute_card_facts",
        search="_search_watcher_ids",
        groups="base.group_user",
        help="Colleagues who follow the contact and hear what happens to it.",
    )
    # For the form: reading users one may see and their names would cost five queries.
    watcher_names = fields.Char(
        string="Watched By", compute="_compute_card_facts", groups="base.group_user"
    )
    is_watching = fields.Boolean(compute="_compute_card_facts", groups="base.group_user")

    @api.model
    def _search_watcher_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        # sudo: the contact of a colleague may be out of reach; only its id is used.
        users = self.env["res.users"].sudo()
        # What the caller asks of the colleagues is asked with his own rights.
        asked = self.env["res.users"].search(value) if operator == "any" else users
        chosen = users.search([("id", operator, value)]) if operator == "in" else asked.sudo()
        domain = Domain("message_partner_ids", "in", chosen.partner_id.ids)
        if operator == "in" and False in value:
            everybody = users.search([("share", "=", False)]).partner_id.ids
            domain |= Domain("message_partner_ids", "not in", everybody)
        return domain

    def action_watch(self):
        """Watch these contacts: follow them.

        :return: True; XML-RPC knows no None
        :raises AccessError: for a contact that the user may not see
        """
        self.check_access("read")
        self.message_subscribe(self.env.user.partner_id.ids)
        return True

    def action_unwatch(self):
        """Stop watching these contacts.

        :return: True
        :raises AccessError: for a contact that the user may not see
        """
        self.check_access("read")
        self.message_unsubscribe(self.env.user.partner_id.ids)
        return True
