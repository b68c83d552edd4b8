"""A run in words and tables: who gets what, who gets nothing, which leads nobody gets."""

from collections import Counter, defaultdict

from markupsafe import Markup

from ..engine import codes
from ..labels import TEXTS

GIVEN = (codes.ASSIGNED, codes.REASSIGNED)
#: People named in the sentence about a team before the rest is counted.
MAX_NAMES = 8


class RunTexts:
    """The texts of one run. Cost: five aggregates and some names, whatever its size.

    :param run: ``crm.assignment.run``, as the user who reads
    """

    def __init__(self, run):
        self.run = run
        self.env = run.env
        #: ``{team: Counter of leads by user}``
        self.given = defaultdict(Counter)
        #: ``{team: Counter of leads by reason}``; leads that stay with nobody
        self.nobody = defaultdict(Counter)
        self._read()

    def _read(self):
        groups = self.env["crm.assignment.decision"]._read_group(
            [("run_id", "=", self.run.id)],
            ["outcome", "team_id", "user_id", "reason"],
            ["__count"],
        )
        for outcome, team, user, reason, count in groups:
            # sudo: names of who takes part in a run that the user may read.
            if outcome in GIVEN or user and outcome == codes.ALLOCATED:
                self.given[team.sudo()][user.sudo()] += count
            elif outcome in (codes.UNASSIGNED, codes.ALLOCATED):
                self.nobody[team.sudo()][reason] += count

    # -- one paragraph -------------------------------------------------------------

    def get_words(self):
        """What the run did or would do, a line for each team (HTML)."""
        lines = [self._team_line(team, users) for team, users in self._by_size(self.given)]
        if not lines:
            lines = [self._nothing()]
        reasons = sum(self.nobody.values(), Counter())
        if reasons:
            texts = TEXTS["reason"](self.env)
            why = ", ".join(
                f"{texts.get(code, '').lower()} ({count})" if len(reasons) > 1
                else texts.get(code, "").lower()
                for code, count in reasons.most_common()
            )  # fmt: skip
            count = sum(reasons.values())
            lines.append(self._nobody_line(count, why))
        if self.run.merged_count:
            count = self.run.merged_count
            lines.append(
                self.env._("%s leads repeat another one and become one with it.", count)
                if count > 1
                else self.env._("1 lead repeats another one and becomes one with it.")
            )
        lines += self._unscheduled_lines()
        return Markup().join(Markup("<div>%s</div>") % line for line in lines)

    def _unscheduled_lines(self):
        """Teams of a preview that get leads by hand only: what the schedule does is less."""
        if self.run.state != "preview":
            return []
        # sudo: names of teams that take part in a run that the user may read.
        teams = self.run.team_ids.sudo().filtered("assignment_optout")
        if not teams:
            return []
        names = ", ".join(teams[:MAX_NAMES].mapped("name"))
        if len(teams) > MAX_NAMES:
            names = self.env._("%(names)s and %(count)s more",
                               names=names, count=len(teams) - MAX_NAMES)  # fmt: skip
        return [self.env._("Includes teams that are left out of the schedule: %s.", names)]

    def _nobody_line(self, count, why):
        every = self.env["crm.team"]._get_assignable_teams()
        if every - self.run.team_ids:
            if count == 1:
                return self.env._("1 lead gets nobody of these teams: %s.", why)
            return self.env._(
                "%(count)s leads get nobody of these teams: %(why)s.", count=count, why=why
            )
        if count == 1:
            return self.env._("1 lead gets nobody: %s.", why)
        return self.env._("%(count)s leads get nobody: %(why)s.", count=count, why=why)

    def _nothing(self):
        if self.nobody:
            return self.env._("No lead gets an owner.")
        return self.env._("There is no lead to give out: every open lead has an owner.")

    def _team_line(self, team, users):
        count = sum(users.values())
        name = team.name or self.env._("no team")
        people = [
            f"{user.name or self.env._('nobody yet')} {number}"
            for user, number in users.most_common(MAX_NAMES)
        ]
        if len(users) > MAX_NAMES:
            people.append(self.env._("%s more people", len(users) - MAX_NAMES))
        values = {"count": count, "team": name, "people": ", ".join(people)}
        if count == 1:
            return self.env._("1 lead to %(team)s: %(people)s", **values)
        return self.env._("%(count)s leads to %(team)s: %(people)s", **values)

    @staticmethod
    def _by_size(counters):
        return sorted(
            counters.items(), key=lambda item: (-sum(item[1].values()), item[0].name or "")
        )

    # -- tables --------------------------------------------------------------------

    def get_people(self):
        """What each person gets, beside what the person has today (HTML table)."""
        # sudo: members of teams whose run the user may read; figures, no leads.
        members = self.run.sudo().team_ids.crm_team_member_ids
        # A view's rows may have been read before the leads were given out.
        self.env["crm.assignment.report"].invalidate_model()
        loads = {
            (row.team_id, row.user_id): row
            for row in self.env["crm.assignment.report"]
            .sudo()
            .search([("member_id", "in", members.ids)])
        }
        keys = set(loads) | {(team, user) for team in self.given for user in self.given[team]}
        if not keys:
            return Markup("<p class='text-muted'>%s</p>") % self.env._(
                "The teams of this run have no members."
            )
        is_preview = self.run.state == "preview"
        head = [
            self.env._("Sales Team"),
            self.env._("Salesperson"),
            self.env._("Gets now") if is_preview else self.env._("Got"),
            self.env._("Received (30 days)"),
            self.env._("Capacity (30 days)"),
            self.env._("Used"),
        ]
        rows = []
        for team, user in sorted(keys, key=lambda key: (key[0].name or "", key[1].name or "")):
            got = self.given.get(team, {}).get(user, 0)
            rows.append(self._person_row(team, user, loads.get((team, user)), got, is_preview))
        return self._table(head, rows)

    def _person_row(self, team, user, load, got, is_preview):
        capacity = load.capacity if load else 0
        today = load.received if load else 0
        after = today + got if is_preview else today
        if load and load.assignment_optout:
            used = Markup("<span class='text-muted'>%s</span>") % self.env._("paused")
        elif capacity:
            used = self._bar(after / capacity)
        else:
            used = Markup("<span class='text-muted'>%s</span>") % (
                self.env._("no capacity") if load else self.env._("not a member")
            )
        gets = Markup("<b class='text-success'>+%s</b>") % got if got else "0"
        name = user.name or self.env._("nobody yet")
        received = f"{today} → {after}" if is_preview and got else today
        return [team.name or "", name, gets, received, capacity or "", used]

    @staticmethod
    def _bar(share):
        color = "danger" if share > 1 else "success"
        width = min(round(100 * share), 100)
        return Markup(
            "<div class='d-flex align-items-center gap-2'>"
            "<div class='progress flex-grow-1' style='min-width: 80px; height: 8px;'>"
            "<div class='progress-bar bg-%s' style='width: %s%%;'></div></div>"
            "<span class='text-nowrap'>%s %%</span></div>"
        ) % (color, width, round(100 * share))

    def get_nobody(self):
        """Leads nobody gets: how many, by team and reason (HTML table)."""
        texts = TEXTS["reason"](self.env)
        rows = [
            [count, texts.get(reason, ""), team.name or self.env._("no team")]
            for team, reasons in self._by_size(self.nobody)
            for reason, count in reasons.most_common()
        ]
        if not rows:
            return Markup("<p class='text-muted'>%s</p>") % self.env._(
                "None: every lead gets somebody."
            )
        return self._table(
            [self.env._("Leads"), self.env._("Why nobody"), self.env._("Sales Team")], rows
        )

    @staticmethod
    def _table(head, rows):
        def cells(cell, values):
            return Markup().join(cell % value for value in values)

        heads = cells(Markup("<th>%s</th>"), head)
        body = Markup().join(
            Markup("<tr>%s</tr>") % cells(Markup("<td>%s</td>"), row) for row in rows
        )
        return Markup(
            "<table class='table table-sm o_assignment_table'><thead><tr>%s</tr></thead>"
            "<tbody>%s</tbody></table>"
        ) % (heads, body)


