from odoo import api, fields, models
from odoo.tools import SQL


class CrmContentSending(models.Model):
    """A content that was sent to the customer of a deal."""

    _name = "crm.content.sending"
    _description = "Content Sent"
    _order = "date desc, id desc"
    _rec_name = "content_id"

    lead_id = fields.Many2one(
        "crm.lead", string="Deal", required=True, index=True, ondelete="cascade"
    )
    content_id = fields.Many2one("crm.content", required=True, index=True, ondelete="restrict")
    marketing_message_id = fields.Many2one(
        "crm.marketing.message",
        index=True,
        ondelete="restrict",
        help="The message that the content carried when it was sent.",
    )
    ladder_step_id = fields.Many2one(
        "crm.ladder.of.recognition",
        string="Step When Sent",
        ondelete="restrict",
        index="btree_not_null",
    )
    user_id = fields.Many2one("res.users", string="Sent By", index=True, ondelete="set null")
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    mail_message_id = fields.Many2one(
        "mail.message", string="Email", ondelete="set null", index="btree_not_null"
    )
    directorate_id = fields.Many2one(related="lead_id.directorate_id", store=True, index=True)
    company_id = fields.Many2one(related="lead_id.company_id", store=True, index=True)
    is_credited = fields.Boolean(
        "Moved Up After",
        readonly=True,
        help="The prospect moved up after this content, and no other one was sent in between.",
    )

    @api.depends("content_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        # As superuser: what a customer was sent is a part of the deal, whoever keeps the content.
        for sending in self.sudo():
            sending.display_name = sending.content_id.display_name

    @api.model
    def _is_undelivered(self, alias):
        """Return as SQL whether no mail of a sending has arrived: it earns no credit.

        What waits to be sent is taken as sent.

        :param str alias: of the table
        """
        for name in (self._name, "mail.notification"):
            self.env[name].flush_model()
        return SQL(
            """
            (SELECT bool_and(n.notification_status IN ('exception', 'bounce', 'canceled'))
               FROM mail_notification n
              WHERE n.mail_message_id = %s AND n.notification_type = 'email') IS TRUE
            """,
            SQL.identifier(alias, "mail_message_id"),
        )
