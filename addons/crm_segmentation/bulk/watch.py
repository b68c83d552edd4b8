"""Make people watch records, or watch them no longer: Odoo's followers."""

from functools import cached_property

from .change import Change, register


@register
class WatchChange(Change):
    """``user_ids`` or ``partner_ids``: who, default oneself; ``mode``: add or remove."""

    code = "watch"
    sequence = 60
    cascades = ("persons", "deals")
    modes = ("add", "remove")
    keys = ("user_ids", "partner_ids")

    @classmethod
    def get_label(cls, env):
        return env._("Watch or stop watching")

    def check_values(self):
        self.resolve("partners")

    @cached_property
    def partners(self):
        if self.vals.get("partner_ids"):
            return self.find("res.partner", self.vals["partner_ids"])
        if self.vals.get("user_ids"):
            return self.find("res.users", self.vals["user_ids"], by="login").partner_id
        return self.env.user.partner_id

    def describe(self):
        names = ", ".join(self.partners.mapped("name"))
        if self.mode == "add":
            return self.env._("Watched by %s", names)
        return self.env._("No longer watched by %s", names)

    def get_allowed(self, records):
        # Whoever may see a record may watch it; as Odoo's button does.
        only_me = self.partners == self.env.user.partner_id
        return records._filtered_access("read" if only_me else "write")

    def get_states(self, records):
        # sudo: whether somebody follows is no secret from whoever sees the record.
        groups = (
            self.env["mail.followers"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("partner_id", "in", self.partners.ids),
                ],
                ["res_id"],
                ["partner_id:array_agg"],
            )
        )
        states = {record_id: {"partners": []} for record_id in records.ids}
        states.update({record_id: {"partners": sorted(ids)} for record_id, ids in groups})
        return states

    def get_targets(self, records, states, origins):
        partners = sorted(self.partners.ids) if self.mode == "add" else []
        return {record_id: {"partners": partners} for record_id in records.ids}, {}

    def apply(self, records, targets):
        method = "message_subscribe" if self.mode == "add" else "message_unsubscribe"
        getattr(records, method)(partner_ids=self.partners.ids)

    def restore(self, records, befores):
        method = "message_unsubscribe" if self.mode == "add" else "message_subscribe"
        parts = {}
        for record_id in records.ids:
            before = set(befores[record_id]["partners"])
            changed = before ^ set(self.partners.ids) if self.mode == "add" else before
            parts.setdefault(tuple(sorted(changed)), []).append(record_id)
        for partner_ids, record_ids in parts.items():
            if partner_ids:
                getattr(records.browse(record_ids), method)(partner_ids=list(partner_ids))
