from odoo import api, fields, models


class CrmOwnerPass(models.TransientModel):
    """Ask which persons get the owner of their company."""

    _name = "crm.owner.pass"
    _description = "Pass the Owner on to Persons"

    partner_ids = fields.Many2many("res.partner", string="Companies", required=True)
    only_empty = fields.Selection(
        [
            ("all", "All persons of the company"),
            ("empty", "Only persons without owner"),
        ],
        string="Who",
        required=True,
        default="all",
    )
    change_count = fields.Integer(compute="_compute_counts")
    other_count = fields.Integer(string="Of Other Owners", compute="_compute_counts")
    empty_count = fields.Integer(string="Without Owner", compute="_compute_counts")
    same_count = fields.Integer(string="Has the Owner Already", compute="_compute_counts")

    @api.depends("partner_ids", "only_empty")
    def _compute_counts(self):
        partners = self.env["res.partner"]
        for wizard in self:
            companies = wizard.partner_ids._origin
            owners = {company.id: company.user_id for company in companies}
            groups = partners._read_group(
                partners._get_persons_domain(companies.ids),
                ["commercial_partner_id", "user_id"],
                ["__count"],
            )
            same = other = empty = 0
            for company, user, count in groups:
                if user and user == owners.get(company.id):
                    same += count
                elif user:
                    other += count
                else:
                    empty += count
            wizard.same_count, wizard.other_count, wizard.empty_count = same, other, empty
            wizard.change_count = empty + (other if wizard.only_empty == "all" else 0)

    def action_apply(self):
        """Pass the owners on and show what was done."""
        self.ensure_one()
        operation = self.partner_ids.pass_owner_on(self.only_empty == "empty")
        if not operation:
            return {"type": "ir.actions.act_window_close"}
        return self.env["crm.owner.operation"].browse(operation)._get_form_action()
