from odoo import fields, models
from odoo.exceptions import UserError


class CrmSegment(models.Model):
    """A segment as the audience of mailings."""

    _inherit = "crm.segment"

    mailing_ids = fields.One2many("mailing.mailing", "segment_id", string="Mailings")
    mailing_count = fields.Integer(
        string="Number of Mailings",
        compute="_compute_mailing_count",
        groups="mass_mailing.group_mass_mailing_user",
    )

    def _compute_mailing_count(self):
        groups = self.env["mailing.mailing"]._read_group(
            [("segment_id", "in", self.ids)], ["segment_id"], ["__count"]
        )
        counts = {record.id: count for record, count in groups}
        for record in self:
            record.mailing_count = counts.get(record._origin.id, 0)

    def action_create_mailing(self):
        """Open a new mailing to the segment; who is in it is looked at when it is sent.

        :raises UserError: when nobody whom the caller may see is in it
        """
        self.ensure_one()
        if not self.current_count:
            raise UserError(
                self.env._(
                    "Nobody whom you may see is in the segment “%s”. Change its lines first.",
                    self.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mailing to “%s”", self.name),
            "res_model": "mailing.mailing",
            "view_mode": "form",
            "context": {
                "default_mailing_type": "mail",
                "default_subject": self.name,
                "default_segment_id": self.id,
                "default_mailing_model_id": self.env["ir.model"]._get_id(self.model_name),
                "default_mailing_domain": repr(self._get_member_domain()),
            },
        }

    def action_view_mailings(self):
        """Open the mailings to this segment."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mass_mailing.mailing_mailing_action_mail"
        )
        action["domain"] = [("segment_id", "=", self.id)]
        return action
