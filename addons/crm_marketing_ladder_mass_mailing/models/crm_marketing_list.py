from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_marketing_ladder.models.crm_marketing_list import MODELS


class CrmMarketingList(models.Model):
    _inherit = "crm.marketing.list"

    mailing_ids = fields.One2many("mailing.mailing", "marketing_list_id", string="Mailings")
    mailing_count = fields.Integer(
        "Number of Mailings",
        compute="_compute_mailing_count",
        groups="mass_mailing.group_mass_mailing_user",
    )

    def _compute_mailing_count(self):
        groups = self.env["mailing.mailing"]._read_group(
            [("marketing_list_id", "in", self.ids)], ["marketing_list_id"], ["__count"]
        )
        counts = {record.id: count for record, count in groups}
        for record in self:
            record.mailing_count = counts.get(record._origin.id, 0)

    def action_create_mailing(self):
        """Open a new mailing to whoever is on this list now; nothing is sent yet.

        :raises UserError: when nobody is on the list
        """
        self.ensure_one()
        if not self.member_count:
            raise UserError(
                self.env._(
                    "Nobody whom you may see is on the list “%s”. Change its conditions first.",
                    self.name,
                )
            )
        message = self.goal_id.message_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mailing to “%s”", self.name),
            "res_model": "mailing.mailing",
            "view_mode": "form",
            "context": {
                "default_mailing_type": "mail",
                "default_subject": message.name or self.name,
                "default_body_arch": message.text or False,
                "default_marketing_list_id": self.id,
                "default_mailing_model_id": self.env["ir.model"]._get_id(MODELS[self.kind]),
                "default_mailing_domain": repr(list(self._get_domain())),
            },
        }

    def action_view_mailings(self):
        """Open the mailings to this list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mass_mailing.mailing_mailing_action_mail"
        )
        action["domain"] = [("marketing_list_id", "=", self.id)]
        return action
