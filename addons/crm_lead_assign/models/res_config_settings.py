from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """What holds for the assignment in all teams."""

    _inherit = "res.config.settings"

    lead_assign_on_create = fields.Boolean(
        string="Assign new leads at once",
        config_parameter="crm_lead_assign.on_create",
        help="Leads from forms, e-mail, imports and other systems get their owner within "
        "seconds, by the same rules as in the schedule.",
    )
    lead_assign_capacity_scope = fields.Selection(
        [("membership", "Each membership"), ("person", "Each person")],
        string="Capacity holds for",
        config_parameter="crm_lead_assign.capacity_scope",
        default="membership",
        help="Each membership, as in Odoo: who is in three teams gets the capacity of each. "
        "Each person: the highest of them over all teams, unless the user has a capacity of "
        "their own.",
    )
    lead_assign_carry_over_days = fields.Integer(
        string="Unused capacity is kept for (days)",
        config_parameter="crm_lead_assign.carry_over_days",
        default=7,
        help="How many days' leads pile up for somebody while none come.",
    )
    lead_assign_schedule_days = fields.Integer(
        string="Look back (days)",
        config_parameter="crm_lead_assign.schedule_days",
        help="The schedule leaves leads without a team alone that are older. 0: takes all.",
    )
    lead_assign_keep_duplicates = fields.Boolean(
        string="Keep duplicates apart",
        config_parameter="crm_lead_assign.keep_duplicates",
        help="Odoo makes one lead of those from the same e-mail address. On: each stays, and "
        "the same person gets them.",
    )
    lead_assign_duplicate_phone = fields.Boolean(
        string="Same phone number", config_parameter="crm_lead_assign.duplicate_phone"
    )
    lead_assign_duplicate_company = fields.Boolean(
        string="Same company", config_parameter="crm_lead_assign.duplicate_company"
    )
    lead_assign_fallback_team_id = fields.Many2one(
        "crm.team",
        string="Fallback Team",
        config_parameter="crm_lead_assign.fallback_team_id",
        help="Gets leads that match no team.",
    )
    lead_assign_fallback_user_id = fields.Many2one(
        "res.users",
        string="Fallback Person",
        config_parameter="crm_lead_assign.fallback_user_id",
        domain="[('share', '=', False)]",
        help="Owns leads that match no team.",
    )
    lead_assign_keep_days = fields.Integer(
        string="Keep reasons (days)",
        config_parameter="crm_lead_assign.keep_days",
        default=365,
        help="Older decisions are deleted, save the last one about each owned lead.",
    )
