from odoo import api, models


class CrmAssignmentRun(models.Model):
    """A run as a job."""

    _inherit = "crm.assignment.run"

    @api.model
    def _job_assign(self, team_ids, lead_ids, options):
        """The job: leads of some teams, in a run of its own.

        :param list team_ids: ``crm.team``
        :param list lead_ids: ``crm.lead`` this part is about
        :param dict options: see :class:`odoo.addons.crm_lead_assign.shell.AssignmentProcess`
        :return: what came of it, for the job's result
        """
        teams = self.env["crm.team"].browse(team_ids).exists()
        run, _teams, _members = self._run_assignment(
            teams, "scheduled", lead_ids=lead_ids, **options
        )
        return f"{run.name}: {run._get_summary()}"
