# pylint: disable=consider-merging-classes-inherited
import json
from collections import Counter

from odoo import api, models
from odoo.tools import SQL

from ..bulk.change import ACTIVITY, LEAD, PARTNER

#: Records that are looked at, at once.
LOOK = 10_000


class CrmBulkOperation(models.Model):
    """The dry run: which records are found, and what is to become of each."""

    _inherit = "crm.bulk.operation"

    def _plan(self):
        """Look at all records and write down what is to become of each.

        Cost: some ten queries for each ten thousand records.
        """
        self.ensure_one()
        self._check_operation()
        # sudo: the lines are the system's.
        self.sudo()._forget_lines()
        change = self._get_change()
        root_ids, missing = self._find_records()
        self._check_limit(len(root_ids))
        counts = Counter(refused=len(missing))
        self._insert_lines(
            [(self.model, dead, dead, "refused", None, None, text) for dead, text in missing]
        )
        targets = self._plan_records(change, self.model, {key: key for key in root_ids}, counts)
        for model_name, origins in self._find_taken_along(targets):
            self._plan_records(change, model_name, origins, counts, targets)
        # sudo: what came of it is recorded by the system alone.
        self.sudo().write(
            {
                "state": "preview",
                "user_id": self.env.uid,
                "total_count": counts.total(),
                "waiting_count": counts["waiting"],
                "unchanged_count": counts["unchanged"],
                "refused_count": counts["refused"],
                "options": self._get_options(),
            }
        )

    def _get_options(self):
        """What the scheduled action needs to go on as the user would."""
        # sudo: who is archived by now, to know at undoing who has been archived since.
        users = self.env["res.users"].sudo().with_context(active_test=False)
        context = self.env.context
        return {
            "companies": self.env.companies.ids,
            "lang": context.get("lang"),
            "tz": context.get("tz"),
            "archived": users.search([("active", "=", False)]).ids,
        }

    def _find_records(self):
        """Return the ids of the chosen records, and (id, reason) of those there are not."""
        domain = self._get_domain()
        Model = self.env[self.model].with_context(active_test=not self.with_archived)
        found = Model.search(domain, order="id").ids
        asked = self._get_asked_ids(domain)
        if not asked:
            return found, []
        text = self.env._("It does not exist (any more), or you may not see it.")
        archived = set()
        if not self.with_archived:
            archived = set(
                Model.with_context(active_test=False).search([("id", "in", list(asked))]).ids
            )
        missing = [
            (one, self.env._("It is archived.") if one in archived else text)
            for one in sorted(asked - set(found))
        ]
        return found, missing

    @api.model
    def _get_asked_ids(self, domain):
        """Return the ids that a filter of ids, and nothing else, names."""
        parts = list(domain)
        if len(parts) == 1 and len(parts[0]) == 3 and parts[0][0] == "id":
            _name, operator, value = parts[0]
            if operator in ("=", "in"):
                ids = value if hasattr(value, "__iter__") else [value]
                return {one for one in ids if isinstance(one, int) and 0 < one < 2**31}
        return set()

    def _plan_records(self, change, model_name, origins, counts, wishes=None):
        """Write a line for each record.

        :param origins: {id: id of the chosen record it comes along with, or its own}
        :param wishes: {id of chosen record: its target}, for records taken along
        :return: {id: target} of those that are so or will be, where something comes along
        """
        reached, ids = {}, list(origins)
        for start in range(0, len(ids), LOOK):
            records = self.env[model_name].browse(ids[start : start + LOOK])
            allowed = change.get_allowed(records)
            states, targets, refused = {}, {}, {}
            if allowed:
                states = change.get_states(allowed)
                followed = {key: wishes[origins[key]] for key in allowed.ids} if wishes else {}
                targets, refused = change.get_targets(allowed, states, followed)
            forbidden = records - allowed
            refused.update(dict.fromkeys(forbidden.ids, self._get_forbidden_reason(forbidden)))
            rows = []
            for record_id in records.ids:
                before, target = states.get(record_id), targets.get(record_id)
                state = "refused"
                if record_id not in refused:
                    state = "unchanged" if change.is_reached(before, target) else "waiting"
                    reached[record_id] = target
                counts[state] += 1
                reason = refused.get(record_id)
                rows.append(
                    (model_name, record_id, origins[record_id], state, before, target, reason)
                )
            self._insert_lines(rows)
            records.invalidate_recordset()
        return reached

    def _read_owners(self, records):
        """Return {id: id of the owner}, in one query."""
        records.flush_recordset(["user_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, user_id FROM %s WHERE id = ANY(%s)",
                    SQL.identifier(records._table),
                    list(records.ids),
                )
            )
        )

    def _get_forbidden_reason(self, records):
        """Say why the user may not change the records."""
        if not records:
            return False
        if not records.browse().has_access("write"):
            return self.env._("You may not change records of this kind.")
        rules = self.env["ir.rule"]._get_failing(records, mode="write")
        # sudo: the names of the rules, to explain.
        names = ", ".join(rules.sudo().mapped("name"))
        if names:
            return self.env._("You may not change it. Rule: %s", names)
        return self.env._("You may not change it.")

    # -- what is taken along -----------------------------------------------------------

    def _find_taken_along(self, targets):
        """Yield a model, and {id: id of the chosen record it comes along with}."""
        cascade = self._get_cascade()
        if not cascade or not targets:
            return
        roots = list(targets)
        owners = self._read_owners(self.env[self.model].browse(roots)) if self.cascade_own else {}
        # A record that was chosen itself is not taken along a second time.
        persons, deals = {}, {}
        if self.model == PARTNER and cascade & {"persons", "deals"}:
            persons = self._find_persons(roots)
        if "deals" in cascade:
            deals = self._find_deals({**persons, **{key: key for key in roots}})
        if "persons" in cascade:
            persons = self._leave_others(PARTNER, persons, owners)
            yield PARTNER, persons
        else:
            persons = {}
        if deals:
            deals = self._leave_others(LEAD, deals, owners)
            yield LEAD, deals
        if "activities" in cascade:
            own = {self.model: {key: key for key in roots}}
            own.setdefault(PARTNER, {}).update(persons)
            own.setdefault(LEAD, {}).update(deals)
            activities = self._find_activities(own)
            yield ACTIVITY, self._leave_others(ACTIVITY, activities, owners)

    def _find_persons(self, roots):
        chosen = set(roots)
        origins, level = {}, {key: key for key in roots}
        while level:
            children = self.env[PARTNER].search_fetch(
                [("parent_id", "in", list(level)), ("is_company", "=", False)], ["parent_id"]
            )
            level = {
                child.id: level[child.parent_id.id]
                for child in children
                if child.id not in origins and child.id not in chosen
            }
            origins.update(level)
        return origins

    def _find_deals(self, origins):
        """Open leads and deals of the contacts, and of the persons of the companies."""
        leads = self.env[LEAD]
        if not leads.has_access("read"):
            return {}
        found = leads.search_fetch(
            [("partner_id", "in", list(origins)), ("won_status", "=", "pending")], ["partner_id"]
        )
        return {lead.id: origins[lead.partner_id.id] for lead in found}

    def _find_activities(self, own):
        found = {}
        for model_name, origins in own.items():
            activities = self.env[ACTIVITY].search_fetch(
                [("res_model", "=", model_name), ("res_id", "in", list(origins))], ["res_id"]
            )
            found.update({activity.id: origins[activity.res_id] for activity in activities})
        return found

    def _leave_others(self, model_name, origins, owners):
        """Leave out what another than the chosen record's owner has, if so wished."""
        if not self.cascade_own:
            return origins
        now = self._read_owners(self.env[model_name].browse(list(origins)))
        return {
            key: origin
            for key, origin in origins.items()
            if not now[key] or now[key] == owners.get(origin)
        }

    def _insert_lines(self, rows):
        """Write rows of model, id, chosen id, state, before, target, reason: set-based."""
        if not rows:
            return
        columns = [list(column) for column in zip(*rows, strict=True)]
        for number in (4, 5):
            columns[number] = [
                None if value is None else json.dumps(value) for value in columns[number]
            ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_bulk_operation_line
                            (operation_id, res_model, res_id, origin_id, state, before, target,
                             reason)
                     SELECT %s, * FROM unnest(%s::text[], %s::int[], %s::int[], %s::text[],
                                              %s::jsonb[], %s::jsonb[], %s::text[])
                """,
                self.id,
                *columns,
            )
        )
        self.sudo().invalidate_recordset(["line_ids"], flush=False)  # sudo: for all caches
