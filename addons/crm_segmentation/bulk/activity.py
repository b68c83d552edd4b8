"""Plan an activity on each record."""

from functools import cached_property

from odoo.exceptions import UserError
from odoo.fields import Date

from .change import Change, register


@register
class ActivityChange(Change):
    """An activity of a type, for one user or for the owner of each record."""

    code = "activity"
    sequence = 80
    receiver = "user_id"
    keys = ("activity_type_id", "summary", "note", "date_deadline", "user_id")

    def __init__(self, env, model_name, vals):
        super().__init__(env, model_name, vals)
        self.created = {}

    @classmethod
    def get_label(cls, env):
        return env._("Schedule an activity")

    def check_values(self):
        self.resolve("activity_type")
        self.resolve("user")
        try:
            Date.to_date(self.vals.get("date_deadline"))
        except (ValueError, TypeError):
            raise UserError(
                self.env._("“%s” is no date. Write it as 2026-03-31.", self.vals["date_deadline"])
            ) from None

    @cached_property
    def activity_type(self):
        value = self.vals.get("activity_type_id")
        if value:
            return self.find_one("mail.activity.type", "activity_type_id", value, by="name")
        return self.env["mail.activity"]._default_activity_type_for_model(self.model)

    @cached_property
    def user(self):
        value = self.vals.get("user_id")
        user = self.env["res.users"]
        if value:
            user = self.find_one("res.users", "user_id", value, by="login")
        if user and (user.share or not user.active):
            raise UserError(
                self.env._(
                    "%s gets no activities: archived, or not an internal user. Choose somebody "
                    "else.",
                    user.name,
                )
            )
        return user

    @cached_property
    def deadline(self):
        return Date.to_date(self.vals.get("date_deadline")) or Date.context_today(
            self.env[self.model]
        )

    def describe(self):
        name = self.vals.get("summary") or self.activity_type.name
        return self.env._(
            "Activity: %(activity)s, %(date)s", activity=name, date=Date.to_string(self.deadline)
        )

    def get_states(self, records):
        return {record_id: {} for record_id in records.exists().ids}

    def get_targets(self, records, states, origins):
        owners = self.read_columns(records, ["user_id"])
        # sudo: whether the owners work here still.
        users = self.env["res.users"].sudo().browse({row["user_id"] for row in owners.values()})
        working = set(users.filtered("active").ids)
        targets = {}
        for record_id in records.ids:
            owner = owners[record_id]["user_id"]
            user_id = self.user.id or (owner if owner in working else self.env.uid)
            targets[record_id] = {"user_id": user_id}
        return targets, {}

    def apply(self, records, targets):
        model_id = self.env["ir.model"]._get_id(records._name)
        shared = {
            "res_model_id": model_id,
            "activity_type_id": self.activity_type.id,
            "summary": self.vals.get("summary"),
            "note": self.vals.get("note"),
            "date_deadline": self.deadline,
        }
        # One notice at the end instead of one for each record.
        activities = (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True)
            .create(
                [
                    {**shared, "res_id": record_id, "user_id": targets[record_id]["user_id"]}
                    for record_id in records.ids
                ]
            )
        )
        self.created.update(zip(records.ids, activities.ids, strict=True))

    def get_after(self, records):
        ids = [self.created[record_id] for record_id in records.ids]
        return {
            self_id: {"activity_id": activity_id, **state}
            for self_id, activity_id, state in zip(
                records.ids, ids, self._read_activities(ids), strict=True
            )
        }

    def get_current(self, records, afters):
        ids = [afters[record_id]["activity_id"] for record_id in records.ids]
        return {
            self_id: {"activity_id": activity_id, **state}
            for self_id, activity_id, state in zip(
                records.ids, ids, self._read_activities(ids), strict=True
            )
        }

    def _read_activities(self, ids):
        names = ["active", "user_id", "date_deadline", "summary", "activity_type_id"]
        found = self.read_columns(self.env["mail.activity"].browse(ids), names)
        return [found.get(activity_id) or {} for activity_id in ids]

    def restore(self, records, befores):
        self.env["mail.activity"].browse(self.created[i] for i in records.ids).unlink()

    def prepare_restore(self, afters):
        self.created = {record_id: after["activity_id"] for record_id, after in afters.items()}
