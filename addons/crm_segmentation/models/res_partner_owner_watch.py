# pylint: disable=consider-merging-classes-inherited
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """Watchers are the followers who work here."""

    _inherit = "res.partner"

    watcher_ids = fields.Many2many(
        "res.users",
        string="Watchers",
        compute="_compute_owner_facts",
        search="_search_watcher_ids",
        groups="base.group_user",
        help="Colleagues who follow the contact and hear what happens to it.",
    )
    # For the form: reading users one may see and their names would cost five queries.
    watcher_names = fields.Char(
        string="Watched By", compute="_compute_owner_facts", groups="base.group_user"
    )
    is_watching = fields.Boolean(compute="_compute_owner_facts", groups="base.group_user")

    @api.depends("user_id", "message_follower_ids")
    @api.depends_context("uid")
    def _compute_owner_facts(self):
        """Since when and why the owner owns it, and who watches: in one query, for the form."""
        # Rows that wait to be written are asked for below.
        self.env["crm.owner.change"].flush_model()
        self.env["mail.followers"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT p.id, w.users, w.names, c.new_user_id, c.date, c.reason
                  FROM unnest(%s::int[]) AS p(id)
                  LEFT JOIN LATERAL (
                       SELECT array_agg(u.id ORDER BY o.name, u.id) AS users,
                              array_agg(o.name ORDER BY o.name, u.id) AS names
                         FROM mail_followers f
                         JOIN res_users u
                           ON u.partner_id = f.partner_id AND u.active AND NOT u.share
                         JOIN res_partner o ON o.id = u.partner_id
                        WHERE f.res_model = 'res.partner' AND f.res_id = p.id
                       ) w ON TRUE
                  LEFT JOIN LATERAL (
                       SELECT new_user_id, date, reason FROM crm_owner_change
                        WHERE partner_id = p.id
                     ORDER BY date DESC, id DESC LIMIT 1
                       ) c ON TRUE
                """,
                self._origin.ids,
            )
        )
        facts = {row["id"]: row for row in rows}
        for partner in self:
            fact = facts.get(partner._origin.id) or {}
            users = fact.get("users") or []
            partner.watcher_ids = users
            partner.watcher_names = ", ".join(fact.get("names") or [])
            partner.is_watching = self.env.uid in users
            # A change that is not the present owner's says nothing about him: something wrote
            # around the ORM.
            known = fact.get("date") and fact["new_user_id"] == (partner.user_id.id or None)
            partner.owner_since = fact["date"] if known else False
            partner.owner_reason = fact["reason"] if known else False

    @api.model
    def _search_watcher_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        # sudo: the contact of a colleague may be out of reach; only its id is used.
        users = self.env["res.users"].sudo()
        chosen = users.search([("id", operator, value)] if operator == "in" else value)
        domain = Domain("message_partner_ids", "in", chosen.partner_id.ids)
        if operator == "in" and False in value:
            everybody = users.search([("share", "=", False)]).partner_id.ids
            domain |= Domain("message_partner_ids", "not in", everybody)
        return domain

    def action_watch(self):
        """Watch these contacts: follow them."""
        self.message_subscribe(self.env.user.partner_id.ids)

    def action_unwatch(self):
        """Stop watching these contacts."""
        self.message_unsubscribe(self.env.user.partner_id.ids)
