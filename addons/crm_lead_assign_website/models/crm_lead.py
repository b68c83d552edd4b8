from odoo import models


class CrmLead(models.Model):
    """Leads from website forms."""

    _inherit = "crm.lead"

    def website_form_input_filter(self, request, values):
        """A form's lead goes to the team's leader where the schedule would not give it out.

        Odoo leaves all of them to the schedule once rule-based assignment is on, also
        those of teams that are left out of it.
        """
        values = super().website_form_input_filter(request, values)
        if not values.get("user_id") and values.get("team_id"):
            # sudo: the visitor may not read teams.
            team = self.env["crm.team"].sudo().browse(values["team_id"])
            if team.assignment_optout or not team.assignment_max:
                values["user_id"] = team.user_id.id
        return values
