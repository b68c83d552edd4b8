# pylint: disable=consider-merging-classes-inherited
# (What the record rules ask is a concern of its own.)
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """A contact as far as the current user reaches it."""

    _inherit = "res.partner"

    # What the record rules ask. Searched by the ids of the few scopes that are closed to the user,
    # and by a list that does not look at the contact it is compared with: with the path or the
    # many2many in the rule itself the database would go contact by contact, in one process. Who
    # is let in everywhere searches without any condition.
    hidden_from_me = fields.Boolean(
        compute="_compute_reach",
        search="_search_hidden_from_me",
        groups="base.group_user",
        help="A group hides the contact, and does not let the user in.",
        technical=True,
    )
    locked_for_me = fields.Boolean(
        compute="_compute_reach",
        search="_search_locked_for_me",
        groups="base.group_user",
        help="A group keeps the contact from being edited, and does not let the user in.",
        technical=True,
    )
    let_in_for_a_reason = fields.Boolean(
        string="I Am Let In for a Reason",
        compute="_compute_reach",
        search="_search_let_in_for_a_reason",
        groups="base.group_user",
        help="The user is salesperson of the company or of one of its documents, or was let in "
        "by hand.",
        technical=True,
    )

    @api.depends("access_scope_id")
    @api.depends_context("uid")
    def _compute_reach(self):
        """Two queries for any number of contacts; none if nothing protects them."""
        self.hidden_from_me = self.locked_for_me = self.let_in_for_a_reason = False
        protected = self.filtered("access_scope_id")
        if not protected:
            return
        let_in = SQL(
            "%s AND partner_id = ANY(%s)", self._get_let_in(), list(protected._origin._ids)
        )
        let_in = {id_ for (id_,) in self.env.execute_query(let_in)}
        hiding = set(self._get_closed_scopes("reader"))
        locking = set(self._get_closed_scopes("user"))
        for contact in protected:
            contact.hidden_from_me = contact.access_scope_id.id in hiding
            contact.locked_for_me = contact.access_scope_id.id in locking
            contact.let_in_for_a_reason = contact._origin.id in let_in

    def _search_hidden_from_me(self, operator, value):
        return self._search_reach(operator, "access_scope_id", self._get_closed_scopes("reader"))

    def _search_locked_for_me(self, operator, value):
        closed = self._get_closed_scopes("user")
        return self._search_reach(operator, "access_scope_id", closed)

    def _search_let_in_for_a_reason(self, operator, value):
        return self._search_reach(operator, "id", self._get_let_in())

    @api.model
    def _search_reach(self, operator, field_name, values):
        # Odoo asks a yes or no as "in [True]", and turns the answer around for "no".
        return Domain(field_name, "in", values) if operator == "in" else NotImplemented

    @api.model
    def _get_closed_scopes(self, relation):
        """Return the ids of the scopes that do not let the current user in.

        Asked once per transaction (which sees no grants of others anyway), so that grants act at
        once.

        :param str relation: ``reader`` for those that hide, ``user`` for those that keep from
            editing
        """
        known = self.env.cr.cache.setdefault("crm_groups_closed_scopes", {})
        key = (self.env.uid, relation)
        if key not in known:
            # sudo: scopes are the system's.
            self.env["crm.contact.access.scope"].sudo().flush_model(["access"])
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT s.id FROM crm_contact_access_scope s
                     WHERE (s.access = 'hidden' OR %s)
                       AND NOT EXISTS (
                           SELECT FROM %s u WHERE u.scope_id = s.id AND u.user_id = %s)
                  ORDER BY s.id
                    """,
                    relation == "user",
                    SQL.identifier(f"crm_contact_access_scope_{relation}_rel"),
                    self.env.uid,
                )
            )
            known[key] = [id_ for (id_,) in rows]
        return known[key]

    @api.model
    def _get_let_in(self):
        """Return the query of the contacts that the current user may see for a reason."""
        return SQL(
            "SELECT partner_id FROM crm_contact_allowed_user_rel WHERE user_id = %s", self.env.uid
        )

    @api.model
    def _forget_reach(self):
        """Have contacts asked anew after scopes or reasons have changed behind the ORM's back."""
        self.env.cr.cache.pop("crm_groups_closed_scopes", None)
        self.invalidate_model(
            ["hidden_from_me", "locked_for_me", "let_in_for_a_reason"], flush=False
        )
