# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from odoo import api, fields, models, tools
from odoo.tools import SQL

STRICTNESS = ["open", "readonly", "hidden"]


class CrmContactGroup(models.Model):
    """Who may see the contacts of a group: off until somebody switches it on."""

    _inherit = "crm.contact.group"

    access = fields.Selection(
        selection=[
            ("open", "Everybody"),
            ("readonly", "Everybody reads, chosen users edit"),
            ("hidden", "Chosen users only"),
        ],
        default="open",
        required=True,
        help="Who may see the contacts of the group and of its subgroups. Salespersons always see "
        "their own contacts. The names of hidden contacts stay visible on documents.",
    )
    access_in_force = fields.Selection(
        selection=[("open", "Open"), ("readonly", "Read-only for others"), ("hidden", "Hidden")],
        string="Access in Force",
        compute="_compute_access_in_force",
        recursive=True,
        help="The strictest of the group and of those above it.",
    )
    grant_ids = fields.One2many(
        comodel_name="crm.contact.group.grant", inverse_name="group_id", string="Access For"
    )
    access_pending_count = fields.Integer(
        string="Access to Apply",
        compute="_compute_access_pending_count",
        help="Contacts that entered or left by the rule. Their access changes when a manager "
        "applies it.",
    )

    @api.depends("access", "active", "parent_id.access_in_force")
    def _compute_access_in_force(self):
        self.sudo()._compute_parents_first("access_in_force")  # sudo: parents may be elsewhere
        for group in self.sudo():
            levels = (group.access, group.parent_id.access_in_force)
            group.access_in_force = max((level or "open" for level in levels), key=STRICTNESS.index)

    @api.depends("access_in_force", "member_ids.state", "member_ids.restricts")
    def _compute_access_pending_count(self):
        restricted = self.filtered(lambda g: g.access_in_force != "open")
        counts = dict(
            # sudo: contacts of other companies and hidden ones wait as well.
            self.env["crm.contact.group.member"]
            .sudo()
            ._read_group(
                [
                    ("group_id", "in", restricted.ids),
                    "|",
                    *["&", ("state", "=", "in"), ("restricts", "=", False)],
                    *["&", ("state", "!=", "in"), ("restricts", "=", True)],
                ],
                ["group_id"],
                ["__count"],
            )
        )
        for group in self:
            group.access_pending_count = counts.get(group._origin, 0)

    def action_apply_access(self):
        """Let what the rules did to the members of protected groups count for their access.

        A rule moves contacts by itself; who can see them changes only here, by a manager.

        :return: how many contacts are now ``protected`` by these groups, and were set ``free``
        :rtype: dict
        :raises AccessError: when the caller may not write the groups
        """
        self.check_access("write")
        self.env["crm.contact.group.member"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE crm_contact_group_member SET restricts = (state = 'in')
                 WHERE group_id IN %s AND COALESCE(restricts, FALSE) <> (state = 'in')
             RETURNING partner_id, restricts
                """,
                tuple(self.ids) or (None,),
            )
        )
        self.env["crm.contact.group.member"].invalidate_model(["restricts"], flush=False)
        self.invalidate_recordset(["access_pending_count"])
        contacts = self.env["res.partner"].browse({row[0] for row in rows})
        contacts._refresh_access_scopes()
        return {
            "protected": sum(1 for row in rows if row[1]),
            "free": sum(1 for row in rows if not row[1]),
        }

    @api.model
    @tools.ormcache()
    def _get_restricting_groups(self):
        """Return (group id, access in force) of the groups that protect contacts.

        Cached until a group changes; empty as long as nobody has switched access on.
        """
        groups = self._search_for_cache()
        return tuple((g.id, g.access_in_force) for g in groups if g.access_in_force != "open")

    def _get_allowed_users(self):
        """Return the users whom the grants of one group and of those above it let in."""
        self.ensure_one()
        users = self.user_id | self.user_ids
        for node in self._get_lineage():
            grants = node.grant_ids.filtered(lambda a: a.include_subgroups or a.group_id == self)
            teams = grants.team_id
            users |= grants.user_id | teams.user_id | teams.crm_team_member_ids.user_id
        return users

    def _refresh_access(self):
        """Bring scopes and contacts in step after a change of groups."""
        self.env.flush_all()
        restricting = dict(self._get_restricting_groups())
        # sudo: scopes are the system's; who may change groups has been asked before.
        scopes = self.env["crm.contact.access.scope"].sudo().search([])
        for scope in scopes:
            strict = {restricting.get(id_) for id_ in scope._read_key(scope.key)}
            access = "hidden" if "hidden" in strict else "readonly"
            if scope.access != access:
                scope.access = access
        self.env["res.partner"]._forget_reach()
        if restricting or scopes:
            self.env["res.partner"]._refresh_access_scopes()
            scopes._refresh_users()

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        if any(group.access_in_force != "open" for group in groups):
            self.env.registry.clear_cache()
            self._refresh_access()
        return groups

    def write(self, vals):
        result = super().write(vals)
        if {"access", "parent_id", "active", "user_id", "user_ids"} & set(vals):
            self.env.registry.clear_cache()
            self._refresh_access()
        return result

    def unlink(self):
        protected = bool(self._get_restricting_groups())
        result = super().unlink()
        if protected:
            self._refresh_access()
        return result
