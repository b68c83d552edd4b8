from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.crm_access.texts import tell_count


class CrmTypeDecisionMixin(models.AbstractModel):
    """A record that keeps what its type has brought it, and why."""

    _name = "crm.type.decision.mixin"
    _description = "Record with a Decision by Type"

    type_decision = fields.Json(readonly=True, copy=False, groups="base.group_user")
    type_decision_text = fields.Char(
        "Brought by the Type", compute="_compute_type_decision_text", groups="base.group_user"
    )

    @api.depends("type_decision")
    @api.depends_context("lang")
    def _compute_type_decision_text(self):
        for record in self:
            decision = record.type_decision
            record.type_decision_text = decision and record._format_type_decision(decision)

    def _format_type_decision(self, decision):
        """Say in a sentence what a type brought and why. No query."""
        parts = []
        names = {"type": decision.get("type"), "user": decision.get("user") or ""}
        if decision.get("rule") == "queue":
            parts.append(
                self.env._(
                    "%(user)s, whose turn it was among %(queue)s",
                    user=names["user"],
                    queue=decision.get("queue"),
                )
            )
        elif decision.get("rule") == "user":
            parts.append(self.env._("%(user)s, who is responsible for it", user=names["user"]))
        elif decision.get("rule") == "nobody":
            parts.append(
                self.env._(
                    "no salesperson: none of its people may work in %(company)s",
                    company=decision.get("company") or "",
                )
            )
        if decision.get("team"):
            parts.append(self.env._("team %s", decision["team"]))
        if decision.get("tag_ids"):
            parts.append(
                tell_count(len(decision["tag_ids"]), self.env._("1 tag"), self.env._("%s tags"))
            )
        if decision.get("activity_ids"):
            parts.append(
                tell_count(
                    len(decision["activity_ids"]),
                    self.env._("1 planned activity"),
                    self.env._("%s planned activities"),
                )
            )
        return self.env._(
            "By type “%(type)s”: %(parts)s", type=names["type"], parts=", ".join(parts)
        )

    def _get_out_of_reach_reason(self):
        """Say so where the type has brought the salesperson."""
        reason = super()._get_out_of_reach_reason()
        record = self.sudo()  # sudo: why the user no longer sees what he has just saved
        decision = record.type_decision or {}
        if decision.get("user_id") and decision["user_id"] == record.user_id.id:
            return " ".join(filter(None, [f"{record.type_decision_text}.", reason]))
        return reason

    def action_undo_type_decision(self):
        """Take back what the type brought, where nobody has changed it since.

        The type itself stays. Salesperson and team go back only while they are those that the
        type set; activities that are done are history and stay.

        :raises UserError: when there is nothing to take back
        """
        if not any(record.type_decision for record in self):
            raise UserError(self.env._("There is nothing to take back."))
        self.check_access("write")
        tag_field = "tag_ids" if self._name == "crm.lead" else "category_id"
        for record in self.filtered("type_decision"):
            decision, vals = record.type_decision, {"type_decision": False}
            if "old_user_id" in decision and record.user_id.id == decision["user_id"]:
                vals["user_id"] = decision["old_user_id"]
            if "old_team_id" in decision and record.team_id.id == decision["team_id"]:
                vals["team_id"] = decision["old_team_id"]
            if decision.get("tag_ids"):
                vals[tag_field] = [Command.unlink(tag_id) for tag_id in decision["tag_ids"]]
            record._as_system().write(vals)
            # sudo: planned for a colleague by the type, not by that colleague.
            planned = record.activity_ids.sudo().browse(decision.get("activity_ids", []))
            (record.activity_ids.sudo() & planned).unlink()
            record._message_log(body=self.env._("Taken back: what the type had brought."))
