# pylint: disable=consider-merging-classes-inherited
# (The glance is a concern of its own.)
from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_date

#: Lists that other parts and addons put on contacts, in the order they are shown: field, icon.
LISTS = (
    ("contact_group_ids", "fa-sitemap"),
    ("category_id", "fa-tags"),
)


class ResPartner(models.Model):
    """A contact at a glance."""

    _inherit = "res.partner"

    @api.readonly
    def get_segmentation_glance(self):
        """Say what is known of a contact, in the order it is shown.

        What an addon brings is there when it is installed. Some ten queries, asked for after the
        form is shown; only what the user may see.

        :return: list of ``{"key", "label", "value", "icon"}`` with, optionally, ``"detail"``
            (a second, smaller text), ``"color"`` (0 to 11), ``"warn"`` and ``"action"`` (what a
            click opens)
        :raises AccessError: for a contact the user may not read
        """
        self.ensure_one()
        self.check_access("read")
        return [item for item in self._get_glance_items() if item]

    def _get_glance_items(self):
        """Items of the glance; other parts and bridges add theirs to what this returns."""
        return [
            self._get_glance_type(),
            self._get_glance_completeness(),
            self._get_glance_owner(),
            *self._get_glance_deals(),
            *self._get_glance_correspondence(),
            self._get_glance_activities(),
            self._get_glance_watching(),
            *(self._get_glance_list(name, icon) for name, icon in LISTS),
        ]

    def _get_glance_type(self):
        if not self.crm_type_id:
            return None
        return {
            "key": "type",
            "label": self.env._("Type"),
            "value": self.crm_type_id.name,
            "detail": self.type_decision_text or "",
            "icon": "fa-id-badge",
            "color": self.crm_type_id.color,
        }

    def _get_glance_completeness(self):
        if not self.has_completeness:
            return None
        gaps = self.completeness_gap_ids.mapped("name")
        return {
            "key": "completeness",
            "label": self.env._("Complete"),
            "value": f"{self.completeness} %",
            "detail": self.env._("Missing: %s", ", ".join(gaps)) if gaps else "",
            "icon": "fa-check-square-o",
            "warn": bool(gaps),
        }

    def _get_glance_owner(self):
        return {
            "key": "owner",
            "label": self.env._("Owner"),
            "value": self.user_id.name or self.env._("Nobody"),
            "icon": "fa-user",
            "warn": not self.user_id,
        }

    def _get_glance_deals(self):
        """Open and won deals of the whole family, as Odoo's own button counts them."""
        leads = self.env["crm.lead"]
        if not leads.has_access("read"):
            return
        domain = [("partner_id", "child_of", self.commercial_partner_id.id)]
        domain += [("type", "=", "opportunity")]
        sums = ["__count", "expected_revenue:sum"]
        figures = {}
        for status, company, count, revenue in leads._read_group(
            domain, ["won_status", "company_id"], sums
        ):
            figures.setdefault(status, []).append((company.id, count, revenue))
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Deals of %s", self.display_name),
            "res_model": "crm.lead",
            "views": [[False, "list"], [False, "kanban"], [False, "form"]],
            "domain": domain,
            "context": {"default_partner_id": self.id, "default_type": "opportunity"},
        }
        labels = {"pending": self.env._("Open Deals"), "won": self.env._("Won Deals")}
        for status, label in labels.items():
            rows = figures.get(status)
            if rows:
                currency = self.env.company.currency_id
                revenue = currency._add_up((company, amount) for company, _count, amount in rows)
                yield {
                    "key": f"deals_{status}",
                    "label": label,
                    "value": str(sum(count for _company, count, _amount in rows)),
                    "detail": format_amount(self.env, revenue, currency),
                    "icon": "fa-star" if status == "pending" else "fa-trophy",
                    "action": action | {"domain": [*domain, ("won_status", "=", status)]},
                }

    def _get_glance_correspondence(self):
        """E-mails and comments, and notes: how many, and the last of each. One statement."""
        self.env["mail.message"].flush_model(
            ["model", "res_id", "message_type", "subtype_id", "date"]
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT subtype_id IS NOT DISTINCT FROM %s AND message_type = 'comment' AS is_note,"
                " count(*), max(date) FROM mail_message WHERE model = 'res.partner' AND res_id = %s"
                " AND message_type IN ('email', 'email_outgoing', 'comment') GROUP BY 1 ORDER BY 1",
                self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
                self.id,
            )
        )
        for is_note, count, last in rows:
            local = fields.Datetime.context_timestamp(self, last)
            yield {
                "key": "notes" if is_note else "correspondence",
                "label": self.env._("Notes") if is_note else self.env._("Correspondence"),
                "value": str(count),
                "detail": self.env._("last on %s", format_date(self.env, local.date())),
                "icon": "fa-sticky-note-o" if is_note else "fa-envelope-o",
            }

    def _get_glance_activities(self):
        if not self.activity_ids:
            return None
        return {
            "key": "activities",
            "label": self.env._("Activities"),
            "value": str(len(self.activity_ids)),
            "detail": self.env._("next on %s", format_date(self.env, self.activity_date_deadline)),
            "icon": "fa-clock-o",
            "warn": self.activity_state == "overdue",
        }

    def _get_glance_watching(self):
        count = len(self.message_follower_ids)
        if not count:
            return None
        return {
            "key": "watching",
            "label": self.env._("Watching"),
            "value": str(count),
            "detail": self.env._("with you") if self.message_is_follower else "",
            "icon": "fa-eye",
        }

    def _get_glance_list(self, name, icon):
        field = self._fields.get(name)
        if field is None or not self._has_field_access(field, "read") or not self[name]:
            return None
        records = self[name]
        return {
            "key": name,
            "label": field._description_string(self.env),
            "value": ", ".join(records[:3].mapped("display_name")),
            "detail": self.env._("and %s more", len(records) - 3) if len(records) > 3 else "",
            "icon": icon,
        }
