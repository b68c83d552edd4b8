import random

from odoo import api, models

from odoo.addons.crm_lead_assign.models.crm_team import NATIVE_DAYS


class CrmTeam(models.Model):
    """The scheduled assignment, handed to the job queue."""

    _inherit = "crm.team"

    @api.model
    def _cron_assign_leads(self, force_quota=False, creation_delta_days=NATIVE_DAYS):
        """A job for each set of teams that have nothing to do with each other.

        The decisions are those of one process: sets are cut where no lead and no person
        belongs to two of them, and each draws from a generator of its own, made from the
        seed they share. Where everything hangs together there is one job.
        """
        if creation_delta_days == NATIVE_DAYS:
            creation_delta_days = self._get_schedule_days()
        teams = self._get_assignable_teams().filtered(lambda team: not team.assignment_optout)
        options = {
            "force_quota": force_quota,
            "creation_delta_days": creation_delta_days,
            "seed": random.getrandbits(63),
        }
        for part, lead_ids in self.env["crm.assignment.run"]._get_parts(teams, **options):
            # One waiting job for the same teams is enough: it takes what is there by then.
            key = f"crm_lead_assign.scheduled.{'-'.join(map(str, part.ids))}"
            self.env["crm.assignment.run"].with_delay(
                identity_key=key, channel="root.crm_lead_assign"
            )._job_assign(part.ids, lead_ids, options)
        return True
