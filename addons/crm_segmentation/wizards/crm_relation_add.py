from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRelationAdd(models.TransientModel):
    """Add relations from the side of one contact or deal: what is who to it?"""

    _name = "crm.relation.add"
    _description = "Add Relation"

    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Deal", readonly=True)
    kind = fields.Char(compute="_compute_kind")
    role = fields.Char("Relation", required=True, help="What the others are to this one.")
    other_kind = fields.Char(compute="_compute_other_kind")
    other_partner_ids = fields.Many2many("res.partner", string="Contacts")
    other_lead_ids = fields.Many2many("crm.lead", string="Deals")
    date_from = fields.Date("From")
    date_to = fields.Date("Until", help="The last day of the relation. Empty: it goes on.")
    note = fields.Char()

    @api.depends("partner_id", "lead_id")
    def _compute_kind(self):
        for wizard in self:
            partner_kind = "company" if wizard.partner_id.is_company else "contact"
            wizard.kind = "deal" if wizard.lead_id else partner_kind

    @api.depends("role")
    def _compute_other_kind(self):
        for wizard in self:
            relation_type, side = wizard._get_type_and_side()
            wizard.other_kind = relation_type[f"{side}_kind"] if relation_type else False

    @api.onchange("role")
    def _onchange_role(self):
        if self.other_kind == "deal":
            self.other_partner_ids = False
        else:
            self.other_lead_ids = False
            wrong = {"company": False, "contact": True}.get(self.other_kind)
            if wrong is not None:
                self.other_partner_ids -= self.other_partner_ids.filtered(
                    lambda partner: partner.is_company == wrong
                )

    def action_add(self):
        """Add the relations and close; those that are there already stay."""
        self.ensure_one()
        relation_type, side = self._get_type_and_side()
        if not relation_type:
            raise UserError(self.env._("Choose what the others are to this one."))
        details = {"date_from": self.date_from, "date_to": self.date_to, "note": self.note}
        if self.lead_id:
            if not self.other_partner_ids:
                raise UserError(self.env._("Choose at least one contact."))
            self.other_partner_ids.add_relation(
                relation_type.code, lead_ids=self.lead_id.ids, **details
            )
        else:
            self.partner_id.add_relation(
                relation_type.code,
                partner_ids=self.other_partner_ids.ids,
                lead_ids=self.other_lead_ids.ids,
                inverse=side == "left",
                **details,
            )
        return {"type": "ir.actions.act_window_close"}

    def _get_type_and_side(self):
        """Read the chosen role, ``"<type id>:left"`` or ``":right"``."""
        number, _colon, side = (self.role or "").partition(":")
        relation_type = self.env["crm.relation.type"]
        if number.isdecimal() and side in ("left", "right"):
            relation_type = relation_type.browse(int(number)).exists()
        return relation_type, side
