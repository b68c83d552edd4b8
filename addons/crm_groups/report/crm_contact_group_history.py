from odoo import api, fields, models
from odoo.tools import SQL


class CrmContactGroupHistory(models.Model):
    """Who entered and who left a group when: one line per event, read from the memberships."""

    _name = "crm.contact.group.history"
    _description = "Contact Group History"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    date = fields.Date(readonly=True)
    group_id = fields.Many2one(comodel_name="crm.contact.group", readonly=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="Contact", readonly=True)
    event = fields.Selection(selection=[("in", "Entered"), ("out", "Left")], readonly=True)
    change = fields.Integer(readonly=True, help="+1 for each contact that entered, -1 that left.")
    source = fields.Selection(selection="_selection_source", readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Decided By", readonly=True)

    @api.model
    def _selection_source(self):
        return (
            self.env["crm.contact.group.member"]._fields["source"]._description_selection(self.env)
        )

    @property
    def _table_query(self):
        # Ids: four per row, so that an id stays the same event.
        return SQL(
            """
            SELECT m.id * 4 AS id, m.date_from AS date, m.group_id, m.partner_id,
                   'in' AS event, 1 AS change, m.source, m.reason, m.user_id
              FROM crm_contact_group_member m
             WHERE m.date_from IS NOT NULL
             UNION ALL
            SELECT m.id * 4 + 1, m.date_to, m.group_id, m.partner_id,
                   'out', -1, m.source, m.reason, m.user_id
              FROM crm_contact_group_member m
             WHERE m.state <> 'in' AND m.date_from IS NOT NULL AND m.date_to IS NOT NULL
             UNION ALL
            SELECT p.id * 4 + 2, p.date_from, p.group_id, p.partner_id,
                   'in', 1, p.source, p.reason, p.user_id
              FROM crm_contact_group_period p
             WHERE p.date_from IS NOT NULL
             UNION ALL
            SELECT p.id * 4 + 3, p.date_to, p.group_id, p.partner_id,
                   'out', -1, p.source, p.reason, p.user_id
              FROM crm_contact_group_period p
             WHERE p.date_from IS NOT NULL AND p.date_to IS NOT NULL
            """
        )
