# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_contact_group import SAMPLE_SIZE

STRICTNESS = ["open", "readonly", "hidden"]
#: Of groups that restrict access, so many memberships are changed at once by who is no manager.
MOVES_AT_ONCE = 500


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
    @api.depends_context("uid")
    def _compute_access_pending_count(self):
        """Count for those who may apply the access: hidden contacts are among them."""
        restricted = self.filtered(lambda g: g.access_in_force != "open")
        restricted = restricted._origin._filtered_access("write")
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

    def _check_may_move(self, partner_ids):
        """Ask whether the user may change who is in these groups, where access is restricted.

        A membership in a group that restricts access opens and closes contacts, so it takes more
        than the right on memberships: to be let in by the group, and to be let to edit the
        contact. And not by the ten thousand, but by a sales administrator. A contact that some
        group protects is moved between other groups by those who may edit it, too: a group may
        give it a salesperson or a price.

        :param partner_ids: ids of the contacts that enter, leave or are kept out
        :raises AccessError: that names the group and whom to ask
        """
        restricting = dict(self._get_restricting_groups())
        if self.env.su or not restricting or not partner_ids:
            return
        partners = self.env["res.partner"].browse(set(partner_ids))
        groups = self.filtered(lambda group: group.id in restricting)
        if not groups:
            # sudo: of the protection only; then with the user's own rights.
            if protected := partners.sudo().filtered("access_scope_id").sudo(False):
                protected.check_access("write")
            return
        if not self.env.user.has_group("crm_groups.group_all_contacts"):
            for group in groups.sudo():  # sudo: grants and teams are read by few
                if self.env.user not in group._get_allowed_users():
                    raise AccessError(group._get_closed_message())
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            groups._check_moves_at_once(len(partners))
        partners.check_access("write")

    def _get_closed_message(self):
        users = self._get_allowed_users().filtered("active")
        return self.env._(
            "You can't change who is in %(group)s: it protects its contacts, and you are not "
            "among those it lets in. Who can make the change: %(users)s.",
            group=self.complete_name,
            users=", ".join(users[:SAMPLE_SIZE].mapped("name"))
            or self.env._("a sales administrator"),
        )

    def _check_moves_at_once(self, count):
        if count > MOVES_AT_ONCE:
            raise AccessError(
                self.env._(
                    "Who sees these contacts would change with their groups (%(groups)s). "
                    "%(limit)s contacts at once are possible, not %(count)s: choose fewer, or "
                    "ask a sales administrator.",
                    groups=", ".join(self.mapped("complete_name")),
                    limit=MOVES_AT_ONCE,
                    count=count,
                )
            )

    def _get_allowed_users(self):
        """Return the users whom the grants of one group and of those above it let in."""
        self.ensure_one()
        users = self.user_id | self.user_ids
        for node in self._get_lineage():
            grants = node.grant_ids.filtered(lambda a: a.include_subgroups or a.group_id == self)
            teams = grants.team_id
            users |= grants.user_id | teams.user_id | teams.crm_team_member_ids.user_id
        return users

    def _get_users_of_other_companies(self):
        """Return the internal users who do not work in the company of one group."""
        self.ensure_one()
        Users = self.env["res.users"].sudo()  # sudo: as the reasons that they are told among
        if not self.company_id:
            return Users
        inner = Domain("id", "child_of", self.company_id.id)
        return Users.search([("share", "=", False), ("company_ids", "not any", inner)])

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
        if {"access", "parent_id", "active", "company_id", "user_id", "user_ids"} & set(vals):
            self.env.registry.clear_cache()
            self._refresh_access()
        return result

    def unlink(self):
        protected = bool(self._get_restricting_groups())
        result = super().unlink()
        if protected:
            self._refresh_access()
        return result
