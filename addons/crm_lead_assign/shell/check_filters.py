"""What is wrong with filters: by themselves, and with the leads there are."""

from odoo.addons.crm_access.texts import tell_count

from ..engine import codes
from .filters import get_filter_error, parse_filter
from .references import check_references, find_references

#: A filter that takes longer makes every run slow.
SLOW_SECONDS = 1.0
ERROR, WARNING = "error", "warning"
#: Rules are looked at over all open leads and those of so many days.
HISTORY_DAYS = 90


class FilterChecks:
    """Part of :class:`.check.RuleCheck`."""

    def _rules(self):
        """``(team, member or None, whose filter it is, stored text, bit)`` of every filter."""
        for team in self.teams:
            facts = self.facts.teams[team.id]
            whose = self.env._("the filter of team %s", team.name)
            yield team, None, whose, team.assignment_domain, facts.rule
            if team.assignment_method == codes.OPEN_LOAD:
                whose = self.env._("what counts as load in team %s", team.name)
                yield team, None, whose, team.assignment_load_domain, 0
            for member in team.crm_team_member_ids:
                own = self.facts.members[member.id]
                names = {"user": member.user_id.name, "team": team.name}
                whose = self.env._("the filter of %(user)s in team %(team)s", **names)
                yield team, member, whose, member.assignment_domain, own.rule
                whose = self.env._("the preferred filter of %(user)s in team %(team)s", **names)
                yield team, member, whose, member.assignment_domain_preferred, own.preferred

    # -- filters by themselves -----------------------------------------------------

    def _check_filters(self):
        errors = self.facts.matches.errors
        seen = set()
        for team, member, whose, text, bit in self._rules():
            # A preferred filter is searched together with the member's own: said once.
            error = get_filter_error(self.env["crm.lead"], text)
            if error or (errors.get(bit) and (team, member) not in seen):
                error = error or errors[bit]
                seen.add((team, member))
                self._add(
                    ERROR,
                    "broken_filter",
                    self.env._(
                        "%(filter)s can't be used: %(error)s",
                        filter=whose[0].upper() + whose[1:],
                        error=error,
                    ),
                    self.env._(
                        "Open it and choose its conditions anew. Until then no lead comes by it."
                    ),
                    team=team,
                    member=member,
                )
            if self.seconds.get(bit, 0) > SLOW_SECONDS:
                self._add(
                    WARNING,
                    "slow_filter",
                    self.env._(
                        "%(filter)s takes %(seconds)s seconds to search.",
                        filter=whose[0].upper() + whose[1:],
                        seconds=f"{self.seconds[bit]:.1f}",
                    ),
                    self.env._(
                        "Every run waits for it. Leave out conditions on related records and parts "
                        "of texts, or ask for an index."
                    ),
                    figure=round(self.seconds[bit]),
                    team=team,
                    member=member,
                )

    def _check_references(self):
        found = []
        for team, member, whose, text, _bit in self._rules():
            try:
                domain = parse_filter(text)
                domain.validate(self.env["crm.lead"])
                references = list(find_references(domain, self.env["crm.lead"]))
            except Exception:  # broken filters have a row of their own
                continue
            found += [(team, member, whose, reference) for reference in references]
        wrong = check_references(self.env, [row[-1] for row in found])
        for team, member, whose, reference in found:
            if reference in wrong:
                severity, text, mend = self._reference_texts(wrong[reference], whose, reference)
                self._add(severity, wrong[reference], text, mend, team=team, member=member)

    def _reference_texts(self, code, whose, reference):
        what = self.env[reference.model]._description if reference.model else ""
        values = {
            "filter": whose,
            "field": reference.field,
            "value": reference.value,
            "model": what,
        }
        return {
            "dead_id": (
                ERROR,
                self.env._(
                    "%(model)s %(value)s does not exist any more: %(field)s in %(filter)s.",
                    **values,
                ),
                self.env._("Choose another one, or take it out of the filter."),
            ),
            "archived_id": (
                WARNING,
                self.env._("%(model)s %(value)s is archived: %(field)s in %(filter)s.", **values),
                self.env._("Restore it, or take it out of the filter."),
            ),
            "unknown_name": (
                ERROR,
                self.env._("Nothing is called “%(value)s”: %(field)s in %(filter)s.", **values),
                self.env._("Correct the name, or choose from the list."),
            ),
            "unknown_value": (
                WARNING,
                self.env._("“%(value)s” is none of the values of %(field)s: %(filter)s.", **values),
                self.env._("Choose one of its values."),
            ),
        }[code]

    # -- filters and leads ---------------------------------------------------------

    def _check_matches(self):
        """Rules for which no lead has come."""
        if not self.lead_count:
            return
        scope = tell_count(
            self.lead_count,
            self.env._("1 lead: open, or of the last %(days)s days"),
            self.env._("%(count)s leads: all open ones and those of the last %(days)s days"),
            days=HISTORY_DAYS,
        )
        mend = self.env._("Delete the rule if it is no longer needed, or widen its conditions.")
        hits = self.coverage.hits
        for team, member, whose, _text, bit in self._rules():
            if bit in self.facts.matches.domains and not hits[bit]:
                text = self.env._(
                    "No lead matches %(filter)s (%(scope)s).", filter=whose, scope=scope
                )
                self._add(WARNING, "never_matches", text, mend, team=team, member=member)
            elif member and self._contradicts(team, member, bit):
                self._add(
                    ERROR,
                    "contradiction",
                    tell_count(
                        hits[bit],
                        self.env._(
                            "%(user)s's filter lets 1 lead through, but none of those of team "
                            "%(team)s: the two filters exclude each other."
                        ),
                        self.env._(
                            "%(user)s's filter lets %(count)s leads through, but none of those of"
                            " team %(team)s: the two filters exclude each other."
                        ),
                        user=member.user_id.name,
                        team=team.name,
                    ),
                    self.env._("Widen the member's filter or the team's."),
                    figure=hits[bit],
                    team=team,
                    member=member,
                )
        for team in self.teams:
            for territory in team.assignment_territory_ids:
                bit = self.facts.matches.bit(domain=territory._get_lead_domain())
                if bit in self.facts.matches.domains and not hits[bit]:
                    text = self.env._(
                        "No lead is from territory %(territory)s of team %(team)s (%(scope)s).",
                        territory=territory.complete_name,
                        team=team.name,
                        scope=scope,
                    )
                    self._add(WARNING, "never_matches", text, mend, team=team, territory=territory)

    def _contradicts(self, team, member, bit):
        return (
            bit == self.facts.members[member.id].rule
            and bit in self.facts.matches.domains
            and self.coverage.team_hits[team.id]
            and not self.coverage.member_hits[member.id]
        )
