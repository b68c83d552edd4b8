from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """What the card of a contact shows of several parts of this addon, in one query."""

    _inherit = "res.partner"

    @api.depends("user_id", "parent_id", "type", "active", "message_follower_ids")
    @api.depends_context("uid")
    def _compute_card_facts(self):
        """Since when and why the owner owns it, whether it is free, who watches, how many
        relations it has: one query for all, because a card may cost five in all."""
        # Rows that wait to be written are asked for below.
        for name in ("crm.owner.change", "mail.followers"):
            self.env[name].flush_model()
        ids = self._origin.ids
        ownerless = [partner.id for partner in self._origin if not partner.user_id]
        # sudo: whether a contact is free does not depend on who asks.
        free = self.sudo()._search([("id", "in", ownerless), ("is_free_contact", "=", True)])
        relations = self.env["crm.relation"]._select_counts(
            ["left_partner_id", "right_partner_id"], ids
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT p.id, w.users, w.names, c.new_user_id, c.date, c.reason,
                       f.id IS NOT NULL AS free, COALESCE(r.count, 0) AS relations
                  FROM unnest(%(ids)s::int[]) AS p(id)
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
                  LEFT JOIN (%(free)s) f(id) ON f.id = p.id
                  LEFT JOIN (%(relations)s) r(party, count) ON r.party = p.id
                """,
                ids=ids,
                free=free.select() if ownerless else SQL("SELECT NULL::int WHERE FALSE"),
                relations=relations,
            )
        )
        facts = {row["id"]: row for row in rows}
        for partner in self:
            fact = facts.get(partner._origin.id) or {}
            users = fact.get("users") or []
            partner.watcher_ids = users
            partner.watcher_names = ", ".join(fact.get("names") or [])
            partner.is_watching = self.env.uid in users
            partner.is_free_contact = bool(fact.get("free"))
            partner.relation_count = fact.get("relations") or 0
            # A change that is not the present owner's says nothing about him: something wrote
            # around the ORM.
            known = fact.get("date") and fact["new_user_id"] == (partner.user_id.id or None)
            partner.owner_since = fact["date"] if known else False
            partner.owner_reason = fact["reason"] if known else False
