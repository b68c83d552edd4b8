"""Who can never receive, and what is missing around the teams."""

from datetime import timedelta

from odoo import fields

from ..engine import codes

#: Who is paused for longer was probably forgotten.
PAUSED_DAYS = 14
ERROR, WARNING, INFO = "error", "warning", "info"


class PeopleChecks:
    """Part of :class:`.check.RuleCheck`."""

    # -- teams and people ----------------------------------------------------------

    def _check_teams(self):
        all_territories = self.env["crm.territory"].sudo().with_context(active_test=False)
        for team in self.teams:
            if not team.crm_team_member_ids and not team.assignment_fallback_user_id:
                self._add(
                    WARNING,
                    "no_members",
                    self.env._("Team %s has no members.", team.name),
                    self.env._("Add members, or archive the team."),
                    team=team,
                )
            if team.assignment_optout:
                self._add(
                    INFO,
                    "left_out",
                    self.env._("Team %s is left out of the schedule.", team.name),
                    self.env._("Switch it on, unless its leads are given out by hand."),
                    team=team,
                )
            fallback = team.assignment_fallback_user_id
            if fallback and not fallback.active:
                self._add(
                    ERROR,
                    "fallback_archived",
                    self.env._(
                        "The fallback of team %(team)s, %(user)s, is archived.",
                        team=team.name,
                        user=fallback.name,
                    ),
                    self.env._("Name somebody else."),
                    team=team,
                    user=fallback,
                )
            elif not fallback and self.coverage.no_member.get(team.id):
                self._add(
                    INFO,
                    "fallback_missing",
                    self.env._("Team %s has no fallback.", team.name),
                    self.env._("Name who gets what no member's filter lets through."),
                    team=team,
                )
            dead = all_territories.search([("team_ids", "in", team.ids), ("active", "=", False)])
            if dead:
                self._add(
                    WARNING if team.assignment_territory_ids else ERROR,
                    "archived_territory",
                    self.env._(
                        "Territories of team %(team)s are archived: %(names)s.",
                        team=team.name,
                        names=", ".join(dead.mapped("complete_name")),
                    ),
                    self.env._(
                        "Restore them or take them off the team: archived ones narrow nothing."
                    ),
                    figure=len(dead),
                    team=team,
                    territory=dead[0],
                )

    def _check_members(self):
        """Who can never receive, and why."""
        forgotten = fields.Datetime.now() - timedelta(days=PAUSED_DAYS)
        for team in self.teams:
            for member in team.crm_team_member_ids:
                user = member.user_id
                names = {"user": user.name, "team": team.name}
                place = {"team": team, "member": member, "user": user}
                code = self.facts.members[member.id].blocked
                if code == codes.SKIP_ARCHIVED:
                    self._add(
                        ERROR,
                        "archived_user",
                        self.env._(
                            "%(user)s in team %(team)s is archived and gets nothing.", **names
                        ),
                        self.env._("Take the person out of the team."),
                        **place,
                    )
                elif code == codes.SKIP_PAUSED:
                    days = (fields.Datetime.now() - member.write_date).days
                    self._add(
                        WARNING if member.write_date < forgotten else INFO,
                        "paused",
                        self.env._(
                            "%(user)s in team %(team)s is paused, for %(days)s days or more.",
                            days=days,
                            **names,
                        ),
                        self.env._("End the pause, or take the person out of the team."),
                        figure=days,
                        **place,
                    )
                elif code == codes.SKIP_NO_CAPACITY:
                    self._add(
                        WARNING,
                        "no_capacity",
                        self.env._(
                            "%(user)s in team %(team)s has no capacity and gets nothing.", **names
                        ),
                        self.env._("Give a capacity: leads in 30 days."),
                        **place,
                    )
                if team.company_id and team.company_id not in user.company_ids:
                    self._add(
                        ERROR,
                        "other_company",
                        self.env._(
                            "%(user)s in team %(team)s does not work for %(company)s.",
                            company=team.company_id.name,
                            **names,
                        ),
                        self.env._(
                            "Allow the company to the user, or take the person out of the team."
                        ),
                        **place,
                    )

    def _check_people(self):
        """Who is in several teams: the capacities add up."""
        if self.settings.capacity_per_person:
            return
        members = self.teams.crm_team_member_ids.filtered("user_id.active")
        for user, own in members.grouped("user_id").items():
            if len(own) < 2 or user.assignment_max:
                continue
            total = sum(own.mapped("assignment_max"))
            mine = own.filtered(lambda member: member.crm_team_id in self.own)
            if mine:
                self._add(
                    INFO,
                    "several_teams",
                    self.env._(
                        "%(user)s is in %(count)s teams (%(teams)s) and may get %(total)s leads in "
                        "30 days in all.",
                        user=user.name,
                        count=len(own),
                        total=total,
                        teams=", ".join(own.crm_team_id.mapped("name")),
                    ),
                    self.env._(
                        "If that is too much, set a capacity over all teams on the user, or let "
                        "capacities hold for the person in the settings."
                    ),
                    figure=total,
                    team=mine[0].crm_team_id,
                    member=mine[0],
                    user=user,
                )

    def _check_settings(self):
        for number, model, what in (
            (self.settings.fallback_team, "crm.team", self.env._("fallback team")),
            (self.settings.fallback_user, "res.users", self.env._("fallback")),
        ):
            record = self.env[model].sudo().browse(number).exists()  # sudo: whether it is there
            if number and not record.active:
                self._add(
                    ERROR,
                    "fallback_archived",
                    self.env._("The %s of the settings is archived or deleted.", what),
                    self.env._("Name another one in the settings."),
                )
        if self.coverage.no_team and not (
            self.settings.fallback_team or self.settings.fallback_user
        ):
            self._add(
                INFO,
                "fallback_missing",
                self.env._("No fallback is set for leads no team matches."),
                self.env._("Name a team or a person in the settings."),
            )
