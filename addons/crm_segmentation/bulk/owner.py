"""Change of owner: to one user, to several in turn, or to nobody."""

from functools import cached_property

from odoo.exceptions import UserError

from odoo.addons.crm_bulk_history.history import remove_followers

from ..models.crm_owner_change import OwnerReason
from .change import ACTIVITY, LEAD, register
from .field import FieldChange


@register
class OwnerChange(FieldChange):
    """``user_id``: a user's id or login, or false for nobody; ``user_ids``: several, in turn."""

    code = "owner"
    sequence = 10
    cascades = ("persons", "deals", "activities")
    keys = ("user_id", "user_ids")
    receiver = "user_id"

    def __init__(self, env, model_name, vals):
        super().__init__(env, model_name, vals)
        self.turn = 0

    @classmethod
    def get_label(cls, env):
        return env._("Change the owner")

    def check_values(self):
        self.require("user_id", "user_ids")
        users = self.users
        wrong = users.filtered(lambda user: not user.active or user.share)
        if wrong:
            raise UserError(
                self.env._(
                    "%s cannot own anything: archived, or not an internal user. Choose somebody "
                    "else.",
                    ", ".join(wrong.mapped("name")),
                )
            )

        companies = self.env.companies
        # sudo: the companies of a colleague, to compare.
        foreign = users.filtered(lambda user: not user.sudo().company_ids & companies)
        if foreign:
            raise UserError(
                self.env._(
                    "%(users)s: in none of your companies (%(companies)s). Choose somebody else.",
                    users=", ".join(foreign.mapped("name")),
                    companies=", ".join(companies.mapped("name")),
                )
            )

    @cached_property
    def users(self):
        values = self.vals.get("user_ids") or self.vals.get("user_id") or []
        return self.find("res.users", values, by="login") if values else self.env["res.users"]

    def describe(self):
        users = self.users
        if not users:
            return self.env._("Owner: nobody")
        names = ", ".join(users.mapped("name"))
        if len(users) == 1:
            return self.env._("Owner: %s", names)
        return self.env._("Owner: %s in turn", names)

    def get_kept(self, model_name):
        # The team, company and date of a lead follow from its owner in Odoo.
        return (
            ("user_id", "team_id", "company_id", "date_open", "lead_properties")
            if model_name == LEAD
            else ("user_id",)
        )

    def get_states(self, records):
        states = super().get_states(records)
        users = self.users
        if records._name == ACTIVITY or not users:
            return states
        # Who becomes owner becomes follower. Undoing takes back only who was none before.
        followed = self._get_followers(records, users)
        for record_id, state in states.items():
            state["followers"] = followed.get(record_id, [])
        return states

    def _get_followers(self, records, users):
        # sudo: whether somebody follows is no secret from whoever may change the record.
        groups = (
            self.env["mail.followers"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("partner_id", "in", users.partner_id.ids),
                ],
                ["res_id"],
                ["partner_id:array_agg"],
            )
        )
        return {record_id: sorted(ids) for record_id, ids in groups}

    def get_targets(self, records, states, origins):
        users = self.users
        companies = self._get_companies(records)
        # sudo: as above.
        allowed = {user.id: set(user.sudo().company_ids.ids) for user in users}
        targets, refused = {}, {}
        for record_id in records.ids:
            company_id = companies.get(record_id)
            fitting = [
                user_id for user_id in users.ids if not company_id or company_id in allowed[user_id]
            ]
            if record_id in origins:
                user_id = origins[record_id]["user_id"]
                fitting = [user_id] if not users or user_id in fitting else []
            if users and not fitting:
                refused[record_id] = self.env._("It belongs to another company than the new owner.")
                continue
            targets[record_id] = {"user_id": self._take_turn(fitting, states[record_id]["user_id"])}
        return targets, refused

    def _take_turn(self, user_ids, current):
        """Return who gets the next record; whoever is in the turn already keeps his."""
        if not user_ids or current in user_ids:
            return current if user_ids else None
        if len(user_ids) == 1:
            return user_ids[0]
        self.turn += 1
        return user_ids[(self.turn - 1) % len(user_ids)]

    def _get_companies(self, records):
        if "company_id" not in records._fields:
            return {}
        states = self.read_columns(records, ["company_id"])
        return {record_id: state["company_id"] for record_id, state in states.items()}

    def get_restore_problems(self, records, befores):
        """Nobody gets records back who has been archived or deleted since the change."""
        users = self.env["res.users"].with_context(active_test=False)
        ids = {befores[record_id]["user_id"] for record_id in records.ids} - {None, False}
        # sudo: a user of a company that one does not see is still there.
        there = {user.id: user for user in users.sudo().browse(ids).exists()}
        problems = {}
        for record_id in records.ids:
            user_id = befores[record_id]["user_id"]
            if not user_id:
                continue
            user = there.get(user_id)
            if not user:
                problems[record_id] = self.env._("Its former owner has been deleted.")
            elif not user.active and user_id not in self.archived_before:
                problems[record_id] = self.env._(
                    "Its former owner, %s, has been archived.", user.name
                )
        return problems

    def restore(self, records, befores):
        current = self._get_followers(records, self.users) if records._name != ACTIVITY else {}
        result = super().restore(records, befores)
        # The change made them followers, whoever may write the record now.
        remove_followers(
            records,
            [
                (record_id, partner_id)
                for record_id, partner_ids in current.items()
                for partner_id in set(partner_ids) - set(befores[record_id].get("followers") or [])
            ],
        )
        return result

    def _write(self, records, vals):
        # One notice at the end instead of one for each activity; the history says what it was.
        records.with_context(
            mail_activity_quick_update=True,
            crm_owner_reason=OwnerReason("undo" if self.is_undo else "bulk"),
        ).write(vals)
