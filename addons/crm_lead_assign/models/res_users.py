from odoo import fields, models


class ResUsers(models.Model):
    """A salesperson's capacity over all teams."""

    _inherit = "res.users"

    assignment_max = fields.Integer(
        string="Lead Capacity over all Teams (30 days)",
        groups="base.group_user",
        help="How many leads the person gets in 30 days at most, whatever the teams allow. 0: "
        "no limit of its own; the setting says whether the highest of the memberships holds.",
    )
    _check_assignment_max = models.Constraint(
        "CHECK(assignment_max IS NULL OR assignment_max >= 0)",
        "A lead capacity can't be negative.",
    )
