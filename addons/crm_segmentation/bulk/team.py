"""Change of sales team."""

from functools import cached_property

from .change import LEAD, register
from .field import FieldChange


@register
class TeamChange(FieldChange):
    """``team_id``: id or name of a team, or false for none."""

    code = "team"
    sequence = 20
    models = (LEAD,)
    keys = ("team_id",)

    @classmethod
    def get_label(cls, env):
        return env._("Change the sales team")

    def check_values(self):
        self.require("team_id")
        self.resolve("team")

    @cached_property
    def team(self):
        value = self.vals.get("team_id")
        if not value:
            return self.env["crm.team"]
        return self.find_one("crm.team", "team_id", value, by="name")

    def describe(self):
        return self.env._("Sales team: %s", self.team.name or self.env._("none"))

    def get_kept(self, model_name):
        return ("team_id", "company_id", "lead_properties")

    def get_targets(self, records, states, origins):
        team = self.team
        # sudo: of the owners, only the companies they may work in.
        owners = self.read_columns(records, ["user_id"])
        users = self.env["res.users"].sudo().browse({row["user_id"] for row in owners.values()})
        companies = {user.id: user.company_ids for user in users if user.id}
        targets, refused = {}, {}
        for record_id in records.ids:
            owner = owners[record_id]["user_id"]
            if team.company_id and owner and team.company_id not in companies[owner]:
                refused[record_id] = self.env._(
                    "Its owner does not work in %s, the company of the team.",
                    team.company_id.name,
                )
            else:
                targets[record_id] = {"team_id": team.id or None}
        return targets, refused
