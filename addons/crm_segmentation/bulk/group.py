"""Put contacts into groups, take them out, move them: with the addon for contact groups."""

from functools import cached_property

from odoo.exceptions import UserError

from .change import PARTNER, Change, register

MEMBER = "crm.contact.group.member"
#: What is kept of a membership, to put it back.
ROW = ("state", "source", "date_from", "date_to", "reason", "user_id")


@register
class GroupChange(Change):
    """``group_id``: id or code; ``mode``: add, remove, or move to ``target_group_id``."""

    code = "group"
    sequence = 40
    models = (PARTNER,)
    cascades = ("persons",)
    modes = ("add", "remove", "move")
    keys = ("group_id", "target_group_id", "reason")

    @classmethod
    def is_available(cls, env):
        return MEMBER in env

    @classmethod
    def get_label(cls, env):
        return env._("Change contact groups")

    def check_values(self):
        self.require("group_id")
        if self.mode == "move":
            self.require("target_group_id")
            if self.target == self.group_record:
                raise UserError(
                    self.env._("Contacts can be moved to another group than their own only.")
                )
        self.resolve("groups")

    def _find_group(self, key):
        return self.find_one("crm.contact.group", key, self.vals[key], by="code")

    @cached_property
    def group_record(self):
        return self._find_group("group_id")

    @cached_property
    def target(self):
        return self._find_group("target_group_id")

    @cached_property
    def groups(self):
        return self.group_record + self.target if self.mode == "move" else self.group_record

    def describe(self):
        names = " → ".join(self.groups.mapped("display_name"))
        if self.mode == "add":
            return self.env._("Into the group %s", names)
        if self.mode == "remove":
            return self.env._("Out of the group %s", names)
        return self.env._("Moved from group to group: %s", names)

    def get_allowed(self, records):
        # Who may keep groups need not be able to edit the contacts.
        if self.env[MEMBER].has_access("write"):
            return records._filtered_access("read")
        return records.browse()

    def get_states(self, records):
        rows = self.env[MEMBER].search_read(
            [("group_id", "in", self.groups.ids), ("partner_id", "in", records.ids)],
            ["group_id", "partner_id", *ROW],
            load=None,
        )
        states = {record_id: {} for record_id in records.ids}
        for row in rows:
            states[row["partner_id"]][str(row["group_id"])] = {
                name: str(row[name]) if name.startswith("date") and row[name] else row[name]
                for name in ROW
            }
        return states

    def get_targets(self, records, states, origins):
        target = {str(self.group_record.id): self.mode == "add"}
        if self.mode == "move":
            target[str(self.target.id)] = True
        entered = self.groups[-1] if self.mode != "remove" else self.env["crm.contact.group"]
        targets, refused = {}, {}
        for record in records.sudo():  # sudo: only whether it is a company, and whose
            reason = self._get_refusal(entered, record)
            if reason:
                refused[record.id] = reason
            elif self.mode == "move" and not self._is_in(states[record.id], self.group_record):
                # Who is not in the one group is not moved to the other.
                targets[record.id] = {}
            else:
                targets[record.id] = target
        return targets, refused

    def _get_refusal(self, group, record):
        if not group:
            return False
        if group.applies_to != "both" and record.is_company != (group.applies_to == "company"):
            return self.env._("The group takes companies only, or persons only.")
        if record.company_id and not group.company_id._serves(record.company_id):
            return self.env._("The group belongs to another company.")
        return False

    @staticmethod
    def _is_in(state, group):
        return (state.get(str(group.id)) or {}).get("state") == "in"

    def is_reached(self, state, target):
        return all(
            ((state.get(group_id) or {}).get("state") == "in") == wished
            for group_id, wished in target.items()
        )

    def apply(self, records, targets):
        if self.mode == "add":
            self.group_record.add_contacts(records.ids, reason=self.vals.get("reason"))
        elif self.mode == "remove":
            self.group_record.remove_contacts(records.ids)
        else:
            self.group_record.move_contacts(records.ids, self.target.id)

    def restore(self, records, befores):
        members = self.env[MEMBER].search(
            [("group_id", "in", self.groups.ids), ("partner_id", "in", records.ids)]
        )
        parts = {}
        for member in members:
            before = befores[member.partner_id.id].get(str(member.group_id.id))
            key = tuple(before.items()) if before else None
            parts.setdefault(key, []).append(member.id)
        for before, ids in parts.items():
            if before is None:
                members.browse(ids).unlink()
            else:
                rows = members.browse(ids)
                rows._check_may_move()
                rows._as_system().write(dict(before))