def get_problem_lines(run):
    """Filters that were left out, with the names of whose they are."""
    env = run.env
    problems = run.problems or []
    # sudo: names of teams and members of a run that the user may read.
    teams = env["crm.team"].sudo().browse(p["team"] for p in problems if p.get("team"))
    members = env["crm.team.member"].sudo().with_context(active_test=False)
    members = members.browse(p["member"] for p in problems if p.get("member"))
    team_names = {team.id: team.name for team in teams.exists()}
    member_names = {
        member.id: (member.user_id.name, member.crm_team_id.name) for member in members.exists()
    }
    lines = []
    for problem in problems:
        error = problem.get("error", "")
        if problem.get("member"):
            user, team = member_names.get(problem["member"], (env._("a former member"), ""))
            lines.append(
                env._(
                    "The filter of %(user)s in %(team)s can't be used: %(error)s",
                    user=user,
                    team=team,
                    error=error,
                )
            )
        else:
            team = team_names.get(problem.get("team")) or env._("a former team")
            lines.append(
                env._("The filter of %(team)s can't be used: %(error)s", team=team, error=error)
            )
    return lines


def get_settings_texts(env):
    """What the settings of a run are called: ``{name: text}``, the most telling first."""
    return {
        "merge_duplicates": env._("Merge duplicates"),
        "duplicate_phone": env._("Duplicates also by phone"),
        "duplicate_company": env._("Duplicates also by company"),
        "capacity_per_person": env._("One capacity over all teams"),
        "carry_over_days": env._("Unused capacity is kept for (days)"),
        "repeat_days": env._("Repeat enquiries within (days)"),
        "delay_hours": env._("Leads wait at least (hours)"),
    }
